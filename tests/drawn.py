"""A face drawn with plain shapes where the mean head's points lie: a portrait without any network."""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.analysis.crop import Crop, crop
from vultus.analysis.prepare import assemble
from vultus.face import face_model
from vultus.portrait import Portrait
from vultus.topology import IRISES, LOWER_LIDS, OUTER_LOWER_LIP, OUTER_UPPER_LIP, OVAL, UPPER_LIDS

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

SIDE = 256
UNIT = 62.0  # pixels between the outer eye corners
SKIN, HAIR, WALL, COAT = (214, 168, 140), (70, 44, 30), (120, 150, 170), (60, 80, 110)
LIPS, WHITE, IRIS = (180, 84, 84), (238, 236, 230), (60, 90, 120)
FRAME = (38, 34, 32)


def points() -> Floats:  # [478, 3]
    """The mean head as FaceMesh would report it: pixels, y down, z away from the camera."""
    mean = face_model().mean
    return np.asarray(mean * np.array([UNIT, -UNIT, -UNIT]) + np.array([SIDE / 2, 112, 0]), np.float32)


def _fill(picture: Bytes, polygon: Floats, colour: tuple[int, int, int]) -> None:
    cv2.fillPoly(picture, [np.rint(polygon * 16).astype(np.int32)], colour, cv2.LINE_AA, 4)


def _person(canvas: Bytes, hair: tuple[int, int, int], coat: tuple[int, int, int]) -> None:
    cv2.ellipse(canvas, (128, 100), (62, 76), 0, 0, 360, hair, -1, cv2.LINE_AA)
    cv2.rectangle(canvas, (106, 150), (150, 215), coat, -1)
    cv2.ellipse(canvas, (128, 262), (96, 62), 0, 180, 360, coat, -1, cv2.LINE_AA)


def picture() -> Bytes:  # [256, 256, 3]
    """The drawing, with grain, so that a shifted pixel is a changed pixel."""
    p = points()[:, :2]
    canvas = np.full((SIDE, SIDE, 3), WALL, np.uint8)
    _person(canvas, HAIR, COAT)
    _fill(canvas, p[list(OVAL)], SKIN)
    _fill(canvas, p[[*OUTER_UPPER_LIP, *OUTER_LOWER_LIP[::-1]]], LIPS)
    for side in (0, 1):
        _fill(canvas, p[[*UPPER_LIDS[side], *LOWER_LIDS[side][::-1]]], WHITE)
        opening = np.zeros((SIDE, SIDE), np.uint8)
        cv2.fillPoly(opening, [np.rint(p[[*UPPER_LIDS[side], *LOWER_LIDS[side][::-1]]]).astype(np.int32)], 1)
        disc = np.zeros((SIDE, SIDE), np.uint8)
        radius = np.linalg.norm(p[IRISES[side][1]] - p[IRISES[side][0]])
        cv2.circle(disc, tuple(int(v) for v in np.rint(p[IRISES[side][0]])), round(float(radius)), 1, -1)
        canvas[(opening & disc) > 0] = IRIS
    grain = np.random.default_rng(0).integers(-6, 7, canvas.shape)
    return np.asarray(np.clip(canvas + grain, 0, 255), np.uint8)


def glasses() -> Floats:  # [256, 256] 0..1
    """The frame of glasses on that face: two rims, a bridge, two arms."""
    corners = points()[[33, 263], :2]
    middle, across = corners.mean(0), corners[1] - corners[0]

    def line(*spots: tuple[float, float]) -> NDArray[np.int32]:
        at = middle + np.array([[u, v] for u, v in spots]) * across[0]
        return np.asarray(np.rint(at * 16), np.int32)

    canvas = np.zeros((SIDE, SIDE), np.uint8)
    turn = np.linspace(0, 2 * np.pi, 60)
    for side in (-1, 1):
        rim = line(*((0.36 * side + 0.25 * np.cos(a), 0.05 + 0.22 * np.sin(a)) for a in turn))
        cv2.polylines(canvas, [rim, line((0.61 * side, 0.0), (0.85 * side, -0.03))], False, 255, 2, cv2.LINE_AA, 4)
    cv2.polylines(canvas, [line((-0.11, 0.03), (0.0, -0.01), (0.11, 0.03))], False, 255, 2, cv2.LINE_AA, 4)
    return np.asarray(canvas / 255, np.float32)


def picture_with_glasses() -> Bytes:  # [256, 256, 3]
    """The drawing wearing them."""
    share = glasses()[..., None]
    return np.asarray(np.rint((1 - share) * picture() + share * np.array(FRAME)), np.uint8)


def matte() -> Floats:  # [256, 256]
    """The person of the drawing, with an edge of one pixel."""
    canvas = np.zeros((SIDE, SIDE, 3), np.uint8)
    _person(canvas, (255, 255, 255), (255, 255, 255))
    _fill(canvas, points()[list(OVAL), :2], (255, 255, 255))
    return np.asarray(canvas[..., 0] / 255, np.float32)


def cut() -> Crop:
    """The drawing cut as `prepare` cuts a picture; the frame is the whole drawing."""
    return crop(picture(), points())


@cache
def portrait() -> Portrait:
    """The drawing, prepared."""
    return assemble(cut(), matte())


@cache
def portrait_with_glasses() -> Portrait:
    """The drawing with glasses, prepared."""
    return assemble(crop(picture_with_glasses(), points()), matte())
