"""Train the motion network: lips from log-mel rows.

    python -m vultus.train.motion_train --data runs/motion/data.npz --out runs/motion --steps 6000

Every batch is put together anew: two pieces of sound with a silence between or after them, each at another
tempo, then heard through `train/augment.py`. The loss looks at the weights, at the opening and width of the
lips through the face model, at their speed, at the correlation of the opening (which does not mind how
lively a speaker is), and asks for closed lips where lips are closed. Checkpoints are kept in --out, and the
same command goes on from the last one.
"""

import argparse
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from vultus.clock import SAMPLES_PER_FRAME, now
from vultus.face import EXPRESSIONS, face_model
from vultus.motion.mouth import DELAY
from vultus.train import augment, ships
from vultus.train.motion_net import MotionNet, onnx_bytes
from vultus.train.speech_data import LOWER_FACE, Item, read

Floats = NDArray[np.float32]

FRAMES = 112  # of a training sequence
PARTS = (0.34, 0.22, 0.22, 0.22)  # shares of real, carried, synthetic and aligned items

AVERAGE = 0.999  # memory of the running average of the weights
TRUST = (1.0, 1.0, 0.7, 0.5)  # in the weights of each source
SHUT_MATTERS = torch.tensor(3.0)  # a closure missed costs more than one too many
UPPER_LIP, LOWER_LIP, FOREHEAD, CHIN, CORNER_A, CORNER_B = 13, 14, 10, 152, 61, 291
JAW = EXPRESSIONS.index("jawOpen")


@dataclass(frozen=True)
class Batch:
    """Sounds and lips; everything in step with the frames."""

    rows: Tensor  # [B, 4 FRAMES, BANDS]
    weights: Tensor  # [B, FRAMES, E]
    aperture: Tensor  # [B, FRAMES]
    speaking: Tensor  # [B, FRAMES]
    trust: Tensor  # [B, FRAMES] in the weights
    shut: Tensor  # [B, FRAMES] by a bilabial; UNKNOWN where nobody can tell


@dataclass(frozen=True)
class Piece:
    """One item at another tempo, cut to at most so many frames."""

    samples: Floats
    targets: Floats  # [T, E + 4] weights, aperture, speaking, trust, shut


def _piece(item: Item, rng: np.random.Generator, most: int) -> Piece:
    tempo = float(np.exp(rng.uniform(-0.16, 0.16)))
    count = int((len(item.weights) - 1) / tempo)
    targets = np.concatenate(
        [
            item.weights,
            item.aperture[:, None],
            item.speaking[:, None],
            np.full((len(item.weights), 1), TRUST[item.source], np.float32),
            item.shut[:, None],
        ],
        axis=1,
    )
    place = np.minimum(np.arange(count) * tempo, len(targets) - 1.001)
    low = place.astype(int)
    part = (place - low)[:, None].astype(np.float32)
    targets = targets[low] * (1 - part) + targets[low + 1] * part
    start = int(rng.integers(0, max(1, count - most + 1)))
    stop = min(count, start + most)
    at = np.arange(start * SAMPLES_PER_FRAME, stop * SAMPLES_PER_FRAME) * tempo
    samples = np.interp(at, np.arange(len(item.samples)), item.samples, right=0.0).astype(np.float32)
    return Piece(samples, targets[start:stop].astype(np.float32))


def _sequence(pools: list[list[Item]], rng: np.random.Generator) -> tuple[Floats, Floats]:
    """(samples [FRAMES * 640], targets [FRAMES, E + 4]): pieces with silences between them."""
    sound = np.zeros(FRAMES * SAMPLES_PER_FRAME, np.float32)
    targets = np.zeros((FRAMES, len(EXPRESSIONS) + 4), np.float32)
    targets[:, -2] = 1
    there = np.array(PARTS) * [bool(pool) for pool in pools]
    shares = there / there.sum()
    frame = int(rng.integers(0, 25)) if rng.random() < 0.4 else 0
    if rng.random() < 0.12:
        return sound, targets  # nothing but the noises that are added later
    while frame < FRAMES - 12:
        pool = pools[int(rng.choice(len(pools), p=shares))]
        piece = _piece(pool[int(rng.integers(len(pool)))], rng, FRAMES - frame)
        stop = frame + len(piece.targets)
        level = np.float32(10 ** (rng.uniform(-4, 4) / 20))
        sound[frame * SAMPLES_PER_FRAME : stop * SAMPLES_PER_FRAME] = piece.samples * level
        targets[frame:stop] = piece.targets
        frame = stop + int(rng.integers(4, 30))
    joined = np.pad(targets, ((1, 1), (0, 0)), mode="edge")
    targets[:, :-3] = (0.25 * joined[:-2] + 0.5 * joined[1:-1] + 0.25 * joined[2:])[:, :-3]
    return sound, targets


