"""Train the network of the matte; the same command goes on where it stopped.

python -m vultus.train.faces.matte_train --data runs/faces/mattes.npz --out runs/faces/matte --steps 3000
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from vultus.analysis.fill import spread
from vultus.analysis.own_matte import SIZE
from vultus.train import ships
from vultus.train.faces import learn, looks, split, store
from vultus.train.faces.backgrounds import made
from vultus.train.faces.matte_net import MatteNet, onnx_bytes
from vultus.train.faces.mattes import Matted, read
from vultus.train.faces.thaw import thaw
from vultus.train.halved import halved

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

ELSEWHERE = 0.45  # share of people before another background ...
SOMEWHERE = 0.6  # ... of which so many before what is behind somebody else
APART = 13  # pixels around a person that are no background for another one
LOOKED_AT = 200  # held-out pictures


def _opened(one: Matted) -> tuple[Bytes, Bytes]:  # -> [SIZE, SIZE, 3], [SIZE, SIZE]
    return store.decode(one.picture), np.ascontiguousarray(store.decode(one.matte)[..., 0])


def behind(one: Matted, rng: np.random.Generator) -> Bytes:  # -> [SIZE, SIZE, 3]
    """What is behind somebody: where the person is, what surrounds them is spread, or shown in a mirror."""
    picture, matte = _opened(one)
    person = np.asarray(cv2.dilate((matte > 25).astype(np.uint8), np.ones((APART, APART), np.uint8)), np.float32)
    if rng.random() < 0.7:  # walls and chairs go on where the person was, upside down
        mirrored, hidden = (layer[::-1, ::-1] for layer in (picture, person))
        picture = np.where(person[..., None] > hidden[..., None], mirrored, picture)
        person = person * hidden
    return np.rint(spread(picture.astype(np.float32), 1 - person)).astype(np.uint8)


def anew(one: Matted, others: Sequence[Matted], rng: np.random.Generator) -> tuple[Bytes, Bytes]:
    """The picture otherwise: moved, turned, mirrored, before another background, as another picture."""
    picture, matte = _opened(one)
    if rng.random() < ELSEWHERE:
        share = matte[..., None].astype(np.float32) / 255
        there = behind(others[int(rng.integers(len(others)))], rng) if rng.random() < SOMEWHERE else made(SIZE, rng)
        if rng.random() < 0.5:
            there = there[:, ::-1]
        picture = np.rint(share * picture + (1 - share) * there).astype(np.uint8)
    if rng.random() < 0.5:
        picture, matte = np.ascontiguousarray(picture[:, ::-1]), np.ascontiguousarray(matte[:, ::-1])
    size = float(np.exp(rng.normal(0.05, 0.2)))
    turn = np.asarray(cv2.getRotationMatrix2D((SIZE / 2, SIZE / 2), float(rng.normal(0, 8)), size), np.float64)
    turn[0] *= np.exp(rng.normal(0, 0.08))  # pictures that are no squares are squeezed into one
    turn[:, 2] += rng.normal(0, 0.06 * SIZE, 2)
    moved = [
        cv2.warpAffine(layer, turn, (SIZE, SIZE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        for layer in (picture, matte)
    ]
    return looks.anew(np.asarray(moved[0], np.uint8), rng), np.asarray(moved[1], np.uint8)


def as_batch(made_of: list[tuple[Bytes, Bytes]]) -> learn.Batch:
    """(pictures [B, 3, SIZE, SIZE], mattes [B, SIZE, SIZE]), bytes."""
    pictures = torch.from_numpy(np.stack([picture for picture, _ in made_of])).permute(0, 3, 1, 2)
    return pictures, torch.from_numpy(np.stack([matte for _, matte in made_of]))


@dataclass(frozen=True)
class Batches:
    """Draws batches of pictures."""

    pool: tuple[Matted, ...]
    size: int

    def __call__(self, rng: np.random.Generator) -> learn.Batch:
        """See `as_batch`."""
        return as_batch([anew(self.pool[int(rng.integers(len(self.pool)))], self.pool, rng) for _ in range(self.size)])


def loss(net: nn.Module, batch: learn.Batch) -> dict[str, Tensor]:
    """Cross entropy, more of it along the edge, and what the intersection lacks of the union."""
    pictures, mattes = batch
    logit, wanted = net(pictures.float() / 255).float(), mattes.float() / 255
    wide = F.max_pool2d(wanted[:, None], 9, 1, 4)[:, 0] + F.max_pool2d(-wanted[:, None], 9, 1, 4)[:, 0]
    each = F.binary_cross_entropy_with_logits(logit, wanted, reduction="none") * (1 + wide)
    found = torch.sigmoid(logit)
    both = torch.minimum(found, wanted).sum((1, 2))
    either = torch.maximum(found, wanted).sum((1, 2))
    return {"each": each.mean(), "overlap": (1 - (both + 1) / (either + 1)).mean()}


def overlap(found: Floats, true: Floats) -> float:  # [H, W] twice, 0..1
    """Intersection over union of two mattes cut at one half."""
    a, b = found > 0.5, true > 0.5
    return float((a & b).sum() / max((a | b).sum(), 1))


def _look(net: nn.Module, held: learn.Batch, device: str, out: Path) -> str:
    """Keep the network; its overlap with the teacher's mattes of held-out pictures."""
    assert isinstance(net, MatteNet)
    (out / "matte.onnx").write_bytes(onnx_bytes(net))
    with torch.no_grad():
        found = torch.cat([torch.sigmoid(net(part.to(device).float() / 255)).cpu() for part in held[0].split(20)])
    each = [overlap(one, true / 255) for one, true in zip(found.numpy(), held[1].numpy(), strict=True)]
    return f"held out, intersection over union: mean {np.mean(each):.3f}, worst tenth {np.quantile(each, 0.1):.3f}"


def train(kept: list[Matted], out: Path, plan: learn.Plan, size: int, begin: Path | None = None) -> nn.Module:
    """Train, or go on; gives back the average network. `begin` is an ONNX file of the network to begin with."""
    torch.manual_seed(0)
    own = tuple(one for one in kept if one.part == split.TRAIN)
    held = [_opened(one) for one in kept if one.part == split.HELD_OUT][:LOOKED_AT]
    look = partial(_look, held=as_batch(held), device=plan.device, out=out) if held else None
    net = MatteNet()
    if begin is not None:
        seen = as_batch([_opened(one) for one in own[:64]])[0]
        thaw(net, begin.read_bytes(), seen.float() / 255)
    return learn.run(net, Batches(own, size), loss, out, plan, look)


def main() -> None:
    """Train and, when asked, put the network where the package finds it."""
    parser = argparse.ArgumentParser(description="Train the network of the matte.")
    options = learn.arguments(parser, "matte", steps=3000, size=24, data="mattes.npz")
    net = train(read(options.data), options.out, learn.plan(options), options.size, options.begin)
    assert isinstance(net, MatteNet)
    (options.out / "matte.onnx").write_bytes(onnx_bytes(net))
    if options.ship:
        ships.ship("matte.onnx", halved(onnx_bytes(net)), options.ship)


if __name__ == "__main__":
    main()
