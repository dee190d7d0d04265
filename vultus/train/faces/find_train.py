"""Train the network that finds faces; the same command goes on where it stopped.

python -m vultus.train.faces.find_train --data runs/faces/data --out runs/faces/find --steps 6000
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

from vultus.analysis.own_find import STRIDE, find
from vultus.train import ships
from vultus.train.faces import learn, scenes, split, store
from vultus.train.faces.find_net import CELLS, FindNet, onnx_bytes
from vultus.train.halved import halved

Floats = NDArray[np.float32]

NARROW = 0.06  # of a face's side: standard deviation of the hill of scores around its middle
HARD = 2.0  # power by which cells that are right already count less
LOOKED_AT = 60  # held-out scenes


def truth(scene: scenes.Scene) -> tuple[Floats, Floats]:
    """(hill of scores [h, w], cells [CELLS - 1, h, w] with NaN where no face has its middle)."""
    count = scenes.SIZE // STRIDE
    y, x = np.mgrid[:count, :count].astype(np.float32) * STRIDE + (STRIDE - 1) / 2
    hill = np.zeros((count, count), np.float32)
    cells = np.full((CELLS - 1, count, count), np.nan, np.float32)
    for (px, py, side), five in zip(scene.views, scene.five, strict=True):
        width = max(NARROW * side, 0.4 * STRIDE)
        hill = np.maximum(hill, np.exp(-((x - px) ** 2 + (y - py) ** 2) / (2 * width**2)))
        column, row = (int(np.clip(v // STRIDE, 0, count - 1)) for v in (px + 0.5, py + 0.5))
        hill[row, column] = 1
        for i in range(max(0, row - 1), min(count, row + 2)):  # its neighbours know the face too
            for j in range(max(0, column - 1), min(count, column + 2)):
                own = np.array([x[i, j], y[i, j]])
                cells[:2, i, j] = (np.array([px, py]) - own) / STRIDE
                cells[2, i, j] = np.log(side / STRIDE)
                cells[3:, i, j] = ((five - own) / side).ravel()
    return hill, cells


@dataclass(frozen=True)
class Batches:
    """Draws batches of scenes."""

    pool: tuple[store.Example, ...]
    size: int

    def __call__(self, rng: np.random.Generator) -> learn.Batch:
        """(pictures, hills, cells)."""
        made = [scenes.scene(self.pool, rng) for _ in range(self.size)]
        pictures = torch.from_numpy(np.stack([one.picture for one in made])).permute(0, 3, 1, 2)
        hills, cells = zip(*map(truth, made), strict=True)
        return pictures, torch.from_numpy(np.stack(hills)), torch.from_numpy(np.stack(cells))


def loss(net: nn.Module, batch: learn.Batch) -> dict[str, Tensor]:
    """Focal loss of the scores (Law and Deng, CornerNet, 2018), absolute errors of the faces."""
    pictures, hills, cells = batch
    said = net(pictures.float() / 255).float()
    logit, middle = said[:, 0], hills == 1
    sure = torch.sigmoid(logit)
    there = -((1 - sure) ** HARD) * F.logsigmoid(logit) * middle
    nothing = -(sure**HARD) * (1 - hills) ** 4 * F.logsigmoid(-logit) * ~middle
    faces = middle.sum().clamp(min=1)
    known = ~torch.isnan(cells)
    away = F.smooth_l1_loss(said[:, 1:], torch.nan_to_num(cells), reduction="none", beta=0.05) * known
    cellful = known[:, 0].sum().clamp(min=1)
    return {
        "score": (there.sum() + nothing.sum()) / faces,
        "middle": away[:, :2].sum() / cellful,
        "side": 2 * away[:, 2].sum() / cellful,
        "five": 2 * away[:, 3:].sum() / cellful,
    }


def _network(net: nn.Module, device: str, inputs: dict[str, Floats]) -> dict[str, Floats]:
    """The network as `own_find` calls it."""
    with torch.no_grad():
        cells = net(torch.from_numpy(inputs["picture"]).to(device).permute(0, 3, 1, 2) / 255).cpu()
    return {"cells": torch.cat([torch.sigmoid(cells[:, :1]), cells[:, 1:]], 1).numpy()}


def _look(net: nn.Module, held: tuple[scenes.Scene, ...], device: str, out: Path) -> str:
    """Keep the network; faces found and false alarms in held-out scenes."""
    assert isinstance(net, FindNet)
    (out / "find.onnx").write_bytes(onnx_bytes(net))
    hit = wanted = wrong = 0
    for scene in held:
        found = find(scene.picture, partial(_network, net, device))
        wanted += len(scene.views)
        near = [any(np.hypot(one.view.x - x, one.view.y - y) < side / 4 for one in found) for x, y, side in scene.views]
        hit += sum(near)
        wrong += max(0, len(found) - sum(near))
    return f"held out: found {hit} of {wanted}, false alarms {wrong} in {len(held)} pictures"


def train(examples: list[store.Example], out: Path, plan: learn.Plan, size: int) -> nn.Module:
    """Train, or go on; gives back the average network."""
    torch.manual_seed(0)
    own = tuple(one for one in examples if one.part == split.TRAIN and one.kind != "video")
    rest = tuple(one for one in examples if one.part == split.HELD_OUT and one.kind != "video")
    rng = np.random.default_rng(0)
    held = tuple(scenes.scene(rest, rng) for _ in range(LOOKED_AT)) if rest else ()
    look = partial(_look, held=held, device=plan.device, out=out)
    return learn.run(FindNet(), Batches(own, size), loss, out, plan, look)


def main() -> None:
    """Train and, when asked, put the network where the package finds it."""
    parser = argparse.ArgumentParser(description="Train the network that finds faces.")
    options = learn.arguments(parser, "find", steps=6000, size=32)
    net = train(store.read_all(options.data), options.out, learn.plan(options), options.size)
    assert isinstance(net, FindNet)
    (options.out / "find.onnx").write_bytes(onnx_bytes(net))
    if options.ship:
        ships.ship("find.onnx", halved(onnx_bytes(net)), options.ship)


if __name__ == "__main__":
    main()
