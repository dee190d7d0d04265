"""What the motion model knows of the frames so far: a rolling memory that its transformer reads and adds to.

`train/flow_net.py` builds and trains the network. It runs once a frame, with the same shapes at every call, and
tells the velocity (`velocity.py`) how to look at the frame to come.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from vultus import weights
from vultus.compiled import kernel
from vultus.face import D, E, Floats
from vultus.motion import hearing, matrices
from vultus.motion.hearing import Heard
from vultus.motion.matrices import Packed, adapted, add, dense, dot, normed, rectify, silu, softmax

WIDTH = 256  # of the transformer
INNER = 512  # of its mixing layers
SIGHT = 128  # width of what is heard and asked for, where it modulates the transformer
LAYERS = 3
HEADS = 4
PER_HEAD = WIDTH // HEADS
WINDOW = 50  # frames that a layer looks back at, this one among them, two seconds; three layers reach six
C = 13  # conditions: `Controls.conditions`
HEARD = hearing.A + E + 2  # features, lips, shut, speaking
KEEPS = ("past", "audio", "gaze", "distance", "emotion", "gains")  # what guidance and training may leave out

# The conditions in the order of `Controls.conditions`, brought to about unit size, 0 for what is usual.
_USUAL = np.array([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0], np.float32)
_SIZE = np.array([5, 5, 5, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], np.float32)
GROUP = np.array([2, 2, 3, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5])  # which of KEEPS each condition belongs to
UNITS = (_USUAL, _SIZE)
_RATES = 1000.0 ** (-np.arange(PER_HEAD // 2) / (PER_HEAD // 2))  # radians a frame, of the rotary positions
_SHARPNESS = np.float32(PER_HEAD**-0.5)

ORDER = (
    *("sight.heard", "sight.asked", "embed"),
    *(f"layers.{i}.{part}" for i in range(LAYERS) for part in ("adapt", "attend", "gather", "widen", "narrow")),
)  # in which the matrices are read
TOKEN, HEARS, TOLD = (matrices.padded(count) for count in (2 * D, HEARD, C + len(KEEPS)))  # columns, filled up


@dataclass(frozen=True)
class ContextState:
    """The memory of the frames so far."""

    memory: Floats  # [LAYERS, 2, WINDOW - 1, WIDTH] keys and values; frame t lies at t % (WINDOW - 1)
    frame: int = 0  # that comes next


def init() -> ContextState:
    """Nothing remembered."""
    return ContextState(np.zeros((LAYERS, 2, WINDOW - 1, WIDTH), np.float32))


@cache
def network() -> Packed:
    """The trained one."""
    return matrices.packed(weights.arrays("context"), ORDER)


def filled(*parts: Floats) -> Floats:  # [K] together -> [K, filled up]
    """A row as the kernels take it."""
    count = sum(len(part) for part in parts)
    return np.concatenate([*parts, np.zeros(matrices.padded(count) - count, np.float32)])


def told(conditions: Floats, keep: Floats) -> Floats:  # [C], [G, KEEPS] -> [G, TOLD]
    """Conditions and which of them are kept, once for each row of `keep`, filled up."""
    out = np.zeros((len(keep), TOLD), np.float32)
    out[:, :C] = asked(conditions, keep)
    out[:, C : C + len(KEEPS)] = keep
    return out


def sense(heard: Heard) -> Floats:  # [HEARD]
    """What was heard, as the network takes it."""
    return np.concatenate([heard.features, heard.lips, np.array([heard.shut, heard.speaking], np.float32)])


def asked(conditions: Floats, keep: Floats) -> Floats:  # [..., C], [..., KEEPS] -> [..., C]
    """The conditions as the network takes them; what is not kept is 0."""
    scaled: Floats = (conditions - _USUAL) * _SIZE * keep[..., GROUP]
    return scaled


def step(
    state: ContextState,
    token: Floats,  # [TOKEN] the frame before: where it was, and its innovation
    heard: Floats,  # [HEARS]
    told: Floats,  # [TOLD] with everything kept
) -> tuple[ContextState, Floats]:  # z [WIDTH]
    """The state one frame on, and what is known of the past at this frame. All rows are `filled` up."""
    assert token.shape == (TOKEN,) and heard.shape == (HEARS,) and told.shape == (TOLD,), told.shape
    memory = state.memory.copy()
    z = recalled(network(), token, heard, told, memory, state.frame)
    return ContextState(memory, state.frame + 1), z


@kernel
def _turned(x: Floats, frame: int) -> None:  # [WIDTH]
    """Rotary positions, in place: the two halves of each head turned by the angles of the frame."""
    half = PER_HEAD // 2
    for i in range(half):
        turn = frame * _RATES[i]
        cos, sin = np.float32(np.cos(turn)), np.float32(np.sin(turn))
        for head in range(HEADS):
            at = head * PER_HEAD + i
            a, b = x[at], x[at + half]
            x[at], x[at + half] = a * cos - b * sin, b * cos + a * sin


@kernel
def _attended(made: Floats, memory: Floats, count: int, found: Floats) -> None:
    """Write to found [WIDTH] what queries, keys and values made [3 WIDTH] find in memory [2, count .., WIDTH]."""
    scores = np.empty(count + 1, np.float32)
    for head in range(HEADS):
        a, b = head * PER_HEAD, (head + 1) * PER_HEAD
        query, out = made[a:b], found[a:b]
        for t in range(count + 1):
            key = memory[0, t, a:b] if t < count else made[WIDTH + a : WIDTH + b]
            scores[t] = dot(query, key) * _SHARPNESS
        softmax(scores)
        for i in range(PER_HEAD):
            out[i] = 0
        for t in range(count + 1):
            value = memory[1, t, a:b] if t < count else made[2 * WIDTH + a : 2 * WIDTH + b]
            for i in range(PER_HEAD):
                out[i] += scores[t] * value[i]


@kernel
def recalled(net: Packed, token: Floats, heard: Floats, told: Floats, memory: Floats, frame: int) -> Floats:
    """z [WIDTH] from token [TOKEN], heard [HEARS] and told [TOLD]; memory takes the frame in, in place."""
    sight, more = np.empty(SIGHT, np.float32), np.empty(SIGHT, np.float32)
    at = dense(net, dense(net, (0, 0), heard, sight), told, more)
    add(sight, more)
    silu(sight, sight)
    h, y, found = np.empty(WIDTH, np.float32), np.empty(WIDTH, np.float32), np.empty(WIDTH, np.float32)
    adapt, made = np.empty(4 * WIDTH, np.float32), np.empty(3 * WIDTH, np.float32)
    inner = np.empty(INNER, np.float32)
    at = dense(net, at, token, h)
    count, slot = min(frame, WINDOW - 1), frame % (WINDOW - 1)
    for layer in range(LAYERS):
        at = dense(net, at, sight, adapt)
        adapted(h, adapt[:WIDTH], adapt[WIDTH : 2 * WIDTH], y)
        at = dense(net, at, y, made)
        _turned(made[:WIDTH], frame)
        _turned(made[WIDTH : 2 * WIDTH], frame)
        _attended(made, memory[layer], count, found)
        for i in range(WIDTH):
            memory[layer, 0, slot, i], memory[layer, 1, slot, i] = made[WIDTH + i], made[2 * WIDTH + i]
        at = dense(net, at, found, y)
        add(h, y)
        adapted(h, adapt[2 * WIDTH : 3 * WIDTH], adapt[3 * WIDTH :], y)
        at = dense(net, at, y, inner)
        rectify(inner)
        at = dense(net, at, inner, y)
        add(h, y)
    z = np.empty(WIDTH, np.float32)
    normed(h, z)
    return z
