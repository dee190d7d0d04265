"""Speech features to the lower face: the trained network, run frame by frame.

The network is a stack of causal convolutions (`train/motion_net.py` builds and trains it). It runs on exactly
one frame's worth of rows at a time and hands back what its convolutions will need again, so every call has
the same shapes and the same bytes come out however the sound is cut. It answers for the frame that lies
`DELAY` frames behind the newest one: that is all the future it hears.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vultus import weights
from vultus.clock import FEATURES_PER_FRAME
from vultus.face import E

Floats = NDArray[np.float32]

LOWER_FACE = ("jaw", "mouth", "cheek", "noseSneer", "tongue")  # how the names of its weights begin
BANDS = 80  # of a log-mel row
DELAY = 2  # frames between the newest rows and the frame that the network answers for
WIDTH_FAST = 96  # channels at 50 steps a second
WIDTH = 192  # channels at the frame rate
DILATIONS = (1, 2, 4, 8, 1, 2)  # frames, of the residual blocks with three taps
KERNELS = (6, 4)  # taps of the two convolutions that halve the rate

# What the convolutions keep from call to call, in the order of the layers: (channels, steps).
CACHES: tuple[tuple[int, int], ...] = (
    (BANDS, KERNELS[0] - 2),
    (WIDTH_FAST, KERNELS[1] - 2),
    *((WIDTH, 2 * dilation) for dilation in DILATIONS),
)
CACHE_SIZE = sum(channels * steps for channels, steps in CACHES)


@dataclass(frozen=True)
class MouthState:
    """What the network remembers of the rows so far."""

    cache: Floats  # [1, CACHE_SIZE]


def init() -> MouthState:
    """The state before the first row."""
    return MouthState(np.zeros((1, CACHE_SIZE), np.float32))


def step(
    state: MouthState,
    rows: Floats,  # [FEATURES_PER_FRAME, BANDS]
) -> tuple[MouthState, Floats, float]:
    """The new state, the expression [E] of the frame `DELAY` frames back, and how sure it is of speech there.

    Eyes and brows are 0: they are not the network's. The certainty lies in 0..1.
    """
    assert rows.shape == (FEATURES_PER_FRAME, BANDS), rows.shape
    out = weights.network("motion")({"rows": rows[None], "cache": state.cache})
    expression = np.clip(out["expression"][0], 0, 1)
    assert expression.shape == (E,), expression.shape
    return MouthState(out["next_cache"]), expression, float(out["speaking"][0])
