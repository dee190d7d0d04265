"""The network that reads a face: one upright view to points, what of them is seen, weights, gaze and head angles.

Plain convolutions of few channels, since those train fastest on processors. The points come out of a short code
through a layer that starts as the principal directions of the training shapes.
"""

import copy
import io
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from vultus.face import POINTS, E
from vultus.train.faces.sights import SIZE

CHANNELS = (24, 32, 64, 112, 160)  # after each halving: 48, 24, 12, 6, 3 pixels a side
BLOCKS = (0, 1, 1, 2, 1)  # residual ones after each
HIDDEN, CODE = 320, 160
FINE, COARSE = 32, 96  # channels of 6 x 6 and of 3 x 3 pixels that are looked at place by place


def half(into: int, out: int, kernel: int = 3) -> nn.Sequential:
    """A convolution that halves the picture."""
    return nn.Sequential(
        nn.Conv2d(into, out, kernel, 2, kernel // 2, bias=False), nn.BatchNorm2d(out), nn.ReLU(inplace=True)
    )


class Block(nn.Module):  # type: ignore[misc]
    """Two convolutions, the first of cells so far apart, and the way around them."""

    def __init__(self, width: int, cells: int = 1) -> None:
        super().__init__()
        self.change = nn.Sequential(
            nn.Conv2d(width, width, 3, padding=cells, dilation=cells, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
            nn.Conv2d(width, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
        )

    def forward(self, x: Tensor) -> Tensor:
        """The same shape, changed."""
        return torch.relu(x + self.change(x))


@dataclass(frozen=True)
class Reading:
    """What the network says of a batch of views."""

    points: Tensor  # [B, 478, 3] -1..1 over the view, depth in the same unit
    seen: Tensor  # [B, 478] logits
    weights: Tensor  # [B, E]
    gaze: Tensor  # [B, 2] yaw, pitch in radians
    head: Tensor  # [B, 3] pitch, yaw, roll in radians


class ReadNet(nn.Module):  # type: ignore[misc]
    """Views [B, 3, SIZE, SIZE] in 0..1 to everything that `Reading` names."""

    def __init__(self) -> None:
        super().__init__()
        stages, before = [], 3
        for width, count in zip(CHANNELS, BLOCKS, strict=True):
            stages.append(nn.Sequential(half(before, width, 5 if before == 3 else 3), *map(Block, [width] * count)))
            before = width
        self.early = nn.Sequential(*stages[:-1])
        self.late = stages[-1]
        self.fine = nn.Conv2d(CHANNELS[-2], FINE, 1)
        self.coarse = nn.Conv2d(CHANNELS[-1], COARSE, 1)
        cells = (SIZE // 16) ** 2
        self.hidden = nn.Linear(FINE * cells + COARSE * (SIZE // 32) ** 2, HIDDEN)
        self.code = nn.Linear(HIDDEN, CODE)
        self.points = nn.Linear(CODE, 3 * POINTS)
        self.rest = nn.Linear(HIDDEN, POINTS + E + 5)

    def start_from(self, shapes: Tensor) -> None:
        """Let the points begin as the mean of shapes [N, 478, 3] (-1..1) and their principal directions."""
        flat = shapes.flatten(1)
        mean = flat.mean(0)
        _, size, directions = torch.linalg.svd(flat - mean, full_matrices=False)
        count = min(CODE, len(size))
        with torch.no_grad():
            self.points.bias.copy_(mean)
            self.points.weight.zero_()
            self.points.weight[:, :count] = (directions[:count] * size[:count, None]).T / len(flat) ** 0.5

    def forward(self, views: Tensor) -> Reading:
        """Read a batch."""
        fine = self.early((views - 0.5) * 4)
        coarse = self.late(fine)
        looked = torch.cat([self.fine(fine).flatten(1), self.coarse(coarse).flatten(1)], 1)
        hidden = torch.relu(self.hidden(torch.relu(looked)))
        points = self.points(self.code(hidden)).unflatten(1, (POINTS, 3))
        seen, weights, gaze, head = self.rest(hidden).split([POINTS, E, 2, 3], 1)
        return Reading(points, seen, weights, gaze, head)


class Exported(nn.Module):  # type: ignore[misc]
    """The network as it is shipped: bytes in, values in their ranges out."""

    def __init__(self, net: ReadNet) -> None:
        super().__init__()
        self.net = net
        self.register_buffer("middle", torch.tensor([(SIZE - 1) / 2, (SIZE - 1) / 2, 0.0]), persistent=False)

    def forward(self, view: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """view [1, SIZE, SIZE, 3] 0..255 -> points in its pixels, seen 0..1, weights 0..1, gaze, head."""
        said = self.net(view.permute(0, 3, 1, 2) / 255)
        points = said.points * (SIZE / 2) + self.middle
        return points, torch.sigmoid(said.seen), said.weights.clamp(0, 1), said.gaze, said.head


def onnx_bytes(net: ReadNet) -> bytes:
    """The network as an ONNX file, float32, one view a call."""
    file = io.BytesIO()
    names = ["points", "seen", "weights", "gaze", "head"]
    view = torch.zeros(1, SIZE, SIZE, 3)
    shipped = Exported(copy.deepcopy(net)).cpu().eval()
    torch.onnx.export(
        shipped, (view,), file, input_names=["view"], output_names=names, opset_version=17,
        dynamo=False,
    )  # fmt: skip
    return file.getvalue()
