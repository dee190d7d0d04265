"""The mel filterbank, derived in code.

The mel scale is the one of Slaney's Auditory Toolbox (Interval Research, 1998): linear below 1 kHz and
logarithmic above it. Each band is a triangle of unit area between the centres of its neighbours.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from vultus.clock import SAMPLE_RATE

BANDS = 80
WINDOW = 400  # samples, 25 ms
TRANSFORM = 512  # samples of the Fourier transform: the window, padded with zeros
BINS = TRANSFORM // 2 + 1
LOWEST, HIGHEST = 20.0, 7800.0  # Hz

_LINEAR_STEP = 200 / 3  # Hz a mel below the knee
_KNEE_HZ = 1000.0
_KNEE_MEL = _KNEE_HZ / _LINEAR_STEP
_LOG_STEP = np.log(6.4) / 27  # natural log of the frequency ratio a mel above the knee


def mel(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mels of frequencies in Hz, elementwise."""
    above = _KNEE_MEL + np.log(np.maximum(hertz, _KNEE_HZ) / _KNEE_HZ) / _LOG_STEP
    return np.where(hertz < _KNEE_HZ, hertz / _LINEAR_STEP, above)


def hertz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Frequencies in Hz of mels, elementwise: the inverse of `mel`."""
    above = _KNEE_HZ * np.exp((np.maximum(mels, _KNEE_MEL) - _KNEE_MEL) * _LOG_STEP)
    return np.where(mels < _KNEE_MEL, mels * _LINEAR_STEP, above)


@cache
def triangles() -> NDArray[np.float32]:
    """The filterbank [BANDS, BINS]: weights that turn a power spectrum into band powers."""
    ends = mel(np.array([LOWEST, HIGHEST]))
    corners = hertz(np.linspace(ends[0], ends[1], BANDS + 2))
    bins = np.arange(BINS) * (SAMPLE_RATE / TRANSFORM)
    left, centre, right = (corners[i : i + BANDS, None] for i in range(3))
    rising, falling = (bins - left) / (centre - left), (right - bins) / (right - centre)
    height = 2 / (right - left)
    return np.asarray(np.maximum(0, np.minimum(rising, falling)) * height, np.float32)


@cache
def reaches() -> NDArray[np.int64]:
    """The first bin of each band that counts, and the one behind the last [BANDS, 2]."""
    counts = triangles() > 0
    return np.stack([counts.argmax(1), BINS - counts[:, ::-1].argmax(1)], 1)


@cache
def hann() -> NDArray[np.float32]:
    """The periodic Hann window [WINDOW]."""
    phase = 2 * np.pi * np.arange(WINDOW) / WINDOW
    return np.asarray(0.5 - 0.5 * np.cos(phase), np.float32)
