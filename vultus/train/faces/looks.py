"""The same face as another picture: other light and skin, other styles, worse cameras. Points stay where they are."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Rng = np.random.Generator

GREY = np.array([0.299, 0.587, 0.114], np.float32)
STYLED, LIT, WORN = 0.3, 0.8, 0.6  # chances


def _bytes(picture: NDArray[np.floating]) -> Bytes:
    return np.asarray(np.clip(picture, 0, 255), np.uint8)


def _grey(picture: Bytes) -> Bytes:  # -> [h, w]
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)


def oil(picture: Bytes, rng: Rng) -> Bytes:
    """Flat strokes: medians, few colours, the grain of a canvas."""
    size = int(rng.choice([3, 5, 7]))
    flat = cv2.medianBlur(picture, size).astype(np.float32)
    step = rng.uniform(8, 30)
    canvas = rng.normal(0, rng.uniform(2, 9), (*picture.shape[:2], 1)).astype(np.float32)
    return _bytes(np.rint(flat / step) * step + cv2.GaussianBlur(canvas, (0, 0), 0.7)[..., None])


def watercolour(picture: Bytes, rng: Rng) -> Bytes:
    """Pale, smooth within edges, darker along them."""
    smooth = cv2.bilateralFilter(picture, 7, 60, 5).astype(np.float32)
    edge = cv2.Laplacian(cv2.GaussianBlur(_grey(picture), (0, 0), 1.2), cv2.CV_32F)
    paper = 255 - (255 - smooth) * rng.uniform(0.45, 0.8)
    return _bytes(paper - rng.uniform(1, 5) * np.abs(edge)[..., None])


def pencil(picture: Bytes, rng: Rng) -> Bytes:
    """Lines on paper: grey divided by its own blur."""
    grey = _grey(picture).astype(np.float32) + 1
    lines = np.minimum(grey / cv2.GaussianBlur(grey, (0, 0), float(rng.uniform(2, 8))), 1) ** rng.uniform(1, 3)
    shaded = lines * (1 - rng.uniform(0, 0.5) * (1 - grey / 256))
    return _bytes(shaded[..., None] * (255 - rng.uniform(0, 50, 3)).astype(np.float32))


def cartoon(picture: Bytes, rng: Rng) -> Bytes:
    """A few flat colours, dark outlines."""
    flat = cv2.medianBlur(cv2.bilateralFilter(picture, 7, 80, 7), 3).astype(np.float32)
    step = rng.uniform(25, 60)
    block = int(rng.choice([5, 7, 9]))
    outline = cv2.adaptiveThreshold(
        cv2.medianBlur(_grey(picture), 3), 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, block, rng.uniform(3, 9)
    )
    return _bytes((np.floor(flat / step) + 0.5) * step * (outline > 0)[..., None])


def old_photo(picture: Bytes, rng: Rng) -> Bytes:
    """Faded, brown, darker to the corners, scratched."""
    grey = _grey(picture).astype(np.float32)
    size = grey.shape[0]
    y, x = np.mgrid[:size, :size].astype(np.float32) / size - 0.5
    faded = rng.uniform(20, 70) + grey * rng.uniform(0.5, 0.75)
    faded *= 1 - rng.uniform(0, 0.9) * (x * x + y * y)
    for _ in range(int(rng.integers(0, 5))):
        ends = rng.integers(0, size, (2, 2))
        cv2.line(faded, ends[0].tolist(), ends[1].tolist(), float(rng.choice([40, 220])), 1)
    tint = np.array([1.0, rng.uniform(0.85, 1), rng.uniform(0.65, 1)], np.float32)
    return _bytes(faded[..., None] * tint)


def grey(picture: Bytes, rng: Rng) -> Bytes:
    """Black and white, with its own weights for the three colours."""
    weights = GREY + rng.uniform(-0.15, 0.15, 3).astype(np.float32)
    return _bytes(np.repeat((picture @ (weights / weights.sum()))[..., None], 3, axis=2))


STYLES: tuple[Callable[[Bytes, Rng], Bytes], ...] = (oil, watercolour, pencil, cartoon, old_photo, grey)


def lit(picture: Bytes, rng: Rng) -> Bytes:
    """Another exposure, contrast, colour and direction of the light."""
    out: NDArray[np.floating] = picture.astype(np.float32)
    size = out.shape[0]
    if rng.random() < 0.5:  # a lamp at one side
        angle, strength = rng.uniform(0, 2 * np.pi), rng.uniform(0, 0.7)
        ramp = np.linspace(-1, 1, size, dtype=np.float32)
        light = 1 + strength * (np.float32(np.cos(angle)) * ramp[None] + np.float32(np.sin(angle)) * ramp[:, None])
        out = out * np.maximum(light, np.float32(0.1))[..., None]
    if rng.random() < 0.6:
        out *= rng.uniform(0.75, 1.25, 3).astype(np.float32)
    if rng.random() < 0.5:
        pale = out @ GREY
        out = pale[..., None] + (out - pale[..., None]) * np.float32(rng.uniform(0.2, 1.7))
    out = (out - 110) * np.float32(np.exp(rng.normal(0, 0.3))) + np.float32(110 + rng.normal(0, 25))
    if rng.random() < 0.3:
        curve = (255 * (np.arange(256) / 255) ** np.exp(rng.normal(0, 0.4))).astype(np.uint8)
        return np.asarray(cv2.LUT(_bytes(out), curve), np.uint8)
    return _bytes(out)


def worn(picture: Bytes, rng: Rng) -> Bytes:
    """What cameras, nets and small pictures take away."""
    size = picture.shape[0]
    kind = rng.random()
    if kind < 0.3:
        small = int(size * rng.uniform(0.25, 0.8))
        ways = (cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_NEAREST)
        less = cv2.resize(picture, (small, small), interpolation=ways[int(rng.integers(2))])
        picture = cv2.resize(less, (size, size), interpolation=ways[int(rng.integers(1, 3))]).astype(np.uint8)
    elif kind < 0.5:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.4, 2.2))), np.uint8)
    elif kind < 0.6:
        length = int(rng.integers(3, 9))
        kernel = np.zeros((length, length), np.float32)
        ends = rng.integers(0, length, (2, 2)).tolist()
        cv2.line(kernel, ends[0], ends[1], 1.0)
        picture = np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum()), np.uint8)
    if rng.random() < 0.4:
        noise = rng.standard_normal(picture.shape, np.float32) * np.float32(rng.uniform(2, 18))
        picture = _bytes(picture + noise)
    if rng.random() < 0.5:
        _, packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(12, 80))])
        picture = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
    return picture


def anew(picture: Bytes, rng: Rng, changed: float = 1.0) -> Bytes:  # [n, n, 3] -> [n, n, 3]
    """The picture as it might have been painted, lit, taken and kept; `changed` scales how often it is."""
    if rng.random() < LIT * changed:
        picture = lit(picture, rng)
    if rng.random() < STYLED * changed:
        picture = STYLES[int(rng.integers(len(STYLES)))](picture, rng)
    if rng.random() < WORN * changed:
        picture = worn(picture, rng)
    return np.ascontiguousarray(picture)
