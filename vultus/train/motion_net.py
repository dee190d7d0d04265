"""The network behind `motion/mouth.py`: causal convolutions from log-mel rows to the lower face.

Two convolutions of stride 2 bring 100 rows a second down to 25 frames, residual blocks with growing dilation
remember the last 1.5 seconds. The same weights run in two ways: `forward` over whole sequences for training,
and `Streaming` one frame at a time, with what its convolutions keep handed in and out, for the ONNX file.
"""

import io

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vultus.clock import FEATURES_PER_FRAME
from vultus.face import EXPRESSIONS, E
from vultus.motion.mouth import (
    BANDS,
    CACHE_SIZE,
    CACHES,
    DILATIONS,
    KERNELS,
    LOWER_FACE,
    WIDTH,
    WIDTH_FAST,
)  # fmt: skip

JAW, CLOSE = EXPRESSIONS.index("jawOpen"), EXPRESSIONS.index("mouthClose")
PARTED = [i for i, name in enumerate(EXPRESSIONS) if name.startswith(("mouthLowerDown", "mouthUpperUp", "mouthFunnel"))]
STEEP = 2.5  # of the closing on its logit: a mean of open and closed lips is neither
KEPT_JAW = 0.3  # share of the opening that the jaw keeps behind closed lips
CENTRE, SCALE = -8.0, 4.0  # of the log-mel values of speech


class Block(nn.Module):  # type: ignore[misc]
    """A residual block: three taps `dilation` frames apart, then a mix of the channels."""

    def __init__(self, dilation: int, dropout: float) -> None:
        super().__init__()
        self.taps = nn.Conv1d(WIDTH, WIDTH, 3, dilation=dilation)
        self.mix = nn.Conv1d(WIDTH, WIDTH, 1)
        self.dropout = nn.Dropout1d(dropout)
        nn.init.zeros_(self.mix.weight)
        nn.init.zeros_(self.mix.bias)

    def forward(self, x: Tensor, past: Tensor) -> Tensor:  # [B, WIDTH, T], [B, WIDTH, 2 * dilation]
        """The block's answer for the steps of x; `past` is what came before them."""
        h = self.taps(torch.cat([past, x], 2))
        return x + self.mix(self.dropout(F.silu(h)))


def shut_lips(expression: Tensor, shut: Tensor) -> Tensor:  # [B, T, E], [B, T]
    """The expression with its lips closed by `shut` 0..1: the jaw mostly up, the rest of its opening closed."""
    gate = shut[:, :, None]
    jaw = expression[:, :, JAW : JAW + 1] * (1 - (1 - KEPT_JAW) * gate)
    close = expression[:, :, CLOSE : CLOSE + 1] * (1 - gate) + jaw * gate
    parts = list(expression.split(1, dim=2))
    parts[JAW], parts[CLOSE] = jaw, close
    for i in PARTED:
        parts[i] = parts[i] * (1 - gate)
    return torch.cat(parts, 2)


class MotionNet(nn.Module):  # type: ignore[misc]
    """Log-mel rows to expression and certainty of speech."""

    def __init__(self, dropout: float = 0.12) -> None:
        super().__init__()
        self.fast = nn.Conv1d(BANDS, WIDTH_FAST, KERNELS[0], stride=2)
        self.slow = nn.Conv1d(WIDTH_FAST, WIDTH, KERNELS[1], stride=2)
        self.blocks = nn.ModuleList(Block(dilation, dropout) for dilation in DILATIONS)
        self.expression = nn.Conv1d(WIDTH, E, 1)
        self.speaking = nn.Conv1d(WIDTH, 1, 1)
        self.shut = nn.Conv1d(WIDTH, 1, 1)
        nn.init.constant_(self.shut.bias, -2.0)
        own = torch.tensor([float(name.startswith(LOWER_FACE)) for name in EXPRESSIONS])
        self.register_buffer("own", own, persistent=False)  # eyes and brows are not the network's

    def run(self, rows: Tensor, pasts: list[Tensor]) -> tuple[Tensor, Tensor, Tensor, list[Tensor]]:
        """(expression [B, T, E], logits of speaking and shut [B, T], new pasts) of rows [B, 4 T, BANDS]."""
        kept = []

        def after(past: Tensor, x: Tensor) -> Tensor:
            whole = torch.cat([past, x], 2)
            kept.append(whole[:, :, whole.shape[2] - past.shape[2] :])
            return whole

        x = ((rows - CENTRE) / SCALE).transpose(1, 2)
        x = F.silu(self.fast(after(pasts[0], x)))
        x = self.slow(after(pasts[1], x))
        for block, past in zip(self.blocks, pasts[2:], strict=True):
            after(past, x)
            x = block(x, past)
        x = F.silu(x)
        shut = self.shut(x)[:, 0]
        expression = self.expression(x).transpose(1, 2) * self.own
        return shut_lips(expression, torch.sigmoid(STEEP * shut)), self.speaking(x)[:, 0], shut, kept

    def forward(self, rows: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(expression [B, T, E], logits of speaking and shut [B, T]); frame t has heard the rows up to 4 (t + 1)."""
        pasts = [rows.new_zeros(rows.shape[0], channels, steps) for channels, steps in CACHES]
        return self.run(rows, pasts)[:3]


class Streaming(nn.Module):  # type: ignore[misc]
    """One frame at a time: (rows, cache) -> (expression, speaking, next_cache)."""

    def __init__(self, net: MotionNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, rows: Tensor, cache: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The same arithmetic as `MotionNet.forward`, the cache as one flat row [1, CACHE_SIZE]."""
        sizes = [channels * steps for channels, steps in CACHES]
        parts = torch.split(cache, sizes, dim=1)
        pasts = [part.reshape(1, *shape) for part, shape in zip(parts, CACHES, strict=True)]
        expression, speaking, _, kept = self.net.run(rows, pasts)
        flat = torch.cat([past.reshape(1, -1) for past in kept], 1)
        return expression[:, 0], torch.sigmoid(speaking[:, 0]), flat


def onnx_bytes(net: MotionNet) -> bytes:
    """The streaming network as an ONNX file, float32, fixed shapes."""
    model = Streaming(net).eval()
    inputs = (torch.zeros(1, FEATURES_PER_FRAME, BANDS), torch.zeros(1, CACHE_SIZE))
    file = io.BytesIO()
    names = ["expression", "speaking", "next_cache"]
    torch.onnx.export(
        model, inputs, file, input_names=["rows", "cache"], output_names=names, opset_version=17, dynamo=False
    )
    return file.getvalue()
