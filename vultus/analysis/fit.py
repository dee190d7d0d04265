"""From 478 points to the numbers of a motion row: head pose, expression, gaze.

Points come in as FaceMesh gives them: pixels, x right, y down, z away from the camera. The head's pose is a
weighted rigid fit on the points that expressions move least; what then differs from the person's own
neutral face is explained by the face model's weights, in 0..1.
"""

from collections.abc import Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

from vultus.analysis.rest import EYE_ENDS, LID_PAIRS, MIDDLE, lid_gaps, lip_gaps, without
from vultus.analysis.rest import rest_expression as rest_expression
from vultus.face import EXPRESSIONS, GAZE, LOG_DISTANCE, POINTS, ROTATION, SHIFT, D, E, FaceModel
from vultus.pose import Pose, angles, rigid_fit
from vultus.topology import STABLE

Array = NDArray[np.float64]
Points = NDArray[np.floating]

IRISES = (468, 473)  # centres, picture-left eye first; each ring of 5 points is one iris
EYEBALL = 0.135  # radius in face units: 12 mm in a head whose outer eye corners are 89 mm apart

DEPTH_WEIGHT = 0.1  # of z against x and y: the depth that FaceMesh tells trembles
LID_WEIGHT = 4.0  # of the points where lids meet: small, and looked at most
GAP_WEIGHT = 16.0  # of each distance between the inner lips, on top of the points themselves
RIDGE = 0.02  # keeps a weight at 0 that the points do not ask for
BLINK_RIDGE = 0.002  # a blink moves few points, and must come out whole
RARE_RIDGE = 0.1  # of movements that talking seldom has and that x and y hardly show
LASSO = 0.004
ANTAGONIST = 0.02  # cost of the product of two weights that pull against each other; at most RIDGE
SWEEPS = 40  # of coordinate descent
SHUT, NOT_SHUT = 0.25, 0.45  # of an eye's usual opening: a tracker leaves a slit in eyes that are closed

_ANTAGONISTS = (
    ("eyeBlink*", "eyeWide*"), ("eyeSquint*", "eyeWide*"), ("browDown*", "browOuterUp*"),
    ("browDown*", "browInnerUp"), ("mouthSmile*", "mouthFrown*"), ("mouthStretch*", "mouthPucker"),
    ("mouthSmile*", "mouthPucker"), ("mouthDimple*", "mouthPucker"), ("mouthStretch*", "mouthFunnel"),
    ("mouthRollLower", "mouthFunnel"), ("mouthRollUpper", "mouthFunnel"), ("mouthPress*", "mouthLowerDown*"),
    ("mouthShrugLower", "mouthLowerDown*"), ("jawLeft", "jawRight"), ("mouthLeft", "mouthRight"),
)  # fmt: skip
_BLINKS = (EXPRESSIONS.index("eyeBlinkRight"), EXPRESSIONS.index("eyeBlinkLeft"))  # picture-left eye first
_RARE = ("jawForward", "jawLeft", "jawRight", "cheekPuff", "cheekSquint*", "noseSneer*")


def _to_axes(points: Points) -> Array:  # [..., 3] -> [..., 3]
    return np.asarray(points * np.array([1.0, -1.0, -1.0]), np.float64)


def head_pose(
    points: Points,  # [478, 3] pixels
    model: FaceModel,
) -> Pose:
    """(pixels a face unit, rotation [3, 3], translation [3]) that lay the mean head on the points.

    In our axes: flip y and z of the points, and they are `scale * rotation @ mean + translation`.
    """
    return _pose_on(points, model.mean)


def _pose_on(points: Points, template: Points) -> Pose:
    assert points.shape == (POINTS, 3), points.shape
    stable = list(STABLE)
    source = np.asarray(template[stable], np.float64)
    return rigid_fit(source, _to_axes(points[stable]), np.ones(len(stable)))


def to_face_space(points: Points, model: FaceModel) -> Array:  # [478, 3] pixels -> [478, 3] face units
    """The points with the head's pose taken away: the shape that `model.mean` can be compared with."""
    return _unposed(points, head_pose(points, model))


def _unposed(points: Points, pose: Pose) -> Array:
    scale, matrix, shift = pose
    return (_to_axes(points) - shift) @ matrix / scale


