"""What the channels are called, and that the trained face does what they say."""

import json
import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from vultus import face
from vultus.errors import MotionRefused
from vultus.face import CHANNELS, EXPRESSIONS, POINTS, D, E, FaceModel, Motion
from vultus.topology import LOWER_LIDS, LOWER_LIP, STABLE, UPPER_LIDS, UPPER_LIP

Floats = NDArray[np.float32]
X, Y, Z = range(3)

# weight, points, axis, least movement in face units (its sign is the direction). Left is the person's left: x > 0.
MEANINGS = [
    ("eyeBlinkLeft", (386,), Y, -0.05), ("eyeSquintLeft", (374,), Y, 0.01), ("eyeWideLeft", (386,), Y, 0.02),
    ("jawForward", (152, 17), Z, 0.05), ("jawLeft", (152, 17), X, 0.04), ("jawRight", (152, 17), X, -0.04),
    ("jawOpen", (152, 17), Y, -0.2), ("mouthClose", (14, 17), Y, 0.2), ("mouthFunnel", (0, 17), Z, 0.03),
    ("mouthPucker", (291,), X, -0.03), ("mouthPucker", (61,), X, 0.03), ("mouthPucker", (0, 17), Z, 0.02),
    ("mouthLeft", (13, 14), X, 0.08), ("mouthRight", (13, 14), X, -0.08),
    ("mouthSmileLeft", (291,), Y, 0.05), ("mouthSmileLeft", (291,), X, 0.04), ("mouthFrownLeft", (291,), Y, -0.02),
    ("mouthDimpleLeft", (291,), Z, -0.02), ("mouthStretchLeft", (291,), X, 0.04),
    ("mouthRollLower", (14, 17), Z, -0.02), ("mouthRollUpper", (13, 0), Z, -0.03),
    ("mouthShrugLower", (17, 152), Y, 0.02), ("mouthShrugUpper", (13, 0), Y, 0.02),
    ("mouthPressLeft", (405, 321), Y, 0.002), ("mouthLowerDownLeft", (317, 402), Y, -0.02),
    ("mouthUpperUpLeft", (312, 311), Y, 0.03), ("browDownLeft", (334, 296), Y, -0.01),
    ("browInnerUp", (107, 336), Y, 0.02),
    ("browOuterUpLeft", (300, 293), Y, 0.04), ("cheekPuff", (425, 205), Z, 0.02),
    ("cheekSquintLeft", (347, 280), Y, 0.02),
    ("noseSneerLeft", (358, 344), Y, 0.03),
]  # fmt: skip
SEALED = [name for name in EXPRESSIONS if name.startswith("mouth") and not name.startswith((
    "mouthFunnel", "mouthLowerDown", "mouthUpperUp", "mouthClose"
))]  # fmt: skip


@pytest.fixture(scope="module")
def model() -> FaceModel:
    return face.face_model()


def moved(model: FaceModel, **weights: float) -> Floats:  # -> [478, 3]
    expression = np.zeros(E, np.float32)
    for name, value in weights.items():
        expression[EXPRESSIONS.index(name)] = value
    return model.shape(expression)


def twins(shape: Floats) -> NDArray[np.int64]:  # [478, 3] -> [478]
    """For each point, the one nearest to its mirror image."""
    mirror_image = shape * np.array([-1, 1, 1], np.float32)
    nearest: NDArray[np.int64] = np.linalg.norm(shape[:, None] - mirror_image[None], axis=2).argmin(1)
    return nearest


def lip_gap(shape: Floats) -> Floats:  # -> [9]
    gap: Floats = shape[list(UPPER_LIP[1:-1]), 1] - shape[list(LOWER_LIP[1:-1]), 1]
    return gap


def test_the_row_has_the_channels_that_the_conventions_name() -> None:
    assert (E, D, len(set(CHANNELS))) == (44, 52, 52)
    assert CHANNELS[face.GAZE] == ("gazeYaw", "gazePitch")
    assert CHANNELS[face.ROTATION] == ("headPitch", "headYaw", "headRoll")
    assert CHANNELS[face.SHIFT] == ("headX", "headY")
    assert CHANNELS[face.LOG_DISTANCE] == "logDistance"
    assert not any(name.startswith("eyeLook") for name in CHANNELS)


