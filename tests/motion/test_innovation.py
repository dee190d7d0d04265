"""Rows to innovations and back; commands are met by arithmetic, whatever the flow draws."""

import numpy as np
import pytest

from vultus.face import EXPRESSIONS, GAZE, LOG_DISTANCE, ROTATION, D, E, Floats, channel
from vultus.motion import innovation, lids
from vultus.motion.controls import Controls, command
from vultus.motion.emotion import Emotion
from vultus.motion.innovation import BACK, BENT, LIPS, OPENING, Scales

RNG = np.random.default_rng(0)
TOLD = Controls(
    gaze=(0.1, -0.12), distance=0.07, emotion=Emotion(happy=0.4, sad=0.1), head_gain=1.4, expression_gain=0.8
)


def inner(count: int = 40) -> Floats:  # [T, D]
    """Rows of which no weight is at its limits, not even with an emotion on top."""
    rows = RNG.normal(0, 0.05, (count, D)).astype(np.float32)
    rows[:, :E] = RNG.uniform(0.02, 0.2, (count, E))
    return rows


def lips(count: int = 40) -> Floats:  # [T, E]
    out = np.zeros((count, E), np.float32)
    out[:, LIPS] = RNG.uniform(0.02, 0.15, (count, len(LIPS)))
    return out


def conditions(controls: Controls, count: int = 40) -> Floats:
    return np.repeat(controls.conditions()[None], count, axis=0)


def scales() -> Scales:
    size = RNG.uniform(0.01, 0.1, D).astype(np.float32)
    recall = RNG.normal(0, 0.3, (BACK, D)).astype(np.float32)
    one = np.ones(D, np.float32)
    return Scales(recall, size, spread=one, most=np.full(D, 1e3, np.float32), temperature=one)


def test_every_channel_belongs_to_one_group() -> None:
    groups = [*innovation.LIDS, *innovation.BROWS, *innovation.LIPS]
    assert sorted(groups) == list(range(E))


def test_a_residual_placed_again_is_the_row() -> None:
    rows, heard, told = inner(), lips(), conditions(TOLD)
    home = innovation.home(heard, told)
    made = innovation.residual(rows, home)
    np.testing.assert_allclose(innovation.placed(made, home, np.zeros(40, np.float32)), rows, atol=1e-6)


def test_what_is_commanded_by_arithmetic_leaves_the_residual_as_it_was() -> None:
    rows, nothing = inner(), np.zeros((40, E), np.float32)
    plain = innovation.residual(rows, innovation.home(nothing, conditions(Controls())))
    told = innovation.residual(command(rows, TOLD), innovation.home(nothing, conditions(TOLD)))
    np.testing.assert_allclose(told, plain, atol=1e-6)


def test_a_residual_of_nothing_meets_the_command() -> None:
    heard = lips(1)[0]
    row = innovation.placed(
        np.zeros(D, np.float32), innovation.home(heard, TOLD.conditions()), np.array(0.0, np.float32)
    )
    np.testing.assert_allclose(row[GAZE], TOLD.gaze, atol=1e-6)
    assert row[LOG_DISTANCE] == pytest.approx(TOLD.distance)
    assert not row[ROTATION].any()
    smile = channel("mouthSmileLeft")
    assert row[smile] == pytest.approx(0.8 * (heard[smile] + 0.4 * 0.6))


def test_a_closure_keeps_what_opens_lips_as_it_was_heard() -> None:
    heard, made = lips(1)[0], np.full(D, 0.1, np.float32)
    row = innovation.placed(made, innovation.home(heard, Controls().conditions()), np.array(1.0, np.float32))
    np.testing.assert_allclose(row[OPENING], heard[OPENING], atol=1e-6)
    other = EXPRESSIONS.index("mouthSmileLeft")
    assert row[other] == pytest.approx(heard[other] + 0.1)


def test_weights_stay_legal() -> None:
    wild = RNG.normal(0, 3, (40, D)).astype(np.float32)
    rows = innovation.placed(wild, innovation.home(lips(), conditions(TOLD)), np.zeros(40, np.float32))
    assert rows[:, :E].min() >= 0 and rows[:, :E].max() <= 1


def test_a_gain_of_nothing_divides_by_nothing() -> None:
    told = conditions(Controls(head_gain=0.0, expression_gain=0.0))
    assert np.isfinite(innovation.residual(inner(), innovation.home(lips(), told))).all()


def test_bent_and_straight_are_inverse() -> None:
    one, known = RNG.normal(0, 0.5, (40, D)).astype(np.float32), scales()
    known.size[BENT] = 0.05
    there = innovation.bent(one, known)
    np.testing.assert_allclose(innovation.straight(there, known), one, rtol=2e-4, atol=1e-6)


def test_a_saccade_is_drawn_within_reach_of_the_noise() -> None:
    known = scales()
    known.size[BENT] = np.radians(0.1)
    jump = np.full(D, np.radians(8.0), np.float32)
    assert np.abs(innovation.bent(jump, known)[GAZE]).max() < 4


def test_no_innovation_is_farther_than_any_that_was_learned_from() -> None:
    known = scales()
    known.most[:] = 3
    wild = innovation.straight(np.full(D, 50, np.float32), known)
    np.testing.assert_allclose(innovation.bent(wild, known), 3, rtol=1e-4)
    np.testing.assert_array_equal(wild, innovation.straight(np.full(D, 3, np.float32), known))


def test_the_prediction_takes_the_nearest_last() -> None:
    known = scales()
    before = RNG.normal(0, 1, (BACK, D)).astype(np.float32)
    wanted = sum(known.recall[k] * before[k] for k in range(BACK))
    np.testing.assert_allclose(innovation.foretold(before, known), wanted, rtol=1e-5)


def test_who_is_told_never_to_blink_does_not() -> None:
    row = np.full(D, 0.5, np.float32)
    blinks = [lids.BLINK_LEFT, lids.BLINK_RIGHT]
    never = innovation.commanded(row, Controls(blink_rate=0).conditions())
    assert (never[blinks] == 0).all()
    assert np.array_equal(np.delete(never, blinks), np.delete(row, blinks))
    assert np.array_equal(innovation.commanded(row, Controls(blink_rate=0.5).conditions()), row)
    down = innovation.commanded(row, Controls(blink_rate=0, gaze=(0.0, -0.2)).conditions())
    assert (down[blinks] > 0).all(), "lids still go down with the eyes"
