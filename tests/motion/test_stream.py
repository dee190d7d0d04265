"""The motion stage: streaming equals batch, the past never changes, the same seed lives the same life."""

import dataclasses
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vultus import measure, speech
from vultus.clock import FEATURES_PER_FRAME, SAMPLE_RATE, SAMPLES_PER_FRAME
from vultus.face import GAZE, LOG_DISTANCE, ROTATION, SHIFT, D, E
from vultus.motion import hearing, lids, stream
from vultus.motion.controls import Controls
from vultus.motion.innovation import LIPS

Floats = NDArray[np.float32]


@cache
def voice(seconds: float = 2.0, seed: int = 0) -> Floats:
    """Something like speech: a buzz through moving resonances, in syllables, with a pause."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    buzz = sum(np.sin(2 * np.pi * 120 * k * t + rng.uniform(0, 6)) / k for k in range(1, 25))
    syllables = np.clip(np.sin(2 * np.pi * 3.5 * t), 0, 1) * (t % 2 < 1.5)
    return np.asarray(0.1 * buzz * syllables + rng.normal(0, 1e-3, t.size), np.float32)


def features_of(samples: Floats) -> Floats:
    return speech.step(speech.init(), samples)[1]


def rows_of(features: Floats, cuts: list[int] | None = None, seed: int = 1, recorded: bool = False) -> Floats:
    state, rows = stream.init(seed, recorded), []
    for piece in np.split(features, sorted(cuts or [])):
        state, some = stream.step(state, piece)
        rows.append(some)
    return np.concatenate(rows)


@settings(deadline=None, max_examples=15)
@given(st.lists(st.integers(0, 200), max_size=10), st.booleans())
def test_any_chunking_gives_the_same_bytes(cuts: list[int], recorded: bool) -> None:
    features = features_of(voice())
    whole = rows_of(features, recorded=recorded)
    assert rows_of(features, cuts, recorded=recorded).tobytes() == whole.tobytes()


def test_row_by_row_gives_the_same_bytes() -> None:
    features = features_of(voice(1.0))
    assert rows_of(features, list(range(1, len(features)))).tobytes() == rows_of(features).tobytes()


def _through(samples: Floats, chunk: int) -> list[int]:
    """How many rows had come out after each chunk of sound."""
    heard, state, total, counts = speech.init(), stream.init(0), 0, []
    for start in range(0, len(samples), chunk):
        heard, features = speech.step(heard, samples[start : start + chunk])
        state, rows = stream.step(state, features)
        total += len(rows)
        counts.append(total)
    return counts


def test_a_row_comes_out_exactly_when_its_look_ahead_is_in() -> None:
    samples = np.zeros(8 * SAMPLES_PER_FRAME, np.float32)
    counts = _through(samples, 1)
    assert stream.LOOK_AHEAD_SAMPLES / SAMPLE_RATE <= 0.080
    for frame in range(5):
        needed = (frame + 1) * SAMPLES_PER_FRAME + stream.LOOK_AHEAD_SAMPLES
        assert counts[needed - 1] == frame + 1 and counts[needed - 2] == frame


@pytest.mark.parametrize("recorded", [False, True])
def test_more_sound_never_changes_a_row_given_out(recorded: bool) -> None:
    samples, frame = voice(), 20
    ahead = stream.init(0, recorded).look_ahead
    end = (frame + 1 + ahead) * SAMPLES_PER_FRAME
    changed = samples.copy()
    changed[end:] = np.random.default_rng(1).normal(0, 0.2, len(samples) - end)
    a, b = (rows_of(features_of(sound), recorded=recorded) for sound in (samples, changed))
    np.testing.assert_array_equal(a[: frame + 1], b[: frame + 1])
    soon = frame + 1 + recorded  # the farthest frame of a recording counts for closures alone
    assert not np.array_equal(a[soon], b[soon])


def test_the_whole_look_ahead_is_used() -> None:
    samples, frame = voice(), 20
    end = (frame + 1) * SAMPLES_PER_FRAME + stream.LOOK_AHEAD_SAMPLES
    changed = samples.copy()
    changed[end - 160 : end] += np.random.default_rng(1).normal(0, 0.3, 160).astype(np.float32)
    a, b = rows_of(features_of(samples)), rows_of(features_of(changed))
    assert not np.array_equal(a[frame, :E], b[frame, :E])


def test_a_recording_waits_longer_and_has_other_lips_in_the_same_life() -> None:
    features = features_of(voice(3.0))
    live, recorded = rows_of(features), rows_of(features, recorded=True)
    assert len(live) - len(recorded) == stream.LOOK_AHEAD_RECORDED - stream.LOOK_AHEAD_FRAMES
    live = live[: len(recorded)]
    assert not np.array_equal(live[:, LIPS], recorded[:, LIPS])
    assert measure.correlation(measure.lip_aperture(live), measure.lip_aperture(recorded)) > 0.8


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_life_with_the_same_lips() -> None:
    features = features_of(voice())
    one, again, other = rows_of(features), rows_of(features), rows_of(features, seed=2)
    assert one.tobytes() == again.tobytes()
    assert not np.array_equal(one[:, ROTATION], other[:, ROTATION])
    assert measure.correlation(measure.lip_aperture(one), measure.lip_aperture(other)) > 0.9
    assert np.abs(one - other)[:, LIPS].mean() < 0.02


def test_a_talk_begins_at_rest() -> None:
    features = features_of(voice())
    for seed in range(4):
        first = rows_of(features, seed=seed)[0]
        assert np.degrees(np.abs(first[ROTATION])).max() < 1.5 and np.degrees(np.abs(first[GAZE])).max() < 4
        assert first[[lids.BLINK_LEFT, lids.BLINK_RIGHT]].max() < 0.3


def test_controls_hold_from_the_frame_on_for_which_they_are_given() -> None:
    features = features_of(voice())
    state, before = stream.step(stream.init(1), features[:100])
    _, plain = stream.step(state, features[100:])
    _, turned = stream.step(state, features[100:], Controls(gaze=(0.2, 0.0), distance=0.1))
    np.testing.assert_array_equal(np.concatenate([before, plain]), rows_of(features))
    np.testing.assert_allclose(turned[0, GAZE] - plain[0, GAZE], [0.2, 0.0], atol=0.02)
    assert turned[0, LOG_DISTANCE] - plain[0, LOG_DISTANCE] == pytest.approx(0.1, abs=0.01)


def _size(value: object) -> int:
    if isinstance(value, np.ndarray):
        return value.nbytes
    if dataclasses.is_dataclass(value):
        return sum(_size(getattr(value, field.name)) for field in dataclasses.fields(value))
    if isinstance(value, tuple):
        return sum(_size(one) for one in value)
    assert isinstance(value, (int, float, bool, str, type(None))), type(value)
    return 8


@pytest.mark.parametrize("recorded", [False, True])
def test_the_state_is_frozen_and_does_not_grow(recorded: bool) -> None:
    features = features_of(voice())
    state = stream.init(0, recorded)
    filled = 4 * (stream.LOOK_AHEAD_RECORDED + 2)
    first, _ = stream.step(state, features[:filled])
    later, _ = stream.step(first, features[filled:])
    assert _size(first) == _size(later)
    with pytest.raises(dataclasses.FrozenInstanceError):
        state.heard = 3  # type: ignore[misc]


def test_a_step_leaves_the_state_it_was_given_alone() -> None:
    features = features_of(voice(1.0))
    state, _ = stream.step(stream.init(0), features[:30])
    _, once = stream.step(state, features[30:])
    _, twice = stream.step(state, features[30:])
    np.testing.assert_array_equal(once, twice)


@pytest.mark.parametrize("shape", [(4,), (4, 40), (1, 4, hearing.BANDS)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(TypeError, match="wanted features"):
        stream.step(stream.init(0), np.zeros(shape, np.float32))


def test_no_features_give_no_rows() -> None:
    _, rows = stream.step(stream.init(0), np.zeros((0, hearing.BANDS), np.float32))
    assert rows.shape == (0, D) and rows.dtype == np.float32


def test_rows_are_legal() -> None:
    rows = rows_of(features_of(voice(6.0)))
    assert rows.dtype == np.float32 and np.isfinite(rows).all()
    assert rows[:, :E].min() >= 0 and rows[:, :E].max() <= 1
    assert np.abs(np.degrees(rows[:, ROTATION])).max() < 20
    assert np.abs(np.degrees(rows[:, GAZE])).max() < 20
    assert np.abs(rows[:, SHIFT]).max() < 0.4 and np.abs(rows[:, LOG_DISTANCE]).max() < 0.2


def test_lips_are_closed_in_silence_while_the_face_lives() -> None:
    rows = rows_of(features_of(np.zeros(20 * SAMPLE_RATE, np.float32)))
    assert measure.lip_aperture(rows)[10:].max() < 0.01
    assert measure.blinks(rows)
    assert rows[:, ROTATION].std(axis=0).min() > 0


def test_lips_move_when_somebody_speaks_and_rest_again() -> None:
    talk = voice(3.0)
    rows = rows_of(features_of(np.concatenate([talk, np.zeros(SAMPLE_RATE, np.float32)])))
    spoken = len(talk) // SAMPLES_PER_FRAME
    assert measure.lip_aperture(rows[:spoken]).std() > 0.005
    assert measure.lip_aperture(rows[spoken + 8 :]).max() < 0.012


def test_a_frame_of_features_makes_one_row() -> None:
    assert FEATURES_PER_FRAME == 4
    assert len(rows_of(features_of(voice()))) == 50 - stream.LOOK_AHEAD_FRAMES
