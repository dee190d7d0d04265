"""Blinks, gaze, head and brows: their shapes, their habits, and the bands of real talkers."""

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from vultus import measure
from vultus.clock import FRAME_RATE
from vultus.face import GAZE, ROTATION, D, channel
from vultus.motion import blinks, brows, chance, gaze, lids, liveliness, prosody
from vultus.motion.prosody import Prosody

Floats = NDArray[np.float32]
FPS = float(FRAME_RATE)
SECONDS = 120

# The 10 and 90 % marks of 35 real talkers (degrees; pitch, yaw, roll): std, step, jerk.
BANDS = {
    "std": ([1.46, 1.78, 1.156], [5.138, 8.83, 6.694]),
    "step": ([0.2248, 0.2186, 0.1154], [0.7388, 0.7328, 0.444]),
    "jerk": ([0.106, 0.087, 0.0465], [0.2463, 0.2044, 0.1097]),
}


@cache
def talk(seconds: int = SECONDS) -> tuple[Prosody, ...]:
    """The prosody of a made-up talk: phrases of syllables with accents, and pauses."""
    rng, state, out = np.random.default_rng(0), Prosody(), []
    phrase, left = True, 60
    for frame in range(int(seconds * FPS)):
        left -= 1
        if left == 0:
            phrase, left = not phrase, int(rng.integers(10, 30) if phrase else rng.integers(40, 120))
        syllable = 1.2 * np.sin(2 * np.pi * frame / 6) + rng.normal(0, 1.3)
        state = prosody.step(state, -3.0 + syllable if phrase else -9.0, 0.95 if phrase else 0.03)
        out.append(state)
    return tuple(out)


@cache
def life(seed: int, talking: bool = True) -> Floats:  # [T, D]
    state, rows = liveliness.init(seed), []
    for heard in talk() if talking else (Prosody(),) * int(SECONDS * FPS):
        state, row = liveliness.step(state, heard)
        rows.append(row)
    return np.stack(rows)


def heads(rows: Floats) -> list[measure.HeadFigures]:
    """Figures of pieces of 15 s, as the bands were measured."""
    return [measure.head(rows[start : start + 375]) for start in range(0, len(rows) - 374, 375)]


@pytest.mark.parametrize("figure", list(BANDS))
def test_the_head_moves_like_those_of_real_talkers(figure: str) -> None:
    low, high = BANDS[figure]
    values = [getattr(head, figure) for seed in range(4) for head in heads(life(seed))]
    middle = np.median(values, axis=0)
    assert (middle >= np.multiply(low, 0.9)).all() and (middle <= high).all(), middle


def test_the_head_is_calmer_in_silence() -> None:
    def step(rows: Floats) -> float:
        return float(np.mean([head.step for head in heads(rows)]))

    assert step(life(0, talking=False)) < 0.5 * step(life(0))


def test_the_head_comes_home_and_never_jumps() -> None:
    for seed in range(4):
        degrees = np.degrees(life(seed)[:, ROTATION])
        assert np.abs(degrees.mean(axis=0)).max() < 2.5
        assert np.abs(np.diff(degrees, axis=0)).max() < 3.5


def test_the_head_does_not_repeat_itself() -> None:
    yaw = life(0)[:, channel("headYaw")].astype(np.float64)
    yaw = yaw - yaw.mean()
    spectrum = np.abs(np.fft.rfft(yaw * np.hanning(len(yaw)))) ** 2
    assert spectrum.max() / spectrum.sum() < 0.2  # no line stands out, as it would in a sum of sines


def test_blinks_come_as_often_and_last_as_long_as_real_ones() -> None:
    seen = [blink for seed in range(4) for blink in measure.blinks(life(seed))]
    assert 12 <= len(seen) / (4 * SECONDS / 60) <= 32
    low, middle, high = np.quantile([blink.milliseconds for blink in seen], [0.1, 0.5, 0.9])
    assert low >= 40 and 80 <= middle <= 200 and high <= 240


def test_a_blink_closes_fully_faster_than_it_opens_and_smoothly() -> None:
    state = blinks.BlinkState(1, 1e9, began=10.0, closing=2.0, opening=4.0)
    t = np.linspace(8, 18, 1001)
    curve = np.array([blinks.closure(state, float(frame)) for frame in t])
    assert curve.max() == pytest.approx(1, abs=1e-3) and curve[0] == curve[-1] == 0
    peak = int(curve.argmax())
    half = np.flatnonzero(curve > 0.5)
    assert t[peak] - t[half[0]] < t[half[-1]] - t[peak]
    assert np.abs(np.diff(curve)).max() < 0.02
    assert (np.diff(curve[:peak]) >= 0).all() and (np.diff(curve[peak:]) <= 0).all()


