"""What one picture shows of its own expression: parted lips, a smile, closed eyes."""

from typing import cast

import numpy as np
from numpy.typing import NDArray

from vultus.face import EXPRESSIONS, E, FaceModel
from vultus.topology import LOWER_LIDS, LOWER_LIP, UPPER_LIDS, UPPER_LIP

Array = NDArray[np.float64]
Points = NDArray[np.floating]

# Inner lips and the lids of both eyes, picture-left eye first, as (upper, lower) without the corners they share.
LIP_PAIRS = tuple(zip(UPPER_LIP[1:-1], LOWER_LIP[1:-1], strict=True))
LID_PAIRS = tuple(
    tuple(zip(upper[1:-1], lower[1:-1], strict=True)) for upper, lower in zip(UPPER_LIDS, LOWER_LIDS, strict=True)
)
MIDDLE = slice(2, 7)  # of the nine pairs of the lips: where a mouth opens
EYE_ENDS = ((33, 133), (263, 362))  # outer and inner corner of each eye, picture-left eye first
MOUTH_ENDS = (61, 291)

# A picture is sure of an expression beyond these marks; lift and width are those that 90 % of the pictures in
# `../shared/faces` with closed lips stay below.
GAP_SURE = 0.015  # face units between the lips: more is an open mouth, not the landmarks' doubt
LIFT_SURE, WIDTH_SURE = 0.035, 0.56  # of mouth corners above the upper lip, and of the mouth: more is a smile
LIDS_SHUT, LIDS_OPEN = 0.06, 0.12  # opening over width of an eye: below the first it is closed


def lip_gaps(shape: Points) -> Points:  # [..., 478, 3] -> [..., 9]
    """How far each pair of inner lip points is apart, upward; below 0 where the tracker lets them cross."""
    upper, lower = np.array(LIP_PAIRS).T
    return cast(Points, shape[..., upper, 1] - shape[..., lower, 1])


def lid_gaps(shape: Points) -> Points:  # [..., 478, 3] -> [..., 2]
    """The mean opening of each eye, picture-left eye first."""
    upper, lower = np.array(LID_PAIRS).transpose(2, 0, 1)[..., 1:6]  # the outermost pairs hardly part
    return cast(Points, (shape[..., upper, 1] - shape[..., lower, 1]).mean(-1))


def without(shape: Array, weights: Array, model: FaceModel) -> Array:  # [478, 3], [E] -> [478, 3]
    """The shape with the displacement of these weights taken off."""
    return np.asarray(shape - np.tensordot(weights, np.asarray(model.basis, np.float64), 1))


def rest_expression(shape: Array, model: FaceModel) -> Array:  # [478, 3] head frame -> [E]
    """What a single picture shows of its own expression with confidence, whoever it shows.

    Lips that are apart (jawOpen, and with a smile also lips drawn off the teeth; together they account for
    the whole gap), a smile that is both wide and lifted, eyes that are clearly closed. Anything else may be
    the person's build, and is left at 0.
    """
    weights = np.zeros(E)
    gap = float(lip_gaps(shape)[MIDDLE].mean())
    smile = _smile(shape, gap, model) if gap > GAP_SURE else _smile(shape, 0.0, model)
    _put(weights, smile, "mouthSmileLeft", "mouthSmileRight")
    if gap > GAP_SURE:
        lips = ("mouthUpperUpLeft", "mouthUpperUpRight", "mouthLowerDownLeft", "mouthLowerDownRight")
        toothy = min(0.5 * smile * gap / _gap_of(model, *lips), 1.0)
        _put(weights, toothy, *lips)
        rest = gap - toothy * _gap_of(model, *lips)
        _put(weights, float(np.clip(rest / _gap_of(model, "jawOpen"), 0, 1)), "jawOpen")
    _put(weights, _shut(shape, 0), "eyeBlinkRight")  # the person's right eye is at the picture's left
    _put(weights, _shut(shape, 1), "eyeBlinkLeft")
    return weights


def _put(weights: Array, value: float, *names: str) -> None:
    weights[[EXPRESSIONS.index(name) for name in names]] = value


def _added(model: FaceModel, *names: str) -> Array:  # -> [478, 3]
    chosen = [EXPRESSIONS.index(name) for name in names]
    return np.asarray(model.basis[chosen].sum(0), np.float64)


def _gap_of(model: FaceModel, *names: str) -> float:
    """How far these weights at 1 part the lips of the mean face."""
    return float(lip_gaps(_added(model, *names))[MIDDLE].mean())


def _lift(shape: Array) -> float:
    return float(shape[list(MOUTH_ENDS), 1].mean() - shape[13, 1])


def _width(shape: Array) -> float:
    return float(shape[MOUTH_ENDS[1], 0] - shape[MOUTH_ENDS[0], 0])


def _smile(shape: Array, gap: float, model: FaceModel) -> float:
    """How far a smile goes beyond what closed, unsmiling mouths show, by the lesser of its two signs."""
    jaw, smile = _added(model, "jawOpen"), _added(model, "mouthSmileLeft", "mouthSmileRight")
    pulled_down = _lift(jaw) * gap / _gap_of(model, "jawOpen")  # an open jaw takes the corners with it
    drawn_in = _width(jaw) * gap / _gap_of(model, "jawOpen")
    sure = LIFT_SURE if gap == 0 else LIFT_SURE / 2  # lips that are apart leave less to the person's build
    lifted = (_lift(shape) - pulled_down - sure) / _lift(smile)
    widened = (_width(shape) - drawn_in - WIDTH_SURE) / _width(smile)
    return float(np.clip(min(lifted, widened), 0, 1))


def _shut(shape: Array, eye: int) -> float:
    """1 for closed lids, 0 for eyes that may just be narrow."""
    ends = shape[list(EYE_ENDS[eye])]
    ratio = float(lid_gaps(shape)[eye] / np.linalg.norm(ends[0, :2] - ends[1, :2]))
    return float(np.clip((LIDS_OPEN - ratio) / (LIDS_OPEN - LIDS_SHUT), 0, 1))
