"""Train hindsight: what the hearing that ships says of sounds, to lips that know what is said next.

    python -m vultus.train.hindsight_train --data runs/motion/data.npz --out runs/motion/hindsight --steps 2200

The hearing stays as it is. Sounds, truths and losses are those of its last stage (`hearing_finish.py`), and so is what
is held back to choose by: how much of the change is taken, and how readily lips close. Checkpoints are kept in --out,
and the same command goes on from the last one.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TypeVar

import torch
from safetensors.numpy import load_file
from torch import Tensor, nn

from vultus import weights
from vultus.clock import FEATURES_PER_FRAME, now
from vultus.motion.hindsight import REACH
from vultus.train import hearing_judge, lip_losses, ships
from vultus.train.followed import Followed
from vultus.train.hearing_batches import Batch, Diet, Feed, pooled
from vultus.train.hearing_finish import MILD, THRIFT, Plan
from vultus.train.hearing_judge import Figures, Judge
from vultus.train.hearing_net import Answer, HearingNet, restored
from vultus.train.hearing_train import MIX, loss, sums
from vultus.train.hindsight_net import HindsightNet, file_bytes, milder, surest
from vultus.train.speech_data import Item, read

AVERAGE = 0.997  # memory of the running average of the weights
DIET = Diet({"real": 0.40, "carried": 0.26, "synthetic": 0.20, "given": 0.07, "checked": 0.07}, 0.1, MILD)
MORE = {
    "r": 3.0, "aperture": 1.5, "shut": 4.0,
    **dict.fromkeys(("speaking", "phones", "early", "told"), 0.0),  # are hearing's
}  # times the weight of these parts of the loss  # fmt: skip
RATE = 1e-3
DECAY = 0.05
SHARES = (0.5, 0.75, 1.0)  # of the change that may be taken
READIER = (-0.3, 0.0, 0.3, 0.6)  # added to the logit of a closure, likewise tried
EVERY = 100  # steps between checkpoints and looks at what was held back
Whole = TypeVar("Whole", Answer, Batch)
STEPS_OF = {"rows": FEATURES_PER_FRAME, "phones": 2, "early": 2}  # in a frame; of what is not told here, one


class Twice(nn.Module):  # type: ignore[misc]
    """Hearing, which stays as it is, and hindsight on top."""

    def __init__(self, hearing: HearingNet, net: HindsightNet) -> None:
        super().__init__()
        self.hearing, self.net = hearing, net

    def forward(self, rows: Tensor, before: Tensor | None = None) -> Answer:
        """What both say of rows [B, 4 T, BANDS]."""
        with torch.no_grad():
            said = self.hearing(rows, before)
        answer: Answer = self.net(said)
        return answer if self.training else surest(answer)


@dataclass(kw_only=True)
class Run(Followed[HindsightNet]):
    """A training in progress."""

    hearing: HearingNet

    @staticmethod
    def begun(out: Path, hearing: HearingNet) -> "Run":
        """From nothing, or from the checkpoint in `out`."""
        torch.manual_seed(0)
        net, average = HindsightNet(), HindsightNet(0)
        average.load_state_dict(net.state_dict())
        average.eval()
        run = Run(
            net=net,
            average=average,
            optimiser=torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=DECAY, betas=(0.9, 0.98)),
            path=out / "hindsight.pt",
            memory=AVERAGE,
            hearing=hearing,
        )
        run.resume()
        return run

    def learn(self, lips: lip_losses.Lips, batch: Batch, rate: float) -> dict[str, float]:
        """One step; the parts of the loss for the log. The last REACH frames of a sequence do not know their future."""
        said = Twice(self.hearing, self.net)(batch.rows, sums(batch.rows))
        frames = batch.weights.shape[1] - REACH
        total, parts = loss(_begun(said, frames), lips, _begun(batch, frames), MORE)
        self.descend(total, rate)
        return {name: value for name, value in parts.items() if MORE.get(name, 1.0)}

    def judged(self, judge: Judge, net: HindsightNet) -> Figures:
        """How well hearing and this network do on what was held back."""
        return judge.of(Twice(self.hearing, net))


def _begun(whole: Whole, frames: int) -> Whole:
    """The first frames of all there is."""
    cut = {f.name: getattr(whole, f.name)[:, : frames * STEPS_OF.get(f.name, 1)] for f in fields(whole)}
    return replace(whole, **cut)


def _learn(run: Run, feed: Feed, plan: Plan, judge: Judge) -> None:
    lips, began, first, told = lip_losses.Lips(), now(), run.step, dict[str, float]()
    while run.step < plan.steps:
        parts = run.learn(lips, feed.take(), plan.at(run.step))
        told = {name: told.get(name, value) * 0.97 + value * 0.03 for name, value in parts.items()}
        if run.step % EVERY == 0 or run.step == plan.steps:
            run.keep()
            line = " ".join(f"{name} {value:.3f}" for name, value in told.items())
            print(f"{run.step}/{plan.steps} {(now() - began) / (run.step - first):.2f} s/step {line}", flush=True)
            print(f"    held back: {run.judged(judge, run.average)}", flush=True)


def train(collected: Sequence[Item], hearing: HearingNet, out: Path, plan: Plan) -> HindsightNet:
    """The best that comes of it on what was held back."""
    run = Run.begun(out, hearing)
    learned, judge = hearing_judge.split(collected, hearing)
    print(f"    held back, hearing alone: {judge.of(hearing)}", flush=True)
    with Feed(pooled(learned), plan.size, seed=run.step + 1, diet=DIET, thrift=THRIFT) as feed:
        _learn(run, feed, plan, judge)
    found = {}
    for share in SHARES:
        for readier in READIER:
            figures = run.judged(judge, milder(run.average, share, readier))
            print(f"{share:.2f} of the change, readier to close by {readier:.1f}: {figures}", flush=True)
            found[share, readier] = figures.worth
    return milder(run.average, *max(found, key=lambda tried: found[tried]))


def main() -> None:
    """Train and, when asked, put the network where the package finds it."""
    parser = argparse.ArgumentParser(description="Train the hindsight network.")
    parser.add_argument("--data", type=Path, nargs="+", default=[Path("runs/motion/data.npz")])
    parser.add_argument("--hearing", type=Path, default=weights.FOLDER / "hearing.safetensors", help="what it hears by")
    parser.add_argument("--out", type=Path, default=Path("runs/motion/hindsight"))
    parser.add_argument("--steps", type=int, default=2200)
    parser.add_argument("--size", type=int, default=16, help="sequences in a batch")
    parser.add_argument("--ship", type=Path, help="folder of trained files to put the network into")
    args = parser.parse_args()
    torch.set_num_threads(1)
    args.out.mkdir(parents=True, exist_ok=True)
    collected = [item for path in args.data for item in read(path)]
    hearing = restored(load_file(args.hearing), 0)
    hearing.eval()
    made = train(collected, hearing, args.out, Plan(args.steps, args.size, RATE))
    if args.ship:
        ships.ship("hindsight.safetensors", file_bytes(made, MIX), args.ship)


if __name__ == "__main__":
    main()