def test_an_unknown_channel_is_refused_by_name() -> None:
    with pytest.raises(KeyError, match="eyebrowWiggle"):
        face.channel("eyebrowWiggle")


def test_motion_gives_curves_by_name() -> None:
    rows = np.zeros((3, D), np.float32)
    rows[:, CHANNELS.index("jawOpen")] = [0, 0.5, 1]
    motion = Motion(rows)
    assert len(motion) == 3
    np.testing.assert_array_equal(motion["jawOpen"], np.array([0, 0.5, 1], np.float32))


def test_the_mean_is_a_neutral_face_in_face_units(model: FaceModel) -> None:
    assert model.mean.shape == (POINTS, 3) and model.basis.shape == (E, POINTS, 3)
    np.testing.assert_allclose(model.mean[[33, 263]], [[-0.5, 0, 0], [0.5, 0, 0]], atol=1e-5)
    assert np.abs(lip_gap(model.mean)).max() <= 0.02
    for upper, lower in zip(UPPER_LIDS, LOWER_LIDS, strict=True):
        assert (model.mean[upper[4], 1] - model.mean[lower[4], 1]) > 0.08
    nose, chin, ear = model.mean[4], model.mean[152], model.mean[234]
    assert nose[2] > 0.3 and chin[1] < -1 and ear[2] < -0.4


def test_the_mean_is_alike_on_both_sides(model: FaceModel) -> None:
    twin = twins(model.mean)
    np.testing.assert_array_equal(twin[twin], np.arange(POINTS))
    np.testing.assert_allclose(model.mean[twin] * [-1, 1, 1], model.mean, atol=1e-4)


@pytest.mark.parametrize(("name", "points", "axis", "least"), MEANINGS)
def test_each_weight_moves_what_its_name_says(
    model: FaceModel, name: str, points: tuple[int, ...], axis: int, least: float
) -> None:
    shift = (moved(model, **{name: 1.0}) - model.mean)[list(points), axis]
    assert (shift * np.sign(least) >= abs(least)).all(), (name, shift)


def test_every_weight_but_the_tongue_is_spoken_for() -> None:
    named = {name for name, *_ in MEANINGS}
    left = {name.replace("Right", "Left") for name in EXPRESSIONS} - {"tongueOut"}
    assert left <= named


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_left_and_right_mirror_each_other(model: FaceModel, name: str) -> None:
    other = re.sub("Left$|Right$", lambda side: "Right" if side[0] == "Left" else "Left", name)
    twin = twins(model.mean)
    reflected = model.basis[EXPRESSIONS.index(other)][twin] * [-1, 1, 1]
    np.testing.assert_allclose(reflected, model.basis[EXPRESSIONS.index(name)], atol=1e-4)


@pytest.mark.parametrize("much", [0.25, 0.5, 1.0])
def test_lips_meet_when_the_mouth_closes_over_an_open_jaw(model: FaceModel, much: float) -> None:
    assert np.abs(lip_gap(moved(model, jawOpen=much, mouthClose=much))).max() <= 0.02


def test_the_jaw_opens_wide(model: FaceModel) -> None:
    gaps = [lip_gap(moved(model, jawOpen=much))[4] for much in (0.0, 0.5, 1.0)]
    assert gaps[0] < gaps[1] < gaps[2] and gaps[2] > 0.25


@pytest.mark.parametrize("name", SEALED)
def test_lips_that_move_together_stay_together(model: FaceModel, name: str) -> None:
    assert np.abs(lip_gap(moved(model, **{name: 1.0}))).max() <= 0.02


def test_lids_meet_in_a_blink(model: FaceModel) -> None:
    shut = moved(model, eyeBlinkLeft=1, eyeBlinkRight=1)
    for upper, lower in zip(UPPER_LIDS, LOWER_LIDS, strict=True):
        below = np.interp(shut[list(upper), 0], shut[list(lower), 0], shut[list(lower), 1])
        np.testing.assert_allclose(shut[list(upper), 1], below, atol=0.002)


