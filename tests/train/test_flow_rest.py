"""What moves faces aside is measured and taken away, in proportion, and only where it is not a control's own."""

import numpy as np
import pytest

pytest.importorskip("torch", reason="the extra `train` is not installed")

from vultus.clock import SAMPLE_RATE
from vultus.face import GAZE, LOG_DISTANCE, ROTATION, D, E
from vultus.motion import flow, innovation, resting, settling
from vultus.motion.controls import CONDITIONS, Controls
from vultus.motion.emotion import Emotion
from vultus.train import flow_rest, speech_data
from vultus.train.evaluate import crosstalk

NAMES = (*Emotion._fields, "blink_rate")
FRAMES = crosstalk.BEGUN + 50


def place(name: str) -> int:
    return int(np.abs(crosstalk.LIVED[name][0].conditions() - Controls().conditions()).argmax())


@pytest.fixture(scope="module")
def found() -> tuple[np.ndarray, np.ndarray]:  # [2, C, D], [D]
    return flow_rest.moved([settling.quiet()] * FRAMES, 3)


@pytest.fixture(scope="module")
def by(found: tuple[np.ndarray, np.ndarray]) -> np.ndarray:  # [2, C, D]
    return found[0]


@pytest.fixture(scope="module")
def made(found: tuple[np.ndarray, np.ndarray]) -> innovation.Scales:
    return flow_rest.settled(flow.scales(), *found)


def test_only_what_is_not_a_controls_own_is_taken_away(by: np.ndarray, made: innovation.Scales) -> None:
    assert by.shape == (2, CONDITIONS, D) and np.isfinite(by).all()
    for name in NAMES:
        assert not made.aside[:, place(name), crosstalk.LIVED[name][1]].any()
    told_nothing = [i for i in range(CONDITIONS) if i not in (*range(3, 9), 11)]
    assert not by[:, told_nothing].any()
    assert made.aside[:, 3:9, E:].any()


def test_sad_eyes_that_look_down_are_meant_and_no_other_head_or_gaze_is(
    by: np.ndarray, made: innovation.Scales
) -> None:
    sad, look = place("sad"), GAZE.start + 1
    np.testing.assert_array_equal(made.meant[:, sad, look], by[:, sad, look])
    kept = np.abs(made.meant).max(0)
    kept[sad, look] = 0
    assert not kept.any()


def test_the_blink_rate_moves_in_proportion(by: np.ndarray) -> None:
    assert not by[1, place("blink_rate")].any()


def test_a_bend_over_strengths_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def means(_: object, told: np.ndarray, count: int) -> np.ndarray:  # [K, count, D]
        happy = np.zeros((len(told), count, D))
        happy[:, :, LOG_DISTANCE] = (0.1 * told[:, place("happy")] + 0.3 * told[:, place("happy")] ** 2)[:, None]
        return happy + np.random.default_rng(0).normal(0, 1e-4, happy.shape)

    monkeypatch.setattr(flow_rest, "_means", means)
    bent = flow_rest.moved([], 5)[0][:, place("happy")]
    np.testing.assert_allclose(bent[:, LOG_DISTANCE], (0.1, 0.3), atol=2e-3)
    assert (bent[:, :E] == 0).mean() > 0.8  # chance is left alone


def test_only_lips_are_usually_off_what_is_heard(made: innovation.Scales) -> None:
    assert made.usual.shape == (D,) and made.usual.dtype == np.float32
    others = np.setdiff1d(np.arange(D), innovation.LIPS)
    assert not made.usual[others].any() and not flow.scales().usual[others].any()
    assert made.usual[innovation.LIPS].any()


def test_the_shipped_scales_leave_own_channels_alone() -> None:
    known = flow.scales()
    assert known.usual.shape == (D,) and known.usual.dtype == np.float32
    assert known.aside.shape == known.meant.shape == (2, CONDITIONS, D) and known.aside.dtype == np.float32
    for name in NAMES:
        assert not known.aside[:, place(name), crosstalk.LIVED[name][1]].any()
    for kind in Emotion._fields:
        for strength in (0.5, 1.0):
            away = resting.aside(Controls(emotion=Emotion(**{kind: strength})).conditions(), known)
            assert (np.abs(away) < 1.5 * known.spread).all()
            assert np.abs(np.degrees(away[ROTATION])).max() < 5 and abs(away[LOG_DISTANCE]) < 0.1
    down = known.meant.sum(0)[place("sad"), GAZE.start + 1]
    assert -2 < np.degrees(down) < -0.3


def test_a_sound_is_as_long_as_asked_with_pauses_in_it() -> None:
    rng = np.random.default_rng(0)
    items = [speech_data.synthetic("en", rng) for _ in range(2)]
    made = flow_rest.sound(items, 12, rng)
    assert made.shape == (12 * SAMPLE_RATE,)
    quiet = np.abs(made.reshape(-1, SAMPLE_RATE // 2)).max(1) == 0
    assert quiet.sum() >= 2 and quiet.mean() < 0.7
