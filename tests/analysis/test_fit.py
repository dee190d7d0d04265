"""From points back to the numbers that made them."""

import numpy as np
import pytest
from numpy.typing import NDArray

from vultus import face
from vultus.analysis import fit
from vultus.analysis.rest import LID_PAIRS, lid_gaps
from vultus.face import EXPRESSIONS, E, FaceModel, face_model
from vultus.pose import angles, rotation

Array = NDArray[np.float64]
SCALE = 120.0  # pixels a face unit


@pytest.fixture(scope="module")
def model() -> FaceModel:
    return face_model()


def weights(**named: float) -> Array:  # -> [E]
    row = np.zeros(E)
    for name, value in named.items():
        row[EXPRESSIONS.index(name)] = value
    return row


def head(model: FaceModel, **named: float) -> Array:  # -> [478, 3]
    return np.asarray(model.shape(weights(**named).astype(np.float32)), np.float64)


def seen(
    shape: Array, turn: tuple[float, float, float] = (0, 0, 0), scale: float = SCALE, at: tuple[float, float] = (0, 0)
) -> Array:  # -> [478, 3] pixels, y down, z away
    posed = scale * shape @ rotation(*turn).T + [*at, 0.0]
    return np.asarray((posed * [1, -1, -1]) + [250.0, 260.0, 0.0])


def looking(shape: Array, yaw: float, pitch: float) -> Array:
    """The face with both irises turned on a ball of the radius that the fit believes in."""
    turned = shape.copy()
    turned[468:, 0] += fit.EYEBALL * np.sin(yaw)
    turned[468:, 1] += fit.EYEBALL * np.sin(pitch)
    return turned


@pytest.mark.parametrize("turn", [(0.0, 0.0, 0.0), (0.2, -0.4, 0.1), (-0.3, 0.5, -0.4)])
def test_a_planted_pose_is_found(model: FaceModel, turn: tuple[float, float, float]) -> None:
    points = seen(head(model), turn, at=(30, -20))
    scale, matrix, shift = fit.head_pose(points, model)
    assert scale == pytest.approx(SCALE, rel=1e-3)
    np.testing.assert_allclose(angles(matrix), turn, atol=1e-3)
    np.testing.assert_allclose(shift[:2], [280, -280], atol=0.1)  # our axes: y up
    np.testing.assert_allclose(fit.to_face_space(points, model), model.mean, atol=1e-3)


def test_pose_hardly_heeds_an_open_mouth_and_closed_eyes(model: FaceModel) -> None:
    loud = head(model, jawOpen=1, eyeBlinkLeft=1, eyeBlinkRight=1, mouthSmileLeft=1)
    np.testing.assert_allclose(angles(fit.head_pose(seen(loud), model)[1]), 0, atol=0.02)


@pytest.mark.parametrize("name", [name for name in EXPRESSIONS if name != "tongueOut"])
def test_each_single_expression_is_given_back(model: FaceModel, name: str) -> None:
    neutral = head(model)
    found = fit.expression(head(model, **{name: 0.7}), neutral, model)
    assert ((found >= 0) & (found <= 1)).all()
    back = np.tensordot(found - weights(**{name: 0.7}), model.basis, 1)
    planted = np.tensordot(weights(**{name: 0.7}), model.basis, 1)
    assert np.linalg.norm(back[:, :2]) < 0.45 * np.linalg.norm(planted[:, :2]), name


@pytest.mark.parametrize("name", ["jawOpen", "mouthSmileLeft", "mouthPucker", "eyeBlinkRight", "browOuterUpLeft"])
def test_a_plain_expression_keeps_its_name(model: FaceModel, name: str) -> None:
    found = fit.expression(head(model, **{name: 0.7}), head(model), model)
    assert found.argmax() == EXPRESSIONS.index(name)
    assert found.max() == pytest.approx(0.7, abs=0.12)


def test_a_neutral_face_has_no_expression(model: FaceModel) -> None:
    neutral = head(model)
    trembling = neutral + np.random.default_rng(0).normal(0, 0.001, neutral.shape)
    assert fit.expression(trembling, neutral, model).max() < 0.05


