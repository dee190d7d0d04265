"""Lids: they follow the eyes up and down, and a blink comes on top (`motion.lids`, for whole curves)."""

import numpy as np
from numpy.typing import NDArray

from vultus.face import E
from vultus.motion import lids

Array = NDArray[np.float64]

_BLINKS = [lids.BLINK_LEFT, lids.BLINK_RIGHT]
_WIDE = [lids.WIDE_LEFT, lids.WIDE_RIGHT]
_SQUINT = [lids.SQUINT_LEFT, lids.SQUINT_RIGHT]
HANG = 0.35  # the most that lids are lowered by a gaze


def lowered(weights: Array, pitch: Array) -> Array:  # [T, E], [T] radians -> [T, E]
    """The lids of eyes that look up by `pitch` more than the weights know."""
    out = weights.copy()
    down = np.clip(-pitch * lids.DOWN, 0, HANG)[:, None]
    shut = out[:, _BLINKS]
    out[:, _BLINKS] = down + (1 - down) * shut
    out[:, _WIDE] += np.clip(pitch * lids.UP, 0, 0.3)[:, None] * (1 - shut)
    return np.asarray(out)


def blinked(shut: Array) -> Array:  # [T] -> [T, E]
    """The weights of lids that blink."""
    out = np.zeros((len(shut), E))
    out[:, _BLINKS] = shut[:, None]
    out[:, _SQUINT] = 0.15 * shut[:, None]
    return out
