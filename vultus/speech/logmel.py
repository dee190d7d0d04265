"""Log-mel features as a stream: 80 bands, one row every 10 ms.

Row t is the spectrum of the 25 ms that end with sample 160 * (t + 1); before the first sample there is
silence. So a row needs nothing of the future, and comes out as soon as its own 10 ms are in. No loudness is
normalised here: the level of the sound stays in the rows, and the motion network was trained on sounds of
every level (see train/augment.py), so nothing depends on how loud a file is as a whole.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vultus.clock import SAMPLES_PER_FEATURE
from vultus.compiled import kernel
from vultus.speech.filterbank import BANDS, TRANSFORM, WINDOW, hann, reaches, triangles

Floats = NDArray[np.float32]
Spectra = NDArray[np.complex64]

FLOOR = np.float32(1e-6)  # band power added before the logarithm: about -85 dB of full scale
LOUDEST = 4.0  # times full scale: more is no sound
TOGETHER = 16  # rows at most that are computed together
OVERLAP = WINDOW - SAMPLES_PER_FEATURE  # samples that a row shares with those before it


@dataclass(frozen=True)
class SpeechState:
    """What the next rows still need of the sound so far."""

    tail: Floats  # [OVERLAP .. OVERLAP + SAMPLES_PER_FEATURE - 1] the last samples


def init() -> SpeechState:
    """The state before the first sample: silence lies behind it."""
    return SpeechState(np.zeros(OVERLAP, np.float32))


def _rows(sound: Floats, first: int, count: int) -> Floats:  # -> [count, BANDS]
    """The rows whose windows begin at `first` and every SAMPLES_PER_FEATURE after it."""
    spectrum = np.fft.rfft(_windows(sound, first, count, hann()), TRANSFORM)
    return _banded(np.asarray(spectrum, np.complex64), triangles(), reaches())


@kernel
def _windows(sound: Floats, first: int, count: int, window: Floats) -> Floats:  # -> [count, WINDOW]
    out = np.empty((count, WINDOW), np.float32)
    for t in range(count):
        start = first + t * SAMPLES_PER_FEATURE
        for i in range(WINDOW):
            out[t, i] = sound[start + i] * window[i]
    return out


@kernel
def _banded(spectrum: Spectra, bank: Floats, ends: NDArray[np.int64]) -> Floats:  # [t, BINS], [BANDS, BINS], [BANDS, 2]
    """Log of the power in each band. One bin after another is added, so a row does not depend on those beside it."""
    out = np.empty((len(spectrum), len(bank)), np.float32)
    power = np.empty(spectrum.shape[1], np.float32)
    for t in range(len(spectrum)):
        for i in range(len(power)):
            power[i] = spectrum[t, i].real ** 2 + spectrum[t, i].imag ** 2
        for band in range(len(bank)):
            total = np.float32(0)
            for i in range(ends[band, 0], ends[band, 1]):
                total += bank[band, i] * power[i]
            out[t, band] = np.log(total + FLOOR)
    return out


@kernel
def _sane(tail: Floats, samples: Floats) -> Floats:  # [m], [n] -> [m + n]
    """The tail and the samples behind it: what is no number is silence, what is beyond full scale is held."""
    out = np.empty(len(tail) + len(samples), np.float32)
    out[: len(tail)] = tail
    for i in range(len(samples)):
        value = samples[i]
        held = min(max(value, np.float32(-LOUDEST)), np.float32(LOUDEST))
        out[len(tail) + i] = held if np.isfinite(value) else np.float32(0)
    return out


def step(state: SpeechState, samples: Floats) -> tuple[SpeechState, Floats]:
    """The state after `samples` [n] (16 kHz, full scale = 1) and the rows [t, BANDS] they complete.

    No row depends on how many are computed together, so the result is the same bytes however the sound is cut
    into pieces. Values that are not numbers count as silence; values beyond full scale are
    clipped to four times it. Raises TypeError when `samples` is not one-dimensional floats.
    """
    if samples.ndim != 1 or not np.issubdtype(samples.dtype, np.floating):
        raise TypeError(f"wanted samples [n] of floats, got {samples.dtype} {list(samples.shape)}")
    sound = _sane(state.tail, np.ascontiguousarray(samples, np.float32))
    count = (len(sound) - OVERLAP) // SAMPLES_PER_FEATURE
    rows = np.empty((count, BANDS), np.float32)
    for t in range(0, count, TOGETHER):
        rows[t : t + TOGETHER] = _rows(sound, t * SAMPLES_PER_FEATURE, min(TOGETHER, count - t))
    return SpeechState(sound[count * SAMPLES_PER_FEATURE :].copy()), rows
