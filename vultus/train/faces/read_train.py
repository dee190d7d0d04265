"""Train the network that reads faces; the same command goes on where it stopped.

    python -m vultus.train.faces.read_train --data runs/faces/data --out runs/faces/read --steps 12000

On a GPU: `--device cuda --workers 14 --size 256`.
"""

import argparse
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from vultus.analysis.rest import LID_PAIRS, LIP_PAIRS
from vultus.face import GAZE, POINTS, ROTATION, E
from vultus.topology import OVAL
from vultus.train import ships
from vultus.train.faces import learn, sights, split, store
from vultus.train.faces.measures import LIDS, LIPS, RINGS, errors
from vultus.train.faces.read_net import ReadNet, onnx_bytes
from vultus.train.faces.thaw import thaw
from vultus.train.halved import halved

Floats = NDArray[np.float32]

SHARES = {"virtual": 0.25, "head": 0.15, "video": 0.05}  # of the examples; pictures are the rest
BEND = 0.01  # of half a view: errors below it are squared, above it counted as they are
DEPTH = 0.3  # of a depth against x and y
OPENINGS = np.array([*LIP_PAIRS, *LID_PAIRS[0], *LID_PAIRS[1]])  # [23, 2] points that meet


def point_weights() -> Tensor:  # [478]
    """How much each point matters: lips, lids and irises are looked at, the far rim of the head is a guess."""
    weights = np.ones(POINTS, np.float32)
    weights[list(OVAL)] = 0.7
    weights[list(LIPS)] = 2.0
    weights[list(LIDS)] = 2.0
    weights[list(RINGS)] = 3.0
    return torch.from_numpy(weights / weights.mean())


def _unit(points: Floats) -> Floats:  # pixels of a view -> -1..1
    middle = (sights.SIZE - 1) / 2
    shifted = points - np.array([middle, middle, 0], np.float32)
    return np.asarray(shifted / (sights.SIZE / 2), np.float32)


@dataclass(frozen=True)
class Batches:
    """Draws batches of looks at the faces of a list."""

    pools: tuple[tuple[store.Example, ...], ...]
    shares: tuple[float, ...]
    size: int

    def __call__(self, rng: np.random.Generator) -> learn.Batch:
        """(views, points, seen, rows)."""
        chosen = [self.pools[int(i)] for i in rng.choice(len(self.pools), self.size, p=self.shares)]
        made = [sights.anew(pool[int(rng.integers(len(pool)))], rng) for pool in chosen]
        return as_batch(made)


def as_batch(made: list[sights.Sight]) -> learn.Batch:
    """Sights as tensors: views [B, 3, SIZE, SIZE] bytes, points [B, 478, 3] in -1..1, seen, rows."""
    views = torch.from_numpy(np.stack([sight.picture for sight in made])).permute(0, 3, 1, 2)
    points = torch.from_numpy(np.stack([_unit(sight.points) for sight in made]))
    seen = torch.from_numpy(np.stack([sight.seen for sight in made]))
    return views, points, seen, torch.from_numpy(np.stack([sight.row for sight in made]))


def batches(examples: list[store.Example], size: int) -> Batches:
    """Batches of those examples that are trained on."""
    own = [one for one in examples if one.part == split.TRAIN]
    pools = {kind: tuple(one for one in own if one.kind == kind) for kind in SHARES}
    pools["pictures"] = tuple(one for one in own if one.kind not in SHARES)
    shares = {**SHARES, "pictures": 1 - sum(SHARES.values())}
    there = {kind: share for kind, share in shares.items() if pools[kind]}
    total = sum(there.values())
    return Batches(tuple(pools[kind] for kind in there), tuple(share / total for share in there.values()), size)


def _known(said: Tensor, true: Tensor) -> Tensor:
    """Smooth absolute error where the truth is known (not NaN)."""
    there = ~torch.isnan(true)
    error = F.smooth_l1_loss(said.float(), torch.nan_to_num(true), reduction="none", beta=0.1)
    return (error * there).sum() / there.sum().clamp(min=1)


def loss(net: nn.Module, batch: learn.Batch, weights: Tensor) -> dict[str, Tensor]:
    """The parts of the loss, each already weighted."""
    views, points, seen, rows = batch
    said = net(views.float() / 255)
    found = said.points.float()
    each = F.smooth_l1_loss(found, points, reduction="none", beta=BEND)
    each = (each[..., :2].sum(-1) + DEPTH * each[..., 2]) * weights.to(each.device)
    upper, lower = OPENINGS.T
    gaps = (found[:, upper] - found[:, lower])[..., :2] - (points[:, upper] - points[:, lower])[..., :2]
    open_error = F.smooth_l1_loss(gaps, torch.zeros_like(gaps), beta=BEND)
    return {
        "points": 10 * each.mean(),
        "gaps": 60 * open_error,
        "seen": 0.2 * F.binary_cross_entropy_with_logits(said.seen.float(), seen),
        "weights": 2 * _known(said.weights, rows[:, :E]),
        "gaze": 2 * _known(said.gaze, rows[:, GAZE]),
        "head": 2 * _known(said.head, rows[:, ROTATION]),
    }


def _look(net: nn.Module, held: learn.Batch, device: str, out: Path) -> str:
    """Keep the network as it would be shipped; errors on held-out pictures seen upright."""
    assert isinstance(net, ReadNet)
    (out / "read.onnx").write_bytes(onnx_bytes(net))
    with torch.no_grad():
        found = torch.cat([net(part.to(device).float() / 255).points.cpu() for part in held[0].split(50)])
    figures = errors(found.numpy(), held[1].numpy())
    return "held out, % of the eye distance: " + " ".join(f"{name} {value:.2f}" for name, value in figures.items())


def train(
    examples: list[store.Example], out: Path, plan: learn.Plan, size: int, begin: Path | None = None
) -> nn.Module:
    """Train, or go on; gives back the average network. `begin` is an ONNX file of the network to begin with."""
    torch.manual_seed(0)
    maker = batches(examples, size)
    net = ReadNet()
    rng = np.random.default_rng(0)
    if begin is None:
        net.start_from(torch.cat([maker(rng)[1] for _ in range(1 + 1000 // size)]))
    else:
        thaw(net, begin.read_bytes(), torch.cat([maker(rng)[0] for _ in range(1 + 200 // size)]).float() / 255)
    held = [one for one in examples if one.part == split.HELD_OUT and one.kind not in SHARES][:200]
    look = (
        partial(_look, held=as_batch([sights.plain(one) for one in held]), device=plan.device, out=out)
        if held
        else None
    )
    return learn.run(net, maker, partial(loss, weights=point_weights()), out, plan, look)


def main() -> None:
    """Train and, when asked, put the network where the package finds it."""
    parser = argparse.ArgumentParser(description="Train the network that reads faces.")
    options = learn.arguments(parser, "read", steps=12000, size=48)
    net = train(store.read_all(options.data), options.out, learn.plan(options), options.size, options.begin)
    assert isinstance(net, ReadNet)
    (options.out / "read.onnx").write_bytes(onnx_bytes(net))
    if options.ship:
        ships.ship("read.onnx", halved(onnx_bytes(net)), options.ship)


if __name__ == "__main__":
    main()
