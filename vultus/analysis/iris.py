"""Where an iris really lies: the circle along which its colour turns to white, where that can be seen."""

import cv2
import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

CONTRAST = 40.0  # between iris and white, RGB: less tells no rim
RAYS = 72  # around the middle of the iris, along which its rim is looked for
REACH = np.arange(0.5, 2.2, 0.04)  # of the landmarks' radius
WHITE = 0.7  # of the way from iris to white
LONGEST_LIGHT = 0.2  # of the radius: what is white for less is a reflection or a vein's gap
SIZES = (0.85, 1.4)  # of the landmarks' iris: drawn eyes have larger ones
MOVES = 0.5  # of the radius, at most, from where the landmarks say
OFF = 0.06  # of the radius: points of the rim farther from the circle are something else
AGREEING = 0.6  # of all points of the rim that were found
LEAST = 5  # rays on each side: a rim seen on one side tells no middle


def whiteness(colour: Floats, inside: NDArray[np.bool_], ring: Floats) -> Floats | None:
    """0 like the iris, 1 like the white [h, w]; None where the two cannot be told apart.

    `colour` is [h, w, 3]; `ring` [h, w] the distance from the middle of the iris in its radii.
    """
    within, beyond = inside & (ring > 0.5) & (ring < 0.8), inside & (ring > 1.5)
    if within.sum() < 8 or beyond.sum() < 8:
        return None
    iris, white = np.median(colour[within], axis=0), np.quantile(colour[beyond], 0.6, axis=0)
    way = white - iris
    if np.linalg.norm(way) < CONTRAST:
        return None
    return np.asarray((colour - iris) @ way / (way @ way), np.float32)


def found_iris(colour: Floats, inside: NDArray[np.bool_], centre: Floats, radius: float) -> tuple[Floats, float] | None:
    """(Middle, radius) of an iris from where the landmarks put it; None where the picture does not tell.

    `colour` is [h, w, 3]; `inside` [h, w] the opening between the lids.
    """
    rows, columns = np.mgrid[: colour.shape[0], : colour.shape[1]].astype(np.float32)
    ring = np.asarray(np.hypot(columns - centre[0], rows - centre[1]) / radius, np.float32)
    white = whiteness(colour, inside, ring)
    return None if white is None else circle(rim(white, inside, centre, radius), centre, radius)


def rim(white: Floats, inside: NDArray[np.bool_], centre: Floats, radius: float) -> Doubles:  # -> [N, 2]
    """Points where the longest white stretch of a ray from the middle begins."""
    angles = np.arange(RAYS) * 2 * np.pi / RAYS
    ways = np.stack([np.cos(angles), np.sin(angles)], -1)
    places = centre + radius * REACH[None, :, None] * ways[:, None]  # [RAYS, len(REACH), 2]
    x, y = places[..., 0].astype(np.float32), places[..., 1].astype(np.float32)
    light = cv2.remap(white, x, y, cv2.INTER_LINEAR)
    bare = cv2.remap(inside.astype(np.float32), x, y, cv2.INTER_LINEAR, borderValue=0) > 0.99
    found = []
    for ray in range(RAYS):
        start = _longest((light[ray] > WHITE) & bare[ray])
        if start is not None and start > 0 and bare[ray, start - 1]:
            low, high = float(light[ray, start - 1]), float(light[ray, start])
            part = (WHITE - low) / max(high - low, 1e-6)
            found.append(places[ray, start - 1] + part * (places[ray, start] - places[ray, start - 1]))
    return np.array(found, np.float64).reshape(-1, 2)


def _longest(on: NDArray[np.bool_]) -> int | None:
    """Where the longest stretch begins, if any is long enough."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], on, [False]]).astype(np.int8)))
    starts, lengths = edges[::2], edges[1::2] - edges[::2]
    if len(starts) == 0 or lengths.max() < LONGEST_LIGHT / (REACH[1] - REACH[0]):
        return None
    return int(starts[lengths.argmax()])


def circle(points: Doubles, centre: Floats, radius: float) -> tuple[Floats, float] | None:  # [N, 2]
    """(Middle, radius) of the circle that the points of a rim lie on; None where they do not tell one."""
    kept = points
    for _ in range(4):
        if min((kept[:, 0] < centre[0]).sum(), (kept[:, 0] > centre[0]).sum()) < LEAST:
            return None
        middle, size = _fitted(kept)
        off = np.abs(np.hypot(*(points - middle).T) - size)
        kept = points[off < max(OFF * size, np.median(off))]
    agreeing = (off < OFF * size).sum() >= AGREEING * len(points)
    near = np.hypot(*(middle - centre)) < MOVES * radius
    if not (agreeing and near and SIZES[0] <= size / radius <= SIZES[1]):
        return None
    return middle.astype(np.float32), size


def _fitted(points: Doubles) -> tuple[Doubles, float]:
    """Least squares: x^2 + y^2 = 2 a x + 2 b y + c (Kasa, IEEE Trans. Instrum. Meas. 1976)."""
    start = points.mean(0)
    x, y = (points - start).T
    solved, *_ = np.linalg.lstsq(np.stack([2 * x, 2 * y, np.ones(len(x))], -1), x**2 + y**2, rcond=None)
    a, b, c = (float(v) for v in solved)
    return np.array([a, b]) + start, float(np.sqrt(max(c + a * a + b * b, 0.0)))
