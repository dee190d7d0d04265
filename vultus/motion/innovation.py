"""Motion rows as innovations: what a frame adds to what could be foretold of it.

The flow does not draw rows as they are. First what is commanded and heard is taken away (gaze and distance are
relative to the command, the head and the expression in units of their gains, the lips relative to those that
hearing gives, what an emotion adds is subtracted: the inverse of `controls.command`), so that commands are met by
construction. At run time gaze, distance and gains are not even told (`untold`): the life is the same whatever they
are, and they are put on what comes out (`commanded`), so that turning one moves nothing else at all.

Then a linear prediction from the last `BACK` frames is taken away, one per channel, so that a flow that knows nothing
still draws a smooth curve with the spectrum of a real one. What is still for long and then moves all at once (gaze
most, head and brows too) is drawn on a bent scale, on which it is nearly normal.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from vultus.face import EXPRESSIONS, GAZE, LOG_DISTANCE, ROTATION, D, E, Floats
from vultus.motion import lids
from vultus.motion.emotion import OFFSETS

BACK = 3  # frames that the linear prediction looks back at
LEAST_GAIN = 0.2  # a gain below this is not divided by

LIDS = np.array([i for i, name in enumerate(EXPRESSIONS) if name.startswith("eye")])
BROWS = np.array([i for i, name in enumerate(EXPRESSIONS) if name.startswith("brow")])
FROWNS = np.array([i for i, name in enumerate(EXPRESSIONS) if name.startswith("browDown")])
EASY_LIDS = np.array([i for i, name in enumerate(EXPRESSIONS) if name.startswith(("eyeSquint", "eyeWide"))])
LIPS = np.array([i for i, name in enumerate(EXPRESSIONS) if not name.startswith(("eye", "brow"))])
# The channels that a closure shuts: what is added to the heard lips must not open them again.
_OPENING = ("jawOpen", "mouthClose", "mouthFunnel", "mouthLowerDown", "mouthUpperUp")
OPENING = np.array([i for i, name in enumerate(EXPRESSIONS) if name.startswith(_OPENING)])
BENT = np.ones(D, bool)  # by asinh
BENT[[*LIPS, lids.BLINK_LEFT, lids.BLINK_RIGHT]] = False
BEND = np.where(BENT, 1, 0).astype(np.float32)
BEND[GAZE] = 1.5

_GAZE, _DISTANCE, _EMOTION = slice(0, 2), 2, slice(3, 9)  # places in the conditions
_HEAD_GAIN, _EXPRESSION_GAIN, _BLINK_RATE = 9, 10, 11
RAREST = 0.1  # rate of blinks below which lids go down less far: a life that is told of none still blinks now and then
_MET = [0, 1, 2, _HEAD_GAIN, _EXPRESSION_GAIN]
_EXPRESSIVE = np.concatenate([LIPS, BROWS])
_BLINKS = np.array([lids.BLINK_LEFT, lids.BLINK_RIGHT])
PLAIN = np.array([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0], np.float32)  # conditions that nobody turned
_NO_LIPS, _OPEN = np.zeros(E, np.float32), np.zeros((), np.float32)
_LOWEST = 0.35  # that lids go down with the eyes


@dataclass(frozen=True)
class Scales:
    """The linear prediction, and the sizes of what the networks see."""

    recall: Floats  # [BACK, D] of the residuals before, the nearest last
    size: Floats  # [D] of innovations
    spread: Floats  # [D] of residuals
    most: Floats  # [D] innovation as the flow sees it: hardly any that was learned from is beyond
    temperature: Floats  # [D] of the noise at run time
    aside: Floats = field(default_factory=lambda: np.zeros((2, len(PLAIN), D), np.float32))
    """[2, C, D] how far, in the mean, a condition and its square bring channels that are not its own (`resting.py`)"""
    meant: Floats = field(default_factory=lambda: np.zeros((2, len(PLAIN), D), np.float32))
    """[2, C, D] ... and gaze and head where they are its own: there they stay"""
    usual: Floats = field(default_factory=lambda: np.zeros(D, np.float32))
    """[D] residuals of lips in the mean, where nothing is felt"""


class Home(NamedTuple):
    """Where a face is that does nothing of its own, and how large what it does is."""

    centre: Floats  # [..., D] what is heard and commanded
    unit: Floats  # [..., D] of each channel's residual


def home(lips: Floats, conditions: Floats) -> Home:  # [..., E], [..., C]
    """That of frames with these lips and conditions."""
    if conditions.ndim > 1:
        return Home(centre(lips, conditions), gains(conditions))
    still = _without_lips(np.asarray(conditions, np.float32).tobytes())
    middle = still.centre.copy()
    middle[LIPS] += lips[LIPS] * conditions[_EXPRESSION_GAIN]
    return Home(middle, still.unit)


@lru_cache(maxsize=64)  # of one frame after another the conditions are mostly the same
def _without_lips(conditions: bytes) -> Home:  # [C] float32
    told = np.frombuffer(conditions, np.float32)
    return Home(centre(_NO_LIPS, told), gains(told))


def centre(lips: Floats, conditions: Floats) -> Floats:  # [..., E], [..., C] -> [..., D]
    """What is heard and commanded."""
    out = np.zeros((*conditions.shape[:-1], D), np.float32)
    out[..., LIPS] = lips[..., LIPS]
    out[..., :E] += conditions[..., _EMOTION] @ OFFSETS
    out[..., _EXPRESSIVE] *= conditions[..., _EXPRESSION_GAIN, None]
    out[..., _BLINKS] = _lowered(conditions)
    out[..., GAZE] = conditions[..., _GAZE]
    out[..., LOG_DISTANCE] = conditions[..., _DISTANCE]
    return out


def _lowered(conditions: Floats) -> Floats:  # [..., C] -> [..., 1]
    """How far the upper lids follow eyes that are told to look down."""
    return np.asarray(np.minimum(np.maximum(-conditions[..., 1, None] * lids.DOWN, 0), _LOWEST), np.float32)


def gains(conditions: Floats) -> Floats:  # [..., C] -> [..., D]
    """The unit of each channel's residual."""
    out = np.ones((*conditions.shape[:-1], D), np.float32)
    out[..., _EXPRESSIVE] = conditions[..., _EXPRESSION_GAIN, None]
    out[..., _BLINKS] = 1 - _lowered(conditions)
    out[..., ROTATION.start :] = conditions[..., _HEAD_GAIN, None]
    return out


