"""In the long run head, eyes and lips are where portrait and voice have them; a second of a life is what it was."""

from dataclasses import replace

import numpy as np
import pytest

from vultus.clock import FRAME_RATE
from vultus.face import EXPRESSIONS, GAZE, ROTATION, D, E, Floats
from vultus.motion import flow, resting, settling
from vultus.motion.controls import Controls
from vultus.motion.emotion import Emotion
from vultus.motion.innovation import Scales

USUAL = Controls().conditions()
SAD = Controls(emotion=Emotion(sad=1.0)).conditions()
PLACE = int(np.flatnonzero(SAD != USUAL)[0])
LIP, JAW = EXPRESSIONS.index("mouthPressLeft"), EXPRESSIONS.index("jawOpen")
PITCH, LOOK = ROTATION.start, GAZE.start + 1


def known(aside: float = 0.0, squared: float = 0.0, meant: float = 0.0, usual: float = 0.0) -> Scales:
    """Scales under which sadness moves head pitch and a lip aside, the gaze as is meant, and a lip is off."""
    scales = flow.scales()
    away, kept = np.zeros_like(scales.aside), np.zeros_like(scales.meant)
    away[:, PLACE, PITCH] = away[:, PLACE, LIP] = aside, squared
    kept[0, PLACE, LOOK] = meant
    lip = np.zeros(D, np.float32)
    lip[LIP] = usual
    return replace(scales, aside=away, meant=kept, usual=lip)


def shown(lived: Floats, felt: Floats, scales: Scales, heard: float = 0.0) -> Floats:  # [T, D], [C] -> [T, D]
    drift, out, centre = np.zeros(D, np.float32), [], np.zeros(D, np.float32)
    centre[LIP] = heard
    for row in lived:
        drift, one = resting.home(drift, row, centre, felt, scales)
        out.append(one)
    return np.stack(out)


def still(count: int, **channels: float) -> Floats:  # [count, D]
    rows = np.zeros((count, D), np.float32)
    for name, value in channels.items():
        rows[:, {"pitch": PITCH, "look": LOOK, "lip": LIP, "jaw": JAW}[name]] = value
    return rows


def test_what_was_measured_is_taken_away_at_once_and_by_the_strength() -> None:
    scales = known(aside=0.02, squared=0.06)
    assert not resting.aside(USUAL, scales).any()
    half = Controls(emotion=Emotion(sad=0.5)).conditions()
    assert resting.aside(half, scales)[PITCH] == pytest.approx(0.02 * 0.5 + 0.06 * 0.25)
    rows = shown(still(3, pitch=0.08, lip=0.08), SAD, scales)
    np.testing.assert_allclose(rows, 0, atol=1e-6)


def test_what_was_not_is_found_within_minutes_but_how_far_the_mouth_opens() -> None:
    rows = shown(still(5 * resting.REMEMBERED, pitch=0.1, lip=0.1, jaw=0.1), SAD, known())
    for channel in (PITCH, LIP):
        assert rows[0, channel] == pytest.approx(0.1, rel=1e-3)
        assert rows[resting.REMEMBERED, channel] == pytest.approx(0.1 / np.e, rel=0.01)
        assert abs(rows[-1, channel]) < 0.001
    np.testing.assert_allclose(rows[:, JAW], 0.1)


def test_lips_that_are_as_far_from_heard_ones_as_usual_stay() -> None:
    rows = shown(still(5 * resting.REMEMBERED, lip=0.32), SAD, known(usual=0.02), heard=0.3)
    np.testing.assert_allclose(rows[:, LIP], 0.32, atol=1e-6)
    unusual = shown(still(5 * resting.REMEMBERED, lip=0.36), SAD, known(usual=0.02), heard=0.3)
    assert unusual[-1, LIP] == pytest.approx(0.32, abs=0.001)


def test_what_is_meant_stays() -> None:
    rows = shown(still(5 * resting.REMEMBERED, look=-0.02), SAD, known(meant=-0.02))
    np.testing.assert_allclose(rows[:, LOOK], -0.02, atol=1e-6)
    away = shown(still(5 * resting.REMEMBERED, look=-0.02), USUAL, known(meant=-0.02))
    assert abs(away[-1, LOOK]) < 0.001


def test_a_nod_and_a_turn_of_seconds_are_shown_as_they_are_lived() -> None:
    time = np.arange(60 * int(FRAME_RATE)) / float(FRAME_RATE)
    rows = still(len(time))
    for period in (0.5, 2.0, 10.0):
        rows[:, PITCH] = 0.1 * np.sin(2 * np.pi * time / period)
        assert np.abs(shown(rows, USUAL, known()) - rows)[:, PITCH].max() < 0.1 * period / 2 / (np.pi * 60) * 2.1


def test_many_lives_are_brought_home_each_by_itself() -> None:
    rng = np.random.default_rng(0)
    rows, felt = rng.normal(0, 0.1, (3, D)).astype(np.float32), np.stack([USUAL, SAD, USUAL])
    drift, scales = rng.normal(0, 0.1, (3, D)).astype(np.float32), known(0.02, 0.01, 0.03)
    centre = rng.normal(0, 0.1, (3, D)).astype(np.float32)
    later, together = resting.home(drift, rows, centre, felt, scales)
    for i in range(3):
        one, row = resting.home(drift[i], rows[i], centre[i], felt[i], scales)
        np.testing.assert_allclose(later[i], one, atol=1e-7)
        np.testing.assert_allclose(together[i], row, atol=1e-7)


def test_a_life_knows_nothing_of_where_it_is_shown() -> None:
    state = settling.settled(2)
    moved = replace(state, drift=np.where(np.isin(np.arange(D), resting.STEADY), 0.05, 0).astype(np.float32))
    for _ in range(30):
        state, row = flow.step(state, settling.quiet(), SAD)
        moved, other = flow.step(moved, settling.quiet(), SAD)
        np.testing.assert_array_equal(moved.before, state.before)
    left = 0.05 * (1 - 1 / resting.REMEMBERED) ** 30
    np.testing.assert_allclose((row - other)[E:], left, atol=1e-5)
    others = np.setdiff1d(np.arange(D), resting.STEADY)
    np.testing.assert_array_equal(other[others], row[others])


def test_what_is_seen_begins_without_a_past() -> None:
    assert not settling.settled(4).drift.any()
