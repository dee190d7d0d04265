import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vultus.clock import SAMPLES_PER_FRAME
from vultus.server.intake import CUSHION, MOST_BEHIND, Intake

MOST = 100_000


def ramp(start: int, count: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.arange(start, start + count, dtype=np.float32)


@given(st.lists(st.integers(0, 3000), max_size=12))
def test_speech_comes_out_whole_and_in_order(cuts: list[int]) -> None:
    intake, start = Intake(MOST), 0
    for cut in cuts:
        assert intake.push(ramp(start, cut), live=False) == 0
        start += cut
    intake.finish()
    taken = []
    while (one := intake.take()) is not None:
        taken.append(one.samples)
        assert len(one.samples) <= SAMPLES_PER_FRAME
        if one.end:
            break
    assert np.array_equal(np.concatenate([ramp(0, 0), *taken]), ramp(0, start))
    assert one is not None
    assert one.end
    assert intake.take() is None


def test_too_much_speech_is_refused_not_kept() -> None:
    intake = Intake(1000)
    assert intake.push(ramp(0, 1500), live=False) == 500
    assert intake.queued == 1000


def test_live_sound_waits_for_its_cushion_and_again_after_a_gap() -> None:
    intake = Intake(MOST)
    intake.push(ramp(0, SAMPLES_PER_FRAME), live=True)
    assert intake.take() is None
    intake.push(ramp(640, CUSHION - SAMPLES_PER_FRAME), live=True)
    assert intake.take() is not None
    assert intake.take() is None  # what is left is no frame
    intake.push(ramp(0, SAMPLES_PER_FRAME // 2), live=True)
    assert intake.take() is None


def test_live_sound_never_piles_up() -> None:
    intake = Intake(MOST)
    for start in range(0, 32_000, 320):
        intake.push(ramp(start, 320), live=True)
        assert intake.queued <= MOST_BEHIND
    taken = intake.take()
    assert taken is not None
    assert taken.samples[0] >= 32_000 - MOST_BEHIND  # the oldest was dropped


def test_clear_leaves_nothing() -> None:
    intake = Intake(MOST)
    intake.push(ramp(0, 5000), live=False)
    intake.finish()
    assert intake.clear() == 5000
    assert intake.take() is None
    intake.push(ramp(0, 700), live=False)
    intake.finish()
    first, second = intake.take(), intake.take()
    assert first is not None
    assert second is not None
    assert (first.end, second.end) == (False, True)


def test_an_utterance_may_end_on_a_frame() -> None:
    intake = Intake(MOST)
    intake.push(ramp(0, SAMPLES_PER_FRAME), live=False)
    intake.finish()
    taken = intake.take()
    assert taken is not None
    assert taken.end
    assert len(taken.samples) == SAMPLES_PER_FRAME
