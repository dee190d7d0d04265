"""Placing rows on a portrait: each control moves what it says and nothing else, inside the limits."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from vultus import measure
from vultus.errors import OptionRefused
from vultus.face import GAZE, LOG_DISTANCE, ROTATION, SHIFT, D, E, channel, face_model, neutral
from vultus.motion.controls import (
    ARTICULATED,
    CONDITIONS,
    DISTANCE_LIMIT,
    GAZE_LIMIT,
    HEAD_LIMIT,
    RANGES,
    SHIFT_LIMIT,
    SPOKEN,
    Controls,
    apply,
    as_track,
    command,
    soft_limit,
)  # fmt: skip
from vultus.motion.emotion import OFFSETS, Emotion

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


POSE = {*range(ROTATION.start, ROTATION.stop), *range(SHIFT.start, SHIFT.stop), LOG_DISTANCE}
EYES = set(range(GAZE.start, GAZE.stop))
SHUTTING = {channel("eyeBlinkLeft"), channel("eyeBlinkRight")}


@pytest.mark.parametrize(
    ("controls", "moved"),
    [
        (Controls(distance=0.1), {LOG_DISTANCE}),
        (Controls(gaze=(0.1, 0.0)), {channel("gazeYaw")}),
        (Controls(gaze=(0.0, 0.1)), {channel("gazePitch")}),
        (Controls(gaze=(0.0, -0.1)), {channel("gazePitch")} | SHUTTING),
        (Controls(head_gain=0.5), POSE | EYES),  # the eyes turn back against the head
        (Controls(pose=(0.0, 0.1, 0.0)), {channel("headYaw"), channel("gazeYaw")}),
        (Controls(pose=(0.1, 0.0, 0.0)), {channel("headPitch"), channel("gazePitch")} | SHUTTING),
        (Controls(pose=(0.0, 0.0, 0.1)), {channel("headRoll")}),
        (Controls(eye_contact=1), EYES),
        (Controls(articulation=1.5), set(ARTICULATED)),
        (Controls(expression_gain=0.5), set(SPOKEN)),
        (Controls(character=0), {channel("mouthSmileLeft"), channel("mouthSmileRight")}),
        (Controls(blink_rate=2, listening=1), set()),  # the motion model's business
        (Controls(body_gain=2), set()),  # the body's, which is no channel
    ],
)
def test_each_control_moves_its_own_channels_only(controls: Controls, moved: set[int]) -> None:
    assert changed(controls) == moved


@pytest.mark.parametrize("feeling", range(6))
def test_a_feeling_rises_with_its_strength_and_leaves_the_head_alone(feeling: int) -> None:
    def shown(strength: float) -> Floats:
        strengths = [0.0] * 6
        strengths[feeling] = strength
        rows = placed_by(Controls(emotion=Emotion(*strengths), character=0), 0.3 * some_rows())
        return np.asarray(rows.mean(axis=0))

    means = np.stack([shown(strength) for strength in np.linspace(0, 1, 6)])
    expected = np.flatnonzero(OFFSETS[feeling])
    assert (np.diff(means[:, expected], axis=0) > 0).all()
    assert set(np.flatnonzero(np.ptp(means, axis=0))) == set(expected)


def test_feelings_mix() -> None:
    both = command(neutral()[None], Controls(emotion=Emotion(happy=0.5, surprised=0.25)))[0, :E]
    np.testing.assert_allclose(both, 0.5 * OFFSETS[0] + 0.25 * OFFSETS[3])
    assert not both[[channel("jawOpen"), channel("mouthUpperUpLeft"), channel("mouthLowerDownLeft")]].any()


def test_a_strong_feeling_puts_the_portraits_own_smile_aside() -> None:
    smile = channel("mouthSmileLeft")
    plain, sad = (placed_by(controls, neutral()[None])[0] for controls in (PLAIN, Controls(emotion=Emotion(sad=1))))
    assert sad[smile] < 0.3 * plain[smile]


def gap(rows: Floats) -> Floats:  # [n, D] -> [n]
    """How far apart the inner lips are, face units; lips that press into each other are below 0."""
    shapes = np.stack([face_model().shape(row[:E]) for row in rows])
    return np.asarray(shapes[:, measure.UPPER_LIP, 1] - shapes[:, measure.LOWER_LIP, 1], np.float32)


@pytest.mark.parametrize("gain", [0.6, 1.3, 2.0])
def test_articulation_moves_lips_that_are_open_and_keeps_closed_ones_closed(gain: float) -> None:
    """Rows with lips closed in every way there is, and open ones, as the face model shows them."""
    closed = np.stack([neutral()] * 4)
    for row, jaw in zip(closed, (0.0, 0.2, 0.4, 0.6), strict=True):
        row[channel("jawOpen")] = row[channel("mouthClose")] = jaw
        row[[channel("mouthPressLeft"), channel("mouthPressRight"), channel("mouthRollLower")]] = 0.3
    opened = closed.copy()
    opened[:, channel("mouthClose")] = 0
    opened[:, channel("jawOpen")] = 0.1, 0.2, 0.3, 0.4
    turned = Controls(articulation=gain)
    assert gap(placed_by(turned, closed)).max() < 0.005
    wider = gap(placed_by(turned, opened)) / gap(placed_by(PLAIN, opened))
    assert (wider > 1.15).all() if gain > 1 else (wider < 0.85).all()


def test_eye_contact_looks_into_the_camera_whichever_way_the_head_is_turned() -> None:
    row = neutral()
    row[ROTATION] = 0.05, 0.1, 0.0
    placed = placed_by(Controls(eye_contact=1, pose=(0.0, -0.1, 0.0)), row[None])[0]
    np.testing.assert_allclose(placed[GAZE] + placed[[47, 46]], 0, atol=1e-6)


def test_distance_and_pose_arrive_to_the_letter_within_what_heads_do() -> None:
    rest = some_rest()
    placed = placed_by(Controls(distance=0.25, pose=(0.1, -0.15, 0.1)), neutral()[None])[0]
    assert placed[LOG_DISTANCE] - rest[LOG_DISTANCE] == pytest.approx(0.25)
    np.testing.assert_allclose(placed[ROTATION] - rest[ROTATION], (0.1, -0.15, 0.1), atol=1e-6)


def test_the_motion_model_is_told_the_conditions_in_their_order() -> None:
    turned = Controls(
        gaze=(0.1, 0.2), distance=0.3, emotion=Emotion(0.1, 0.2, 0.3, 0.4, 0.5, 0.6),
        head_gain=1.1, expression_gain=1.2, blink_rate=1.3, listening=0.7,
    )  # fmt: skip
    told = [0.1, 0.2, 0.3, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 1.1, 1.2, 1.3, 0.7]
    np.testing.assert_allclose(turned.conditions(), told, rtol=1e-6)
    assert turned.conditions().dtype == np.float32 and len(told) == CONDITIONS
    np.testing.assert_array_equal(PLAIN.conditions(), [0] * 9 + [1, 1, 1, 0])


def test_numbers_go_out_and_back() -> None:
    turned = Controls(gaze=(0.1, -0.2), pose=(0.1, 0.2, 0.3), emotion=Emotion(sad=0.5), character=0.2)
    assert Controls.of(turned.values()) == turned
    assert Controls.of(turned.values() + 100) == Controls(**{name: _full(name) for name in RANGES})


def _full(name: str) -> Any:  # noqa: ANN401 - a number or several
    most, default = RANGES[name][1], getattr(PLAIN, name)
    return (most,) * len(default) if isinstance(default, tuple) else most


def test_an_emotion_may_be_given_in_three_ways() -> None:
    wanted = Controls(emotion=Emotion(happy=0.5))
    for given in ({"happy": 0.5}, (0.5, 0, 0, 0, 0, 0), [0.5, 0, 0, 0, 0, 0]):
        turned = Controls(emotion=given)  # type: ignore[arg-type]
        assert turned == wanted and turned.emotion.happy == 0.5


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"gaze": (1.0, 0.0)}, "control gaze: wanted a number from -0.5236 to 0.5236, got 1.0"),
        ({"gaze": 0.1}, "control gaze: wanted 2 numbers"),
        ({"gaze": (0.1, "x")}, "control gaze: wanted a number"),
        ({"distance": float("nan")}, "control distance"),
        ({"head_gain": -1}, "control head_gain: wanted a number from 0 to 3"),
        ({"head_gain": True}, "control head_gain"),
        ({"emotion": {"glad": 1}}, "control emotion glad: wanted some of happy"),
        ({"emotion": {"happy": 2}}, "control emotion: wanted a number from 0 to 1"),
        ({"emotion": 1}, "control emotion: wanted 6 numbers"),
        ({"articulation": None}, "control articulation"),
    ],
)
def test_what_makes_no_sense_is_refused(given: dict[str, Any], says: str) -> None:
    with pytest.raises(OptionRefused, match=says):
        Controls(**given)


def test_motion_for_any_portrait_moves_one_as_the_rows_do() -> None:
    rows, turned = 0.3 * some_rows(), Controls(pose=(0.05, 0.1, 0.0), articulation=1.2, character=0)
    moved = apply(as_track(command(rows, turned), turned), some_rest(), Controls(character=0))
    np.testing.assert_allclose(moved, placed_by(turned, rows), atol=2e-3)


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
    y = np.array([soft_limit(value, 1.0) for value in x])
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
