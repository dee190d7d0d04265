"""The evaluation goes through the run-time stages, and clips are split by person."""

import numpy as np
import pytest

pytest.importorskip("torch", reason="the extra `train` is not installed")

from vultus import speech
from vultus.face import D
from vultus.motion import stream
from vultus.train import motion_evaluate, speech_data, tracked

NEEDS_TALKING = pytest.mark.skipif(
    not tracked.TALKING.exists(), reason="needs the tracked talking in ../shared/talking"
)


def test_rows_are_those_of_the_runtime_stages() -> None:
    sound = np.random.default_rng(0).normal(0, 0.1, 16_000).astype(np.float32)
    rows = motion_evaluate.generated(sound, 25)
    padded = np.concatenate([sound, np.zeros(3 * 640, np.float32)])
    _, features = speech.step(speech.init(), padded)
    _, whole = stream.step(stream.init(0), features)
    assert rows.shape == (25, D)
    np.testing.assert_array_equal(rows, whole[:25])


@NEEDS_TALKING
def test_held_out_people_are_never_trained_on() -> None:
    for group in ("grid_other", "addresses"):
        assert all(tracked.held_out(clip) for clip in tracked.clips(group))
    assert set(speech_data.SCALE) == {"grid_s1", "facegood"}


@NEEDS_TALKING
def test_a_real_clip_keeps_its_tracked_opening() -> None:
    clip = next(clip for clip in tracked.clips("grid_s1") if not tracked.held_out(clip))
    item, truth = speech_data.real(clip), tracked.example(clip).aperture
    assert np.corrcoef(item.aperture, truth[: len(item.aperture)])[0, 1] > 0.9


@NEEDS_TALKING
def test_a_held_out_clip_is_scored() -> None:
    score = motion_evaluate.score("grid_other/sbia1a")
    assert score.r > 0.5 and abs(score.lag_ms) <= 80
