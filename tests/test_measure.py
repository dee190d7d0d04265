"""Measures, on curves whose answer is known."""

import numpy as np
import pytest
from numpy.typing import NDArray

from vultus import measure
from vultus.face import POINTS, ROTATION, D, channel, face_model, neutral

Floats = NDArray[np.float32]


def curve(count: int = 120, seed: int = 0) -> NDArray[np.float64]:
    rough = np.random.default_rng(seed).normal(0, 1, count + 8)
    return np.convolve(rough, np.ones(9) / 9, "valid")


def rows_with(name: str, values: NDArray[np.floating]) -> Floats:
    rows = np.zeros((len(values), D), np.float32)
    rows[:, channel(name)] = values
    return rows


def test_an_opening_jaw_opens_the_lips_and_a_neutral_face_has_them_closed() -> None:
    aperture = measure.lip_aperture(rows_with("jawOpen", np.linspace(0, 0.6, 7)))
    assert aperture[0] < 0.01 and (np.diff(aperture) > 0).all() and aperture[-1] > 0.05


def test_rows_and_the_points_they_make_have_one_aperture() -> None:
    rows = rows_with("jawOpen", np.linspace(0, 0.6, 7))
    shapes = np.stack([face_model().shape(row[: face_model().basis.shape[0]]) for row in rows])
    np.testing.assert_allclose(measure.point_aperture(shapes), measure.lip_aperture(rows), rtol=1e-5)
    assert shapes.shape == (7, POINTS, 3)


def test_aperture_of_points_does_not_mind_size_place_and_pose() -> None:
    points = face_model().shape(rows_with("jawOpen", np.array([0.4]))[0, :44])[None].astype(np.float64)
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]
    moved = 250 * points @ turn + 30
    np.testing.assert_allclose(measure.point_aperture(moved), measure.point_aperture(points))


def test_a_pucker_narrows_and_a_stretch_widens_the_mouth() -> None:
    neutral_width = measure.lip_width(neutral()[None])[0]
    assert measure.lip_width(rows_with("mouthPucker", np.ones(1)))[0] < neutral_width
    assert measure.lip_width(rows_with("mouthSmileLeft", np.ones(1)))[0] > neutral_width


def test_correlation() -> None:
    a = curve()
    assert measure.correlation(a, 3 * a + 2) == pytest.approx(1)
    assert measure.correlation(a, -a) == pytest.approx(-1)
    assert measure.correlation(a, np.ones_like(a)) == 0
    assert measure.correlation(a, curve(seed=1)) == pytest.approx(np.corrcoef(a, curve(seed=1))[0, 1])


@pytest.mark.parametrize("shift", [-3, 0, 2, 5])
def test_best_lag_finds_a_shift(shift: int) -> None:
    a = curve(140)
    lag, r = measure.best_lag(a[20 - shift : 120 - shift], a[20:120])
    assert lag == pytest.approx(shift, abs=0.3) and r == pytest.approx(1)


def test_pauses_are_long_silences() -> None:
    speaking = np.array([0] * 9 + [1] * 5 + [0] * 3 + [1] * 5 + [0] * 8, bool)
    assert measure.pauses(speaking) == [slice(0, 9), slice(22, 30)]
    assert measure.pauses(np.ones(20, bool)) == []


def test_silent_lips() -> None:
    aperture = np.array([0.0, 0.0, 0.0, 0.5, 0.5, 0.01, 0.03, 0.01, 0.03])
    opening, tremble = measure.silent_lips(aperture, [slice(0, 3), slice(5, 9)])
    assert opening == pytest.approx(0.01) and tremble == pytest.approx(0.01)
    assert measure.silent_lips(aperture, []) == (0.0, 0.0)


def test_the_figures_of_a_head_that_turns_steadily() -> None:
    rows = np.zeros((100, D), np.float32)
    rows[:, ROTATION] = np.radians(np.arange(100)[:, None] * [0.1, 0.2, 0.0])
    figures = measure.head(rows)
    np.testing.assert_allclose(figures.step, [0.1, 0.2, 0], atol=1e-5)
    np.testing.assert_allclose(figures.jerk, 0, atol=1e-5)
    np.testing.assert_allclose(figures.std, [2.771, 5.542, 0], atol=1e-2)


def test_blinks_are_counted_and_timed() -> None:
    shut = np.zeros(60)
    shut[[10, 11, 12]] = 0.75, 1, 0.75
    shut[[30, 31]] = 0.4, 0.3
    rows = rows_with("eyeBlinkLeft", shut)
    rows[:, channel("eyeBlinkRight")] = shut
    (blink,) = measure.blinks(rows)
    assert blink.start == pytest.approx(9 + 2 / 3) and blink.end == pytest.approx(12 + 1 / 3)
    assert blink.milliseconds == pytest.approx(106.67, abs=0.1)


def test_a_blink_that_the_end_cuts_does_not_count() -> None:
    rows = rows_with("eyeBlinkLeft", np.array([0.0] * 10 + [1.0] * 3))
    rows[:, channel("eyeBlinkRight")] = rows[:, channel("eyeBlinkLeft")]
    assert measure.blinks(rows) == []


def test_landmark_error_is_in_eye_distances() -> None:
    wanted = face_model().mean.astype(np.float64) * 200
    eyes = np.linalg.norm(wanted[33, :2] - wanted[263, :2])
    moved = wanted + np.array([3.0, 4.0, 100.0])
    np.testing.assert_allclose(measure.landmark_error(moved, wanted), 5 / eyes)
