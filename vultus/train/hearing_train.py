"""Train the hearing network: lips, phones and prosody from log-mel rows.

    python -m vultus.train.hearing_train --data runs/motion/data.npz --out runs/motion --steps 12000

The loss looks at the weights, at the opening and width of the lips through the face model, at their speed, at
the correlation of the opening (which does not mind how lively a speaker is), asks for closed lips where lips
are closed, and for the name of the phone in every half of a frame. After some steps the network aligns the
readers of speechocean762 by itself, learns from them too, and aligns them again later. Checkpoints are kept in
--out, and the same command goes on from the last one.
"""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

from vultus.clock import now
from vultus.face import EXPRESSIONS
from vultus.motion.hearing import DELAY, MEMORY
from vultus.train import lip_losses, readers, ships
from vultus.train.hearing_batches import Batch, Feed, pooled
from vultus.train.hearing_net import Answer, HearingNet, file_bytes, slow_mean
from vultus.train.speech_data import LOWER_FACE, Item, read

AVERAGE = 0.999  # memory of the running average of the weights
MIX = (0.8, 0.1, 0.1)  # of the styles of lips, in use
ALIGNED_AT = (0.12, 0.4)  # shares of the run after which the readers are aligned
OPENS = ("jawOpen", "mouthClose", "mouthLowerDown", "mouthUpperUp", "mouthFunnel")
LOOSE = 0.1  # trust in tracked weights that open the lips: the opening itself is tracked far better than they are
AS_IS: Mapping[str, float] = {}  # every part of the loss by its own weight
KNOWN_VOICE = 0.5  # share of the sequences whose speaker has been heard before they begin


@dataclass(frozen=True)
class Plan:
    """How long and how fast to learn."""

    steps: int
    size: int = 32
    rate: float = 1.5e-3
    warm: int = 300
    a_speaker: int = 9  # sentences of each reader


def _since(on: Tensor) -> Tensor:
    """0..1 [B, T]: how long `on` [B, T] has been 1, in seconds through 1 - exp(-s)."""
    held, out = torch.zeros_like(on[:, 0]), []
    for t in range(on.shape[1]):
        held = (held + 0.04) * (on[:, t] > 0.5)
        out.append(held)
    return 1 - torch.exp(-torch.stack(out, 1))


def _told(batch: Batch) -> Tensor:
    """What the features must tell besides phones [B, T, TOLD]."""
    begun, ended = _since(batch.speaking), _since(1 - batch.speaking)
    return torch.cat([batch.voice * torch.tensor([0.5, 0.7, 1.0]), begun[:, :, None], ended[:, :, None]], 2)


def _loose(style: Tensor) -> Tensor:  # [B, T] -> [B, T, lower face]
    """How far each weight is believed: of tracked lips (style 0), those that open them hardly."""
    opens = torch.tensor([EXPRESSIONS[i].startswith(OPENS) for i in LOWER_FACE])
    return torch.where(opens & (style == 0)[:, :, None], LOOSE, 1.0)


def _lip_parts(lips: lip_losses.Lips, raw: Tensor, batch: Batch) -> dict[str, Tensor]:
    want, trust = batch.weights[:, :-DELAY], batch.trust[:, :-DELAY, None]
    aperture, speaking = batch.aperture[:, :-DELAY], batch.speaking[:, :-DELAY]
    legal = raw + (raw.clamp(0, 1) - raw).detach()  # clipped in use, not in what it learns from
    opened, wide = lips(legal)
    wide_wanted = lips(want)[1]
    loose = _loose(batch.style[:, :-DELAY])
    lower = LOWER_FACE
    closed = 1 + 2 * ((aperture < 0.01) & (speaking > 0.5)).float()
    each = F.smooth_l1_loss(raw[:, :, lower], want[:, :, lower], beta=0.1, reduction="none")
    return {
        "weights": (trust * loose * each).mean() * 40,
        "aperture": (trust[:, :, 0] * closed * ((opened - aperture) / 0.03) ** 2).mean(),
        "width": ((trust[:, :, 0] * (wide - wide_wanted) / 0.03) ** 2).mean() * 0.5,
        "speed": ((opened.diff(dim=1) - aperture.diff(dim=1)) / 0.02).square().mean() * 0.5
        + (trust[:, 1:] * loose[:, 1:] * (raw.diff(dim=1) - want.diff(dim=1))[:, :, lower].square()).mean() * 40,
        "r": lip_losses.uncorrelated(opened, aperture) * 2,
    }


def loss(
    said: Answer, lips: lip_losses.Lips, batch: Batch, more: Mapping[str, float] = AS_IS
) -> tuple[Tensor, dict[str, float]]:
    """The loss of an answer to a batch, some parts of it times `more`, and its parts for the log."""
    style = batch.style[:, :-DELAY, None, None].expand(-1, -1, 1, said.lips.shape[3])
    raw = said.lips[:, DELAY:].gather(2, style)[:, :, 0]
    kinds = batch.phones[:, : -2 * DELAY]
    told = _told(batch)[:, :-DELAY]
    parts = {
        **_lip_parts(lips, raw, batch),
        "shut": lip_losses.closing(said.shut[:, DELAY:], batch.shut[:, :-DELAY]),
        "speaking": F.binary_cross_entropy_with_logits(said.speaking[:, DELAY:], batch.speaking[:, :-DELAY]) * 0.5,
        "phones": lip_losses.naming(said.phones[:, 2 * DELAY :], kinds) * 0.35,
        "early": lip_losses.naming(said.early[:, 2 * DELAY :], kinds) * 0.2,
        "told": F.smooth_l1_loss(said.told[:, DELAY:], told, beta=0.3) * 1.0,
    }
    total: Tensor = torch.stack([more.get(name, 1.0) * value for name, value in parts.items()]).sum()
    return total, {name: float(value.detach()) for name, value in parts.items()}


