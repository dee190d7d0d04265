"""Finish the hearing: go on from a trained network toward the lips that were seen, and leave what it tells alone.

    python -m vultus.train.hearing_finish --data runs/motion/data.npz --out runs/motion/finish --steps 1600

A long run is torn between many voices, rooms and languages. This last stage is short and milder: half of the sounds
keep their own voice and room, tracked lips and closures weigh more, the rate falls to nothing. What motion is made
from must stay what it is, so the features are held to those of the network that it began with, by which they are also
measured. It begins at the shipped file, whose bytes are made numbers again, and goes on from its own checkpoint in
--out. One in twenty of the items is held back to choose by (`hearing_judge.py`); the network that ships lies between
where it began and where it came to (weights averaged; Wortsman et al., "Robust fine-tuning of zero-shot models",
2022), at the share that does best on what was held back, and closes lips as readily as does best there.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file
from torch.nn import functional as F

from vultus import weights
from vultus.clock import now
from vultus.train import augment, hearing_judge, lip_losses, readers, ships
from vultus.train.followed import Followed
from vultus.train.hearing_batches import Batch, Diet, Feed, pooled
from vultus.train.hearing_judge import Judge
from vultus.train.hearing_net import SHUT, HearingNet, file_bytes, restored
from vultus.train.hearing_train import MIX, loss, sums
from vultus.train.quantise import Named
from vultus.train.speech_data import Item, read

AVERAGE = 0.995  # memory of the running average of the weights
DROPOUT = 0.05
MILD = augment.Strength(
    tract=0.16, pitch=0.35, room=0.15, noise=0.4, music=0.15, babble=0.1, equaliser=0.5, band_limit=0.2, mask=0.2,
    plain=0.5,
)  # fmt: skip
DIET = Diet(
    {"real": 0.32, "carried": 0.26, "synthetic": 0.22, "aligned": 0.06, "given": 0.07, "checked": 0.07}, 0.1, MILD
)
MORE = {"r": 2.0, "aperture": 1.5, "shut": 2.5}  # times the weight of these parts of the loss
HOLD = 3.0  # weight of the features' distance from what they were
HELD = 3  # one in so many sequences of a batch is asked what its features were
THRIFT = 2  # steps for which a batch is made
SHARES = (0.0, 0.5, 0.75, 1.0)  # of the way that may be taken
READIER = (0.0, 0.1, 0.2, 0.3, 0.4)  # added to the logit of a closure, likewise tried
EVERY = 100  # steps between checkpoints and looks at what was held back


@dataclass(frozen=True)
class Plan:
    """How long and how fast to learn."""

    steps: int
    size: int = 16
    rate: float = 3e-4
    warm: int = 60
    a_speaker: int = 3  # sentences of each reader

    def at(self, step: int) -> float:
        """The rate of a step: warm, then down to nothing as half a wave."""
        left = np.cos(np.pi / 2 * min(1.0, step / self.steps)) ** 2
        return float(self.rate * min(1.0, (step + 1) / self.warm) * max(0.003, left))


@dataclass(kw_only=True)
class Finish(Followed[HearingNet]):
    """The last stage in progress."""

    first: HearingNet  # as it was

    @staticmethod
    def begun(out: Path, named: Named, rate: float) -> "Finish":
        """From the named arrays of a trained file, or from the checkpoint in `out`."""
        torch.manual_seed(0)
        first, net, average = (restored(named, dropout) for dropout in (0, DROPOUT, 0))
        first.eval()
        average.eval()
        run = Finish(
            net=net,
            average=average,
            optimiser=torch.optim.AdamW(net.parameters(), lr=rate, weight_decay=0.01, betas=(0.9, 0.98)),
            path=out / "finish.pt",
            memory=AVERAGE,
            first=first,
        )
        run.resume()
        return run

    def learn(self, lips: lip_losses.Lips, batch: Batch, rate: float) -> dict[str, float]:
        """One step; the parts of the loss for the log."""
        before = sums(batch.rows)
        said = self.net(batch.rows, before)
        total, parts = loss(said, lips, batch, MORE)
        some = len(batch.rows) // HELD
        with torch.no_grad():
            was = self.first(batch.rows[:some], before[:some]).features
        held = F.mse_loss(said.features[:some], was)
        self.descend(total + HOLD * held, rate)
        return {**parts, "held": float(held.detach())}


def between(first: HearingNet, last: HearingNet, share: float) -> HearingNet:
    """The network that lies this share of the way from the first to the last."""
    net, a, b = HearingNet(0), first.state_dict(), last.state_dict()
    net.load_state_dict({name: torch.lerp(a[name], b[name], share) for name in a})
    net.eval()
    return net


def readier(net: HearingNet, by: float) -> HearingNet:
    """The same network, that closes lips when it is less sure: `by` is added to the logit of a closure."""
    state = {name: value.clone() for name, value in net.state_dict().items()}
    state["others.bias"][SHUT] += by
    made = HearingNet(0)
    made.load_state_dict(state)
    made.eval()
    return made


def _best(judge: Judge, tried: dict[str, HearingNet]) -> HearingNet:
    """The network that is worth most on what was held back."""
    found = {name: judge.of(net) for name, net in tried.items()}
    for name, figures in found.items():
        print(f"{name}: {figures}", flush=True)
    return tried[max(found, key=lambda name: found[name].worth)]


def _learn(run: Finish, feed: Feed, plan: Plan, judge: Judge) -> None:
    lips, began, first, told = lip_losses.Lips(), now(), run.step, dict[str, float]()
    while run.step < plan.steps:
        parts = run.learn(lips, feed.take(), plan.at(run.step))
        told = {name: told.get(name, value) * 0.97 + value * 0.03 for name, value in parts.items()}
        if run.step % EVERY == 0 or run.step == plan.steps:
            run.keep()
            line = " ".join(f"{name} {value:.3f}" for name, value in told.items())
            print(f"{run.step}/{plan.steps} {(now() - began) / (run.step - first):.2f} s/step {line}", flush=True)
            print(f"    held back: {judge.of(run.average)}", flush=True)


def train(collected: Sequence[Item], named: Named, out: Path, plan: Plan) -> HearingNet:
    """Finish the network of a file's arrays, or go on from `out/finish.pt`; the best on the way there."""
    run = Finish.begun(out, named, plan.rate)
    learned, judge = hearing_judge.split(collected, run.first)
    print(f"    held back, as it begins: {judge.of(run.first)}", flush=True)
    pools = pooled(learned)
    pools["aligned"] = readers.aligned(run.first, list(readers.readings(plan.a_speaker)))
    with Feed(pools, plan.size, seed=run.step, diet=DIET, thrift=THRIFT) as feed:
        _learn(run, feed, plan, judge)
    way = {f"{share:.2f} of the way": between(run.first, run.average, share) for share in SHARES}
    there = _best(judge, way)
    return _best(judge, {f"readier to close by {by:.1f}": readier(there, by) for by in READIER})


