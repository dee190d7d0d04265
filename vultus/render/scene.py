"""A portrait set up to be drawn at one size, and the drawing of one motion row."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vultus.body import STILL, Body
from vultus.face import D
from vultus.portrait import Portrait
from vultus.render import paint
from vultus.render.eyes import Ball, ball, draw_eye
from vultus.render.folds import draw_folds, folded
from vultus.render.glasses import Worn, draw_glasses, worn
from vultus.render.grid import Grid
from vultus.render.lashes import Lashes, draw_lashes, lashes
from vultus.render.lids import smooth_lid
from vultus.render.mouth import Inside, draw_mouth, inside
from vultus.render.place import Home, at_home, place, shape
from vultus.render.rims import neighbours, rims, soften
from vultus.render.texels import Texels, nearer, texels

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Scene:
    """All of a portrait that does not change from frame to frame, in frame pixels."""

    size: int  # pixels a side
    home: Home
    fore: Texels  # [h + 1, w + 1]
    plate: Bytes  # [size, size, 3]
    source: Doubles  # [V, 2] where each point lies in `fore`
    at_rest: Doubles  # [V, 2] where each point lies in the frame while the portrait rests
    triangles: NDArray[np.int32]  # [F, 3]
    beside: NDArray[np.int32]  # [F, 3] see `rims.neighbours`
    own_rims: Bytes  # [F] see `rims.rims`: those that the picture itself shows, smooth as they are
    shows: Bytes  # [F] see `paint.kinds`
    eyes: tuple[Ball, Ball]
    lashes: tuple[Lashes, Lashes]
    mouth: Inside
    folded: float  # see `folds.folded`
    glasses: Worn | None


def init(portrait: Portrait, size: int = 512) -> Scene:
    """Set a portrait up to be drawn `size` pixels square."""
    x, y, side = portrait.frame
    grid = Grid(x, y, size / side)
    home = at_home(portrait, grid.camera(portrait.camera))
    fore, origin = grid.resample(portrait.fore, (0, 0))
    plate, _ = grid.resample(portrait.plate, (0, 0))
    left, top = -origin[0], -origin[1]
    at_rest = place(home, portrait.rest)[0]
    source = at_rest - np.array(origin)
    beside = neighbours(portrait.triangles)
    return Scene(
        size=size,
        home=home,
        fore=texels(fore),
        plate=np.ascontiguousarray(plate[top : top + size, left : left + size]),
        source=source,
        at_rest=at_rest,
        triangles=portrait.triangles,
        beside=beside,
        own_rims=rims(paint.turning(source, portrait.triangles), beside),
        shows=paint.kinds(source, portrait.triangles, np.ascontiguousarray(fore[..., 3])),
        eyes=(ball(portrait.eyes[0], 0, home, grid), ball(portrait.eyes[1], 1, home, grid)),
        lashes=(lashes(portrait, 0), lashes(portrait, 1)),
        mouth=inside(portrait, shape(portrait, portrait.rest)),
        folded=folded(portrait),
        glasses=worn(portrait, home.camera, grid),
    )


def before(
    scene: Scene,
    plate: Bytes,  # [size, size, 3]
    fore: Texels | None = None,
    shows: Bytes | None = None,
) -> Scene:
    """The same person before another background."""
    assert plate.shape == (scene.size, scene.size, 3), plate.shape
    return replace(
        scene,
        plate=np.ascontiguousarray(plate),
        fore=scene.fore if fore is None else fore,
        shows=scene.shows if shows is None else shows,
    )


def draw(scene: Scene, row: Floats, body: Body = STILL) -> Bytes:  # [D] -> [size, size, 3]
    """The frame that one motion row shows, and what the body does beside it."""
    assert row.shape == (D,), row.shape
    camera = scene.home.camera
    face, unit = shape(scene.home.portrait, row), camera.focal / camera.distance
    placed, depth = place(scene.home, row, face, body)
    turned = paint.turning(placed, scene.triangles)
    order = paint.painting_order(turned, depth, scene.triangles, scene.shows)
    frame = scene.plate.copy()
    nearer(scene.fore)
    paint.paint(placed, scene.source, scene.triangles, scene.shows, order, scene.fore, scene.plate, frame)
    soften(frame, placed, scene.triangles, rims(turned, scene.beside, scene.own_rims))
    draw_folds(frame, placed, row, scene.home.portrait.rest, unit, scene.folded)
    for side, eye in enumerate(scene.eyes):
        smooth_lid(frame, side, placed, scene.at_rest, unit)
        draw_eye(frame, eye, side, placed, scene.home, row)
        draw_lashes(frame, scene.lashes[side], side, placed, face, unit)
    draw_mouth(frame, scene.mouth, placed, face, scene.home, row)
    draw_glasses(frame, scene.glasses, camera, row)
    return frame
