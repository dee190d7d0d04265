"""The body stage: breath, lag and swing, each against what people and springs do."""

import itertools
import math

import numpy as np
import pytest

from vultus.body import SHARE, Body
from vultus.clock import FRAME_RATE
from vultus.face import D, Floats, channel, neutral
from vultus.motion import body
from vultus.motion.body import DAMPING, FARTHEST, HERTZ, BodyState

SECOND = int(FRAME_RATE)
REST = neutral()
LIPS = [channel(name) for name in ("jawOpen", "mouthFunnel", "mouthLowerDownLeft", "mouthLowerDownRight")]


def lived(rows: Floats, seed: int = 0, gain: float = 1.0) -> np.ndarray:  # [T, D] -> [T, BODY]
    state, out = body.init(seed), []
    for row in rows:
        state, one = body.step(state, row, REST, gain)
        out.append(one)
    return np.array(out)


def still(seconds: float) -> Floats:
    return np.zeros((round(seconds * SECOND), D), np.float32)


def talk(seconds: float) -> Floats:
    """Lips that open and shut four times a second."""
    rows = still(seconds)
    wave = 0.5 - 0.5 * np.cos(2 * math.pi * 4 * np.arange(len(rows)) / SECOND)
    rows[:, LIPS] = 0.5 * wave[:, None]
    return rows


def breaths(full: np.ndarray) -> list[int]:
    """The frames at which breathing in begins."""
    rising = np.diff(full) > 1e-6
    return [i for i in range(1, len(rising)) if rising[i] and not rising[i - 1]]


def test_the_same_seed_and_rows_give_the_same_body_and_another_seed_another() -> None:
    rows = np.concatenate([talk(4), still(6)])
    np.testing.assert_array_equal(lived(rows), lived(rows))
    assert (lived(rows) != lived(rows, seed=1)).any()


def test_what_comes_later_changes_nothing_before() -> None:
    one, other = np.concatenate([talk(4), still(4)]), np.concatenate([talk(4), talk(4)])
    np.testing.assert_array_equal(lived(one)[: 4 * SECOND], lived(other)[: 4 * SECOND])


def test_it_begins_as_the_picture_has_it() -> None:
    rows = still(1)
    rows[:, channel("headX")] = 0.1
    rows[:, channel("headYaw")] = 0.2
    np.testing.assert_allclose(lived(rows)[0], 0, atol=1e-9)


def test_without_gain_nothing_moves() -> None:
    assert not lived(np.concatenate([talk(3), still(5)]), gain=0).any()
    once = lived(talk(5))
    np.testing.assert_allclose(lived(talk(5), gain=2), 2 * once, rtol=1e-12)


def test_at_rest_breaths_come_ten_to_twenty_a_minute_and_never_evenly() -> None:
    full = lived(still(120))[:, 0]
    times = np.diff(breaths(full)) / SECOND
    assert 20 <= len(times) <= 40
    assert times.std() > 0.2 and times.min() > 1.5 and times.max() < 8
    assert full.min() >= 0 and 0.35 < full.max() < 1
    assert np.abs(np.diff(full)).max() < 0.12


@pytest.mark.parametrize("seed", range(4))
def test_a_speaker_breathes_in_where_they_pause(seed: int) -> None:
    rows = np.concatenate([talk(5), still(0.6), talk(5), still(0.6), talk(5)])
    full = lived(rows, seed)[:, 0]
    begun = [frame / SECOND for frame in breaths(full)]
    for pause in (5.0, 10.6):
        assert any(pause < begin < pause + 0.6 for begin in begun), begun
    spoken = [later - earlier for earlier, later in itertools.pairwise(begun)]
    assert len(begun) <= 5 and min(spoken) > 1.5


def test_a_speaker_who_never_pauses_breathes_all_the_same() -> None:
    assert 3 <= len(breaths(lived(talk(40))[:, 0])) <= 10


def test_breath_for_speech_is_deeper_and_quicker() -> None:
    speech = lived(np.concatenate([talk(5), still(0.6), talk(4)]))[:, 0]
    calm = lived(still(40))[:, 0]
    assert speech.max() > calm.max() - 0.05
    assert np.diff(speech).max() > 1.3 * np.diff(calm).max()


def test_the_body_settles_anew_every_few_seconds_without_a_jump() -> None:
    out = lived(still(60))
    lean, tilt = out[:, 1], out[:, 3]
    assert 0.004 < lean.std() < 0.04 and 0.002 < tilt.std() < 0.02
    assert np.abs(np.diff(out[:, 1:], axis=0)).max() < 0.004
    assert not out[:, 4:].any()  # nothing swings while the head keeps still


def test_shoulders_come_after_the_head_and_arrive() -> None:
    rows = still(4)
    rows[SECOND:, channel("headX")] = 0.2
    lean = lived(rows)[:, 1] - lived(still(4))[:, 1]  # beside where the body settles anyway
    assert lean[SECOND] == pytest.approx(-0.8 * SHARE * 0.2, rel=0.3)  # still where they were: behind
    assert abs(lean[-1]) < 0.002


def test_hair_swings_behind_a_turn_and_comes_to_rest() -> None:
    rows = still(6)
    rows[SECOND:, channel("headYaw")] = 0.2
    out = lived(rows)[SECOND:]
    left, pendant = out[:, 4], out[:, 7]
    assert left[0] > 0.02  # what hangs behind the axis of the turn is left on the right of its place
    assert left.min() < -0.005 and pendant.min() < -0.01  # and swings through
    assert np.abs(out[-SECOND:, 4:]).max() < 0.002
    assert np.abs(pendant[SECOND // 2 : SECOND]).max() > np.abs(left[3 * SECOND :]).max()


def test_nothing_goes_farther_than_it_may() -> None:
    rng = np.random.default_rng(3)
    rows = still(20)
    rows[:, channel("headPitch") : channel("headY") + 1] = rng.uniform(-0.4, 0.4, (len(rows), 5))
    assert (np.abs(lived(rows)[:, 1:]).max(0) < FARTHEST).all()


def test_springs_are_those_of_the_books() -> None:
    """Against small steps of the equation of motion."""
    place, speed = np.full(7, 0.05), np.zeros(7)
    state = BodyState(0, place=place.copy(), speed=speed.copy())
    fine = 4000
    for _ in range(SECOND):
        new, moving = body._swung(state, np.zeros(7))
        state = BodyState(0, place=new, speed=moving)
    stiff = 2 * math.pi * HERTZ
    for _ in range(fine):
        speed += (-(stiff**2) * place - 2 * DAMPING * stiff * speed) / fine
        place += speed / fine
    assert state.place is not None
    np.testing.assert_allclose(state.place, place, atol=3e-4)


def test_a_body_is_plain_numbers() -> None:
    _, one = body.step(body.init(), REST, REST)
    assert isinstance(one, Body) and all(type(number) is float for number in one)
