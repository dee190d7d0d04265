"""A life begins to be shown when it has settled: awake, at rest, and gliding from there to where it is."""

from dataclasses import replace

import numpy as np
import pytest

from vultus import speech
from vultus.clock import SAMPLES_PER_FRAME
from vultus.face import GAZE, ROTATION, D, Floats
from vultus.motion import flow, hearing, settling
from vultus.motion.controls import BLINKS, Controls
from vultus.motion.flow import GLIDE, GLIDES, FlowState

SEEDS = range(6)


def shown(state: FlowState, count: int) -> Floats:  # [count, D]
    rows = []
    for _ in range(count):
        state, row = flow.step(state, settling.quiet(), Controls().conditions())
        rows.append(row)
    return np.stack(rows)


def test_quiet_is_what_the_speech_stage_and_hearing_make_of_nothing() -> None:
    _, rows = speech.step(speech.init(), np.zeros(20 * SAMPLES_PER_FRAME, np.float32))
    np.testing.assert_allclose(rows, settling.SILENT, atol=1e-5)
    state = hearing.init()
    for frame in range(20):
        state, heard = hearing.step(state, rows[4 * frame : 4 * frame + 4])
    assert settling.quiet().speaking == pytest.approx(heard.speaking, abs=0.02) and heard.speaking < 0.1
    np.testing.assert_allclose(settling.quiet().lips, heard.lips, atol=0.02)


def test_the_same_seed_settles_in_the_same_state_and_another_in_another() -> None:
    one = settling.settled(3)
    settling.settled.cache_clear()
    again, other = settling.settled(3), settling.settled(4)
    assert again is not one
    assert again.before.tobytes() == one.before.tobytes() and again.born == one.born
    assert again.context.memory.tobytes() == one.context.memory.tobytes()
    assert not np.array_equal(other.before, one.before)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_first_frame_is_at_rest_and_the_head_leaves_it_gently(seed: int) -> None:
    state = settling.settled(seed)
    assert settling.SETTLING <= state.born <= settling.LONGEST
    rows = np.degrees(shown(state, 50))
    assert np.abs(rows[0, ROTATION]).max() < 1
    assert np.abs(rows[0, GAZE]).max() < 3
    assert np.abs(np.diff(rows[:12, ROTATION], axis=0)).max() < 1.2


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_blinks_at_once(seed: int) -> None:
    assert shown(settling.settled(seed), settling.AWAKE)[:, BLINKS].max() < 0.3


def test_after_the_glide_the_life_is_the_one_that_is_lived() -> None:
    state = settling.settled(1)
    plain = replace(state, away=np.zeros(D, np.float32))
    one, other = shown(state, GLIDE + 10), shown(plain, GLIDE + 10)
    np.testing.assert_array_equal(one[GLIDE:], other[GLIDE:])
    still = [i for i in range(D) if i not in GLIDES]
    np.testing.assert_array_equal(one[:, still], other[:, still])
    left = np.abs(one - other)[:, ROTATION].max(axis=1)
    assert (np.diff(left) <= 1e-6).all() and left[0] > 0


def test_a_head_starts_no_wilder_than_it_goes_on() -> None:
    started = np.stack([shown(settling.settled(seed), 50) for seed in SEEDS])[:, :, ROTATION]
    later = np.stack([shown(settling.settled(seed), 300)[50:] for seed in SEEDS])[:, :, ROTATION]
    assert np.abs(started).max() < 1.2 * np.abs(later).max()
    assert np.abs(started).mean() < 1.2 * np.abs(later).mean()
