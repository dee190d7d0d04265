"""The network that finds faces: a picture of any size to cells of 8 pixels, each with a score and a face.

Without anchors: every face has one cell, that of its middle (Zhou et al., Objects as Points, 2019).
"""

import copy
import io

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vultus.train.faces.read_net import Block

WIDTHS = (16, 24, 48, 64, 64)  # channels after each halving
BLOCKS = (0, 1, 2, 2, 1)
TOP = 40  # channels of the cells
CELLS = 14  # score, x, y, log side, five points


def half(into: int, out: int) -> nn.Sequential:
    """A convolution that halves the picture."""
    return nn.Sequential(nn.Conv2d(into, out, 3, 2, 1, bias=False), nn.BatchNorm2d(out), nn.ReLU(inplace=True))


class FindNet(nn.Module):  # type: ignore[misc]
    """Pictures [B, 3, H, W] in 0..1, sides that 32 divides, to [B, CELLS, H / 8, W / 8]; the score as a logit."""

    def __init__(self) -> None:
        super().__init__()
        stages, before = [], 3
        for width, count in zip(WIDTHS, BLOCKS, strict=True):
            stages.append(nn.Sequential(half(before, width), *map(Block, [width] * count)))
            before = width
        self.first = nn.Sequential(*stages[:3])  # 8 pixels a cell
        self.second, self.third = stages[3], stages[4]  # 16, 32
        self.from_first = nn.Conv2d(WIDTHS[2], TOP, 1)
        self.from_second = nn.Conv2d(WIDTHS[3], TOP, 1)
        self.from_third = nn.Conv2d(WIDTHS[4], TOP, 1)
        self.mix = Block(TOP)
        self.cells = nn.Conv2d(TOP, CELLS, 1)
        nn.init.constant_(self.cells.bias[:1], -4.0)  # nearly every cell is no face

    def forward(self, pictures: Tensor) -> Tensor:
        """Look for faces."""
        eighth = self.first((pictures - 0.5) * 4)
        sixteenth = self.second(eighth)
        coarse = self.from_third(self.third(sixteenth))
        middle = self.from_second(sixteenth) + F.interpolate(coarse, scale_factor=2.0, mode="nearest")
        fine = self.from_first(eighth) + F.interpolate(middle, scale_factor=2.0, mode="nearest")
        cells: Tensor = self.cells(self.mix(torch.relu(fine)))
        return cells


class Exported(nn.Module):  # type: ignore[misc]
    """The network as it is shipped: bytes in, the score 0..1."""

    def __init__(self, net: FindNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, picture: Tensor) -> Tensor:
        """picture [1, H, W, 3] 0..255 -> cells [1, CELLS, H / 8, W / 8]."""
        cells = self.net(picture.permute(0, 3, 1, 2) / 255)
        return torch.cat([torch.sigmoid(cells[:, :1]), cells[:, 1:]], 1)


def onnx_bytes(net: FindNet) -> bytes:
    """The network as an ONNX file for pictures of any size that 32 divides."""
    file = io.BytesIO()
    torch.onnx.export(
        Exported(copy.deepcopy(net)).cpu().eval(),
        (torch.zeros(1, 160, 160, 3),),
        file,
        input_names=["picture"],
        output_names=["cells"],
        dynamic_axes={"picture": {1: "height", 2: "width"}, "cells": {2: "rows", 3: "columns"}},
        opset_version=17,
        dynamo=False,
    )
    return file.getvalue()
