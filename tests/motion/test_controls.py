"""Placing rows on a portrait: each control moves what it says and nothing else, inside the limits."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from vultus.face import GAZE, LOG_DISTANCE, ROTATION, SHIFT, D, E, channel, neutral
from vultus.motion.controls import (
    DISTANCE_LIMIT,
    GAZE_LIMIT,
    HEAD_LIMIT,
    SHIFT_LIMIT,
    Controls,
    apply,
    command,
    soft_limit,
)  # fmt: skip

Floats = NDArray[np.float32]
PLAIN = Controls()


def some_rows(seed: int = 0, size: float = 0.1) -> Floats:
    rng = np.random.default_rng(seed)
    rows = rng.normal(0, size, (50, D)).astype(np.float32)
    rows[:, :E] = rng.uniform(0, 0.6, (50, E))
    return rows


def some_rest() -> Floats:
    rest = neutral()
    rest[ROTATION] = 0.05, -0.2, 0.1
    rest[GAZE] = 0.1, 0.02
    rest[channel("mouthSmileLeft")] = rest[channel("mouthSmileRight")] = 0.5
    rest[channel("jawOpen")] = 0.3
    return rest


def placed_by(controls: Controls, rows: Floats) -> Floats:
    return apply(command(rows, controls), some_rest(), controls)


def changed(controls: Controls) -> set[int]:
    """The channels that differ from those without controls."""
    rows = some_rows()
    differ = placed_by(PLAIN, rows) != placed_by(controls, rows)
    return set(np.flatnonzero(differ.any(axis=0)).tolist())


def test_stillness_stays_at_the_portraits_own_pose() -> None:
    placed = apply(neutral()[None], some_rest(), PLAIN)[0]
    np.testing.assert_allclose(placed[E:], some_rest()[E:])


def test_a_part_of_the_portraits_smile_stays_and_its_open_mouth_does_not() -> None:
    placed = apply(neutral()[None], some_rest(), PLAIN)[0]
    assert placed[channel("mouthSmileLeft")] == pytest.approx(0.5 * PLAIN.character)
    assert placed[channel("jawOpen")] == 0
    assert not apply(neutral()[None], some_rest(), Controls(character=0))[0, :E].any()


def test_rows_are_left_as_they_came() -> None:
    rows, rest = some_rows(), some_rest()
    before = rows.copy()
    controls = Controls(head_gain=2, gaze=(0.1, 0.1), pose=(0.1, 0.1, 0.1), articulation=1.5)
    apply(rows, rest, controls)
    command(rows, controls)
    np.testing.assert_array_equal(rows, before)


def test_each_control_moves_its_own_channels_only() -> None:
    pose = {*range(ROTATION.start, ROTATION.stop), *range(SHIFT.start, SHIFT.stop), LOG_DISTANCE}
    gaze = set(range(GAZE.start, GAZE.stop))
    lids = {channel("eyeBlinkLeft"), channel("eyeBlinkRight")}
    assert changed(Controls(distance=0.1)) == {LOG_DISTANCE}
    assert changed(Controls(gaze=(0.1, 0.0))) == {channel("gazeYaw")}
    assert changed(Controls(gaze=(0.0, -0.1))) == {channel("gazePitch")} | lids
    assert changed(Controls(head_gain=0.5)) == pose | gaze  # the eyes turn back against the head
    lips = changed(Controls(expression_gain=0.5))
    assert channel("jawOpen") in lips and not lips & (pose | gaze | lids)


def test_the_eyes_turn_back_against_the_head() -> None:
    row = neutral()
    row[ROTATION] = 0.06, 0.1, 0.0
    placed = apply(row[None], neutral(), PLAIN)[0]
    np.testing.assert_allclose(placed[GAZE], -placed[[47, 46]], atol=1e-6)
    assert placed[channel("gazeYaw")] < 0 < placed[channel("headYaw")]


@pytest.mark.parametrize("gain", [1.0, 10.0, 1000.0])
def test_nothing_leaves_its_limits(gain: float) -> None:
    rows, rest = some_rows(size=1.0) * np.float32(gain), some_rest()
    controls = Controls(
        gaze=(0.5, -0.5), distance=0.6, pose=(0.3, -0.3, 0.3), head_gain=3, expression_gain=3, articulation=2
    )
    placed = placed_by(controls, rows)
    tight = 1 + 1e-5
    assert np.isfinite(placed).all()
    assert placed[:, :E].min() >= 0 and placed[:, :E].max() <= 1
    assert (np.abs(placed[:, ROTATION] - rest[ROTATION]) <= HEAD_LIMIT * tight).all()
    assert (np.abs(placed[:, SHIFT] - rest[SHIFT]) <= SHIFT_LIMIT * tight).all()
    assert (np.abs(placed[:, LOG_DISTANCE] - rest[LOG_DISTANCE]) <= DISTANCE_LIMIT * tight).all()
    assert (np.abs(placed[:, GAZE]) <= GAZE_LIMIT * tight).all()


def test_the_head_limits_are_those_of_a_talking_head() -> None:
    np.testing.assert_allclose(np.degrees(HEAD_LIMIT), [15, 20, 15])


def test_a_soft_limit_leaves_small_values_and_bends_large_ones_smoothly() -> None:
    x = np.linspace(-5, 5, 401).astype(np.float32)
    y = soft_limit(x, 1.0)
    assert np.abs(y).max() < 1 and (np.diff(y) > 0).all()
    np.testing.assert_allclose(y[np.abs(x) < 0.2], x[np.abs(x) < 0.2], atol=0.003)


def test_hanging_lids_stay_and_still_close_fully() -> None:
    rest, row = neutral(), neutral()
    rest[channel("eyeBlinkLeft")] = 0.2
    assert apply(row[None], rest, PLAIN)[0, channel("eyeBlinkLeft")] == pytest.approx(0.2)
    row[channel("eyeBlinkLeft")] = 1
    assert apply(row[None], rest, PLAIN)[0, channel("eyeBlinkLeft")] == pytest.approx(1)


def test_a_portrait_with_closed_eyes_opens_them() -> None:
    rest = neutral()
    rest[channel("eyeBlinkLeft")] = 1
    assert apply(neutral()[None], rest, PLAIN)[0, channel("eyeBlinkLeft")] <= 0.3 + 1e-6


def test_head_gain_0_holds_the_head_still() -> None:
    placed = placed_by(replace(PLAIN, head_gain=0.0), some_rows())
    np.testing.assert_allclose(placed[:, ROTATION], np.broadcast_to(some_rest()[ROTATION], (50, 3)))
