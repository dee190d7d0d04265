"""Train one of the networks that look closer; the same command goes on where it stopped.

python -m vultus.train.faces.detail_train mouth --data runs/faces/data --out runs/faces/mouth --steps 5000
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

from vultus.analysis.own_detail import PARTS, Part, mirrored, patch, region
from vultus.analysis.own_view import View
from vultus.analysis.rest import LID_PAIRS, LIP_PAIRS
from vultus.topology import OUTER_CORNERS
from vultus.train import ships
from vultus.train.faces import learn, looks, split, store
from vultus.train.faces.detail_net import DetailNet, onnx_bytes
from vultus.train.halved import halved

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Rng = np.random.Generator

SHARES = {"virtual": 0.35, "video": 0.2}  # of the examples; pictures are the rest
SHIFT, SIZE, TURN = 0.035, 0.07, 4.0  # standard deviations of the view: over its side, of the log, degrees
CHANGED = 0.6  # of the changes of a whole face: much of what they take away is what is looked at here
BEND = 0.02  # of half a patch: errors below it are squared, above it counted as they are
LOOKED_AT = 400  # held-out pictures


@dataclass(frozen=True)
class Sight:
    """A patch and its true points."""

    picture: Bytes  # [size, size, 3]
    points: Floats  # [N, 2] -1..1 over the patch
    unit: float  # distance of the face's outer eye corners in the same unit


def sight(one: store.Example, part: Part, rng: Rng | None) -> Sight:
    """The part of a face; with `rng` at random, off as the reader is off, as another picture."""
    picture, points = store.decode(one.picture), one.points
    if rng is not None and rng.random() < 0.5:
        picture, points = picture[:, ::-1], mirrored(points, picture.shape[1] - 1)
    view = patch(points, part)
    if rng is not None:
        x, y = rng.normal(0, SHIFT * view.side, 2)
        turn = float(np.radians(rng.normal(0, TURN)))
        side = view.side * float(np.exp(rng.normal(0, SIZE)))
        view = View(view.x + float(x), view.y + float(y), side, view.roll + turn)
    seen = view.cut(np.ascontiguousarray(picture), part.size)
    apart = float(np.linalg.norm(points[OUTER_CORNERS[0], :2] - points[OUTER_CORNERS[1], :2]))
    there = view.into(points, part.size)[region(part).points, :2]
    true = (there - (part.size - 1) / 2) / (part.size / 2)
    return Sight(
        looks.anew(seen, rng, CHANGED) if rng is not None else seen, true.astype(np.float32), 2 * apart / view.side
    )


@dataclass(frozen=True)
class Batches:
    """Draws batches of patches."""

    part: Part
    pools: tuple[tuple[store.Example, ...], ...]
    shares: tuple[float, ...]
    size: int

    def __call__(self, rng: Rng) -> learn.Batch:
        """(patches, points)."""
        chosen = [self.pools[int(i)] for i in rng.choice(len(self.pools), self.size, p=self.shares)]
        return as_batch([sight(pool[int(rng.integers(len(pool)))], self.part, rng) for pool in chosen])


def as_batch(made: list[Sight]) -> learn.Batch:
    """Patches [B, 3, size, size] bytes, points [B, N, 2]."""
    patches = torch.from_numpy(np.stack([one.picture for one in made])).permute(0, 3, 1, 2)
    return patches, torch.from_numpy(np.stack([one.points for one in made]))


def batches(examples: list[store.Example], part: Part, size: int) -> Batches:
    """Batches of those examples that are trained on."""
    own = [one for one in examples if one.part == split.TRAIN and one.kind != "head"]  # made-up lids and lips
    pools = {kind: tuple(one for one in own if one.kind == kind) for kind in SHARES}
    pools["pictures"] = tuple(one for one in own if one.kind not in SHARES)
    shares = {**SHARES, "pictures": 1 - sum(SHARES.values())}
    there = {kind: share for kind, share in shares.items() if pools[kind]}
    total = sum(there.values())
    return Batches(part, tuple(pools[kind] for kind in there), tuple(share / total for share in there.values()), size)


def openings(part: Part) -> NDArray[np.intp]:  # [M, 2]
    """Pairs of points that meet when the part closes, by their place in the region."""
    place = {int(point): index for index, point in enumerate(region(part).points)}
    pairs = [*LIP_PAIRS, *LID_PAIRS[0]]
    return np.array([[place[a], place[b]] for a, b in pairs if a in part.own and b in part.own])


def point_weights(part: Part) -> Tensor:  # [N]
    """How much each point matters: as much as it is believed later."""
    share = region(part).share + 0.2
    return torch.from_numpy((share / share.mean()).astype(np.float32))


def loss(net: nn.Module, batch: learn.Batch, weights: Tensor, pairs: Tensor) -> dict[str, Tensor]:
    """The parts of the loss, each already weighted."""
    patches, points = batch
    found = net(patches.float() / 255).float()
    each = F.smooth_l1_loss(found, points, reduction="none", beta=BEND).sum(-1) * weights.to(found.device)
    upper, lower = pairs.T
    gaps = (found[:, upper] - found[:, lower]) - (points[:, upper] - points[:, lower])
    return {
        "points": 10 * each.mean(),
        "gaps": 20 * F.smooth_l1_loss(gaps, torch.zeros_like(gaps), beta=BEND / 2),
    }


def _look(net: nn.Module, made: list[Sight], part: Part, device: str, out: Path) -> str:
    """Keep the network as it would be shipped; errors of its own points on held-out pictures."""
    assert isinstance(net, DetailNet)
    (out / f"{part.name}.onnx").write_bytes(onnx_bytes(net))
    patches, points = as_batch(made)
    with torch.no_grad():
        found = torch.cat([net(some.to(device).float() / 255).cpu() for some in patches.split(100)])
    own = np.isin(region(part).points, part.own)
    away = np.linalg.norm((found - points).numpy(), axis=2)[:, own].mean(1) / [one.unit for one in made]
    return f"held out, % of the eye distance: own points {100 * float(away.mean()):.2f}"


def train(examples: list[store.Example], part: Part, out: Path, plan: learn.Plan, size: int) -> nn.Module:
    """Train, or go on; gives back the average network."""
    torch.manual_seed(0)
    maker = batches(examples, part, size)
    net = DetailNet(part)
    rng = np.random.default_rng(0)
    net.start_from(torch.cat([maker(rng)[1] for _ in range(1 + 1000 // size)]))
    held = [one for one in examples if one.part == split.HELD_OUT and one.kind not in SHARES][:LOOKED_AT]
    made = [sight(one, part, None) for one in held]
    look = partial(_look, made=made, part=part, device=plan.device, out=out) if held else None
    known = partial(loss, weights=point_weights(part), pairs=torch.from_numpy(openings(part)))
    return learn.run(net, maker, known, out, plan, look)


def main() -> None:
    """Train and, when asked, put the network where the package finds it."""
    parser = argparse.ArgumentParser(description="Train a network that looks closer at mouth or eyes.")
    parts = {part.name: part for part in PARTS}
    parser.add_argument("part", choices=parts)
    options = learn.arguments(parser, "detail", steps=5000, size=64)
    part = parts[options.part]
    net = train(store.read_all(options.data), part, options.out, learn.plan(options), options.size)
    assert isinstance(net, DetailNet)
    (options.out / f"{part.name}.onnx").write_bytes(onnx_bytes(net))
    if options.ship:
        ships.ship(f"{part.name}.onnx", halved(onnx_bytes(net)), options.ship)


if __name__ == "__main__":
    main()
