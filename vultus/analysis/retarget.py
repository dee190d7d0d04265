"""Fit the face model's expressions to one head: retargeted, not copied.

A blink closes exactly this head's eyes, a jaw opens in proportion to this face, lips meet where this mouth
meets, whatever the mean head does.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from vultus.face import EXPRESSIONS, FaceModel, channel
from vultus.topology import (
    CHIN,
    LID_CREASES,
    LOWER_LIDS,
    LOWER_LIP,
    NOSE_BASE,
    OUTER_LOWER_LIP,
    OUTER_UPPER_LIP,
    UPPER_LIDS,
    UPPER_LIP,
)

Floats = NDArray[np.float32]

OF_THE_MOUTH = tuple(
    i for i, name in enumerate(EXPRESSIONS) if name.startswith(("mouth", "jaw", "tongue", "cheekPuff"))
)
OF_THE_LIDS = (  # picture left first: the person's right
    ("eyeBlinkRight", "eyeSquintRight", "eyeWideRight"),
    ("eyeBlinkLeft", "eyeSquintLeft", "eyeWideLeft"),
)
OF_LOWER_LIP = np.array([*LOWER_LIP, *OUTER_LOWER_LIP])
SCALES = (0.6, 1.6)  # how far this face may differ from the mean one
FAINT = (0.02, 0.06)  # of a weight's largest movement: below the first nothing moves, from the second on all
LID_MEETS = 0.12  # of the opening, above the lower lid: where lids meet
CREASE_SHARE = 0.6  # of the upper lid's way that the skin of its crease goes along
UPPER_SHARE = 0.35  # of a lip gap that the upper lip closes
ROUND_LIPS = np.array([0, 0.38, 0.64, 0.85, 0.97, 1, 0.97, 0.85, 0.64, 0.38, 0], np.float32)  # measured on talkers:
# how far each pair of inner lip points is apart where jaws are open, against the middle pair
ROUNDED = ("jawOpen", "mouthFunnel")
BELOW_LIP = (  # rows of skin points from the edge of the lower lip down to the chin
    (91, 181, 84, 17, 314, 405, 321),
    (106, 182, 83, 18, 313, 406, 335),
    (204, 194, 201, 200, 421, 418, 424),
)
PRESSED = 0.5  # of the way between two such rows, that a weight presses together at the most: skin does not fold there
WIDE_OPENS = 0.34  # of an eye's opening, that the upper lid goes up at the most
CLOSED_BELOW = 0.03  # face units: lips nearer than this are closed, what shows is the landmarks' own error


def lip_gap(shape: Floats) -> float:  # [478, 3] head axes -> face units
    """How far the inner lips stand apart in the middle half of the mouth."""
    pairs = np.array(UPPER_LIP[3:8]), np.array(LOWER_LIP[3:8])
    return float((shape[pairs[0], 1] - shape[pairs[1], 1]).mean())


def with_lips_sealed(points: Floats) -> Floats:  # [N, k] -> [N, k]
    """Upper and lower inner lip moved onto the line where they meet: for a picture with its mouth closed."""
    sealed = points.copy()
    upper, lower = list(UPPER_LIP), list(LOWER_LIP)
    seam = (points[upper] + points[lower]) / 2
    sealed[upper], sealed[lower] = seam, seam
    return sealed


def closing(shape: Floats) -> Floats:  # [478, 3] -> [478, 3]
    """The displacement that brings parted lips together, faded out around the mouth."""
    upper, lower = np.array(UPPER_LIP), np.array(LOWER_LIP)
    gap = shape[upper] - shape[lower]
    anchors = np.concatenate([upper, lower, np.array(OUTER_UPPER_LIP), np.array(OUTER_LOWER_LIP)])
    down, up = -UPPER_SHARE * gap, (1 - UPPER_SHARE) * gap
    moves = np.concatenate([down, up, down, up])
    distance = np.linalg.norm(shape[:, None] - shape[anchors][None], axis=-1)
    share = np.exp(-((distance / 0.08) ** 2))
    fade = np.exp(-((np.maximum(distance.min(1) - 0.02, 0) / 0.12) ** 2))
    field = (share @ moves) / np.maximum(share.sum(1, keepdims=True), 1e-6) * fade[:, None]
    field[anchors] = moves
    return np.asarray(field, np.float32)


def retarget(model: FaceModel, neutral: Floats) -> Floats:  # [478, 3] -> [44, 478, 3]
    """What each weight adds to this head; `neutral` is its shape with lips closed and eyes as they are."""
    basis = local(model.basis)
    wide = _ratio(_width(neutral, 61, 291), _width(model.mean, 61, 291))
    high = _ratio(_height(neutral, NOSE_BASE, CHIN), _height(model.mean, NOSE_BASE, CHIN))
    basis[list(OF_THE_MOUTH)] *= np.array([wide, high, high], np.float32)
    for name in ROUNDED:
        down = _rounding(basis[channel(name)])
        basis[channel(name)][OF_LOWER_LIP, 1] -= down
        if name == "jawOpen":
            basis[channel("mouthClose")][OF_LOWER_LIP, 1] += down  # under an open jaw lips still meet
    pucker = basis[channel("mouthPucker")]
    for lip in (list(UPPER_LIP), list(LOWER_LIP)):  # carried over, its middle had a notch
        pucker[lip[5]] = (pucker[lip[4]] + pucker[lip[6]]) / 2
    _push_along(basis, neutral)
    for side, names in enumerate(OF_THE_LIDS):
        _retarget_lids(basis, model, neutral, side, names)
    return basis


def local(basis: Floats) -> Floats:  # [44, 478, 3] -> [44, 478, 3]
    """Each weight's faint far movement taken to exactly nothing, so that what should rest does rest."""
    length = np.linalg.norm(basis, axis=-1, keepdims=True)
    share = length / np.maximum(length.max(1, keepdims=True), 1e-9)
    faint, clear = FAINT
    return np.asarray(basis * np.clip((share - faint) / (clear - faint), 0, 1), np.float32)


