"""Train the motion model: a rectified flow of the next frame's innovation.

    python -m vultus.train.flow_train --life runs/motion/life.npz --heard runs/motion/heard --steps 6000

Whole sequences are learned from in parallel: the transformer runs once over a sequence, the flow head at several
times t and with several noises for each of its frames, against the straight velocity x_1 - x_0. Frames and channels
count as far as they are believed. So that a face that goes on from what it made itself does not drift, the past that
is shown in training is a little wrong; so that guidance can leave conditions out, they are left out now and then, and
so that one control moves nothing but its own channels, commands that are met by arithmetic are drawn anew.
Checkpoints are kept in --out, and the same command goes on from the last one.
"""

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save
from torch import Tensor

from vultus.clock import now
from vultus.face import CHANNELS, GAZE, ROTATION, D, E, Floats
from vultus.motion import context, innovation, velocity
from vultus.motion.context import HEARD
from vultus.motion.innovation import BACK, BROWS, LIDS, LIPS, Scales
from vultus.train import flow_data, quantise, ships
from vultus.train.flow_data import HELD_BACK, Corpus
from vultus.train.flow_net import FlowNet
from vultus.train.life import data as life

FRAMES = 112  # of a training sequence
TIMES = 4  # t and noises for each frame
AVERAGE = 0.999  # memory of the running average of the weights
MOST_WRONG = 0.15  # of the past's own spread, and of its innovations, that is added to what is shown of it
DROPPED = np.array([0.1, 0.15, 0.1, 0.1, 0.1, 0.1], np.float32)  # chances of leaving out each of context.KEEPS
SIDES = ("gazeYaw", "headYaw", "headRoll", "headX")  # change their sign in a mirror


def _weights() -> Floats:  # [D] of the channels in the loss: groups count alike, whatever their number
    out = np.ones(D, np.float32)
    groups = {2.0: LIDS, 1.0: BROWS, 3.0: LIPS}
    for weight, group in groups.items():
        out[group] = weight / len(group)
    out[GAZE] = 2.0 / 2
    out[ROTATION.start :] = 3.0 / 6
    return np.asarray(out * (D / out.sum()), np.float32)


WEIGHTS = _weights()


@dataclass(frozen=True)
class Batch:
    """Sequences to learn from."""

    tokens: Tensor  # [B, T, 2 D] the frame before, a little wrong
    heard: Tensor  # [B, T, HEARD]
    asked: Tensor  # [B, T, C] unscaled
    keep: Tensor  # [B, 1, KEEPS] what the transformer is told
    target: Tensor  # [B, T, D] innovations
    trust: Tensor  # [B, T, D]


def mirrored() -> tuple[NDArray[np.intp], Floats]:  # [D] each
    """Where each channel's mirror image is found, and its sign."""
    swap = {"Left": "Right", "Right": "Left"}
    other = [next((c.replace(a, b) for a, b in swap.items() if c.endswith(a)), c) for c in CHANNELS]
    sign = np.array([-1 if name in SIDES else 1 for name in CHANNELS], np.float32)
    return np.array([CHANNELS.index(name) for name in other]), sign


MIRROR, SIGN = mirrored()