def test_a_clip_is_fitted_as_its_frames_are(model: FaceModel) -> None:
    shapes = np.stack([head(model, jawOpen=a, mouthSmileLeft=1 - a) for a in (0.1, 0.5, 0.9)])
    together = fit.expressions(shapes, head(model), model)
    alone = [fit.expression(shape, head(model), model) for shape in shapes]
    np.testing.assert_allclose(together, alone, atol=1e-9)


def test_a_blink_closes_small_eyes_as_far_as_large_ones(model: FaceModel) -> None:
    small = head(model)
    for upper, lower in LID_PAIRS[0] + LID_PAIRS[1]:
        middle = (small[upper] + small[lower]) / 2
        small[[upper, lower]] = middle + 0.5 * (small[[upper, lower]] - middle)
    shut = small.copy()
    shut += fit.own_basis(small, model)[EXPRESSIONS.index("eyeBlinkLeft")]
    assert lid_gaps(shut)[1] == pytest.approx(0, abs=0.01)
    assert fit.expression(shut, small, model)[EXPRESSIONS.index("eyeBlinkLeft")] > 0.8


@pytest.mark.parametrize(("yaw", "pitch"), [(0.0, 0.0), (0.3, 0.0), (-0.2, 0.15), (0.1, -0.25)])
def test_gaze_is_found_under_a_turned_head(model: FaceModel, yaw: float, pitch: float) -> None:
    points = seen(looking(head(model), yaw, pitch), (0.1, -0.2, 0.15))
    np.testing.assert_allclose(fit.gaze(points, model), (yaw, pitch), atol=0.01)


def test_a_clip_becomes_rows(model: FaceModel) -> None:
    count = 60
    time = np.linspace(0, 1, count)
    jaw = np.clip(np.sin(9 * time), 0, 1) * 0.8
    blink = ((time > 0.5) & (time < 0.56)).astype(float)
    turns = np.stack([0.1 * np.sin(5 * time), 0.2 * np.cos(4 * time), 0.05 * time], axis=1)
    frames = []
    for i in range(count):
        shape = looking(head(model, jawOpen=jaw[i], eyeBlinkLeft=blink[i], eyeBlinkRight=blink[i]), 0.2, 0.0)
        if blink[i]:
            shape[468:, 1] -= 0.05  # a tracker loses the iris behind the lid
        frames.append(seen(shape, tuple(turns[i]), SCALE * np.exp(-0.2 * time[i]), (24 * time[i], 0)))
    motion = face.Motion(fit.track(np.stack(frames), model))
    assert motion.rows.shape == (count, face.D) and motion.rows.dtype == np.float32
    assert np.corrcoef(motion["jawOpen"], jaw)[0, 1] > 0.98
    assert motion["eyeBlinkLeft"][blink > 0].min() > 0.8 > 0.1 > motion["eyeBlinkLeft"][blink == 0].max()
    np.testing.assert_allclose(motion.rows[:, face.ROTATION], turns, atol=0.03)
    np.testing.assert_allclose(motion["gazeYaw"], 0.2, atol=0.03)
    np.testing.assert_allclose(motion["gazePitch"], 0.0, atol=0.03)
    assert motion["logDistance"][-1] - motion["logDistance"][0] == pytest.approx(0.2, abs=0.02)
    assert motion["headX"][-1] - motion["headX"][0] == pytest.approx(24 / SCALE, rel=0.15)


def test_a_head_is_where_it_is_told_to_be_and_its_face_half_so(model: FaceModel) -> None:
    turns = [(0.0, 0.1 * i, 0.0) for i in range(4)]
    points = np.stack([seen(head(model, jawOpen=0.2 * i), turn) for i, turn in enumerate(turns)])
    true = [fit.head_pose(seen(head(model), turn), model) for turn in turns]
    told = fit.track(points, model, 0, true)
    np.testing.assert_allclose(told[:, face.ROTATION], turns, atol=1e-3)
    off = [(scale, rotation(0.1, 0.0, 0.0) @ matrix, shift) for scale, matrix, shift in true]
    nodding = fit.track(points, model, 0, off)
    np.testing.assert_allclose(nodding[:, face.ROTATION.start], 0.1, atol=1e-2)
    np.testing.assert_allclose(nodding[:, :E], told[:, :E], atol=0.1)
