"""The network that tells a person from what is behind: a small U-Net (Ronneberger et al., 2015) at half its input.

Beside its narrow way down there is a wide one over few pixels, which sees the picture whole: whether something is a
chair or a shoulder is told by what surrounds it.
"""

import copy
import io

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vultus.analysis.own_matte import SIZE
from vultus.train.faces.find_net import half
from vultus.train.faces.read_net import Block

WIDTHS = (16, 24, 40, 48, 64)  # channels after each halving: 96, 48, 24, 12, 6 pixels a side
BLOCKS = (0, 1, 1, 1, 1)
SEEN, MIDDLE, WHOLE = 2, 96, 128  # the wide way begins at 24 pixels a side; its channels at 12 and at 6
SPREADS = (1, 2)  # cells between those that one convolution mixes, at 6 pixels a side


class Wide(nn.Module):  # type: ignore[misc]
    """What the picture is as a whole: [B, c, 24, 24] to what it adds at 12 and at 24 pixels; at first nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.middle = nn.Sequential(half(WIDTHS[SEEN], MIDDLE), Block(MIDDLE))
        self.whole = nn.Sequential(half(MIDDLE, WHOLE), *(Block(WHOLE, cells) for cells in SPREADS))
        self.mean = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(WHOLE, WHOLE, 1), nn.ReLU())
        self.narrow = nn.Conv2d(WHOLE, MIDDLE, 1)
        self.up = Block(MIDDLE)
        self.coarse = nn.Conv2d(MIDDLE, WIDTHS[SEEN + 1], 1)
        self.fine = nn.Conv2d(MIDDLE, WIDTHS[SEEN], 1)
        for last in (self.coarse, self.fine):
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """What is added at 12 pixels a side, and at 24."""
        middle = self.middle(x)
        whole = self.whole(middle)
        whole = whole + self.mean(whole)
        mixed = self.up(middle + F.interpolate(self.narrow(whole), scale_factor=2.0, mode="bilinear"))
        return self.coarse(mixed), F.interpolate(self.fine(mixed), scale_factor=2.0, mode="bilinear")


class MatteNet(nn.Module):  # type: ignore[misc]
    """Pictures [B, 3, SIZE, SIZE] in 0..1 to logits [B, SIZE, SIZE]."""

    def __init__(self) -> None:
        super().__init__()
        down, before = [], 3
        for width, count in zip(WIDTHS, BLOCKS, strict=True):
            down.append(nn.Sequential(half(before, width), *map(Block, [width] * count)))
            before = width
        self.down = nn.ModuleList(down)
        pairs = list(zip(WIDTHS[:0:-1], WIDTHS[-2::-1], strict=True))
        self.narrow = nn.ModuleList(nn.Conv2d(coarse, fine, 1) for coarse, fine in pairs)
        self.up = nn.ModuleList(Block(fine) for _, fine in pairs)
        self.matte = nn.Conv2d(WIDTHS[0], 1, 1)
        self.wide = Wide()

    def forward(self, pictures: Tensor) -> Tensor:
        """How sure each pixel belongs to the person."""
        x, levels = (pictures - 0.5) * 4, []
        for stage in self.down:
            x = stage(x)
            levels.append(x)
        coarse, fine = self.wide(levels[SEEN])
        levels[SEEN + 1], levels[SEEN] = levels[SEEN + 1] + coarse, levels[SEEN] + fine
        for narrow, up, level in zip(self.narrow, self.up, levels[-2::-1], strict=True):
            x = up(level + F.interpolate(narrow(x), scale_factor=2.0, mode="bilinear", align_corners=False))
        grown: Tensor = F.interpolate(self.matte(x), scale_factor=2.0, mode="bilinear", align_corners=False)
        return grown[:, 0]


class Exported(nn.Module):  # type: ignore[misc]
    """The network as it is shipped."""

    def __init__(self, net: MatteNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, picture: Tensor) -> Tensor:
        """picture [1, SIZE, SIZE, 3] 0..255 -> matte [1, SIZE, SIZE] 0..1."""
        return torch.sigmoid(self.net(picture.permute(0, 3, 1, 2) / 255))


def onnx_bytes(net: MatteNet) -> bytes:
    """The network as an ONNX file."""
    file = io.BytesIO()
    torch.onnx.export(
        Exported(copy.deepcopy(net)).cpu().eval(),
        (torch.zeros(1, SIZE, SIZE, 3),),
        file,
        input_names=["picture"],
        output_names=["matte"],
        opset_version=17,
        dynamo=False,
    )
    return file.getvalue()
