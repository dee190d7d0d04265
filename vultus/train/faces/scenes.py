"""Whole pictures with no, one or a few faces in them, of any size and tilt, and with what only looks like one."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.analysis.own_view import View, around
from vultus.topology import IRISES
from vultus.train.faces import looks, store
from vultus.train.faces.backgrounds import made

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Rng = np.random.Generator

SIZE = 160  # pixels of a scene
SIDES = (22.0, 150.0)  # of the views of its faces
FIVE = (IRISES[0][0], IRISES[1][0], 4, 61, 291)  # both eyes, tip of the nose, corners of the mouth
MOST = 3  # faces
WITHOUT = 0.25  # share of scenes without any
TRIES = 8  # to find a free place


@dataclass(frozen=True)
class Scene:
    """A picture and the faces in it."""

    picture: Bytes  # [SIZE, SIZE, 3]
    views: Floats  # [N, 3] x, y, side
    five: Floats  # [N, 5, 2]


def _placed(picture: Bytes, where: View, source: View, soft: float, canvas: Bytes) -> tuple[Bytes, Floats]:
    """A part of one picture laid into another with a soft round edge, or over all of it where `soft` is 0.

    -> picture, the map [2, 3] of its points.
    """
    there = np.vstack([source.matrix(SIZE), [0, 0, 1]])
    back = np.linalg.inv(np.vstack([where.matrix(SIZE), [0, 0, 1]]))
    matrix = (back @ there)[:2].astype(np.float32)
    shrink = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    if shrink < 0.7:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.45 * np.sqrt(shrink**-2 - 1)), np.uint8)
    laid = cv2.warpAffine(picture, matrix, (SIZE, SIZE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    if soft == 0:
        return np.asarray(laid, np.uint8), matrix
    y, x = np.mgrid[:SIZE, :SIZE].astype(np.float32)
    away = np.hypot(x - where.x, y - where.y) / (where.side / 2)
    share = np.clip((1.45 - away) / soft, 0, 1)[..., None]
    mixed = canvas + share * (laid.astype(np.float32) - canvas)
    return mixed.astype(np.uint8), matrix


def _base(pool: tuple[store.Example, ...], rng: Rng) -> Bytes:
    """A background: made, or what surrounds somebody's head, enlarged."""
    if rng.random() < 0.5:
        return made(SIZE, rng)
    picture = store.decode(pool[int(rng.integers(len(pool)))].picture)
    part = int(store.SIDE * (1 - 1 / store.WIDER) / 2 * 0.9)  # the rim that no face reaches
    corner = picture[:part] if rng.random() < 0.5 else picture[:, : part if rng.random() < 0.5 else None][:, -part:]
    grown = cv2.resize(corner, (SIZE, SIZE), interpolation=cv2.INTER_LINEAR)
    return np.asarray(grown[:: int(rng.choice([-1, 1]))], np.uint8)


def _lure(picture: Bytes, source: View, rng: Rng) -> Bytes:
    """Something laid in like a face that is none: a rim of a head, cloth, or a face cut into four and mixed up."""
    if rng.random() < 0.5:
        return made(store.SIDE, rng)
    half = store.SIDE // 2
    parts = [picture[y : y + half, x : x + half] for y in (0, half) for x in (0, half)]
    order = rng.permutation(4)
    while (order == np.arange(4)).sum() > 1:
        order = rng.permutation(4)
    a, b, c, d = (parts[int(i)] for i in order)
    return np.vstack([np.hstack([a, b]), np.hstack([c, d])])


def _free(views: list[View], rng: Rng, large: bool) -> View | None:
    """A place that no other face has; None where there is none."""
    for _ in range(TRIES):
        side = float(np.exp(rng.uniform(np.log(70 if large else SIDES[0]), np.log(SIDES[1]))))
        reach = min(side * 0.4, SIZE / 2 - 1)
        x, y = rng.uniform(reach, SIZE - reach, 2)
        roll = float(np.radians(np.clip(rng.normal(0, 25), -55, 55)))
        if all(np.hypot(x - other.x, y - other.y) > 0.7 * (side + other.side) for other in views):
            return View(float(x), float(y), side, roll)
    return None


def scene(pool: tuple[store.Example, ...], rng: Rng) -> Scene:
    """A picture at random."""
    canvas = _base(pool, rng)
    views: list[View] = []
    told: list[tuple[float, float, float]] = []
    five: list[Floats] = []
    count = 0 if rng.random() < WITHOUT else int(rng.integers(1, MOST + 1))
    for number in range(count + int(rng.integers(0, 3))):
        place = _free(views, rng, large=number == 0 and rng.random() < 0.4)
        if place is None:
            continue
        views.append(place)
        one = pool[int(rng.integers(len(pool)))]
        picture, source = store.decode(one.picture), around(one.points)
        soft = 0.0 if number == 0 and rng.random() < 0.5 else float(rng.uniform(0.1, 0.9))
        if number >= count:
            canvas, _ = _placed(_lure(picture, source, rng), place, source, soft, canvas)
            continue
        canvas, matrix = _placed(picture, View(place.x, place.y, place.side, -place.roll), source, soft, canvas)
        told.append((place.x, place.y, place.side))
        five.append(one.points[list(FIVE), :2] @ matrix[:, :2].T + matrix[:, 2])
    picture = looks.anew(canvas, rng)
    if rng.random() < 0.5 or not told:
        return Scene(picture, np.array(told, np.float32).reshape(-1, 3), np.array(five, np.float32).reshape(-1, 5, 2))
    return _mirrored(picture, np.array(told, np.float32), np.array(five, np.float32))


def _mirrored(picture: Bytes, told: Floats, five: Floats) -> Scene:
    told, five = told.copy(), five[:, [1, 0, 2, 4, 3]].copy()
    told[:, 0], five[..., 0] = SIZE - 1 - told[:, 0], SIZE - 1 - five[..., 0]
    return Scene(np.ascontiguousarray(picture[:, ::-1]), told, five)
