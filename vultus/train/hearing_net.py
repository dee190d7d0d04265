"""The network behind `motion/hearing.py`: causal convolutions from log-mel rows to lips, phones and prosody.

A slow mean of the loud rows, kept from frame to frame, tells voice and microphone from what is said. Two
convolutions of stride 2 bring 100 rows a second down to 25 frames; residual blocks with growing dilation
remember the last seconds. Half way up, the network says which phone it hears, and what it says goes on into
the upper half (self-conditioning; Nozaki and Komatsu, 2021): lips are made from phones, not from one
speaker's spectrum. Each kind of truth has lips of its own on top; `mixed` makes one of them for use. Here the
weights run over whole sequences, for training; `motion/hearing.py` runs them one frame at a time, with what must
be kept handed in and out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vultus.clock import FEATURES_PER_FRAME
from vultus.face import EXPRESSIONS, E
from vultus.motion.hearing import (
    BANDS,
    CACHES,
    CENTRE,
    CLOSE,
    DILATIONS,
    FIRST_VOICED,
    GIVES,
    JAW,
    KERNELS,
    LAST_VOICED,
    LOWER_FACE,
    MEMORY,
    MIDDLE,
    NEAR,
    ORDER,
    SCALE,
    STEEP,
    TOLD,
    WIDTH,
    WIDTH_FAST,
    A,
    P,
)
from vultus.train import quantise

SHUT = 1  # place of the closure's logit among what is told beside lips and phones
STYLES = 3  # lips of s1, given weights (FACEGOOD), and by rule


class Block(nn.Module):  # type: ignore[misc]
    """A residual block: three taps `dilation` steps apart, then a mix of the channels."""

    def __init__(self, width: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.taps = nn.Conv1d(width, width, 3, dilation=dilation)
        self.mix = nn.Conv1d(width, width, 1)
        self.dropout = nn.Dropout1d(dropout)
        nn.init.zeros_(self.mix.weight)
        nn.init.zeros_(self.mix.bias)

    def forward(self, whole: Tensor, x: Tensor) -> Tensor:  # [B, width, 2 dilation + T], [B, width, T]
        """The block's answer for the steps of x; `whole` is x with what came before."""
        return x + self.mix(self.dropout(F.silu(self.taps(whole))))


_GIVES = torch.from_numpy(GIVES)
_CLOSES = torch.tensor([float(i == CLOSE) for i in range(E)])


def shut_lips(expression: Tensor, shut: Tensor) -> Tensor:  # [B, T, E], [B, T]
    """The expression with its lips closed by `shut` 0..1: the jaw mostly up, the rest of its opening closed."""
    gate = shut[:, :, None]
    less = expression * (1 - _GIVES * gate)
    return less + _CLOSES * (gate * less[:, :, JAW : JAW + 1])


def slow_mean(rows: Tensor, before: Tensor) -> tuple[Tensor, Tensor]:
    """The mean of loud rows [B, 4 T, BANDS] over the last seconds, [B, T, BANDS], and its sums to keep.

    `before` [B, BANDS + 1, 1] are the sums so far of weighted rows and of weights, which fade with MEMORY.
    Loud frames weigh more, by the root of their power.
    """
    frames = rows.unflatten(1, (-1, FEATURES_PER_FRAME)).mean(2)
    count = frames.shape[1]
    weight = torch.exp(0.5 * (frames[:, :, FIRST_VOICED:LAST_VOICED].mean(2, keepdim=True) - CENTRE))
    summed = torch.cat([weight * (frames - CENTRE), weight], 2)
    at = torch.arange(count, device=rows.device)
    past = (at[:, None] - at[None]).to(rows.dtype)
    fading = torch.exp(-past.clamp(min=0) / MEMORY) * (past >= 0)
    begun = torch.exp(-(at + 1).to(rows.dtype) / MEMORY)[None, :, None] * before.transpose(1, 2)
    sums = fading @ summed + begun
    return CENTRE + sums[:, :, :-1] / (sums[:, :, -1:] + 1), sums[:, -1:].transpose(1, 2)


@dataclass(frozen=True)
class Answer:
    """What the network says of sequences."""

    lips: Tensor  # [B, T, STYLES, E] with closures
    shut: Tensor  # [B, T] logits
    speaking: Tensor  # [B, T] logits
    features: Tensor  # [B, T, A]
    phones: Tensor  # [B, 2 T, P] logits, half a frame each
    early: Tensor  # [B, 2 T, P] ... as said half way
    told: Tensor  # [B, T, TOLD]