def test_one_eye_can_blink_alone(model: FaceModel) -> None:
    blink = np.abs(moved(model, eyeBlinkLeft=1) - model.mean)
    assert blink[list(UPPER_LIDS[0])].max() < 0.005 < 0.05 < blink[list(UPPER_LIDS[1])].max()


def test_the_points_that_tell_the_pose_hardly_move(model: FaceModel) -> None:
    assert np.linalg.norm(model.basis[:, list(STABLE)], axis=2).max() < 0.06


def test_irises_leave_expression_alone(model: FaceModel) -> None:
    assert not model.basis[:, 468:].any()


def test_a_motion_file_gives_back_what_was_saved(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).normal(size=(9, D)).astype(np.float32)
    Motion(rows, Fraction(30000, 1001)).save(tmp_path / "m.npz")
    found = Motion.load(tmp_path / "m.npz")
    np.testing.assert_array_equal(found.rows, rows)
    assert found.rate == Fraction(30000, 1001)
    assert [path.name for path in tmp_path.iterdir()] == ["m.npz"]


def test_the_same_motion_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.npz", "b.npz"):
        Motion(np.ones((3, D), np.float32)).save(tmp_path / name)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


@pytest.mark.parametrize("content", [b"", b"no motion", b"PK\x03\x04 a broken archive"])
def test_what_is_no_motion_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m.npz").write_bytes(content)
    with pytest.raises(MotionRefused, match="not a motion file"):
        Motion.load(tmp_path / "m.npz")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"kind": "a portrait"}, "not a motion file"),
        ({"rate": "25/0"}, "not a motion file"),
        ({"rate": "-1"}, "not a motion file"),
        ({"version": 99}, "version 99"),
        ({"channels": ["jawOpen"]}, "track the video again"),
    ],
)
def test_a_motion_of_another_kind_is_refused(tmp_path: Path, change: dict[str, object], says: str) -> None:
    facts = {"kind": "vultus motion", "version": 1, "rate": "25", "channels": CHANNELS} | change
    header = np.frombuffer(json.dumps(facts).encode(), np.uint8)
    np.savez(tmp_path / "m.npz", header=header, rows=np.zeros((2, D), np.float32))
    with pytest.raises(MotionRefused, match=says):
        Motion.load(tmp_path / "m.npz")


@pytest.mark.parametrize("rows", [np.zeros((2, 7)), np.zeros((0, D)), np.full((2, D), np.nan)])
def test_rows_that_are_no_motion_are_refused(tmp_path: Path, rows: NDArray[np.float64]) -> None:
    Motion(np.zeros((2, D), np.float32)).save(tmp_path / "m.npz")
    header = np.load(tmp_path / "m.npz")["header"]
    np.savez(tmp_path / "m.npz", header=header, rows=rows)
    with pytest.raises(MotionRefused, match="not a motion file"):
        Motion.load(tmp_path / "m.npz")


def test_a_motion_file_never_runs_what_it_holds(tmp_path: Path) -> None:
    np.savez(tmp_path / "m.npz", header=np.array([{"kind": "vultus motion"}], dtype=object), rows=np.zeros((2, D)))
    with pytest.raises(MotionRefused):
        Motion.load(tmp_path / "m.npz")


def test_a_small_file_that_unpacks_to_very_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Motion(np.zeros((30_000, D), np.float32)).save(tmp_path / "m.npz")
    assert (tmp_path / "m.npz").stat().st_size < 20_000
    monkeypatch.setattr(face, "MOST_BYTES", 1 << 20)
    with pytest.raises(MotionRefused, match="track a shorter video"):
        Motion.load(tmp_path / "m.npz")


def test_a_missing_motion_is_named(tmp_path: Path) -> None:
    with pytest.raises(MotionRefused, match=r"none\.npz: there is no such file"):
        Motion.load(tmp_path / "none.npz")
