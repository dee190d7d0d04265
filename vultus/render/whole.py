"""The animated frame back in the whole picture that it was cut from, without a seam."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vultus.body import STILL, Body
from vultus.portrait import Portrait
from vultus.render.place import head
from vultus.render.scene import Scene, draw, init

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

HELD, LOOSE = 0.03, 0.16  # of the frame's side, from its edge: nothing moves before the first, all from the second on
FEATHER = 0.025  # of the frame's side, over which the drawn frame takes over


@dataclass(frozen=True)
class Whole:
    """A picture, and the square of it in which the person moves."""

    scene: Scene
    picture: Bytes  # [H, W, 3]
    corner: tuple[int, int]  # x, y of the square's first pixel
    share: NDArray[np.uint16]  # [side, side, 1] 0..256: how much of the drawn frame is shown


def into_picture(portrait: Portrait, picture: Bytes, square: tuple[int, int, int]) -> Whole:  # [H, W, 3]; x, y, side
    """Set a portrait up to be drawn into the picture that it was made of, where `square` is what its frame shows."""
    x, y, side = square
    inner = _inner_edges(picture, square)
    share = _feather(side, inner)
    return Whole(init(_held(portrait, inner), side), picture, (x, y), share)


def draw_whole(whole: Whole, row: Floats, body: Body = STILL) -> Bytes:  # [D] -> [H, W, 3]
    """The whole picture with the person as one motion row and a body show it."""
    frame = draw(whole.scene, row, body).astype(np.uint16)
    x, y = whole.corner
    side = len(frame)
    out = whole.picture.copy()
    under = out[y : y + side, x : x + side].astype(np.uint16)
    mixed = (frame * whole.share + under * (256 - whole.share) + 128) >> 8
    out[y : y + side, x : x + side] = mixed.astype(np.uint8)
    return out


def _inner_edges(picture: Bytes, square: tuple[int, int, int]) -> tuple[bool, bool, bool, bool]:
    """Whether the picture goes on beyond the square: left, top, right, bottom."""
    x, y, side = square
    height, width = picture.shape[:2]
    return x > 0, y > 0, x + side < width, y + side < height


def _distance(x: Doubles, y: Doubles, side: float, inner: tuple[bool, bool, bool, bool]) -> Doubles:
    """Pixels to the nearest edge beyond which the picture goes on; below 0 past it."""
    ways = (x, y, side - 1 - x, side - 1 - y)
    found = [way for way, goes_on in zip(ways, inner, strict=True) if goes_on]
    return np.asarray(np.min(found, axis=0) if found else np.full(np.shape(x + y), np.inf))


def _held(portrait: Portrait, inner: tuple[bool, bool, bool, bool]) -> Portrait:
    """The portrait whose outer points keep still toward those edges of its frame."""
    left, top, side = portrait.frame
    pixels, _ = head(portrait.camera, portrait.outer.astype(np.float64), portrait.rest)
    away = _distance(pixels[:, 0] - left, pixels[:, 1] - top, side, inner) / side
    loose = np.clip((away - HELD) / (LOOSE - HELD), 0, 1)
    smooth = loose * loose * (3 - 2 * loose)
    return replace(portrait, free=(portrait.free * smooth).astype(np.float32))


def _feather(side: int, inner: tuple[bool, bool, bool, bool]) -> NDArray[np.uint16]:  # -> [side, side, 1]
    column, row = np.meshgrid(np.arange(side, dtype=np.float64), np.arange(side, dtype=np.float64))
    away = _distance(column, row, side, inner)
    return np.asarray(np.rint(np.clip(away / max(1.0, FEATHER * side), 0, 1) * 256), np.uint16)[..., None]