class HearingNet(nn.Module):  # type: ignore[misc]
    """Log-mel rows to lips, phones and prosody."""

    def __init__(self, dropout: float = 0.1, styles: int = STYLES) -> None:
        super().__init__()
        self.styles = styles
        self.fast = nn.Conv1d(2 * BANDS, WIDTH_FAST, KERNELS[0], stride=2)
        self.finer = Block(WIDTH_FAST, 1, dropout)
        self.slow = nn.Conv1d(WIDTH_FAST, WIDTH, KERNELS[1], stride=2)
        self.blocks = nn.ModuleList(Block(WIDTH, dilation, dropout) for dilation in DILATIONS)
        self.early = nn.Conv1d(WIDTH, 2 * P, 1)
        self.back = nn.Conv1d(2 * P, WIDTH, 1)
        self.features = nn.Conv1d(WIDTH, A, 1)
        self.phones = nn.Conv1d(A, 2 * P, 1)
        self.others = nn.Conv1d(A, 2 + TOLD, 1)
        self.expression = nn.Conv1d(WIDTH + A, styles * E, 1)
        with torch.no_grad():
            self.others.bias[SHUT] = -2.0
            self.expression.weight *= 0.3
        own = torch.tensor([float(name.startswith(LOWER_FACE)) for name in EXPRESSIONS])
        self.register_buffer("own", own, persistent=False)  # eyes and brows are not the network's

    def run(self, rows: Tensor, pasts: list[Tensor]) -> tuple[Answer, list[Tensor]]:
        """What it says of rows [B, 4 T, BANDS] after the `pasts` of CACHES, and the new pasts."""
        kept = []

        def after(past: Tensor, x: Tensor) -> Tensor:
            whole = torch.cat([past.to(x.dtype), x], 2)
            kept.append(whole[:, :, whole.shape[2] - past.shape[2] :].to(rows.dtype))
            return whole

        with torch.autocast(rows.device.type, enabled=False):
            mean, sums = slow_mean(rows, pasts[0])
            kept.append(sums)
            away = rows - mean.repeat_interleave(FEATURES_PER_FRAME, 1)
            x = torch.cat([(rows - CENTRE) / SCALE, away / NEAR], 2).transpose(1, 2)
        x = F.silu(self.fast(after(pasts[1], x)))
        x = F.silu(self.finer(after(pasts[2], x), x))
        x = self.slow(after(pasts[3], x))
        early = x
        for i, (block, past) in enumerate(zip(self.blocks, pasts[4:], strict=True)):
            if i == MIDDLE:
                early = self.early(F.silu(x))
                x = x + self.back(early.unflatten(1, (2, P)).softmax(2).flatten(1, 2).to(x.dtype))
            x = block(after(past, x), x)
        x = F.silu(x)
        features = self.features(x).float()
        features = F.layer_norm(features.transpose(1, 2), (A,))
        spread = features.transpose(1, 2)
        others = self.others(spread).float()
        lips = self.expression(torch.cat([x.to(spread.dtype), spread], 1)).float().transpose(1, 2)
        lips = lips.unflatten(2, (self.styles, E)) * self.own
        gate = torch.sigmoid(STEEP * others[:, SHUT])[:, :, None].expand(-1, -1, self.styles)
        lips = shut_lips(lips.flatten(1, 2), gate.flatten(1, 2)).unflatten(1, (-1, self.styles))

        def halves(logits: Tensor) -> Tensor:  # [B, 2 P, T] -> [B, 2 T, P]
            return logits.float().transpose(1, 2).unflatten(2, (2, P)).flatten(1, 2)

        said = self.phones(spread)
        return Answer(
            lips, others[:, SHUT], others[:, 0], features, halves(said), halves(early), others[:, 2:].transpose(1, 2)
        ), kept

    def forward(self, rows: Tensor, sums: Tensor | None = None) -> Answer:
        """What it says of rows [B, 4 T, BANDS] heard from the start, or with the slow mean begun at `sums`."""
        pasts = [rows.new_zeros(rows.shape[0], channels, steps) for channels, steps in CACHES]
        if sums is not None:
            pasts[0] = sums
        return self.run(rows, pasts)[0]


def mixed(net: HearingNet, mix: Sequence[float]) -> HearingNet:
    """The same network with one style of lips, the sum of its own in these shares."""
    one = HearingNet(0, styles=1)
    own = net.state_dict()
    shares = torch.tensor(mix, dtype=torch.float32)
    for name in ("expression.weight", "expression.bias"):
        made = torch.einsum("s,s...->...", shares, own[name].unflatten(0, (-1, E)))
        own[name] = made * net.own.view(-1, *[1] * (made.ndim - 1))
    one.load_state_dict(own)
    one.eval()
    return one


def restored(named: quantise.Named, dropout: float) -> HearingNet:
    """The network of such a file, to learn on: every style begins with the lips that the file has."""
    one, net = HearingNet(0, styles=1), HearingNet(dropout)
    quantise.restore(one, named)
    own = one.state_dict()
    for name in ("expression.weight", "expression.bias"):
        own[name] = torch.cat([own[name]] * STYLES)
    net.load_state_dict(own)
    return net


def file_bytes(net: HearingNet, mix: Sequence[float]) -> bytes:
    """`trained/hearing.safetensors`, with one mix of the styles: what `motion.hearing` reads."""
    return quantise.file_bytes(mixed(net, mix), ORDER)
