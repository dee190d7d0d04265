"""The mel scale and its triangles."""

import numpy as np
import pytest

from vultus.clock import SAMPLE_RATE
from vultus.speech.filterbank import (
    BANDS,
    BINS,
    HIGHEST,
    LOWEST,
    TRANSFORM,
    WINDOW,
    hann,
    hertz,
    mel,
    reaches,
    triangles,
)

BIN = SAMPLE_RATE / TRANSFORM  # Hz


def test_mels_and_hertz_are_inverse() -> None:
    frequencies = np.linspace(0, 8000, 200)
    np.testing.assert_allclose(hertz(mel(frequencies)), frequencies, atol=1e-9)


def test_the_scale_has_slaneys_knee_at_1_khz() -> None:
    assert mel(np.array([1000.0]))[0] == pytest.approx(15)
    assert mel(np.array([6400.0]))[0] == pytest.approx(42)  # a factor of 6.4 is 27 mels


def test_every_band_hears_something_and_its_area_is_one() -> None:
    bank = triangles()
    assert bank.shape == (BANDS, BINS)
    assert bank.min() == 0 and (bank > 0).any(axis=1).all()
    wide = np.arange(BANDS) > 40  # where a triangle spans many bins, their sum is its area
    np.testing.assert_allclose(bank[wide].sum(axis=1) * BIN, 1, atol=0.05)


def test_bands_rise_from_the_lowest_to_the_highest_frequency() -> None:
    peaks = triangles().argmax(axis=1) * BIN
    assert (np.diff(peaks) >= 0).all()
    assert peaks[0] >= LOWEST and peaks[-1] <= HIGHEST


def test_the_window_is_a_periodic_hann() -> None:
    assert hann().shape == (WINDOW,)
    assert hann()[0] == 0 and hann()[WINDOW // 2] == 1
    np.testing.assert_allclose(hann() + np.roll(hann(), WINDOW // 2), 1, atol=1e-6)


def test_nothing_counts_beyond_a_bands_reach() -> None:
    bank, ends = triangles(), reaches()
    counted = np.zeros_like(bank)
    for band, (first, behind) in enumerate(ends):
        counted[band, first:behind] = bank[band, first:behind]
        assert bank[band, first] > 0 and bank[band, behind - 1] > 0
    np.testing.assert_array_equal(counted, bank)
