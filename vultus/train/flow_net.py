"""The network behind `motion/flow.py`: a causal transformer over past frames, and a small flow head.

The transformer (`Context`) sees each past frame once and remembers `WINDOW` of them in a rolling memory; every
layer is modulated by what is heard and asked for at its frame. The head (`Velocity`) is a residual network that
moves noise to the next frame's innovation; it alone runs at every step of the sampler. An autoregressive flow
with a small head: Li et al., "Autoregressive Image Generation without Vector Quantization" (2024). Rectified
flow: Liu et al. (2022), Lipman et al. (2022). Adaptive norms as in Peebles and Xie (2022), rotary positions as
in Su et al. (2021). Here the weights run over whole sequences, for training; `motion/context.py` and
`motion/velocity.py` run them frame by frame.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vultus.face import D
from vultus.motion.context import HEADS, HEARD, INNER, KEEPS, LAYERS, PER_HEAD, SIGHT, WIDTH, WINDOW, C
from vultus.motion.velocity import BLOCKS, PARTS, TIMES
from vultus.motion.velocity import INNER as HEAD_INNER
from vultus.motion.velocity import WIDTH as HEAD_WIDTH

NEVER = -1e4  # added to the score of a place that is not seen


def turned(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:  # [..., T, PER_HEAD], [T, PER_HEAD / 2] twice
    """Rotary positions: the two halves of each head turned by the angles of their place."""
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


def angles(places: Tensor) -> tuple[Tensor, Tensor]:  # [T] -> [T, PER_HEAD / 2] twice
    """Cosines and sines of the rotary angles at these places."""
    half = PER_HEAD // 2
    turn = places[:, None] * 1000.0 ** (-torch.arange(half) / half)
    return turn.cos(), turn.sin()


class Layer(nn.Module):  # type: ignore[misc]
    """Attention over the last `WINDOW` frames and a mix of the channels, both with adaptive norms."""

    def __init__(self) -> None:
        super().__init__()
        self.attend = nn.Linear(WIDTH, 3 * WIDTH)
        self.gather = nn.Linear(WIDTH, WIDTH)
        self.widen = nn.Linear(WIDTH, INNER)
        self.narrow = nn.Linear(INNER, WIDTH)
        self.adapt = nn.Linear(SIGHT, 4 * WIDTH)
        for last in (self.gather, self.narrow, self.adapt):
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)

    def mix(self, h: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
        """The second half of the layer."""
        x = F.layer_norm(h, (WIDTH,)) * (1 + scale) + shift
        mixed: Tensor = h + self.narrow(F.relu(self.widen(x)))
        return mixed

    def forward(self, h: Tensor, sight: Tensor, cos: Tensor, sin: Tensor, seen: Tensor) -> Tensor:
        """Whole sequences [B, T, WIDTH]; `seen` [T, T] is added to the scores."""
        batch, count, _ = h.shape
        scale, shift, scale2, shift2 = self.adapt(sight).chunk(4, -1)
        x = F.layer_norm(h, (WIDTH,)) * (1 + scale) + shift
        q, k, v = self.attend(x).view(batch, count, 3, HEADS, PER_HEAD).permute(2, 0, 3, 1, 4)
        q, k = turned(q, cos, sin), turned(k, cos, sin)
        found = torch.softmax(q @ k.transpose(2, 3) * PER_HEAD**-0.5 + seen, -1) @ v
        h = h + self.gather(found.transpose(1, 2).reshape(batch, count, WIDTH))
        return self.mix(h, scale2, shift2)


class Sight(nn.Module):  # type: ignore[misc]
    """What is heard and asked for, as one row: whatever is not kept counts as unknown, by learned values."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.heard = nn.Linear(HEARD, width)
        self.asked = nn.Linear(C + len(KEEPS), width)
        self.unheard = nn.Parameter(torch.zeros(width))

    def forward(self, heard: Tensor, asked: Tensor, keep: Tensor) -> Tensor:  # [..., HEARD | C | KEEPS]
        """[..., width]; `asked` is scaled and dropped already, `keep` says what was."""
        hears = keep[..., 1:2]
        told: Tensor = self.asked(torch.cat([asked, keep], -1))
        return told + hears * self.heard(heard) + (1 - hears) * self.unheard


