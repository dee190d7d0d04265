"""What a head does not know of a voice but moves with: its loudness, its phrases, and where its energy rises.

Unlike the run-time stages this hears the whole sound at once: it is what life is composed to, and what
`evaluate` measures the coupling of head and voice with.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from vultus import speech
from vultus.clock import FEATURES_PER_FRAME, FRAME_RATE

Floats = NDArray[np.float32]
Array = NDArray[np.float64]

FPS = float(FRAME_RATE)
VOICE_BANDS = slice(4, 50)  # mel bands of about 200 Hz to 3 kHz
SMOOTHING = 3.0  # rows of 10 ms
STEEPEST_NEAR = 3  # rows on both sides than which an onset rises faster
LEAST_RISE = 0.06  # natural log power a row
WINDOW_DELAY = 1.5  # rows by which a row's window lies before its end
FULL = 0.85  # strength of the onset that one in ten exceeds
GAP = 7  # frames of silence that end a phrase


@dataclass(frozen=True)
class Voice:
    """One sound as life hears it."""

    loudness: Array  # [T] natural log power in the voice band, smoothed
    speaking: NDArray[np.bool_]  # [T]
    onsets: Array  # [K] frames at which energy rises fastest
    strengths: Array  # [K] 0..1 of these

    @property
    def phrases(self) -> list[tuple[int, int]]:
        """(first, past the last) frame of each stretch of speech without a longer gap."""
        edges = np.flatnonzero(np.diff(np.concatenate([[False], self.speaking, [False]]).astype(np.int8)))
        spans: list[tuple[int, int]] = []
        for begin, end in zip(edges[::2], edges[1::2], strict=True):
            if spans and begin - spans[-1][1] < GAP:
                spans[-1] = (spans[-1][0], int(end))
            else:
                spans.append((int(begin), int(end)))
        return spans


def _rises(energy: Array) -> tuple[Array, Array]:  # [t] -> rows [K], size of each rise [K]
    """Where the energy rises fastest, and by how much it does in 80 ms."""
    slope = np.gradient(energy)
    loud = np.quantile(energy, 0.5)
    near = STEEPEST_NEAR
    tops = [
        i
        for i in range(near, len(slope) - 5)
        if slope[i] > LEAST_RISE and slope[i] == slope[i - near : i + near + 1].max() and energy[i + 4] > loud
    ]
    return np.array(tops, np.float64), np.array([energy[i + 4] - energy[i - 4] for i in tops])


def energy_rows(samples: Floats) -> Array:  # [N] -> [t]
    """Log power in the voice band, 100 a second, smoothed."""
    _, rows = speech.step(speech.init(), samples.astype(np.float32))
    return np.asarray(gaussian_filter1d(rows[:, VOICE_BANDS].astype(np.float64).mean(1), SMOOTHING), np.float64)


def onsets(samples: Floats, count: int) -> tuple[Array, Array]:  # [N] -> frames [K], sizes [K]
    """Frames before `count` at which the energy of a sound rises fastest, and by how much."""
    return _placed(energy_rows(samples), count)


def _placed(energy: Array, count: int) -> tuple[Array, Array]:  # [t] -> frames [K], sizes [K]
    tops, sizes = _rises(energy)
    frames = (tops - WINDOW_DELAY) / FEATURES_PER_FRAME
    inside = (frames >= 0) & (frames < count - 2)
    return frames[inside], sizes[inside]


def heard(samples: Floats, speaking: Floats) -> Voice:  # [N], [T]
    """The voice of a sound, of which is known when it speaks."""
    count = len(speaking)
    energy = energy_rows(np.pad(samples, (0, 1600)))
    loudness = np.interp(np.arange(count) + 0.5, (np.arange(len(energy)) - WINDOW_DELAY) / FEATURES_PER_FRAME, energy)
    frames, sizes = _placed(energy, count)
    spoken = speaking > 0.5
    said = spoken[np.minimum(np.round(frames).astype(int) + 1, count - 1)] if len(frames) else np.zeros(0, bool)
    frames, sizes = frames[said], sizes[said]
    usual = np.quantile(sizes, 0.9) / FULL if len(sizes) else 1.0
    return Voice(loudness, spoken, frames, np.clip(sizes / usual, 0.1, 1))