def test_blink_intervals_are_irregular() -> None:
    starts = np.array([blink.start for blink in measure.blinks(life(1))])
    gaps = np.diff(starts) / FPS
    assert gaps.std() > 0.4 * gaps.mean()


def test_a_phrase_end_can_bring_a_blink_and_a_blink_just_past_cannot() -> None:
    asleep = blinks.BlinkState(0, 1e9)
    brought = [blinks.step(asleep, seed, 100, 0.35).began > 0 for seed in range(200)]
    assert 40 < sum(brought) < 100
    fresh = blinks.BlinkState(1, 1e9, began=95.0)
    assert all(blinks.step(fresh, seed, 100, 1.0) is fresh for seed in range(20))


def test_the_eyes_look_mostly_at_the_viewer_and_move_in_jumps() -> None:
    looks = np.degrees(np.concatenate([life(seed)[:, GAZE] for seed in range(4)]))
    away = np.hypot(looks[:, 0], looks[:, 1])
    assert 0.03 < (away > 4).mean() < 0.4
    speed = np.hypot(*np.diff(looks, axis=0).T)
    assert np.quantile(speed, 0.8) < 0.1  # at rest most of the time
    assert speed.max() > 4  # and there in one or two frames when they move


def test_a_saccade_takes_20_to_60_milliseconds() -> None:
    state = gaze.init(0)
    for frame in range(2000):
        state = gaze.step(state, 0, frame, Prosody())
        if state.shifted:
            assert 0.020 <= state.length / FPS <= 0.060


def test_lids_follow_the_eyes() -> None:
    down, ahead, up = (lids.followed(pitch, 0.0) for pitch in (-0.15, 0.0, 0.15))
    assert down[lids.BLINK_LEFT] > 0.1 and down[lids.WIDE_LEFT] == 0
    assert not ahead.any()
    assert up[lids.WIDE_RIGHT] > 0.1 and up[lids.BLINK_RIGHT] == 0
    assert lids.followed(-0.15, 1.0)[lids.BLINK_LEFT] == pytest.approx(1)


def test_brows_rise_on_some_accents_and_sink_again() -> None:
    accent, calm = Prosody(in_phrase=True, accent=1.0), Prosody(in_phrase=True)
    raised = 0
    for seed in range(60):
        state = brows.BrowState()
        curve = []
        for frame in range(60):
            state = brows.step(state, seed, frame, accent if frame == 5 else calm)
            curve.append(state.raised)
        raised += max(curve) > 0.05
        assert curve[-1] < 0.05 and np.abs(np.diff(curve)).max() < 0.2
    assert 10 < raised < 45


def test_prosody_finds_phrases_and_accents() -> None:
    heard = talk()
    assert 0.6 < np.mean([p.in_phrase for p in heard]) < 0.95
    assert sum(p.phrase_began for p in heard) - sum(p.phrase_ended for p in heard) in (0, 1)
    assert 0.3 < sum(p.accent > 0 for p in heard) / SECONDS < 2.5
    assert all(0 <= p.accent <= 1 and p.in_phrase for p in heard if p.accent)


def test_silence_has_neither_phrases_nor_accents() -> None:
    state = Prosody()
    for _ in range(500):
        state = prosody.step(state, -13.0, 0.01)
        assert not (state.in_phrase or state.accent or state.phrase_began or state.phrase_ended)


def test_chance_depends_on_its_arguments_alone() -> None:
    one = chance.draw(3, chance.BLINK, 7).random(4)
    np.testing.assert_array_equal(one, chance.draw(3, chance.BLINK, 7).random(4))
    for other in ((4, chance.BLINK, 7), (3, chance.GAZE, 7), (3, chance.BLINK, 8)):
        assert not np.array_equal(one, chance.draw(*other).random(4))


def test_a_row_leaves_the_lips_alone() -> None:
    rows = life(2)
    assert rows.shape[1] == D
    assert not rows[:, channel("jawForward") : channel("mouthUpperUpRight") + 1].any()
