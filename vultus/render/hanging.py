"""Where hair and earrings hang beside a face, and how far each point goes along with them.

Found in the picture's own colours when a portrait is set up, so that portraits kept earlier have it too.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.lab import lab
from vultus.portrait import Portrait
from vultus.topology import CHIN, FOREHEAD, OUTER_CORNERS, OVAL

Bytes = NDArray[np.uint8]
Bools = NDArray[np.bool_]
Doubles = NDArray[np.float64]

FINE = 20.0  # pixels a face unit, to which the picture is brought
CHEEKS = (50, 280, 205, 425, 117, 346)
NOT_SKIN = 13.0  # in L*a*b*, lightness counting `LIGHTNESS`: skin lies in shade too
LIGHTNESS = 0.3
LIKE, ALIKE = 16.0, 0.5  # in L*a*b*, lightness counting half: hair beside the jaw, and hair that lies on the shoulders
BESIDE = (0.1, 0.8)  # face units above the chin, between which hair that hangs is seen on either side ...
WIDTH = (0.08, 1.2)  # ... so far beyond the oval: nearer is a beard, or the jaw's shade
LEAST = 0.17  # squared face units of it: less is an ear, a collar, short hair
SWINGS = (0.65, 0.1)  # face units above the chin: where hair begins to swing, and from where on it swings wholly
RESTS = (0.4, 1.3)  # face units below the chin, over which it comes to rest on the body
BEHIND = (1.15, 0.55)  # of half a face's width aside: from where on it swings wholly, and where it lies at the neck
EDGE = 0.1  # face units around it that come along, so that its edge keeps its shape
LOBES = (0.62, 0.35)  # face units above the chin: where earrings begin, and from where on they swing wholly
ENDS = (0.0, -0.25)  # where nothing of them is left
JAW = (0.04, 0.14)  # face units beyond the oval, nearer than which cheek and jaw lie still
FAR = (0.5, 0.9)  # and how far out they hang
COVERED = 0.3  # of hair, behind which no earring swings by itself


@dataclass(frozen=True)
class Hanging:
    """How far each of some points goes along with what hangs, 0..1."""

    hair: Doubles  # [N]
    pendants: Doubles  # [N]


@dataclass(frozen=True)
class _Where:
    """Some spots as a face sees them, face units."""

    above: Doubles  # the chin
    right: Doubles  # of the chin, as the picture shows it
    outside: Doubles  # the oval, 0 within
    half: float  # width of the oval


def hanging(portrait: Portrait, skin: Doubles, points: Doubles) -> Hanging:  # [>= SKIN, 2], [N, 2] texture pixels
    """What hangs at these points; `skin` are the face's own."""
    unit = float(np.linalg.norm(skin[OUTER_CORNERS[0]] - skin[OUTER_CORNERS[1]]))
    scale = min(1.0, FINE / unit)
    height, width = portrait.fore.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = np.asarray(cv2.resize(portrait.fore, size, interpolation=cv2.INTER_AREA), np.uint8)
    rows, columns = np.mgrid[: size[1], : size[0]].astype(np.float64)
    grid = np.stack([columns, rows], -1)
    beyond = _beyond(size, skin[list(OVAL)] * scale) / (unit * scale)
    seen = _hair(small, skin * scale, _where(grid, skin * scale, beyond))
    at = _where(points * scale, skin * scale, _at(beyond, points * scale))
    hair = _at(seen, points * scale) * _fall(at.above, SWINGS) * (1 - _fall(at.above, (-RESTS[0], -RESTS[1])))
    hair *= 1 - _fall(np.abs(at.right) / at.half, BEHIND)
    drop = _fall(at.above, LOBES) * (1 - _fall(at.above, ENDS))
    beside = (1 - _fall(at.outside, JAW[::-1])) * _fall(at.outside, FAR[::-1])
    wide = np.clip((np.abs(at.right) / at.half - 0.8) / 0.2, 0, 1)  # a neck is narrower than the jaw
    pendants = drop * beside * wide
    for side in (at.right < 0, at.right >= 0):
        pendants[side] *= hair[side].max(initial=0) < COVERED
    return Hanging(hair, pendants)


