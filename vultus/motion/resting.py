"""Where a face rests: in the long run head, eyes, frowns and lips are where portrait, command and voice have them.

What is told to a life (feelings, the blink rate, listening) changes on the way where it rests, and by how much hangs on
the strength, on what it is mixed with and on the sound. What was measured of it is taken away at once (`aside`); what
is left is found while the face lives, as the mean over the last minute, and taken away, too: of head, eyes and frowns,
and of how far lips are from those that were heard, beside what is usual. How far the mouth opens is left to the
feeling. The life knows of neither. A mean over a minute holds an eightieth of a life's variance, so nothing else is
seen of it.
"""

import numpy as np

from vultus.clock import FRAME_RATE
from vultus.face import D, E, Floats
from vultus.motion.innovation import FROWNS, LIPS, OPENING, PLAIN, Scales

REMEMBERED = int(60 * FRAME_RATE)  # frames, of the mean: its weights fall to 1/e over so many
STEADY = np.concatenate([np.setdiff1d(LIPS, OPENING), FROWNS, np.arange(E, D)])  # channels whose mean is kept


def aside(felt: Floats, scales: Scales) -> Floats:  # [..., C] -> [..., D]
    """How far conditions bring channels that are not their own, in the mean."""
    return _moved(felt, scales.aside)


def home(
    drift: Floats,  # [..., D] where channels have been in the mean; nothing but for STEADY
    row: Floats,  # [..., D] of a life
    centre: Floats,  # [..., D] what was heard and commanded of it
    felt: Floats,  # [..., C]
    scales: Scales,
) -> tuple[Floats, Floats]:  # drift one frame on, row [..., D] that is shown
    """The row without what feelings or the last minute have brought aside; what is meant (sad eyes look down) stays."""
    shown = row - aside(felt, scales)
    away = (shown - centre - scales.usual - _moved(felt, scales.meant))[..., STEADY]
    now = drift.copy()
    now[..., STEADY] += (away - drift[..., STEADY]) / np.float32(REMEMBERED)
    shown -= now
    np.clip(shown[..., :E], 0, 1, out=shown[..., :E])
    return now, shown


def _moved(felt: Floats, by: Floats) -> Floats:  # [..., C], [2, C, D] -> [..., D]
    """By how much so many units of each condition move each channel, and the squares of so many."""
    turned = felt - PLAIN
    return np.asarray(turned @ by[0] + turned * turned @ by[1], np.float32)
