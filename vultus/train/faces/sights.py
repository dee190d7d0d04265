"""One look at a kept face: cut out at a random turn and size, mirrored, half hidden, as another picture."""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.analysis import own_read
from vultus.analysis.own_view import View, around
from vultus.face import GAZE, ROTATION, E, face_model
from vultus.pose import angles, rotation
from vultus.train.face_model import SWAP, mirror_of
from vultus.train.faces import looks, occluders, store

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Rng = np.random.Generator

SIZE = own_read.SIZE  # pixels of a view, as the network sees it
ROUGH = 0.4  # share of first looks, whose turn and size only a finder told
STRETCH = 0.06  # standard deviation of the log of width over height


@dataclass(frozen=True)
class Sight:
    """A view, and what is true in it."""

    picture: Bytes  # [SIZE, SIZE, 3]
    points: Floats  # [478, 3] its pixels
    seen: Floats  # [478] 1 where nothing is before the point and it lies in the view
    row: Floats  # [D] NaN where it is not known


@cache
def twins() -> NDArray[np.int64]:  # [478]
    """For each point the number of its twin on the other side of the face."""
    return mirror_of(np.asarray(face_model().mean, np.float64))


def _jitter(view: View, rng: Rng) -> View:
    if rng.random() < ROUGH:
        turn = np.radians(np.clip(rng.normal(0, 22), -50, 50))
        size, shift = float(np.exp(rng.normal(0, 0.13))), 0.07
    else:
        turn, size, shift = np.radians(rng.normal(0, 4)), float(np.exp(rng.normal(0, 0.05))), 0.025
    x, y = rng.normal(0, shift * view.side, 2)
    return View(view.x + float(x), view.y + float(y), view.side * size, view.roll + float(turn))


def mirrored(sight: Sight) -> Sight:
    """The same sight in a mirror."""
    points = sight.points[twins()].copy()
    points[:, 0] = SIZE - 1 - points[:, 0]
    row = sight.row.copy()
    row[:E] = sight.row[SWAP]
    row[[GAZE.start, ROTATION.start + 1, ROTATION.start + 2]] *= -1  # yaws and roll
    return Sight(np.ascontiguousarray(sight.picture[:, ::-1]), points, sight.seen[twins()], row)


def plain(one: store.Example, view: View | None = None) -> Sight:
    """The face as it is, upright or as `view` of its crop shows it."""
    seen_from = view or around(one.points)
    picture = seen_from.cut(store.decode(one.picture), SIZE)
    row = one.row.copy()
    row[ROTATION] = angles(rotation(0.0, 0.0, -seen_from.roll) @ rotation(*row[ROTATION].astype(np.float64)))
    points = seen_from.into(one.points, SIZE)
    return Sight(picture, points, _inside(points) * one.seen, row)


def _inside(points: Floats) -> Floats:
    there = (points[:, :2] >= 0) & (points[:, :2] <= SIZE - 1)
    return np.asarray(there.all(axis=1), np.float32)


def _stretched(sight: Sight, rng: Rng) -> Sight:
    """A little wider or narrower, and sheared: as other heads and other lenses are."""
    wide, lean = np.exp(rng.normal(0, STRETCH)), rng.normal(0, STRETCH / 2)
    matrix = np.array([[wide, lean], [0.0, 1 / wide]])
    middle = np.full(2, (SIZE - 1) / 2)
    whole = np.column_stack([matrix, middle - matrix @ middle]).astype(np.float32)
    picture = cv2.warpAffine(
        sight.picture, whole, (SIZE, SIZE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    flat = sight.points[:, :2] @ whole[:, :2].T + whole[:, 2]
    points = np.column_stack([flat, sight.points[:, 2]]).astype(np.float32)
    return Sight(np.asarray(picture, np.uint8), points, _inside(points) * sight.seen, sight.row)


def anew(one: store.Example, rng: Rng) -> Sight:
    """The face at random: no two looks are alike."""
    sight = plain(one, _jitter(around(one.points), rng))
    if rng.random() < 0.3:
        sight = _stretched(sight, rng)
    if rng.random() < 0.5:
        sight = mirrored(sight)
    picture, hidden = occluders.before(sight.picture, sight.points, rng)
    x, y = np.clip(np.rint(sight.points[:, :2]).astype(int), 0, SIZE - 1).T
    seen = sight.seen * (hidden[y, x] < 0.5)
    return Sight(looks.anew(picture, rng), sight.points, seen.astype(np.float32), sight.row)
