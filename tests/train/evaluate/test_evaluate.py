"""The evaluation goes through the run-time path, and its measures tell what they say."""

import json

import numpy as np
import pytest

pytest.importorskip("torch", reason="the extra `train` is not installed")

from vultus import speech
from vultus.clock import SAMPLES_PER_FRAME
from vultus.face import EXPRESSIONS, GAZE, ROTATION, D, neutral
from vultus.motion import controls, stream
from vultus.motion.controls import Controls
from vultus.train import speech_data, tracked
from vultus.train.evaluate import alive, clips, coupling, lips, obedience, path, table
from vultus.train.life import voice

NEEDS_TALKING = pytest.mark.skipif(
    not tracked.TALKING.exists(), reason="needs the tracked talking in ../shared/talking"
)


@pytest.mark.parametrize("recorded", [False, True])
def test_rows_are_those_of_the_runtime_stages(recorded: bool) -> None:
    sound, begun = np.random.default_rng(0).normal(0, 0.1, 16_000).astype(np.float32), stream.init(3, recorded)
    rows = path.generated(sound, 25, 3, recorded=recorded)
    padded = np.concatenate([sound, np.zeros(begun.look_ahead * SAMPLES_PER_FRAME, np.float32)])
    _, features = speech.step(speech.init(), padded)
    _, whole = stream.step(begun, features, Controls())
    assert rows.shape == (25, D)
    np.testing.assert_array_equal(rows, controls.apply(whole[:25], neutral(), Controls()))


def test_the_gaze_in_the_world_counts_the_head_in() -> None:
    rows = np.zeros((2, D), np.float32)
    rows[:, ROTATION.start + 1], rows[:, GAZE.start] = 0.2, -0.2
    np.testing.assert_allclose(path.looking(rows), 0, atol=1e-7)


def test_closed_lips_are_looked_for_around_a_closure() -> None:
    opening = np.full(50, 0.05)
    opening[20] = 0.001
    assert lips.closed(opening, np.array([[0.80, 0.84]])) == [True]
    assert lips.closed(opening, np.array([[0.86, 0.90]])) == [True]  # 60 ms late
    assert lips.closed(opening, np.array([[0.94, 1.0]])) == [False]
    assert lips.closed(opening, np.array([[1.99, 2.5]])) == []  # past the end


def test_a_jump_of_the_gaze_is_a_shift_and_a_drift_is_not() -> None:
    look = np.zeros((100, 2))
    look[50:, 0] = np.radians(8)
    assert alive.gaze_shifts(look) == 1
    look[:, 0] = np.radians(np.linspace(0, 20, 100))
    assert alive.gaze_shifts(look) == 0


def _bursts(frames: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    at = np.arange(frames * SAMPLES_PER_FRAME) / SAMPLES_PER_FRAME
    level = np.full(len(at), 0.001)
    for start in np.cumsum(rng.integers(7, 16, frames // 12))[:-2]:
        level += 0.2 * np.exp(-(at - start) / 2) * (at >= start)
    samples = (level * rng.normal(0, 1, len(at))).astype(np.float32)
    return samples, voice.onsets(samples, frames)[0]


def test_a_head_that_beats_time_is_coupled_and_one_that_does_not_is_not() -> None:
    frames = 700
    samples, onsets = _bursts(frames)
    beating, deaf = (np.zeros((frames, D), np.float32) for _ in range(2))
    for onset in onsets:
        beating[:, ROTATION.start] -= 0.02 * np.exp(-(((np.arange(frames) - onset) / 2.0) ** 2))
    noise = np.convolve(np.random.default_rng(2).normal(0, 1, frames), np.ones(7), "same")
    deaf[:, ROTATION.start] = 0.01 * noise
    hears, does_not = coupling.measured([(beating, samples)]), coupling.measured([(deaf, samples)])
    assert hears.share > 0.9
    assert hears.clear > 5
    assert abs(does_not.clear) < 3
    assert does_not.over_chance == pytest.approx(1, abs=0.4)


def test_the_table_is_json_and_says_what_is_met() -> None:
    figures = {"one": {"value": np.float32(1.23456789), "met": np.True_}, "two": {"value": 3, "met": False}}
    kept = table.rounded(figures)
    assert json.loads(json.dumps(kept)) == {"one": {"value": 1.2346, "met": True}, "two": {"value": 3, "met": False}}
    said = list(table.lines("part", kept))
    assert said[0].startswith("yes part one")
    assert said[1].startswith("NO  part two")


def test_whispers_have_no_pitch() -> None:
    t = np.arange(16_000) / 16_000
    hum = np.sign(np.sin(2 * np.pi * 150 * t)).astype(np.float32) * 0.1
    period = round(16_000 / 150)

    def repeats(sound: np.ndarray) -> float:
        return float((sound[period:] * sound[:-period]).sum() / (sound**2).sum())

    assert repeats(hum) > 0.9
    assert abs(repeats(clips.whispered(hum, np.random.default_rng(0)))) < 0.4


@NEEDS_TALKING
def test_held_out_people_are_never_trained_on() -> None:
    for group in ("grid_other", "addresses"):
        assert all(tracked.held_out(clip) for clip in tracked.clips(group))
    assert set(speech_data.SCALE) == {"grid_s1", "facegood"}


@NEEDS_TALKING
def test_a_held_out_clip_is_scored() -> None:
    clip = clips.held_out("grid_other", 1)[0]
    score, rows = lips.score(clip)
    assert rows.shape == (clip.frames, D)
    assert score.r > 0.5
    assert abs(score.lag_ms) <= 80


def test_a_face_is_as_lopsided_as_its_worst_pair_is_most_of_the_time() -> None:
    rows = np.zeros((100, D), np.float32)
    assert obedience.lopsided(rows) == 0
    rows[:60, EXPRESSIONS.index("browDownLeft")] = 0.4
    rows[:40, EXPRESSIONS.index("eyeWideRight")] = 0.9  # not most of the time
    rows[:, EXPRESSIONS.index("mouthSmileLeft")] = 0.9  # neither brow nor lid
    assert obedience.lopsided(rows) == pytest.approx(0.4)