class Context(nn.Module):  # type: ignore[misc]
    """The causal transformer: past frames to what the head should know of them."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Linear(2 * D, WIDTH)
        self.sight = Sight(SIGHT)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))

    def forward(self, tokens: Tensor, heard: Tensor, asked: Tensor, keep: Tensor) -> Tensor:
        """z [B, T, WIDTH] of tokens [B, T, 2 D]: token t tells of frame t - 1, the rest of frame t."""
        count = tokens.shape[1]
        place = torch.arange(count)
        gap = place[:, None] - place[None]
        seen = torch.where((gap >= 0) & (gap < WINDOW), 0.0, NEVER).to(tokens.dtype)
        cos, sin = angles(place)
        sight = F.silu(self.sight(heard, asked, keep))
        h = self.embed(tokens)
        for layer in self.layers:
            h = layer(h, sight, cos.to(h.dtype), sin.to(h.dtype), seen)
        return F.layer_norm(h, (WIDTH,))


class Velocity(nn.Module):  # type: ignore[misc]
    """The flow head: v(x, t | m), with m made once a frame."""

    def __init__(self) -> None:
        super().__init__()
        self.sight = Sight(HEAD_WIDTH)
        self.recall = nn.Linear(WIDTH, HEAD_WIDTH)
        self.forgotten = nn.Parameter(torch.zeros(HEAD_WIDTH))
        self.adapt = nn.Linear(HEAD_WIDTH, PARTS * HEAD_WIDTH)
        self.clock = nn.Linear(2 * TIMES, PARTS * HEAD_WIDTH)
        self.enter = nn.Linear(D, HEAD_WIDTH)
        self.widen = nn.ModuleList(nn.Linear(HEAD_WIDTH, HEAD_INNER) for _ in range(BLOCKS))
        self.narrow = nn.ModuleList(nn.Linear(HEAD_INNER, HEAD_WIDTH) for _ in range(BLOCKS))
        self.leave = nn.Linear(HEAD_WIDTH, D)
        self.register_buffer("rates", torch.pi * torch.arange(1, TIMES + 1) / 4, persistent=False)
        for last in (self.leave, self.adapt, self.clock):
            nn.init.zeros_(last.bias)
        nn.init.zeros_(self.leave.weight)
        nn.init.normal_(self.adapt.weight, std=0.02)
        nn.init.normal_(self.clock.weight, std=0.02)

    def modulation(self, z: Tensor, heard: Tensor, asked: Tensor, keep: Tensor) -> Tensor:
        """m [..., parts HEAD_WIDTH] of a frame."""
        knows = keep[..., :1]
        recalled = knows * self.recall(z) + (1 - knows) * self.forgotten
        made: Tensor = self.adapt(F.silu(recalled + self.sight(heard, asked, keep)))
        return made

    def forward(self, x: Tensor, t: Tensor, m: Tensor) -> Tensor:  # [..., D], [..., 1], [..., parts HEAD_WIDTH]
        """v [..., D]."""
        turn = t * self.rates
        m = m + self.clock(torch.cat([turn.sin(), turn.cos()], -1))
        parts = m.split(HEAD_WIDTH, -1)
        h = self.enter(x)
        for i, (widen, narrow) in enumerate(zip(self.widen, self.narrow, strict=True)):
            scale, shift, gate = parts[3 * i : 3 * i + 3]
            inner = F.layer_norm(h, (HEAD_WIDTH,)) * (1 + scale) + shift
            h = h + gate * narrow(F.relu(widen(inner)))
        v: Tensor = self.leave(F.layer_norm(h, (HEAD_WIDTH,)) * (1 + parts[-2]) + parts[-1])
        return v


class FlowNet(nn.Module):  # type: ignore[misc]
    """Both parts."""

    def __init__(self) -> None:
        super().__init__()
        self.context = Context()
        self.velocity = Velocity()
