"""Other frame rates: the same curve, looked at more often."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest

from vultus.face import D, E, Floats
from vultus.motion.pace import AHEAD, paced

SECONDS = 2
RATES = [25, 30, 50, 60]


def wave(rate: int, count: int) -> Floats:  # [count, D]
    time = np.arange(count)[:, None] / rate
    rows = np.sin(2 * np.pi * time + np.arange(D) / 5)
    rows[:, :E] = 0.5 + 0.4 * rows[:, :E]
    return rows.astype(np.float32)


def collected(rows: Floats, rate: int, seconds: Fraction) -> Floats:
    return np.stack(list(paced(rows, Fraction(rate), lambda: seconds)))


@pytest.mark.parametrize("rate", RATES)
def test_as_many_frames_as_the_time_holds_on_the_same_curve(rate: int) -> None:
    found = collected(wave(25, 25 * SECONDS), rate, Fraction(SECONDS))
    assert len(found) == rate * SECONDS
    inside = slice(3, -4)  # beyond the last row there is no curve any more
    np.testing.assert_allclose(found[inside], wave(rate, rate * SECONDS)[inside], atol=0.01)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("samples", [1, 639, 640, 641, 20_000, 31_999])
def test_the_film_is_as_long_as_the_sound_to_within_a_frame(rate: int, samples: int) -> None:
    rows = wave(25, -(-samples // 640))
    seconds = Fraction(samples, 16_000)
    count = len(collected(rows, rate, seconds))
    assert 0 <= Fraction(count, rate) - seconds < Fraction(1, rate)


def test_at_the_models_own_rate_the_rows_are_the_rows() -> None:
    rows = wave(25, 30)
    np.testing.assert_array_equal(collected(rows, 25, Fraction(30, 25)), rows)


@pytest.mark.parametrize("rate", [30, 50, 60])
def test_weights_stay_weights(rate: int) -> None:
    rows = np.zeros((40, D), np.float32)
    rows[::2, :E] = 1
    found = collected(rows, rate, Fraction(40, 25))[:, :E]
    assert found.min() >= 0
    assert found.max() <= 1


@pytest.mark.parametrize("rate", RATES)
def test_nothing_waits_for_more_than_two_rows(rate: int) -> None:
    taken = 0

    def rows() -> Iterator[Floats]:
        nonlocal taken
        for row in wave(25, 50):
            taken += 1
            yield row

    for index, _ in enumerate(paced(rows(), Fraction(rate), lambda: Fraction(2))):
        assert taken <= index * 25 / rate + 1 + AHEAD + 1
