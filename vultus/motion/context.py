"""What the motion model knows of the frames so far: a rolling memory that its transformer reads and adds to.

`train/flow_net.py` builds and trains the network. It runs once a frame, with the same shapes at every call, and
tells the sampler's velocity how to look at the frame to come.
"""

from dataclasses import dataclass

import numpy as np

from vultus import weights
from vultus.face import D, E, Floats
from vultus.motion import hearing
from vultus.motion.hearing import Heard

WIDTH = 256  # of the transformer
LAYERS = 3
HEADS = 4
PER_HEAD = WIDTH // HEADS
WINDOW = 50  # frames that a layer looks back at, two seconds; three layers reach six
HEAD_WIDTH = 192  # of the velocity network
C = 13  # conditions: `Controls.conditions`
HEARD = hearing.A + E + 2  # features, lips, shut, speaking
KEEPS = ("past", "audio", "gaze", "distance", "emotion", "gains")  # what guidance and training may leave out
NEVER = np.float32(-1e4)  # added to the score of a place in the memory that holds nothing yet

# The conditions in the order of `Controls.conditions`, brought to about unit size, 0 for what is usual.
_USUAL = np.array([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0], np.float32)
_SIZE = np.array([5, 5, 5, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], np.float32)
GROUP = np.array([2, 2, 3, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5])  # which of KEEPS each condition belongs to
UNITS = (_USUAL, _SIZE)
_RATES = 1000.0 ** (-np.arange(PER_HEAD // 2) / (PER_HEAD // 2))  # radians a frame, of the rotary positions


@dataclass(frozen=True)
class ContextState:
    """The memory of the frames so far."""

    memory: Floats  # [LAYERS, 2, HEADS, WINDOW - 1, PER_HEAD] keys and values, the newest last
    frame: int = 0  # that comes next


def init() -> ContextState:
    """Nothing remembered."""
    return ContextState(np.zeros((LAYERS, 2, HEADS, WINDOW - 1, PER_HEAD), np.float32))


def sense(heard: Heard) -> Floats:  # [HEARD]
    """What was heard, as the network takes it."""
    return np.concatenate([heard.features, heard.lips, np.array([heard.shut, heard.speaking], np.float32)])


def asked(conditions: Floats, keep: Floats) -> Floats:  # [..., C], [..., KEEPS] -> [..., C]
    """The conditions as the network takes them; what is not kept is 0."""
    scaled: Floats = (conditions - _USUAL) * _SIZE * keep[..., GROUP]
    return scaled


def step(
    state: ContextState,
    token: Floats,  # [2 D] the frame before: where it was, and its innovation
    heard: Floats,  # [HEARD]
    conditions: Floats,  # [C]
    keep: Floats,  # [G, KEEPS] 1 or 0; the first row keeps everything
) -> tuple[ContextState, Floats]:  # m [G, ...]
    """The state one frame on, and how the velocity should see the frame, once for each row of `keep`."""
    assert token.shape == (2 * D,) and heard.shape == (HEARD,) and conditions.shape == (C,), conditions.shape
    turn = state.frame * _RATES
    seen = np.zeros((1, WINDOW), np.float32)
    seen[0, : max(0, WINDOW - 1 - state.frame)] = NEVER
    out = weights.network("context")(
        {
            "token": token[None],
            "heard": heard[None],
            "asked": asked(conditions, keep),
            "keep": keep,
            "cos": np.cos(turn).astype(np.float32)[None],
            "sin": np.sin(turn).astype(np.float32)[None],
            "seen": seen,
            "memory": state.memory,
        }
    )
    memory = np.concatenate([state.memory[:, :, :, 1:], out["entry"]], axis=3)
    return ContextState(memory, state.frame + 1), out["m"]
