"""What somebody may command while a face talks, in time: `Controls.conditions`, row by row, drawn at random."""

import numpy as np
from numpy.typing import NDArray

from vultus.clock import FRAME_RATE
from vultus.motion.controls import CONDITIONS
from vultus.train.life.course import way

Array = NDArray[np.float64]

FPS = float(FRAME_RATE)
GAZE, DISTANCE, EMOTION = slice(0, 2), 2, slice(3, 9)
HEAD_GAIN, EXPRESSION_GAIN, BLINK_RATE, LISTENING = 9, 10, 11, 12
LOOKS_ELSEWHERE, MOVES_AWAY = 0.45, 0.4  # shares of sequences
OTHER_GAIN, OTHER_BLINKS = 0.4, 0.3
GAZE_SPREAD = np.radians([11.0, 6.0])
GAZE_FARTHEST = np.radians([28.0, 18.0])


def usual(count: int) -> Array:  # [T, CONDITIONS]
    """Nothing is commanded."""
    told = np.zeros((count, CONDITIONS))
    told[:, [HEAD_GAIN, EXPRESSION_GAIN, BLINK_RATE]] = 1
    return told


def _stepped(rng: np.random.Generator, count: int, values: Array) -> Array:  # [K, C] -> [T, C]
    """Values that change suddenly."""
    edges = np.sort(rng.uniform(0, count, len(values) - 1))
    return np.asarray(values[np.searchsorted(edges, np.arange(count))])


def _gaze(rng: np.random.Generator, count: int) -> Array:  # [T, 2]
    """Where the eyes are sent: one place, or a few one after another; now and then along a smooth path."""
    places = np.clip(rng.normal(0, 1, (int(rng.integers(1, 5)), 2)) * GAZE_SPREAD, -GAZE_FARTHEST, GAZE_FARTHEST)
    places[rng.random(len(places)) < 0.2] = 0
    if len(places) > 1 and rng.random() < 0.2:
        part = way((np.arange(count) - rng.uniform(0, 0.4) * count) / (rng.uniform(0.1, 0.5) * count))
        return np.asarray(places[0] + (places[1] - places[0]) * part[:, None])
    return _stepped(rng, count, places)


def _distance(rng: np.random.Generator, count: int) -> Array:  # [T]
    near, far = rng.normal(0, 0.13, 2).clip(-0.4, 0.4)
    kind = rng.random()
    if kind < 0.4:
        return np.full(count, far)
    if kind < 0.85:
        part = way((np.arange(count) - rng.uniform(0.1, 0.7) * count) / (rng.uniform(0.4, 3) * FPS))
        return np.asarray(near + (far - near) * part)
    return _stepped(rng, count, np.array([[near], [far]]))[:, 0]


def _gain(rng: np.random.Generator, count: int, least: float, most: float) -> Array:  # [T]
    values = rng.uniform(least, most, (1 if rng.random() < 0.8 else 2, 1))
    return _stepped(rng, count, values)[:, 0]


def drawn(rng: np.random.Generator, count: int, feelings: Array) -> Array:  # [T, 6] -> [T, CONDITIONS]
    """A sequence's commands, with the feelings already drawn."""
    told = usual(count)
    told[:, EMOTION] = feelings
    if rng.random() < LOOKS_ELSEWHERE:
        told[:, GAZE] = _gaze(rng, count)
    if rng.random() < MOVES_AWAY:
        told[:, DISTANCE] = _distance(rng, count)
    if rng.random() < OTHER_GAIN:
        told[:, HEAD_GAIN] = _gain(rng, count, 0.15, 2.0)
    if rng.random() < OTHER_GAIN * 0.75:
        told[:, EXPRESSION_GAIN] = _gain(rng, count, 0.4, 1.6)
    if rng.random() < OTHER_BLINKS:
        told[:, BLINK_RATE] = _gain(rng, count, 0.0, 2.5)
    return told