def _point_weights() -> Array:  # [478, 3]
    weights = np.ones((POINTS, 3))
    weights[np.array(LID_PAIRS).ravel()] = LID_WEIGHT
    weights[468:] = 0  # irises turn with the gaze
    weights[:, 2] *= DEPTH_WEIGHT
    return weights


def _ridges() -> Array:  # [E]
    rare = [name for pattern in _RARE for name in _matching(pattern)]
    ridges = np.array([RARE_RIDGE if name in rare else RIDGE for name in EXPRESSIONS])
    ridges[list(_BLINKS)] = BLINK_RIDGE
    return ridges


def _matching(pattern: str) -> list[str]:
    return [pattern.replace("*", side) for side in ("Left", "Right")] if "*" in pattern else [pattern]


def _antagonism() -> Array:  # [E, E]
    cost = np.zeros((E, E))
    for one, other in _ANTAGONISTS:
        for a in _matching(one):
            for b in _matching(other):
                if "*" in one and "*" in other and a.endswith("Left") != b.endswith("Left"):
                    continue
                i, j = EXPRESSIONS.index(a), EXPRESSIONS.index(b)
                cost[i, j] = cost[j, i] = ANTAGONIST
    return cost


def expressions(
    shapes: Array,  # [T, 478, 3] head frame, face units
    neutral: Array,  # [478, 3]
    model: FaceModel,
) -> Array:  # [T, E]
    """The weights in 0..1 that best explain each shape from the person's own neutral face.

    Least squares with a ridge, a small L1 cost and a cost on antagonists that pull at once, solved by
    projected coordinate descent (Friedman et al., Annals of Applied Statistics 1 (2007)) on the Gram
    matrix, all frames together.
    """
    assert shapes.shape[1:] == neutral.shape == (POINTS, 3), (shapes.shape, neutral.shape)
    importance = _point_weights()
    basis = own_basis(neutral, model)
    weighted, gaps = (basis * importance).reshape(E, -1), GAP_WEIGHT * lip_gaps(basis)
    moved = shapes - neutral
    gram = weighted @ basis.reshape(E, -1).T + gaps @ lip_gaps(basis).T + np.diag(_ridges()) + _antagonism()
    goal = moved.reshape(len(shapes), -1) @ weighted.T + lip_gaps(moved) @ gaps.T - LASSO  # [T, E]
    found = np.zeros_like(goal)
    pull = goal.copy()  # goal - found @ gram, kept up to date
    for _ in range(SWEEPS):
        for k in range(E):
            wanted = np.clip(found[:, k] + pull[:, k] / gram[k, k], 0.0, 1.0)
            step = wanted - found[:, k]
            found[:, k] = wanted
            pull -= step[:, None] * gram[k]
    return found


def own_basis(neutral: Array, model: FaceModel) -> Array:  # [478, 3] -> [E, 478, 3]
    """The model's displacements, with blinks that close exactly as far as this face's eyes are open."""
    basis = np.array(model.basis, np.float64)
    ratio = lid_gaps(neutral) / lid_gaps(model.mean)
    for blink, eye in zip(_BLINKS, ratio, strict=True):
        basis[blink] *= np.clip(eye, 0.2, 3.0)
    return basis


def expression(shape: Array, neutral: Array, model: FaceModel) -> Array:  # [478, 3], [478, 3] -> [E]
    """`expressions` of a single shape."""
    return cast(Array, expressions(shape[None], neutral, model)[0])


def gaze(points: Points, model: FaceModel) -> tuple[float, float]:  # [478, 3] pixels
    """(yaw, pitch) in radians of both eyes, relative to the head; (0, 0) is how the mean face looks.

    The iris lies on a ball of `EYEBALL` radius, larger where the eye is wider than the mean's, and its
    centre is behind the middle of the two corners; the offsets of both eyes are averaged before the arc.
    """
    return _gaze_of(to_face_space(points, model), model)


def _gaze_of(shape: Array, model: FaceModel) -> tuple[float, float]:
    offset = (_iris_offset(shape) - _iris_offset(np.asarray(model.mean, np.float64))) / EYEBALL
    yaw, pitch = np.arcsin(np.clip(offset, -0.9, 0.9))
    return float(yaw), float(pitch)