class Sequences:
    """Draws batches from a corpus."""

    def __init__(self, data: Corpus, scales: Scales, held_back: bool = False) -> None:
        self.data, self.scales = data, scales
        index = np.arange(len(data.sources))
        chosen = index[(index % HELD_BACK == 0) == held_back]
        lengths = np.diff(data.starts)[chosen]
        self.chosen, self.chances = chosen, lengths / lengths.sum()

    def _window(self, rng: np.random.Generator) -> tuple[NDArray[np.intp], NDArray[np.bool_], bool]:
        """Frames [BACK + FRAMES] of one sequence, which of them there are, and whether they were heard."""
        one = int(rng.choice(self.chosen, p=self.chances))
        first, end = self.data.starts[one], self.data.starts[one + 1]
        start = int(rng.integers(first, max(first + 1, end - FRAMES - BACK + 1)))
        places = np.arange(start, start + BACK + FRAMES)
        return np.minimum(places, end - 1), places < end, bool(self.data.heard[one])

    def batch(self, size: int, rng: np.random.Generator) -> Batch:
        """One batch."""
        windows = [self._window(rng) for _ in range(size)]
        index = np.stack([window[0] for window in windows])
        there = np.stack([window[1] for window in windows])
        heard = np.broadcast_to(np.array([window[2] for window in windows])[:, None], index.shape)
        variant = rng.integers(0, len(self.data.senses), (size, 1))
        rows, conditions = self.data.rows[index], self.data.conditions[index]
        senses = self.data.senses[variant, index].astype(np.float32)
        trust = self.data.trust[index] * there[..., None]
        made = flow_data.residuals(rows, senses, conditions, heard)
        trust[..., LIPS] *= heard[..., None]
        conditions = _asked_anew(conditions, rng)
        for b in np.flatnonzero(rng.random(size) < 0.5):
            made[b], trust[b] = made[b][:, MIRROR] * SIGN, trust[b][:, MIRROR]
            conditions[b, :, 0] *= -1
            lips = flow_data.lips_in(senses[b])[0]
            lips[:] = lips[:, MIRROR[:E]]
        return self._batch(made, senses[..., :HEARD], conditions, trust, heard[:, BACK:], rng)

    def _batch(
        self,
        made: Floats,
        senses: Floats,
        conditions: Floats,
        trust: Floats,
        heard: NDArray[np.bool_],
        rng: np.random.Generator,
    ) -> Batch:
        before = np.lib.stride_tricks.sliding_window_view(made, BACK, axis=1)[:, :-1].swapaxes(2, 3)
        new = innovation.bent(made[:, BACK:] - innovation.foretold(before, self.scales), self.scales)
        drawn = np.concatenate([np.zeros_like(new[:, :1]), new[:, :-1]], axis=1)
        tokens = np.concatenate([made[:, BACK - 1 : -1] / self.scales.spread, drawn], axis=2)
        wrong = MOST_WRONG * rng.random((len(made), 1, 1), np.float32)
        tokens += wrong * rng.standard_normal(tokens.shape, np.float32)
        keep = (rng.random((len(made), 1, len(DROPPED))) >= DROPPED).astype(np.float32)
        keep[:, :, 0] = 1
        keep[:, :, 1] *= heard[:, :1]
        parts = (tokens, senses[:, BACK:], conditions[:, BACK:], keep, new, trust[:, BACK:])
        return Batch(*(torch.from_numpy(np.ascontiguousarray(part, np.float32)) for part in parts))


def _asked_anew(conditions: Floats, rng: np.random.Generator) -> Floats:  # [B, T, C]
    """Commands that `innovation` meets by arithmetic, others for half of the sequences: gaze, distance, gains."""
    out = conditions.copy()
    size = len(out)
    fresh = rng.random(size) < 0.5
    drawn = np.concatenate(
        [
            rng.normal(0, [0.15, 0.1, 0.1], (size, 3)),
            np.exp(rng.normal(0, 0.35, (size, 2))),
        ],
        axis=1,
    )
    out[fresh, :, :3] = drawn[fresh, None, :3]
    out[fresh, :, 9:11] = drawn[fresh, None, 3:]
    return out


def loss(net: FlowNet, batch: Batch) -> Tensor:  # -> [D] mean over what is believed
    """The squared error of the velocity, by channel."""
    size, count, _ = batch.target.shape
    told = _scaled(batch.asked, batch.keep)
    z = net.context(batch.tokens, batch.heard, told, batch.keep.expand(-1, count, -1))
    drop = (torch.rand(size, count, len(DROPPED)) >= torch.from_numpy(DROPPED)).float()
    keep = drop * batch.keep
    m = net.velocity.modulation(z, batch.heard, _scaled(batch.asked, keep), keep)
    x0 = torch.randn(TIMES, *batch.target.shape)
    t = (torch.arange(TIMES).view(-1, 1, 1, 1) + torch.rand(TIMES, size, 1, 1)) / TIMES  # one for all of a sequence
    x1 = batch.target
    v = net.velocity((1 - t) * x0 + t * x1, t, m)
    error = (v.float() - (x1 - x0)).square() * batch.trust
    return error.sum((0, 1, 2)) / (TIMES * batch.trust.sum((0, 1)) + 1)


def _scaled(asked: Tensor, keep: Tensor) -> Tensor:
    usual, size = (torch.from_numpy(part) for part in context.UNITS)
    scaled: Tensor = (asked - usual) * size * keep[..., context.GROUP]
    return scaled


@dataclass(frozen=True)
class Plan:
    """How long and how fast to learn."""

    steps: int
    size: int = 24
    rate: float = 1e-3
    warm: int = 200
    every: int = 50  # steps between lines of progress
    keep: int = 250  # steps between checkpoints

    def at(self, step: int) -> float:
        """The rate at a step: up in a straight line, down along half a cosine."""
        if step < self.warm:
            return self.rate * (step + 1) / self.warm
        done = (step - self.warm) / max(1, self.steps - self.warm)
        return self.rate * (0.02 + 0.98 * 0.5 * (1 + float(np.cos(np.pi * min(1, done)))))


