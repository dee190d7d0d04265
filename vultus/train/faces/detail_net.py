"""The networks that look closer: a patch of the mouth, or of one eye, to the points of its region."""

import copy
import io

import torch
from torch import Tensor, nn

from vultus.analysis.own_detail import Part, region
from vultus.train.faces.read_net import Block, half

CHANNELS = (24, 40, 72)  # after each halving
BLOCKS = (0, 1, 1)
LOOKED = 24  # channels of the last cells, looked at place by place
HIDDEN, CODE = 192, 64


class DetailNet(nn.Module):  # type: ignore[misc]
    """Patches [B, 3, size, size] in 0..1 to points [B, N, 2] in -1..1 over the patch."""

    def __init__(self, part: Part) -> None:
        super().__init__()
        self.count = len(region(part).points)
        self.size = part.size
        stages, before = [], 3
        for width, count in zip(CHANNELS, BLOCKS, strict=True):
            stages.append(nn.Sequential(half(before, width, 5 if before == 3 else 3), *map(Block, [width] * count)))
            before = width
        self.look = nn.Sequential(*stages, nn.Conv2d(CHANNELS[-1], LOOKED, 1))
        self.hidden = nn.Linear(LOOKED * (part.size // 8) ** 2, HIDDEN)
        self.code = nn.Linear(HIDDEN, CODE)
        self.points = nn.Linear(CODE, 2 * self.count)

    def start_from(self, shapes: Tensor) -> None:
        """Let the points begin as the mean of shapes [M, N, 2] and their principal directions."""
        flat = shapes.flatten(1)
        mean = flat.mean(0)
        _, size, directions = torch.linalg.svd(flat - mean, full_matrices=False)
        count = min(CODE, len(size))
        with torch.no_grad():
            self.points.bias.copy_(mean)
            self.points.weight.zero_()
            self.points.weight[:, :count] = (directions[:count] * size[:count, None]).T / len(flat) ** 0.5

    def forward(self, patches: Tensor) -> Tensor:
        """Look at a batch."""
        seen = torch.relu(self.look((patches - 0.5) * 4)).flatten(1)
        found: Tensor = self.points(self.code(torch.relu(self.hidden(seen)))).unflatten(1, (self.count, 2))
        return found


class Exported(nn.Module):  # type: ignore[misc]
    """The network as it is shipped: bytes in, pixels of the patch out."""

    def __init__(self, net: DetailNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, patch: Tensor) -> Tensor:
        """patch [1, size, size, 3] 0..255 -> points [1, N, 2] in its pixels."""
        size = self.net.size
        said: Tensor = self.net(patch.permute(0, 3, 1, 2) / 255) * (size / 2) + (size - 1) / 2
        return said


def onnx_bytes(net: DetailNet) -> bytes:
    """The network as an ONNX file, float32, one patch a call."""
    file = io.BytesIO()
    patch = torch.zeros(1, net.size, net.size, 3)
    shipped = Exported(copy.deepcopy(net)).cpu().eval()
    torch.onnx.export(
        shipped, (patch,), file, input_names=["patch"], output_names=["points"], opset_version=17, dynamo=False
    )
    return file.getvalue()