def _iris_offset(shape: Array) -> Array:  # [478, 3] -> [2]
    """x, y of the irises from the middle of the eye's corners, in eyes as wide as the mean's (0.3 units)."""
    offsets = []
    for iris, corners in zip(IRISES, EYE_ENDS, strict=True):
        ends = shape[list(corners)]
        width = np.linalg.norm(ends[0, :2] - ends[1, :2])
        offsets.append((shape[iris, :2] - ends.mean(0)[:2]) * (0.3 / width))
    return np.asarray(np.mean(offsets, axis=0))


def own_neutral(shapes: Array, model: FaceModel) -> Array:  # [T, 478, 3] -> [478, 3]
    """The person's face at rest: the median of the frames whose lips are closest and eyes open.

    Of the frames with eyes at least as open as the median less a tenth, the fifth with the smallest lip gap. What
    `rest_expression` still sees in that face (someone who never closes the mouth) is taken off.
    """
    gaps = lip_gaps(shapes)[:, MIDDLE].mean(1)
    eyes = lid_gaps(shapes).mean(1)
    awake = np.flatnonzero(eyes >= 0.9 * np.median(eyes))
    quiet = awake[np.argsort(gaps[awake], kind="stable")[: max(3, len(awake) // 5)]]
    calm = np.asarray(np.median(shapes[quiet], axis=0))
    return without(calm, rest_expression(calm, model), model)


def track(
    points: Points,  # [T, 478, 3] pixels
    model: FaceModel,
    calm: int | None = None,
    poses: Sequence[Pose] | None = None,
) -> NDArray[np.float32]:  # [T, D]
    """Motion rows of a clip of one person, whose head is where `poses` say, or else the points.

    Expression is relative to the person's own neutral face: that of frame `calm`, or found in the clip; head
    angles are absolute; shift (face units) and log distance are relative to the clip's median. Gaze is
    bridged over blinks, and lids that all but meet do meet.
    """
    shapes, placed = unposed_clip(points, model)
    if poses is not None:  # points that are off with their pose are off against the pixels' pose: half of each
        shapes, placed = (shapes + _all_unposed(points, poses)) / 2, list(poses)
    rows = np.zeros((len(points), D), np.float32)
    neutral = own_neutral(shapes, model) if calm is None else shapes[calm]
    rows[:, :E] = expressions(shapes, neutral, model)
    rows[:, _BLINKS] = _closed(rows[:, _BLINKS], lid_gaps(shapes))
    rows[:, GAZE] = _bridged([_gaze_of(shape, model) for shape in shapes], lid_gaps(shapes).mean(1))
    rows[:, ROTATION] = [angles(matrix) for _, matrix, _ in placed]
    scales = np.array([scale for scale, _, _ in placed])
    shifts = np.array([shift[:2] for _, _, shift in placed])
    middle = float(np.median(scales))
    rows[:, SHIFT] = (shifts - np.median(shifts, axis=0)) / middle
    rows[:, LOG_DISTANCE] = -np.log(scales / middle)
    return rows


def unposed_clip(
    points: Points,  # [T, 478, 3] pixels
    model: FaceModel,
) -> tuple[Array, list[Pose]]:  # [T, 478, 3] and T poses
    """Head-frame shapes of a clip, posed by the person's own head instead of the mean one."""
    shapes = np.stack([to_face_space(frame, model) for frame in points])
    own = np.median(shapes, axis=0)
    placed = [_pose_on(frame, own) for frame in points]
    return _all_unposed(points, placed), placed


def _all_unposed(points: Points, poses: Sequence[Pose]) -> Array:  # [T, 478, 3]
    return np.stack([_unposed(frame, pose) for frame, pose in zip(points, poses, strict=True)])


def _closed(blinks: Points, gaps: Points) -> Points:  # [T, 2], [T, 2] both picture-left eye first -> [T, 2]
    """Blinks that are whole where next to nothing of the usual opening is left."""
    left = gaps / np.maximum(np.median(gaps, axis=0), 1e-6)
    shut = np.clip((NOT_SHUT - left) / (NOT_SHUT - SHUT), 0, 1)
    return cast(Points, blinks + (1 - blinks) * shut)


def _bridged(values: list[tuple[float, float]], opening: Array) -> Array:  # T x 2, [T] -> [T, 2]
    """The values, drawn straight across the frames whose eyes are less than 6/10 as open as the median."""
    known = np.flatnonzero(opening >= 0.6 * np.median(opening))
    column = np.asarray(values, np.float64)
    time = np.arange(len(column))
    return np.stack([np.interp(time, known, column[known, axis]) for axis in range(2)], axis=1)