def _batch(pools: list[list[Item]], size: int, backing: Floats, rng: np.random.Generator) -> Batch:
    made = [_sequence(pools, rng) for _ in range(size)]
    sounds = torch.from_numpy(np.stack([sound for sound, _ in made]))
    targets = torch.from_numpy(np.stack([target for _, target in made]))
    sounds = sounds + 1e-5 * torch.from_numpy(rng.normal(0, 1, sounds.shape).astype(np.float32))
    rows = augment.features(sounds, backing, rng, augment.Strength())
    return Batch(rows, targets[:, :, :-4], *(targets[:, :, -k] for k in (4, 3, 2, 1)))


class Lips:
    """Opening and width of the lips as a function of weights that learning can go through."""

    def __init__(self) -> None:
        model = face_model()
        points = [UPPER_LIP, LOWER_LIP, FOREHEAD, CHIN, CORNER_A, CORNER_B]
        self.mean = torch.from_numpy(model.mean[points])
        self.basis = torch.from_numpy(model.basis[:, points])

    def __call__(self, weights: Tensor) -> tuple[Tensor, Tensor]:  # [B, T, E] -> [B, T] twice
        """(signed aperture over face height, width in face units)."""
        points = self.mean + torch.einsum("bte,epc->btpc", weights, self.basis)
        height = (points[:, :, 2] - points[:, :, 3]).norm(dim=2)
        aperture = (points[:, :, 0, 1] - points[:, :, 1, 1]) / height
        return aperture, (points[:, :, 4] - points[:, :, 5]).norm(dim=2)


def _uncorrelated(a: Tensor, b: Tensor) -> Tensor:
    """1 - r of each sequence [B, T], where the target moves enough for r to mean something."""
    a, b = a - a.mean(1, keepdim=True), b - b.mean(1, keepdim=True)
    r = (a * b).sum(1) / ((a**2).sum(1) * (b**2).sum(1) + 1e-9).sqrt()
    moves = (b.std(1) > 0.005).float()
    return ((1 - r) * moves).sum() / moves.sum().clamp(min=1)


def _closing(logit: Tensor, shut: Tensor) -> Tensor:
    """Cross entropy of the closures [B, T] where they are known."""
    each = F.binary_cross_entropy_with_logits(logit, shut.clamp(0, 1), reduction="none", pos_weight=SHUT_MATTERS)
    return ((shut >= 0) * each).mean()


def loss(net: MotionNet, lips: Lips, batch: Batch) -> tuple[Tensor, dict[str, float]]:
    """The loss of a batch, and its parts for the log."""
    raw, logit, shut_logit = (answer[:, DELAY:] for answer in net(batch.rows))
    want, trust = batch.weights[:, :-DELAY], batch.trust[:, :-DELAY, None]
    aperture, speaking = batch.aperture[:, :-DELAY], batch.speaking[:, :-DELAY]
    shut = batch.shut[:, :-DELAY]
    legal = raw + (raw.clamp(0, 1) - raw).detach()  # clipped in use, not in what it learns from
    opened, wide = lips(legal)
    wide_wanted = lips(want)[1]
    lower = LOWER_FACE
    closed = 1 + 2 * ((aperture < 0.01) & (speaking > 0.5)).float()
    parts = {
        "weights": (trust * F.smooth_l1_loss(raw[:, :, lower], want[:, :, lower], beta=0.1, reduction="none"))
        .mean() * 40,
        "aperture": (trust[:, :, 0] * closed * ((opened - aperture) / 0.03) ** 2).mean(),
        "width": ((trust[:, :, 0] * (wide - wide_wanted) / 0.03) ** 2).mean() * 0.5,
        "speed": ((opened.diff(dim=1) - aperture.diff(dim=1)) / 0.02).square().mean() * 0.5
        + (trust[:, 1:] * (raw.diff(dim=1) - want.diff(dim=1))[:, :, lower].square()).mean() * 40,
        "r": _uncorrelated(opened, aperture) * 1.0,
        "shut": _closing(shut_logit, shut) * 1.0,
        "speaking": F.binary_cross_entropy_with_logits(logit, speaking) * 0.5,
    }  # fmt: skip
    total: Tensor = torch.stack(list(parts.values())).sum()
    return total, {name: float(value.detach()) for name, value in parts.items()}


