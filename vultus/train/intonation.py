"""What a voice does besides its phones: how loud it is, how high, and whether it sounds at all.

Pitch is the highest peak of the normalised autocorrelation (after Boersma, 1993); all three are told against
the speaker's own usual, so that they mean the same for every voice and microphone.
"""

import numpy as np
from numpy.typing import NDArray

from vultus.clock import SAMPLE_RATE, SAMPLES_PER_FRAME

Floats = NDArray[np.float32]

WINDOW = 1024  # samples, 64 ms
LOWEST, HIGHEST = 65.0, 480.0  # hertz
VOICED = 0.5  # autocorrelation over which a frame counts as voiced


def _framed(samples: Floats, count: int) -> NDArray[np.float64]:  # [count, WINDOW]
    before = (WINDOW - SAMPLES_PER_FRAME) // 2
    padded = np.pad(samples.astype(np.float64), (before, WINDOW + max(0, count * SAMPLES_PER_FRAME - len(samples))))
    return np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::SAMPLES_PER_FRAME][:count]


def measured(samples: Floats, count: int) -> Floats:  # [N] -> [count, 3]
    """(energy, pitch, voicing) of each frame.

    Energy is in tens of decibels over the mean of the louder half, pitch in fifths of an octave about the
    median (0 where nothing is voiced), voicing 0..1.
    """
    framed = _framed(samples, count)
    framed = framed - framed.mean(1, keepdims=True)
    power = (framed**2).mean(1)
    loud = np.sort(power)[count // 2 :].mean()
    energy = np.clip(np.log10(power / (loud + 1e-10) + 1e-5), -4, 1.5)

    window = np.hanning(WINDOW)
    spectrum = np.abs(np.fft.rfft(framed * window, 2 * WINDOW)) ** 2
    own = np.fft.irfft(np.abs(np.fft.rfft(window, 2 * WINDOW)) ** 2)
    lags = slice(int(SAMPLE_RATE / HIGHEST), int(SAMPLE_RATE / LOWEST))
    correlation = np.fft.irfft(spectrum)
    normal = correlation[:, lags] / (correlation[:, :1] + 1e-9) * own[0] / own[lags]
    best = normal.argmax(1)
    voicing = np.clip((normal[np.arange(count), best] - 0.3) / 0.5, 0, 1) * (energy > -2.5)
    sounding = voicing > VOICED
    octave = np.log2(SAMPLE_RATE / (best + lags.start))
    usual = float(np.median(octave[sounding])) if sounding.any() else 0.0
    pitch = np.where(sounding, np.clip((octave - usual) * 5, -3, 3), 0)
    return np.stack([energy, pitch, voicing], axis=1).astype(np.float32)
