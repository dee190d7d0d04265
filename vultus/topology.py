"""Which of the 478 points is what: contours by number, and the triangles between them.

The numbers are those of MediaPipe FaceMesh: 468 points of skin, then five of each iris (centre, then four
on its rim). "Left" and "right" in this file are sides of the picture of an unmirrored face: the eye on the
picture's left is the person's right eye.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from vultus import weights

SKIN = 468

OVAL = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip
FOREHEAD, CHIN, NOSE_BASE = 10, 152, 2
OUTER_CORNERS = (33, 263)  # of the eyes: one face unit apart

# Openings as two curves over the same span, from picture left to picture right.
UPPER_LIDS = ((33, 246, 161, 160, 159, 158, 157, 173, 133), (362, 398, 384, 385, 386, 387, 388, 466, 263))
LOWER_LIDS = ((33, 7, 163, 144, 145, 153, 154, 155, 133), (362, 382, 381, 380, 374, 373, 390, 249, 263))
LID_CREASES = ((247, 30, 29, 27, 28, 56, 190), (414, 286, 258, 257, 259, 260, 467))  # above the inner upper lids
IRISES = ((468, 469, 470, 471, 472), (473, 474, 475, 476, 477))
UPPER_LIP = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308)  # inner edge
LOWER_LIP = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308)
OUTER_UPPER_LIP = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291)
OUTER_LOWER_LIP = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291)

# Points that expression moves least, for rigid fits.
STABLE = (
    168, 6, 197, 195, 5, 4, 33, 263, 133, 362, 127, 356,
    234, 454, 10, 151, 9, 8, 67, 297, 109, 338, 103, 332,
)  # fmt: skip

Triangles = NDArray[np.int32]


def strip(upper: tuple[int, ...], lower: tuple[int, ...]) -> Triangles:  # -> [N, 3]
    """Triangles that fill the opening between two curves which share both ends."""
    faces = []
    for i in range(len(upper) - 1):
        faces += [(upper[i], upper[i + 1], lower[i]), (upper[i + 1], lower[i + 1], lower[i])]
    kept = [face for face in faces if len(set(face)) == 3]
    return np.array(kept, np.int32)


@cache
def triangles() -> Triangles:  # [F, 3]
    """All triangles of the skin, the openings of eyes and mouth filled, clockwise as the picture shows them."""
    skin = weights.arrays("topology")["triangles"].astype(np.int32)
    openings = [strip(u, low) for u, low in zip(UPPER_LIDS, LOWER_LIDS, strict=True)]
    return np.concatenate([skin, *openings, strip(UPPER_LIP, LOWER_LIP)])