def untold(conditions: Floats) -> Floats:  # [..., C] -> [..., C]
    """The conditions with gaze, distance and gains as nobody turned them: a life is lived without knowing of these."""
    out = conditions.copy()
    out[..., _MET] = PLAIN[_MET]
    return out


def feeling(conditions: Floats) -> Floats:  # [..., C] -> [...]
    """How much is felt in all, 0..1."""
    return np.asarray(np.minimum(conditions[..., _EMOTION].sum(-1), 1), np.float32)


def commanded(row: Floats, conditions: Floats) -> Floats:  # [..., D], [..., C] -> [..., D]
    """Rows lived under `untold` conditions, with gaze, distance and gains as they are commanded."""
    if not (conditions[..., _MET] == PLAIN[_MET]).all():
        felt = conditions.copy()
        felt[..., _EMOTION] = 0  # it is in the row already
        row = placed(row, home(_NO_LIPS, felt), _OPEN)
    rate = conditions[..., _BLINK_RATE, None]
    if (rate < RAREST).any():
        low = _lowered(conditions)
        row = row.copy()
        row[..., _BLINKS] = low + np.minimum(rate / RAREST, 1) * (row[..., _BLINKS] - low)
    return row


def residual(rows: Floats, home: Home) -> Floats:  # [..., D] -> [..., D]
    """Rows without what is heard and commanded, in units of their gains."""
    return np.asarray((rows - home.centre) / np.maximum(home.unit, np.float32(LEAST_GAIN)), np.float32)


def placed(made: Floats, home: Home, shut: Floats) -> Floats:
    """Rows [..., D] of residuals: the inverse of `residual`; `shut` [...] 0..1 keeps closed lips closed."""
    rows: Floats = made * home.unit
    rows[..., OPENING] *= 1 - shut[..., None]
    rows += home.centre
    np.minimum(np.maximum(rows[..., :E], 0), 1, out=rows[..., :E])
    return rows


def foretold(before: Floats, scales: Scales) -> Floats:  # [..., BACK, D] -> [..., D]
    """The linear prediction from the residuals before, the nearest last."""
    out: Floats = (before * scales.recall).sum(-2)
    return out


def bent(innovation: Floats, scales: Scales) -> Floats:  # [..., D] -> [..., D]
    """Innovations as the flow sees them."""
    x = innovation / scales.size
    x[..., BENT] = np.arcsinh(x[..., BENT]) / BEND[BENT]
    return np.asarray(np.minimum(np.maximum(x, -scales.most), scales.most), np.float32)


def straight(x: Floats, scales: Scales) -> Floats:  # [..., D] -> [..., D]
    """The inverse of `bent`."""
    out = np.minimum(np.maximum(x, -scales.most), scales.most)
    out[..., BENT] = np.sinh(out[..., BENT] * BEND[BENT])
    return np.asarray(out * scales.size, np.float32)