@contextmanager
def batches(collected: list[Item], size: int, seed: int, ahead: int = 4) -> "Iterator[queue.Queue[Batch]]":
    """Batches without end, prepared in a thread of their own for as long as the body runs."""
    pools = [[item for item in collected if item.source == source] for source in range(len(PARTS))]
    ready: queue.Queue[Batch] = queue.Queue(ahead)
    over = threading.Event()

    def prepare() -> None:
        rng = np.random.default_rng(seed)
        backing = augment.music(60, rng)
        while not over.is_set():
            ready.put(_batch(pools, size, backing, rng))

    thread = threading.Thread(target=prepare)
    thread.start()
    try:
        yield ready
    finally:
        over.set()
        while thread.is_alive():
            with suppress(queue.Empty):
                ready.get(timeout=0.1)


@dataclass(frozen=True)
class Plan:
    """How long and how fast to learn."""

    steps: int
    size: int = 24
    rate: float = 1.5e-3
    warm: int = 200


def _rate(plan: Plan, step: int) -> float:
    if step < plan.warm:
        return plan.rate * (step + 1) / plan.warm
    return plan.rate * (0.02 + 0.98 * 0.5 * (1 + float(np.cos(np.pi * step / plan.steps))))


def _step(net: MotionNet, optimiser: torch.optim.Optimizer, lips: Lips, batch: Batch) -> dict[str, float]:
    total, parts = loss(net, lips, batch)
    optimiser.zero_grad()
    total.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    optimiser.step()
    return parts


def _follow(average: MotionNet, net: MotionNet, step: int) -> None:
    memory = min(AVERAGE, (step + 1) / (step + 10))
    with torch.no_grad():
        for slow, fast in zip(average.parameters(), net.parameters(), strict=True):
            slow.lerp_(fast, 1 - memory)


def _learn(
    net: MotionNet,
    average: MotionNet,
    optimiser: torch.optim.Optimizer,
    ready: "queue.Queue[Batch]",
    plan: Plan,
    step: int,
    out: Path,
) -> None:
    lips, began, first, told = Lips(), now(), step, dict[str, float]()
    while step < plan.steps:
        for group in optimiser.param_groups:
            group["lr"] = _rate(plan, step)
        parts = _step(net, optimiser, lips, ready.get())
        _follow(average, net, step)
        step += 1
        told = {name: told.get(name, value) * 0.98 + value * 0.02 for name, value in parts.items()}
        if step % 50 == 0 or step == plan.steps:
            line = " ".join(f"{name} {value:.3f}" for name, value in told.items())
            print(f"{step}/{plan.steps} {(now() - began) / (step - first):.2f} s/step {line}", flush=True)
        if step % 500 == 0 or step == plan.steps:
            state = {"net": net.state_dict(), "average": average.state_dict(), "step": step}
            torch.save({**state, "optimiser": optimiser.state_dict()}, out / "checkpoint.pt")
            (out / "motion.onnx").write_bytes(onnx_bytes(average))


def train(collected: list[Item], out: Path, plan: Plan) -> MotionNet:
    """Train, or go on from `out/checkpoint.pt`; gives back the running average of the network."""
    torch.manual_seed(0)
    net, average = MotionNet(), MotionNet()
    average.load_state_dict(net.state_dict())
    optimiser = torch.optim.AdamW(net.parameters(), lr=plan.rate, weight_decay=0.02, betas=(0.9, 0.98))
    kept, step = out / "checkpoint.pt", 0
    if kept.exists():
        state = torch.load(kept, weights_only=True)
        net.load_state_dict(state["net"])
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        step = int(state["step"])
    with batches(collected, plan.size, seed=step) as ready:
        _learn(net, average, optimiser, ready, plan, step, out)
    return average


def main() -> None:
    """Train and, when asked, put the network where the package finds it."""
    parser = argparse.ArgumentParser(description="Train the motion network.")
    parser.add_argument("--data", type=Path, default=Path("runs/motion/data.npz"))
    parser.add_argument("--out", type=Path, default=Path("runs/motion"))
    parser.add_argument("--steps", type=int, default=7000)
    parser.add_argument("--size", type=int, default=24, help="sequences in a batch")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--ship", type=Path, help="folder of trained files to put the network into")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    net = train(read(args.data), args.out, replace(Plan(args.steps), size=args.size))
    if args.ship:
        ships.ship("motion.onnx", onnx_bytes(net), args.ship)


if __name__ == "__main__":
    main()