def sums(rows: Tensor) -> Tensor:
    """The slow mean's sums with which sequences begin: some of their speakers have talked for a while."""
    heard = slow_mean(rows, torch.zeros(rows.shape[0], rows.shape[2] + 1, 1))[1]
    share = (
        (torch.rand(len(rows)) < KNOWN_VOICE) * torch.rand(len(rows)) * (MEMORY / (MEMORY + rows.shape[1] / 4) + 0.5)
    )
    return heard * share[:, None, None]


def _step(net: HearingNet, optimiser: torch.optim.Optimizer, lips: lip_losses.Lips, batch: Batch) -> dict[str, float]:
    with torch.autocast("cpu", torch.bfloat16):
        said = net(batch.rows, sums(batch.rows))
    total, parts = loss(said, lips, batch)
    optimiser.zero_grad()
    total.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    optimiser.step()
    return parts


def _rate(plan: Plan, step: int) -> float:
    """Warm, hold, then fall to nothing along a root: long runs are nearly as good at any time."""
    if step < plan.warm:
        return plan.rate * (step + 1) / plan.warm
    left = max(0.0, 1 - step / plan.steps)
    return plan.rate * max(0.01, min(1.0, left / 0.7))


def _follow(average: HearingNet, net: HearingNet, step: int) -> None:
    memory = min(AVERAGE, (step + 1) / (step + 10))
    with torch.no_grad():
        for slow, fast in zip(average.parameters(), net.parameters(), strict=True):
            slow.lerp_(fast, 1 - memory)


@dataclass
class Run:
    """A training in progress."""

    net: HearingNet
    average: HearingNet
    optimiser: torch.optim.Optimizer
    step: int
    out: Path

    def keep(self) -> None:
        """Write the checkpoint and the network as it is, each moved into place whole."""
        state = {"net": self.net.state_dict(), "average": self.average.state_dict(), "step": self.step}
        torch.save({**state, "optimiser": self.optimiser.state_dict()}, self.out / ".checkpoint.pt")
        (self.out / ".hearing.safetensors").write_bytes(file_bytes(self.average, MIX))
        for name in ("checkpoint.pt", "hearing.safetensors"):
            os.replace(self.out / f".{name}", self.out / name)


def _begin(out: Path, plan: Plan) -> Run:
    torch.manual_seed(0)
    net, average = HearingNet(), HearingNet()
    average.load_state_dict(net.state_dict())
    optimiser = torch.optim.AdamW(net.parameters(), lr=plan.rate, weight_decay=0.02, betas=(0.9, 0.98))
    run = Run(net, average, optimiser, 0, out)
    if (out / "checkpoint.pt").exists():
        state = torch.load(out / "checkpoint.pt", weights_only=True)
        net.load_state_dict(state["net"])
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        run.step = int(state["step"])
    return run


def _learn(run: Run, feed: Feed, plan: Plan, told_apart: Sequence[readers.Reading]) -> None:
    lips, began, first, told = lip_losses.Lips(), now(), run.step, dict[str, float]()
    times = [int(share * plan.steps) for share in ALIGNED_AT]
    if run.step > times[0]:
        feed.pools["aligned"] = readers.aligned(run.average, told_apart)
    while run.step < plan.steps:
        for group in run.optimiser.param_groups:
            group["lr"] = _rate(plan, run.step)
        parts = _step(run.net, run.optimiser, lips, feed.take())
        run.step += 1
        _follow(run.average, run.net, run.step)
        told = {name: told.get(name, value) * 0.98 + value * 0.02 for name, value in parts.items()}
        if run.step % 100 == 0 or run.step == plan.steps:
            line = " ".join(f"{name} {value:.3f}" for name, value in told.items())
            print(f"{run.step}/{plan.steps} {(now() - began) / (run.step - first):.2f} s/step {line}", flush=True)
        if run.step % 1000 == 0 or run.step == plan.steps:
            run.keep()
        if run.step in times and told_apart:
            feed.pools["aligned"] = readers.aligned(run.average, told_apart)
            run.average.train()
            print(f"{len(feed.pools['aligned'])} sentences aligned after {now() - began:.0f} s", flush=True)


def train(collected: Sequence[Item], out: Path, plan: Plan) -> HearingNet:
    """Train, or go on from `out/checkpoint.pt`; gives back the running average of the network."""
    run = _begin(out, plan)
    told_apart = list(readers.readings(plan.a_speaker))
    with Feed(pooled(collected), plan.size, seed=run.step) as feed:
        _learn(run, feed, plan, told_apart)
    return run.average


def main() -> None:
    """Train and, when asked, put the network where the package finds it."""
    parser = argparse.ArgumentParser(description="Train the hearing network.")
    parser.add_argument("--data", type=Path, nargs="+", default=[Path("runs/motion/data.npz")])
    parser.add_argument("--out", type=Path, default=Path("runs/motion"))
    parser.add_argument("--steps", type=int, default=12000)
    parser.add_argument("--size", type=int, default=32, help="sequences in a batch")
    parser.add_argument("--a-speaker", type=int, default=9, help="sentences of each of the many readers")
    parser.add_argument("--threads", type=int, default=1, help="of the learning; another prepares")
    parser.add_argument("--ship", type=Path, help="folder of trained files to put the network into")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    collected = [item for path in args.data for item in read(path)]
    net = train(collected, args.out, replace(Plan(args.steps), size=args.size, a_speaker=args.a_speaker))
    if args.ship:
        ships.ship("hearing.safetensors", file_bytes(net, MIX), args.ship)


if __name__ == "__main__":
    main()
