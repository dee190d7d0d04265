"""A portrait set up to be drawn at one size, and the drawing of one motion row."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vultus.face import D
from vultus.portrait import Portrait
from vultus.pose import Camera
from vultus.render.compose import over
from vultus.render.eyes import Ball, ball, draw_eye
from vultus.render.grid import Grid
from vultus.render.mouth import Inside, draw_mouth, inside
from vultus.render.place import place, shape
from vultus.render.raster import painting_order, rasterise

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Scene:
    """All of a portrait that does not change from frame to frame, in frame pixels."""

    portrait: Portrait
    size: int  # pixels a side
    camera: Camera
    fore: Bytes  # [h, w, 4]
    plate: Bytes  # [size, size, 3]
    source: Doubles  # [V, 2] where each point lies in `fore`
    eyes: tuple[Ball, Ball]
    mouth: Inside


def init(portrait: Portrait, size: int = 512) -> Scene:
    """Set a portrait up to be drawn `size` pixels square."""
    x, y, side = portrait.frame
    grid = Grid(x, y, size / side)
    camera = grid.camera(portrait.camera)
    fore, origin = grid.resample(portrait.fore, (0, 0))
    plate, _ = grid.resample(portrait.plate, (0, 0))
    home, _ = place(portrait, camera, portrait.rest)
    left, top = -origin[0], -origin[1]
    return Scene(
        portrait=portrait,
        size=size,
        camera=camera,
        fore=np.ascontiguousarray(fore),
        plate=np.ascontiguousarray(plate[top : top + size, left : left + size]),
        source=home - np.array(origin),
        eyes=(ball(portrait.eyes[0], 0, portrait, grid), ball(portrait.eyes[1], 1, portrait, grid)),
        mouth=inside(portrait, shape(portrait, portrait.rest)),
    )


def draw(scene: Scene, row: Floats) -> Bytes:  # [D] -> [size, size, 3]
    """The frame that one motion row shows."""
    assert row.shape == (D,), row.shape
    portrait, camera = scene.portrait, scene.camera
    placed, depth = place(portrait, camera, row)
    where = np.empty((scene.size, scene.size, 2), np.float32)
    rasterise(placed, scene.source, painting_order(placed, depth, portrait.triangles), where)
    frame = np.empty((scene.size, scene.size, 3), np.uint8)
    over(where, scene.fore, scene.plate, frame)
    for side, eye in enumerate(scene.eyes):
        draw_eye(frame, eye, side, placed, portrait, camera, row)
    draw_mouth(frame, scene.mouth, placed, shape(portrait, row), portrait, camera, row)
    return frame