def _beyond(size: tuple[int, int], oval: Doubles) -> Doubles:  # (w, h), [36, 2] -> [h, w]
    """How far each pixel lies outside the oval, 0 within."""
    free = np.ones((size[1], size[0]), np.uint8)
    cv2.fillPoly(free, [np.rint(oval).astype(np.int32)], 0)
    return np.asarray(cv2.distanceTransform(free, cv2.DIST_L2, 5), np.float64)


def _where(spots: Doubles, skin: Doubles, outside: Doubles) -> _Where:  # [..., 2], [.., 2], [...]
    unit = float(np.linalg.norm(skin[OUTER_CORNERS[0]] - skin[OUTER_CORNERS[1]]))
    down = skin[CHIN] - skin[FOREHEAD]
    down = down / np.linalg.norm(down)
    right = np.array([down[1], -down[0]])
    half = float(np.ptp(skin[list(OVAL)] @ right)) / unit / 2
    off = spots - skin[CHIN]
    return _Where(-(off @ down) / unit, (off @ right) / unit, outside, half)


def _hair(small: Bytes, skin: Doubles, where: _Where) -> Doubles:  # [h, w, 4], [.., 2] -> [h, w]
    """1 where hair hangs .. 0, in a picture of `FINE` pixels a face unit."""
    colours = lab(small[..., :3])
    colours[..., 0] *= 100 / 255
    spots = np.clip(np.rint(skin[list(CHEEKS)]).astype(int), 0, np.array(small.shape[1::-1]) - 1)
    own = np.median(colours[spots[:, 1], spots[:, 0]], axis=0)
    other = (small[..., 3] > 128) & (_away(colours, own, LIGHTNESS) > NOT_SKIN)
    band = _within(where.above, BESIDE) & _within(where.outside, WIDTH)
    unit = float(np.linalg.norm(skin[OUTER_CORNERS[0]] - skin[OUTER_CORNERS[1]]))
    found = np.zeros(other.shape, bool)
    for side in (where.right < 0, where.right > 0):
        beside = other & band & side
        if beside.sum() >= LEAST * unit**2:
            tint = np.median(colours[beside], axis=0)
            alike = other & (_away(colours, tint, ALIKE) < LIKE)
            lies = alike & (where.above <= BESIDE[0]) & (np.abs(where.right) > 0.4 * where.half)
            found |= side & (beside | lies | (other & (where.above >= BESIDE[1]) & (where.outside > WIDTH[0])))
    reach = 2 * round(EDGE * unit) + 1
    wider = cv2.dilate(found.astype(np.float64), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    return np.asarray(cv2.GaussianBlur(wider, (0, 0), EDGE * unit))


def _within(x: Doubles, ends: tuple[float, float]) -> Bools:
    return (x > ends[0]) & (x < ends[1])


def _away(colours: Doubles, colour: Doubles, lightness: float) -> Doubles:
    apart = colours - colour
    return np.asarray(np.hypot(apart[..., 1], apart[..., 2]) + lightness * np.abs(apart[..., 0]))


def _fall(x: Doubles, ends: tuple[float, ...]) -> Doubles:
    """0 above the first end, 1 below the second, smooth between."""
    t = np.clip((ends[0] - x) / (ends[0] - ends[1]), 0, 1)
    return np.asarray(t * t * (3 - 2 * t))


def _at(picture: Doubles, spots: Doubles) -> Doubles:  # [h, w], [N, 2] -> [N]
    x = np.clip(np.rint(spots[:, 0]).astype(int), 0, picture.shape[1] - 1)
    y = np.clip(np.rint(spots[:, 1]).astype(int), 0, picture.shape[0] - 1)
    return np.asarray(picture[y, x])
