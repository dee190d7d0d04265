"""Curves to put motion together from: submovements, smooth noise, changes on command. No sums of sines.

A movement of a head or a brow is a sum of submovements, each with the bell-shaped speed of least jerk (Flash
and Hogan, Journal of Neuroscience 5, 1985).
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

Array = NDArray[np.float64]


def way(part: NDArray[np.floating]) -> Array:
    """How far a movement of least jerk has come, 0..1, at a part of its time."""
    t = np.clip(part, 0, 1)
    return np.asarray(t**3 * (10 - 15 * t + 6 * t**2), np.float64)


def moves(
    count: int,
    starts: Array,  # [K] frames
    lengths: Array,  # [K] frames
    sizes: Array,  # [K, C]
) -> Array:  # [count, C]
    """The place that overlapping submovements have brought each channel to, frame by frame."""
    out = np.zeros((count, sizes.shape[1]))
    for start, length, size in zip(starts, lengths, sizes, strict=True):
        first = max(0, int(np.ceil(start)))
        last = min(count, int(np.ceil(start + length)))
        if first < count:
            out[first:last] += way((np.arange(first, last) - start) / length)[:, None] * size
            out[last:] += size
    return out


def wander(rng: np.random.Generator, count: int, channels: int, smoothing: float) -> Array:  # [count, channels]
    """Smooth noise of unit spread: white noise under a Gaussian of `smoothing` frames."""
    margin = int(4 * smoothing) + 1
    noise = rng.normal(0, 1, (count + 2 * margin, channels))
    return np.asarray(
        gaussian_filter1d(noise, smoothing, axis=0)[margin:-margin] * np.sqrt(2 * np.sqrt(np.pi) * smoothing)
    )


def renewals(rng: np.random.Generator, count: int, median: Array, spread: float, least: float) -> list[int]:
    """Frames of events whose intervals are log-normal about `median` [count] frames at the last event."""
    found: list[int] = []
    at = float(rng.uniform(0, 1)) * float(median[0])
    while at < count:
        found.append(int(at))
        at += max(least, float(median[int(at)]) * float(rng.lognormal(0, spread)))
    return found
