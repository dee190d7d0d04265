"""The frame of glasses over the drawn face: it turns with the head and does not bend with the skin.

It lies on a surface in front of the eyes that falls back to the ears beside them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vultus.face import ROTATION
from vultus.portrait import Portrait
from vultus.pose import Camera, rotation
from vultus.render import paint
from vultus.render.grid import Grid
from vultus.render.place import head
from vultus.render.texels import Texels, texels

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

ACROSS, DOWN = 13, 5  # points of the surface
BRIDGE = (6, 168)  # skin points on which it rests
FRONT = 0.68  # face units to the side, as far as it stands in front of the eyes
BOWED = 0.2  # how much it bows there: depth over the squared distance to the side
BESIDE, EARS = 0.86, 0.62  # how far to the side it has fallen back, and by how much, face units
ROUNDS = 6  # of finding points of a surface on rays of the camera


@dataclass(frozen=True)
class Worn:
    """Glasses ready to be drawn."""

    points: Doubles  # [P, 3] head axes
    source: Doubles  # [P, 2] where each lies in `picture`
    triangles: NDArray[np.int32]  # [F, 3]
    shows: Bytes  # [F] see `paint.kinds`
    picture: Texels  # [h + 1, w + 1]


def worn(portrait: Portrait, camera: Camera, grid: Grid) -> Worn | None:
    """Set the glasses of a portrait up; None where it has none."""
    if portrait.glasses is None:
        return None
    picture, (left, top) = grid.resample(portrait.glasses.picture, portrait.glasses.origin)
    height, width = picture.shape[:2]
    columns, rows = np.meshgrid(np.linspace(0, width - 1, ACROSS), np.linspace(0, height - 1, DOWN))
    source = np.stack([columns.ravel(), rows.ravel()], 1)
    points = _on_surface(portrait, camera, source + np.array([left, top]))
    triangles = _triangles()
    shows = paint.kinds(source, triangles, np.ascontiguousarray(picture[..., 3]))
    return Worn(
        points,
        source,
        triangles,
        np.where(shows == paint.EMPTY, paint.EMPTY, paint.MIXED).astype(np.uint8),
        texels(picture),
    )


def _on_surface(portrait: Portrait, camera: Camera, pixels: Doubles) -> Doubles:  # [P, 2] -> [P, 3] head axes
    """The points of the surface that the portrait at rest shows at these pixels of the frame."""
    turn = rotation(*portrait.rest[ROTATION].astype(np.float64))
    front = float(portrait.shape[list(BRIDGE), 2].mean())
    points = np.repeat([[0.0, 0.0, front]], len(pixels), 0)
    for _ in range(ROUNDS):
        side = np.abs(points[:, 0])
        points[:, 2] = front - BOWED * np.minimum(side, FRONT) ** 2 - EARS * _smooth((side - FRONT) / (BESIDE - FRONT))
        points = camera.lift(pixels, (points @ turn.T)[:, 2]) @ turn
    return points


def _smooth(t: Doubles) -> Doubles:
    t = np.clip(t, 0, 1)
    return np.asarray(t * t * (3 - 2 * t))


def _triangles() -> NDArray[np.int32]:  # [F, 3]
    """Two a cell, clockwise as the picture shows them."""
    corner = np.arange(ACROSS * DOWN, dtype=np.int32).reshape(DOWN, ACROSS)
    a, b, c, d = corner[:-1, :-1], corner[:-1, 1:], corner[1:, 1:], corner[1:, :-1]
    return np.concatenate([np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)])


def draw_glasses(out: Bytes, glasses: Worn | None, camera: Camera, row: Floats) -> None:  # [H, W, 3], [D]
    """Lay the frame over the drawn face, in place."""
    if glasses is None:
        return
    placed, depth = head(camera, glasses.points, row)
    order = paint.painting_order(paint.turning(placed, glasses.triangles), depth, glasses.triangles, glasses.shows)
    below = out.copy()
    paint.paint(placed, glasses.source, glasses.triangles, glasses.shows, order, glasses.picture, below, out)
