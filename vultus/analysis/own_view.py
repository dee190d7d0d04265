"""The square of a picture that the face reader looks at: around one face, turned upright."""

from dataclasses import dataclass
from math import ceil

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.topology import CHIN, FOREHEAD, OUTER_CORNERS, SKIN

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

REACH = 4.2  # side of the view over the root mean square distance of the skin points from their middle


@dataclass(frozen=True)
class View:
    """A square of a picture: its middle in pixels, its side in pixels, and how far it is tilted clockwise."""

    x: float
    y: float
    side: float
    roll: float  # radians

    def matrix(self, size: int) -> Floats:  # [2, 3]
        """Picture pixels to pixels of the view drawn `size` pixels square; whole numbers are pixel centres."""
        scale = size / self.side
        cos, sin = scale * np.cos(self.roll), scale * np.sin(self.roll)
        middle = (size - 1) / 2
        return np.array(
            [
                [cos, sin, middle - cos * self.x - sin * self.y],
                [-sin, cos, middle + sin * self.x - cos * self.y],
            ],
            np.float32,
        )

    def cut(self, picture: Bytes, size: int) -> Bytes:  # [H, W, 3] -> [size, size, 3]
        """What the view shows; beyond the picture its edge goes on."""
        near, left, top = self._near(picture)
        fewer = min(round(self.side / size), *near.shape[:2])
        if fewer >= 2:  # averaged first, so that no pixel is skipped; by a whole number, which is quick
            wide, high = near.shape[1] // fewer, near.shape[0] // fewer
            less = cv2.resize(near[: high * fewer, : wide * fewer], (wide, high), interpolation=cv2.INTER_AREA)
            x, y = (self.x - left + 0.5) / fewer - 0.5, (self.y - top + 0.5) / fewer - 0.5
            return View(x, y, self.side / fewer, self.roll)._drawn(less.astype(np.uint8), size)
        return self._drawn(picture, size)

    def _drawn(self, picture: Bytes, size: int) -> Bytes:
        drawn = cv2.warpAffine(
            picture, self.matrix(size), (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(drawn, np.uint8)

    def _near(self, picture: Bytes) -> tuple[Bytes, int, int]:
        """The part of the picture that the view reaches, never empty, and where it begins."""
        (left, right), (top, bottom) = self._span(self.x, picture.shape[1]), self._span(self.y, picture.shape[0])
        return picture[top:bottom, left:right], left, top

    def _span(self, middle: float, size: int) -> tuple[int, int]:
        """From where to where of `size` pixels the view reaches, and at least to the nearest of them."""
        reach = 0.75 * self.side  # more than half the diagonal
        first = min(max(middle - reach, 0.0), max(0.0, size - reach))
        last = min(max(middle + reach, min(reach, float(size))), float(size))
        return int(first), ceil(last)

    def into(self, points: Floats, size: int) -> Floats:  # [N, 3] -> [N, 3]
        """Points of the picture as points of the drawn view, depth in its pixels too."""
        matrix = self.matrix(size)
        flat = points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
        return np.column_stack([flat, points[:, 2] * (size / self.side)]).astype(np.float32)

    def out_of(self, points: Floats, size: int) -> Floats:  # [N, 3] -> [N, 3]
        """The inverse of `into`."""
        matrix = self.matrix(size)
        flat = (points[:, :2] - matrix[:, 2]) @ (
            matrix[:, :2] * np.float32((self.side / size) ** 2)
        )  # a turn: no inverse
        return np.column_stack([flat, points[:, 2] * (self.side / size)]).astype(np.float32)


def around(points: Floats) -> View:  # [478, 2 or 3] pixels
    """The view of a face whose points are known: the middle of its skin, upright."""
    skin = points[:SKIN, :2].astype(np.float64)
    middle = np.add.reduce(skin) / SKIN
    away = skin - middle
    radius = float(np.sqrt(np.vdot(away, away) / SKIN))
    across = skin[OUTER_CORNERS[1]] - skin[OUTER_CORNERS[0]]
    down = skin[CHIN] - skin[FOREHEAD]
    right = across + np.array([down[1], -down[0]])  # a quarter turn back
    return View(float(middle[0]), float(middle[1]), REACH * radius, float(np.arctan2(right[1], right[0])))