def _told(parts: Tensor) -> str:
    groups = {"lids": LIDS, "brows": BROWS, "lips": LIPS, "gaze": np.r_[GAZE], "head": np.r_[ROTATION.start : D]}
    return "  ".join(f"{name} {float(parts[group].mean()):.3f}" for name, group in groups.items())


@dataclass
class Learning:
    """What a checkpoint keeps."""

    net: FlowNet
    average: FlowNet
    optimiser: torch.optim.Optimizer
    step: int = 0

    @staticmethod
    def begun(out: Path, rate: float) -> "Learning":
        """From the checkpoint in `out`, or from nothing."""
        torch.manual_seed(0)
        net, average = FlowNet(), FlowNet()
        average.load_state_dict(net.state_dict())
        optimiser = torch.optim.AdamW(net.parameters(), rate, betas=(0.9, 0.98), weight_decay=0.01)
        made = Learning(net, average, optimiser)
        if (kept := out / "flow.pt").exists():
            state = torch.load(kept, weights_only=True)
            net.load_state_dict(state["net"])
            average.load_state_dict(state["average"])
            optimiser.load_state_dict(state["optimiser"])
            made.step = int(state["step"])
        return made

    def save(self, out: Path) -> None:
        """Write the checkpoint, whole or not at all."""
        state = {
            "net": self.net.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
        }
        torch.save(state, out / "flow.pt.part")
        (out / "flow.pt.part").replace(out / "flow.pt")

    def learn(self, batch: Batch, weights: Tensor, rate: float) -> Tensor:
        """One step; the loss by channel."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        with torch.autocast("cpu", torch.bfloat16):
            parts = loss(self.net, batch)
        total = (parts * weights).mean()
        self.optimiser.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimiser.step()
        self.step += 1
        memory = min(AVERAGE, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for mean, new in zip(self.average.parameters(), self.net.parameters(), strict=True):
                mean.lerp_(new, 1 - memory)
        return parts.detach()


def train(data: Corpus, scales: Scales, out: Path, plan: Plan) -> FlowNet:
    """Learn for the steps that are left; the running average of the network."""
    weights = torch.from_numpy(WEIGHTS)
    learning, began = Learning.begun(out, plan.rate), now()
    first, seen = learning.step, []
    drawn, unseen = Sequences(data, scales), Sequences(data, scales, held_back=True)
    rng = np.random.default_rng(first)
    while learning.step < plan.steps:
        seen.append(learning.learn(drawn.batch(plan.size, rng), weights, plan.at(learning.step)))
        if learning.step % plan.every == 0:
            speed = (now() - began) / (learning.step - first)
            print(f"{learning.step:6d}  {_told(torch.stack(seen).mean(0))}  {speed:.2f} s a step", flush=True)
            seen.clear()
        if learning.step % plan.keep == 0 or learning.step == plan.steps:
            learning.save(out)
            print(f"        never trained on: {_told(_unseen(learning.average, unseen))}", flush=True)
    return learning.average


def _unseen(net: FlowNet, unseen: Sequences) -> Tensor:
    rng = np.random.default_rng(0)
    with torch.no_grad(), torch.random.fork_rng():
        torch.manual_seed(0)
        return torch.stack([loss(net, unseen.batch(16, rng)) for _ in range(4)]).mean(0)


def ship(net: FlowNet, scales: Scales, folder: Path) -> None:
    """Put the model where the package finds it."""
    net.eval()
    ships.ship("context.safetensors", quantise.file_bytes(net.context, context.ORDER), folder)
    head = (*velocity.SIGHT_ORDER, *velocity.HEAD_ORDER)
    ships.ship("velocity.safetensors", quantise.file_bytes(net.velocity, head), folder)
    ships.ship("flow.safetensors", save({name: np.ascontiguousarray(v) for name, v in vars(scales).items()}), folder)


def main() -> None:
    """Train and, when asked, put the networks where the package finds them."""
    parser = argparse.ArgumentParser(description="Train the motion model.")
    parser.add_argument("--life", type=Path, default=Path("runs/motion/life.npz"))
    parser.add_argument("--heard", type=Path, default=Path("runs/motion/heard"))
    parser.add_argument("--out", type=Path, default=Path("runs/motion"))
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--size", type=int, default=24, help="sequences in a batch")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--ship", type=Path, help="folder of trained files to put the networks into")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    data = flow_data.corpus(life.read(args.life), args.heard)
    scales = flow_data.scales(data)
    net = train(data, scales, args.out, replace(Plan(args.steps), size=args.size))
    if args.ship:
        ship(net, scales, args.ship)


if __name__ == "__main__":
    main()
