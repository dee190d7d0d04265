"""The motion model one frame at a time, with the shipped networks."""

from functools import cache

import numpy as np
import pytest

from vultus.face import EXPRESSIONS, GAZE, LOG_DISTANCE, ROTATION, D, E, Floats
from vultus.motion import flow, hearing, innovation
from vultus.motion.controls import Controls
from vultus.motion.emotion import OFFSETS, Emotion
from vultus.motion.flow import Guidance
from vultus.motion.hearing import Heard
from vultus.motion.innovation import BROWS, EASY_LIDS, LIPS

SILENCE = Heard(np.zeros(E, np.float32), 0.0, 0.0, np.zeros(hearing.A, np.float32), np.zeros(hearing.P, np.float32))

UPPER = np.concatenate([BROWS, EASY_LIDS])
LEFT, RIGHT = (np.flatnonzero([EXPRESSIONS[i].endswith(side) for i in UPPER]) for side in ("Left", "Right"))
USUAL, UNGUIDED = Controls(), Guidance()


@cache
def silence() -> Heard:
    """What hearing makes of nothing, once it has settled."""
    state, heard = hearing.init(), SILENCE
    for _ in range(12):
        state, heard = hearing.step(state, np.full((4, hearing.BANDS), np.log(1e-5), np.float32))
    return heard


def lived(
    count: int, seed: int = 0, controls: Controls = USUAL, guidance: Guidance = UNGUIDED, steps: int = flow.STEPS
) -> Floats:  # [count, D]
    state, rows = flow.init(seed), []
    for _ in range(count):
        state, row = flow.step(state, silence(), controls.conditions(), guidance, steps)
        rows.append(row)
    return np.stack(rows)


def test_the_same_seed_lives_the_same_life_and_another_another() -> None:
    assert lived(20).tobytes() == lived(20).tobytes()
    assert np.abs(lived(20) - lived(20, seed=1))[:, ROTATION].max() > 1e-3


def test_a_step_leaves_its_state_alone() -> None:
    state = flow.init(3)
    for _ in range(3):
        state, _ = flow.step(state, silence(), Controls().conditions())
    _, once = flow.step(state, silence(), Controls().conditions())
    _, twice = flow.step(state, silence(), Controls().conditions())
    np.testing.assert_array_equal(once, twice)


def test_minutes_do_not_drift() -> None:
    rows = lived(3000)
    first, last = rows[250:1500], rows[-1250:]
    assert np.isfinite(rows).all() and np.abs(np.degrees(rows[:, ROTATION])).max() < 25
    for part in (first, last):
        assert np.abs(np.degrees(part[:, ROTATION].mean(axis=0))).max() < 5
        assert np.abs(np.degrees(part[:, GAZE].mean(axis=0))).max() < 5
    assert np.degrees(last[:, ROTATION].std(axis=0)).max() < 7


@pytest.mark.parametrize("gaze", [(0.2, 0.1), (-0.15, -0.1)])
def test_eyes_look_where_they_are_told(gaze: tuple[float, float]) -> None:
    rows = lived(750, controls=Controls(gaze=gaze))
    assert np.abs(np.degrees(rows[:, GAZE].mean(axis=0) - gaze)).max() < 2


def test_a_head_stays_as_far_away_as_it_is_told() -> None:
    away = lived(500, controls=Controls(distance=0.2))[:, LOG_DISTANCE].mean() - lived(500)[:, LOG_DISTANCE].mean()
    assert away == pytest.approx(0.2, abs=0.005)


@pytest.mark.parametrize("feeling", Emotion._fields)
def test_a_stronger_feeling_shows_more(feeling: str) -> None:
    means = [lived(60, controls=Controls(emotion=Emotion(**{feeling: s})))[20:].mean(axis=0) for s in (0, 0.5, 1)]
    shown = np.flatnonzero(OFFSETS[Emotion._fields.index(feeling)] > 0.12)
    for k in shown:
        assert means[0][k] < means[1][k] < means[2][k], EXPRESSIONS[k]


@pytest.mark.parametrize("feeling", Emotion._fields)
def test_brows_and_lids_stay_with_a_full_feeling_and_with_each_other(feeling: str) -> None:
    told = Controls(emotion=Emotion(**{feeling: 1.0}))
    away = (lived(1000, seed=1, controls=told)[250:, :E] - OFFSETS[Emotion._fields.index(feeling)])[:, UPPER]
    assert np.abs(np.median(away, axis=0)).max() < 0.1
    assert np.median(np.abs(away[:, LEFT] - away[:, RIGHT]), axis=0).max() < 0.15


def test_only_a_feeling_holds_brows_and_lids() -> None:
    np.testing.assert_array_equal(flow.taken(Controls(gaze=(0.2, 0), blink_rate=2).conditions()), flow.ADDED)
    full, half = (flow.taken(Controls(emotion=Emotion(happy=s)).conditions()) for s in (1.0, 0.5))
    np.testing.assert_allclose(flow.ADDED - full, flow.FELT, atol=1e-7)
    np.testing.assert_allclose(flow.ADDED - half, flow.FELT / 2, atol=1e-7)
    np.testing.assert_array_equal(flow.taken(Controls(emotion=Emotion(happy=0.8, sad=0.7)).conditions()), full)


def test_a_still_head_is_still() -> None:
    rows = lived(50, controls=Controls(head_gain=0))
    assert not rows[:, ROTATION].any()


def test_lips_hardly_depend_on_chance() -> None:
    one, other = lived(100), lived(100, seed=5)
    assert np.abs(one - other)[:, LIPS].mean() < 0.01


def test_guidance_of_nothing_is_no_guidance_and_more_of_it_moves_the_face() -> None:
    plain = lived(30)
    np.testing.assert_array_equal(lived(30, guidance=Guidance(audio=0.0)), plain)
    assert not np.allclose(lived(30, guidance=Guidance(audio=1.0, emotion=0.5)), plain)


def test_rows_are_legal_whatever_the_steps() -> None:
    for steps in (1, 4, 10):
        rows = lived(30, steps=steps)
        assert rows.shape == (30, D) and rows.dtype == np.float32
        assert rows[:, :E].min() >= 0 and rows[:, :E].max() <= 1


def test_what_is_far_from_home_comes_back_and_does_not_swing_up() -> None:
    known = flow.scales()
    calm = flow.HOMING > 0
    for signs in ((1, 1, 1), (-1, 1, -1), (-1, -1, 1), (1, -1, 1)):
        before = np.array(signs, np.float32)[:, None] * 12 * known.spread
        for _ in range(250):
            before = np.concatenate([before[1:], flow.expected(before, known)[None]])
        assert (np.abs(before[:, calm]) < 0.5 * known.spread[calm]).all()


def test_no_innovations_however_unlucky_throw_a_face_out() -> None:
    known, rng = flow.scales(), np.random.default_rng(0)
    calm = flow.HOMING > 0
    before, furthest = np.zeros((innovation.BACK, D), np.float32), np.zeros(D, np.float32)
    for frame in range(5000):
        largest = innovation.straight(known.most * np.where(rng.random(D) < 0.5, -1, 1), known)
        if frame % 500 > 400:  # as bad as they can be: always outward
            largest = np.abs(largest) * np.sign(before[-1])
        made = flow.expected(before, known) + largest
        before = np.concatenate([before[1:], made[None].astype(np.float32)])
        furthest = np.maximum(furthest, np.abs(made))
    assert np.isfinite(before).all() and (furthest[calm] < 15 * known.spread[calm]).all()
