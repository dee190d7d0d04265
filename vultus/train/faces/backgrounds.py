"""Pictures without a face: noise of many grains, stripes, checks, gradients, blots and what surrounds faces."""

import cv2
import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]


def _colour(rng: np.random.Generator) -> Floats:  # -> [3]
    return np.asarray(rng.uniform(0, 255, 3), np.float32)


def _mixed(share: Floats, rng: np.random.Generator) -> Floats:  # [n, n] 0..1 -> [n, n, 3]
    """Two colours, and how much of the second each pixel shows."""
    one, other = _colour(rng), _colour(rng)
    return np.asarray(one + share[..., None] * (other - one), np.float32)


def _noise(size: int, rng: np.random.Generator) -> Floats:
    """Sums of ever finer noise: clouds, walls, cloth."""
    out = np.zeros((size, size, 3), np.float32)
    grey = rng.random() < 0.5
    roughness = rng.uniform(0.35, 0.9)
    cells, weight = int(rng.integers(2, 5)), 1.0
    while cells < size:
        grain = rng.normal(0, weight, (cells, cells, 1 if grey else 3)).astype(np.float32)
        grown = cv2.resize(grain, (size, size), interpolation=cv2.INTER_CUBIC)
        out += grown.reshape(size, size, -1)
        cells, weight = cells * 2, weight * roughness
    return np.asarray(_colour(rng) + out * rng.uniform(10, 50), np.float32)


def _waves(size: int, rng: np.random.Generator) -> Floats:
    """Stripes, or the checks of two of them."""
    y, x = np.mgrid[:size, :size].astype(np.float32)
    share = np.ones((size, size), np.float32)
    for _ in range(int(rng.integers(1, 3))):
        angle, period = rng.uniform(0, np.pi), rng.uniform(4, size)
        wave = np.sin((x * np.cos(angle) + y * np.sin(angle)) * 2 * np.pi / period + rng.uniform(0, 6))
        share *= np.clip(0.5 + wave * rng.choice([0.5, 8.0]), 0, 1)
    return _mixed(share, rng)


def _blots(size: int, rng: np.random.Generator) -> Floats:
    """Discs, boxes and lines of any colour: things, and now and then two of them above a third."""
    out = _noise(size, rng) if rng.random() < 0.5 else np.full((size, size, 3), _colour(rng), np.float32)
    for _ in range(int(rng.integers(2, 25))):
        place = tuple(int(v) for v in rng.integers(0, size, 2))
        axes = tuple(int(v) for v in rng.integers(2, max(3, size // 4), 2))
        colour = tuple(float(v) for v in _colour(rng))
        shape = rng.random()
        if shape < 0.5:
            cv2.ellipse(out, place, axes, float(rng.uniform(0, 180)), 0, 360, colour, -1, cv2.LINE_AA)
        elif shape < 0.8:
            cv2.rectangle(out, place, (place[0] + axes[0], place[1] + axes[1]), colour, -1)
        else:
            end = tuple(int(v) for v in rng.integers(0, size, 2))
            cv2.line(out, place, end, colour, int(rng.integers(1, 8)), cv2.LINE_AA)
    return out


def _gradient(size: int, rng: np.random.Generator) -> Floats:
    y, x = np.mgrid[:size, :size].astype(np.float32) / size
    angle = rng.uniform(0, 2 * np.pi)
    return _mixed(np.clip(0.5 + (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle), 0, 1), rng)


MADE = (_noise, _waves, _blots, _gradient)


def made(size: int, rng: np.random.Generator) -> Bytes:  # -> [size, size, 3]
    """A picture that nobody is in."""
    picture = MADE[int(rng.integers(len(MADE)))](size, rng)
    if rng.random() < 0.3:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.5, 6))), np.float32)
    return np.clip(picture, 0, 255).astype(np.uint8)
