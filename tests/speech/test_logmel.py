"""Log-mel rows: the laws of a stream, values that are known, and input that is none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vultus import speech
from vultus.clock import SAMPLE_RATE, SAMPLES_PER_FEATURE
from vultus.speech.filterbank import TRANSFORM, triangles
from vultus.speech.logmel import FLOOR, OVERLAP

Floats = NDArray[np.float32]

# Rows 10, 50 and 90 of the chirp below, bands 0, 10 .. 70.
GOLDEN = np.array(
    [
        [-13.7119, -11.2727, 2.8176, -12.1185, -13.8030, -13.8153, -13.8155, -13.8155],
        [-13.8155, -13.8155, -13.8155, -13.8155, -13.8153, -13.8102, 0.5007, -13.8153],
        [-13.8155, -13.8155, -13.8155, -13.8155, -13.8155, -13.8155, -13.8155, -13.8037],
    ],
    np.float32,
)


def chirp(seconds: float = 1.0) -> Floats:
    """A tone that rises from 100 Hz to 7 kHz."""
    t = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return np.asarray(0.3 * np.sin(2 * np.pi * (100 * t + 3450 * t * t / seconds)), np.float32)


def noise(seed: int, count: int) -> Floats:
    return np.random.default_rng(seed).normal(0, 0.1, count).astype(np.float32)


def rows_of(samples: Floats, cuts: list[int] | None = None) -> Floats:
    state, rows = speech.init(), []
    for piece in np.split(samples, sorted(cuts or [])):
        state, some = speech.step(state, piece)
        rows.append(some)
    return np.concatenate(rows)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 9), st.lists(st.integers(0, 4000), max_size=12))
def test_any_chunking_gives_the_same_bytes(seed: int, cuts: list[int]) -> None:
    samples = noise(seed, 4000)
    assert rows_of(samples, cuts).tobytes() == rows_of(samples).tobytes()


def test_one_sample_at_a_time_gives_the_same_bytes() -> None:
    samples = noise(0, 1000)
    assert rows_of(samples, list(range(1, 1000))).tobytes() == rows_of(samples).tobytes()


@pytest.mark.parametrize("count", [0, 1, 159, 160, 161, 320, 16_000])
def test_a_row_comes_with_every_ten_milliseconds(count: int) -> None:
    rows = rows_of(noise(1, count))
    assert rows.shape == (count // SAMPLES_PER_FEATURE, speech.BANDS) and rows.dtype == np.float32


def test_a_row_hears_nothing_after_its_own_end() -> None:
    samples, changed = noise(2, 3200), noise(2, 3200)
    changed[1600:] = noise(3, 1600)
    np.testing.assert_array_equal(rows_of(samples)[:10], rows_of(changed)[:10])
    assert not np.array_equal(rows_of(samples)[10], rows_of(changed)[10])


def test_the_state_does_not_grow_and_is_not_changed_in_place() -> None:
    state = speech.init()
    before = state.tail.copy()
    later, _ = speech.step(state, noise(4, 50_001))
    np.testing.assert_array_equal(state.tail, before)
    assert OVERLAP <= later.tail.size < OVERLAP + SAMPLES_PER_FEATURE


def test_known_values_of_a_chirp() -> None:
    np.testing.assert_allclose(rows_of(chirp())[[10, 50, 90]][:, ::10], GOLDEN, atol=2e-3)


def test_the_loudest_band_is_that_of_the_tone() -> None:
    t = np.arange(8000) / SAMPLE_RATE
    for tone in (300.0, 1000.0, 3000.0):
        row = rows_of(np.asarray(0.1 * np.sin(2 * np.pi * tone * t), np.float32))[20]
        nearest = triangles()[:, round(tone / SAMPLE_RATE * TRANSFORM)].argmax()
        assert abs(int(row.argmax()) - int(nearest)) <= 1


def test_silence_is_the_floor() -> None:
    np.testing.assert_allclose(rows_of(np.zeros(1600, np.float32)), np.log(FLOOR), atol=1e-5)


def test_twice_the_level_adds_the_same_to_every_loud_band_and_nothing_looks_at_the_whole_file() -> None:
    quiet = rows_of(noise(5, 8000))
    np.testing.assert_allclose(rows_of(2 * noise(5, 8000)) - quiet, np.log(4), atol=5e-3)
    followed_by_a_bang = np.concatenate([noise(5, 8000), 10 * noise(6, 8000)])
    np.testing.assert_array_equal(rows_of(followed_by_a_bang)[:50], quiet)


def test_values_that_are_no_sound_become_silence_or_are_clipped() -> None:
    bad = np.array([np.nan, np.inf, -np.inf, 1e30] * 400, np.float32)
    assert np.isfinite(rows_of(bad)).all()
    np.testing.assert_array_equal(rows_of(np.full(800, np.nan, np.float32)), rows_of(np.zeros(800, np.float32)))


@pytest.mark.parametrize("samples", [np.zeros(100, np.int16), np.zeros((2, 100), np.float32)])
def test_other_shapes_and_kinds_are_refused(samples: NDArray[np.generic]) -> None:
    with pytest.raises(TypeError, match="wanted samples"):
        speech.step(speech.init(), samples)  # type: ignore[arg-type]
