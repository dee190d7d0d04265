"""Blinks: when they come, and the curve of the lids.

Intervals are log-normal; the end of a phrase and a large gaze shift often bring one at once (Stern et al.,
1984; Evinger et al., 1994). Lids close in about a third of the time that they take to open again. A few are
partial, a few come in pairs.
"""

import numpy as np
from numpy.typing import NDArray

from vultus.clock import FRAME_RATE

Array = NDArray[np.float64]

FPS = float(FRAME_RATE)
MEDIAN_INTERVAL = 2.7  # seconds
SPREAD = 0.6  # of the log of the interval
SHORTEST = 0.5  # seconds between blinks
READY = 1.0  # seconds after a blink before an outside cause can bring another
PARTIAL, DOUBLE = 0.12, 0.06  # chances
LENGTH = 0.235  # median seconds from rest to rest
DEEPEST_REST = 0.02  # closures below this are rest


def _interval(rng: np.random.Generator) -> float:  # frames
    if rng.random() < DOUBLE:
        return float(rng.uniform(0.35, 0.5)) * FPS
    return max(SHORTEST, float(rng.lognormal(np.log(MEDIAN_INTERVAL), SPREAD))) * FPS


def _times(rng: np.random.Generator, rate: Array, causes: list[tuple[int, float]]) -> list[float]:
    """Frames at which blinks begin, at a rate [T] times the usual, with (frame, chance) of causes."""
    found: list[float] = []
    waiting = sorted((at, chance) for at, chance in causes if 0 <= at < len(rate))
    at = float(rng.uniform(0, 1)) * MEDIAN_INTERVAL * FPS
    work = 0.0  # of the present interval, in usual frames
    due = at
    for frame in range(len(rate)):
        work += float(rate[frame])
        ready = not found or frame - found[-1] > READY * FPS
        brought = any(begin == frame and rng.random() < chance * min(rate[frame], 1.5) for begin, chance in waiting)
        if work >= due or (brought and ready):
            found.append(frame + float(rng.uniform(-0.5, 0.5)))
            due, work = _interval(rng), 0.0
    return found


def _curve(t: NDArray[np.floating], closing: float, opening: float, depth: float) -> Array:
    """How far lids are shut `t` frames after a blink began: a quick fall, a slower return that eases out."""
    down = np.sin(0.5 * np.pi * np.clip(t / closing, 0, 1)) ** 1.5
    left = np.clip(1 - (t - closing) / opening, 0, 1)
    return np.asarray(depth * np.where(t < closing, down, left * left * (3 - 2 * left)) * (t > 0))


def shut(
    rng: np.random.Generator,
    rate: Array,  # [T] of blinks, 1 is usual
    causes: list[tuple[int, float]],
) -> Array:  # [T]
    """How far the lids are shut at each frame, 0..1."""
    count = len(rate)
    out = np.zeros(count)
    slow = float(rng.lognormal(0, 0.12))  # this person's blinks
    for begin in _times(rng, rate, causes):
        length = float(np.clip(rng.lognormal(np.log(LENGTH), 0.24), 0.14, 0.42)) * FPS * slow
        share = float(rng.uniform(0.3, 0.38))
        depth = float(rng.uniform(0.45, 0.8)) if rng.random() < PARTIAL else 1.0
        out = np.maximum(out, _curve(np.arange(count) - begin, length * share, length * (1 - share), depth))
    out[out < DEEPEST_REST] = 0
    return out
