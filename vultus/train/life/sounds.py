"""Sounds at which nobody speaks: silence, noise, music, breath, something like laughter. Lips stay calm."""

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from vultus.clock import SAMPLE_RATE
from vultus.train import augment
from vultus.train.life.course import wander

Array = NDArray[np.float64]
Floats = NDArray[np.float32]


def _course(rng: np.random.Generator, count: int, seconds: float) -> Array:  # [N]
    """A loudness that wanders, smooth over `seconds`."""
    points = wander(rng, count // 1600 + 2, 1, seconds * 10)[:, 0]
    return np.asarray(np.interp(np.arange(count) / 1600, np.arange(len(points)), points))


def floor(rng: np.random.Generator, count: int) -> Floats:  # [N]
    """The noise of a quiet room and a microphone; often nothing at all."""
    if rng.random() < 0.4:
        return np.zeros(count, np.float32)
    level = 10 ** (float(rng.uniform(-78, -48)) / 20)
    return np.asarray(lfilter([1], [1, -float(rng.uniform(0, 0.9))], rng.normal(0, level, count)), np.float32)


def noise(rng: np.random.Generator, count: int) -> Floats:  # [N]
    """Noise of any colour between a hiss and a rumble, loud or not."""
    level = 10 ** (float(rng.uniform(-50, -20)) / 20)
    sound = lfilter([1], [1, -float(rng.uniform(0, 0.98))], rng.normal(0, 1, count))
    sound *= np.exp(float(rng.uniform(0, 0.8)) * _course(rng, count, 0.7))
    return np.asarray(level * sound / sound.std(), np.float32)


def music(rng: np.random.Generator, count: int) -> Floats:  # [N]
    """Music without voices."""
    level = 10 ** (float(rng.uniform(-38, -16)) / 20)
    return np.asarray(level * augment.music(count / SAMPLE_RATE + 0.1, rng)[:count], np.float32)


def breaths(rng: np.random.Generator, count: int) -> Floats:  # [N]
    """Breathing in and out, aloud."""
    out = np.zeros(count)
    at = float(rng.uniform(0, 2))
    while at < count / SAMPLE_RATE - 2:
        length = int(float(rng.uniform(0.4, 1.2)) * SAMPLE_RATE)
        start = int(at * SAMPLE_RATE)
        shaped = rng.normal(0, 1, length) * np.hanning(length) ** float(rng.uniform(0.6, 1.6))
        b = np.array([1, 0, -1.0]) * 0.3
        a = np.array([1, -1.6 * np.cos(2 * np.pi * float(rng.uniform(500, 2200)) / SAMPLE_RATE), 0.64])
        out[start : start + length] += lfilter(b, a, shaped)[: max(0, count - start)]
        at += length / SAMPLE_RATE + float(rng.uniform(0.5, 3.5))
    return np.asarray(out * 10 ** (float(rng.uniform(-42, -26)) / 20), np.float32)


def laughter(rng: np.random.Generator, count: int) -> tuple[Floats, Array]:  # [N], [N / 640]
    """Bursts of breathy voice, four or five a second, that fade; and by frame how much is laughed, 0..1."""
    out, laughed = np.zeros(count), np.zeros(count // 640)
    at = float(rng.uniform(0.5, 2))
    while at < count / SAMPLE_RATE - 2.5:
        pitch, rate, loud, begin = float(rng.uniform(160, 340)), float(rng.uniform(4, 5.5)), 1.0, at
        for _ in range(int(rng.integers(4, 11))):
            start, length = int(at * SAMPLE_RATE), int(0.6 / rate * SAMPLE_RATE)
            if start + length >= count:
                break
            t = np.arange(length) / SAMPLE_RATE
            voice = np.sign(np.sin(2 * np.pi * pitch * t)) * 0.5 + rng.normal(0, 0.6, length)
            out[start : start + length] += loud * np.hanning(length) * lfilter([1], [1, -1.2, 0.6], voice)
            pitch, loud = pitch * float(rng.uniform(0.93, 1.01)), loud * float(rng.uniform(0.8, 1))
            at += 1 / rate
        laughed[int(begin * 25) : int(at * 25)] = 1
        at += float(rng.uniform(1.5, 5))
    return np.asarray(out * 10 ** (float(rng.uniform(-34, -22)) / 20), np.float32), laughed
