"""Where a face rests: in the long run head and eyes are where the portrait has them, whatever is felt.

What is told to a life (feelings, the blink rate, listening) changes on the way where it rests, and by how much hangs on
the strength, on what it is mixed with and on the sound. What was measured of it is taken away at once (`aside`); of
head and eyes what is left is found while the face lives, as their mean over the last minute, and taken away, too. The
life knows of neither. A mean over a minute holds an eightieth of a life's variance, so nothing else is seen of it.
"""

import numpy as np

from vultus.clock import FRAME_RATE
from vultus.face import E, Floats
from vultus.motion.innovation import PLAIN, Scales

REMEMBERED = int(60 * FRAME_RATE)  # frames, of the mean: its weights fall to 1/e over so many


def aside(felt: Floats, scales: Scales) -> Floats:  # [..., C] -> [..., D]
    """How far conditions bring channels that are not their own, in the mean."""
    return _moved(felt, scales.aside)


def home(
    drift: Floats,  # [..., D - E] where head and eyes have been in the mean
    row: Floats,  # [..., D] of a life
    felt: Floats,  # [..., C]
    scales: Scales,
) -> tuple[Floats, Floats]:  # drift one frame on, row [..., D] that is shown
    """The row without what feelings or the last minute have brought aside; what is meant (sad eyes look down) stays."""
    shown = row - aside(felt, scales)
    away = shown[..., E:] - _moved(felt, scales.meant)[..., E:]
    now = np.asarray(drift + (away - drift) / np.float32(REMEMBERED), np.float32)
    shown[..., E:] -= now
    return now, shown


def _moved(felt: Floats, by: Floats) -> Floats:  # [..., C], [2, C, D] -> [..., D]
    """By how much so many units of each condition move each channel, and the squares of so many."""
    turned = felt - PLAIN
    return np.asarray(turned @ by[0] + turned * turned @ by[1], np.float32)
