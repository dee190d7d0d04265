"""The network behind `motion/hindsight.py`: lips as who knows what is said next would move them.

Residual blocks of three taps look at what hearing said of REACH frames to both sides, and change its lips and
closures. It begins by changing nothing. As in `hearing_net.py` each kind of truth has lips of its own on top. Here the
weights run over whole sequences, for training; `motion/hindsight.py` runs them one frame at a time.
"""

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vultus.face import E
from vultus.motion.hearing import STEEP
from vultus.motion.hindsight import DILATIONS, LEAST, ORDER, OWN, SEEN, SURE, WIDTH
from vultus.train import quantise
from vultus.train.hearing_net import STYLES, Answer, shut_lips


class Block(nn.Module):  # type: ignore[misc]
    """A residual block: three taps `dilation` frames apart, to both sides, then a mix of the channels."""

    def __init__(self, dilation: int, dropout: float) -> None:
        super().__init__()
        self.taps = nn.Conv1d(WIDTH, WIDTH, 3, dilation=dilation, padding=dilation)
        self.mix = nn.Conv1d(WIDTH, WIDTH, 1)
        self.dropout = nn.Dropout1d(dropout)
        nn.init.zeros_(self.mix.weight)
        nn.init.zeros_(self.mix.bias)

    def forward(self, x: Tensor) -> Tensor:  # [B, WIDTH, T]
        """The block's answer for every frame; before the first and after the last there is nothing."""
        return x + self.mix(self.dropout(F.silu(self.taps(x))))


def seen(said: Answer) -> Tensor:  # [B, T, SEEN]
    """All that hearing tells, in one row a frame. Its lips have one style by now, so any is taken."""
    phones = said.phones.unflatten(1, (-1, 2)).softmax(3).mean(2)
    sure = torch.sigmoid(torch.stack([said.shut, said.speaking], 2))
    return torch.cat([said.lips[:, :, 0].clamp(0, 1), sure, said.features, phones], 2)


class HindsightNet(nn.Module):  # type: ignore[misc]
    """What hearing said, to other lips and closures."""

    def __init__(self, dropout: float = 0.15, styles: int = STYLES) -> None:
        super().__init__()
        self.styles = styles
        self.enter = nn.Conv1d(SEEN, WIDTH, 1)
        self.blocks = nn.ModuleList(Block(dilation, dropout) for dilation in DILATIONS)
        self.leave = nn.Conv1d(WIDTH, styles * E + 1, 1)
        nn.init.zeros_(self.leave.weight)
        nn.init.zeros_(self.leave.bias)
        self.register_buffer("own", torch.from_numpy(OWN), persistent=False)

    def forward(self, said: Answer) -> Answer:
        """The same answer, but for lips [B, T, styles, E] and closures."""
        x = self.enter(seen(said).transpose(1, 2))
        for block in self.blocks:
            x = block(x)
        made = self.leave(F.silu(x)).transpose(1, 2)
        shut = said.shut + made[:, :, -1]
        lips = said.lips[:, :, :1].clamp(0, 1) + made[:, :, :-1].unflatten(2, (self.styles, E)) * self.own
        return replace(said, lips=self._closed(lips, said.shut, shut), shut=shut)

    def _closed(self, lips: Tensor, was: Tensor, shut: Tensor) -> Tensor:
        """Closed as far as is sure now; hearing has closed them as far as it was sure."""
        before, now = torch.sigmoid(STEEP * was), torch.sigmoid(STEEP * shut)
        gate = ((now - before) / (1 - before + LEAST)).clamp(min=0)[:, :, None].expand(-1, -1, self.styles)
        return shut_lips(lips.flatten(1, 2), gate.flatten(1, 2)).unflatten(1, (-1, self.styles))


def surest(said: Answer) -> Answer:
    """The same answer, lips closed for good at frames that are likelier to be shut than both beside them."""
    sure = torch.sigmoid(said.shut)
    most = F.max_pool1d(sure[:, None], 3, 1, 1)[:, 0]
    gate = ((sure >= most) & (sure > SURE)).float()[:, :, None].expand(-1, -1, said.lips.shape[2])
    lips = shut_lips(said.lips.flatten(1, 2), gate.flatten(1, 2))
    return replace(said, lips=lips.unflatten(1, (-1, said.lips.shape[2])))


def mixed(net: HindsightNet, mix: Sequence[float]) -> HindsightNet:
    """The same network with one style of lips, the sum of its own in these shares."""
    one, own = HindsightNet(0, styles=1), net.state_dict()
    shares = torch.tensor(mix, dtype=torch.float32)
    for name in ("leave.weight", "leave.bias"):
        lips = torch.einsum("s,s...->...", shares, own[name][:-1].unflatten(0, (-1, E)))
        lips = lips * net.own.view(-1, *[1] * (lips.ndim - 1))
        own[name] = torch.cat([lips, own[name][-1:]])
    one.load_state_dict(own)
    one.eval()
    return one


def milder(net: HindsightNet, share: float, readier: float) -> HindsightNet:
    """The same network, whose changes are taken to a share, and which closes lips when it is less sure."""
    made, state = HindsightNet(0, net.styles), net.state_dict()
    for name in ("leave.weight", "leave.bias"):
        state[name] = state[name] * share
    state["leave.bias"][-1] += readier
    made.load_state_dict(state)
    made.eval()
    return made


def file_bytes(net: HindsightNet, mix: Sequence[float]) -> bytes:
    """`trained/hindsight.safetensors`, with one mix of the styles: what `motion.hindsight` reads."""
    return quantise.file_bytes(mixed(net, mix), ORDER)