def _rounding(moves: Floats) -> Floats:  # [478, 3] -> [22]
    """How much farther down the lower lip goes along a round curve: as it was carried over it came out pointed."""
    gap = moves[list(UPPER_LIP), 1] - moves[list(LOWER_LIP), 1]
    return np.tile(gap[len(gap) // 2] * ROUND_LIPS - gap, 2)


def _push_along(basis: Floats, neutral: Floats) -> None:
    """A lower lip that goes down, or a chin that goes up, takes what lies between along."""
    for above, below in pairwise(BELOW_LIP):
        a, b = list(above), list(below)
        room = PRESSED * (neutral[a, 1] - neutral[b, 1])
        basis[:, b, 1] = np.minimum(basis[:, b, 1], basis[:, a, 1] + np.maximum(room, 0))


def _retarget_lids(basis: Floats, model: FaceModel, neutral: Floats, side: int, names: tuple[str, ...]) -> None:
    upper, lower = np.array(UPPER_LIDS[side]), np.array(LOWER_LIDS[side])
    opening = float((neutral[upper, 1] - neutral[lower, 1])[3:6].mean())
    usual = float((model.mean[upper, 1] - model.mean[lower, 1])[3:6].mean())
    for name in names:
        basis[channel(name)] *= np.float32(np.clip(opening / usual, 0.2, 2.5))
    blink = channel(names[0])
    meets = neutral[lower] + LID_MEETS * (neutral[upper] - neutral[lower])
    basis[blink, upper] = meets - neutral[upper]
    basis[blink, lower] = meets - neutral[lower]
    # The skin just above follows, so that lashes are carried down and not drawn out.
    basis[blink, list(LID_CREASES[side])] = CREASE_SHARE * basis[blink, upper[1:-1]]
    wide = channel(names[2])  # carried over it went aside as much as up
    basis[wide, :, 0] = 0
    basis[wide, upper] = WIDE_OPENS * (neutral[upper] - neutral[lower])
    basis[wide, lower] = 0
    basis[wide, list(LID_CREASES[side])] = CREASE_SHARE * basis[wide, upper[1:-1]]


def _ratio(this: float, usual: float) -> float:
    return float(np.clip(this / usual, *SCALES))


def _width(shape: Floats, a: int, b: int) -> float:
    return float(abs(shape[a, 0] - shape[b, 0]))


def _height(shape: Floats, a: int, b: int) -> float:
    return float(abs(shape[a, 1] - shape[b, 1]))