def main() -> None:
    """Finish and, when asked, put the network where the package finds it."""
    parser = argparse.ArgumentParser(description="Finish the hearing network.")
    parser.add_argument("--data", type=Path, nargs="+", default=[Path("runs/motion/data.npz")])
    parser.add_argument("--begin", type=Path, default=weights.FOLDER / "hearing.safetensors", help="where to begin")
    parser.add_argument("--out", type=Path, default=Path("runs/motion/finish"))
    parser.add_argument("--steps", type=int, default=1600)
    parser.add_argument("--size", type=int, default=16, help="sequences in a batch")
    parser.add_argument("--a-speaker", type=int, default=3, help="sentences of each of the many readers")
    parser.add_argument("--ship", type=Path, help="folder of trained files to put the network into")
    args = parser.parse_args()
    torch.set_num_threads(1)
    args.out.mkdir(parents=True, exist_ok=True)
    collected = [item for path in args.data for item in read(path)]
    plan = replace(Plan(args.steps), size=args.size, a_speaker=args.a_speaker)
    net = train(collected, load_file(args.begin), args.out, plan)
    (args.out / "hearing.safetensors").write_bytes(file_bytes(net, MIX))
    if args.ship:
        ships.ship("hearing.safetensors", file_bytes(net, MIX), args.ship)


if __name__ == "__main__":
    main()
