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
from vultus.speech.filterbank import BANDS, TRANSFORM, WINDOW, hann, triangles

Floats = NDArray[np.float32]

FLOOR = np.float32(1e-6)  # band power added before the logarithm: about -85 dB of full scale
TOGETHER = 16  # rows at most that are computed together
OVERLAP = WINDOW - SAMPLES_PER_FEATURE  # samples that a row shares with those before it


@dataclass(frozen=True)
class SpeechState:
    """What the next rows still need of the sound so far."""

    tail: Floats  # [OVERLAP .. OVERLAP + SAMPLES_PER_FEATURE - 1] the last samples


def init() -> SpeechState:
    """The state before the first sample: silence lies behind it."""
    return SpeechState(np.zeros(OVERLAP, np.float32))


def _rows(windows: Floats) -> Floats:  # [t, WINDOW] -> [t, BANDS]
    spectrum = np.fft.rfft(windows * hann(), TRANSFORM)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    bands = np.empty((len(windows), BANDS), np.float32)
    for t in range(len(windows)):  # one by one: a product of matrices sums in another order for another count of rows
        np.matmul(triangles(), power[t], out=bands[t])
    return np.asarray(np.log(bands + FLOOR), np.float32)


def step(state: SpeechState, samples: Floats) -> tuple[SpeechState, Floats]:
    """The state after `samples` [n] (16 kHz, full scale = 1) and the rows [t, BANDS] they complete.

    No row depends on how many are computed together, so the result is the same bytes however the sound is cut
    into pieces. Values that are not numbers count as silence; values beyond full scale are
    clipped to four times it. Raises TypeError when `samples` is not one-dimensional floats.
    """
    if samples.ndim != 1 or not np.issubdtype(samples.dtype, np.floating):
        raise TypeError(f"wanted samples [n] of floats, got {samples.dtype} {list(samples.shape)}")
    given = samples.astype(np.float32)
    sane = np.minimum(np.maximum(np.where(np.isfinite(given), given, np.float32(0)), -4), 4)
    sound = np.concatenate([state.tail, sane])
    count = (len(sound) - OVERLAP) // SAMPLES_PER_FEATURE
    rows = np.empty((count, BANDS), np.float32)
    for t in range(0, count, TOGETHER):
        starts = np.arange(t, min(t + TOGETHER, count)) * SAMPLES_PER_FEATURE
        rows[t : t + TOGETHER] = _rows(sound[starts[:, None] + np.arange(WINDOW)])
    return SpeechState(sound[count * SAMPLES_PER_FEATURE :].copy()), rows
