"""Which part of a picture a video shows, and how much around it is kept for what moves into view."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.topology import CHIN, FOREHEAD, OUTER_CORNERS

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

FACES_HIGH = 2.6  # side of the frame over the height of the face oval
FACE_MIDDLE = 0.46  # where the middle of the oval lies in the frame, from the top
MARGIN = 0.2  # texture kept beyond the frame on each side, over its side
BORDER = 0.02  # of a picture's side: a line around it is looked for so far in
JUMP, CALM = 18, 9  # grey levels: from a border to the picture, and between neighbouring lines of a picture
LARGEST = 1024  # pixels a side of the frame: finer pictures are reduced


@dataclass(frozen=True)
class Crop:
    """A texture cut from a picture, and the frame in it."""

    texture: Bytes  # [h, w, 3]
    points: Floats  # [478, 3] in pixels of the texture
    frame: tuple[int, int, int]  # x, y, side in pixels of the texture


def without_border(picture: Bytes) -> tuple[int, int, int, int]:  # [H, W, 3] -> left, top, right, bottom
    """The picture without a thin line around it, as scans and screenshots have: it would move with the shoulders."""
    height, width = picture.shape[:2]
    across, down = picture.astype(np.int16), picture.astype(np.int16).transpose(1, 0, 2)
    top, left = _border(across), _border(down)
    return left, top, width - _border(down[::-1]), height - _border(across[::-1])


def _border(lines: NDArray[np.int16]) -> int:  # [N, M, 3]
    """How many of the first lines are no picture: up to the last sharp step that runs along most of a line."""
    near = lines[: max(3, int(BORDER * len(lines))) + 3]
    steps = np.median(np.abs(np.diff(near, axis=0)).max(-1), axis=1)  # from each line to the next
    sharp = [i + 1 for i in range(len(steps) - 2) if steps[i] > JUMP and steps[i + 2] < CALM]
    return sharp[-1] + 1 if sharp else 0


def square(points: Floats, width: int, height: int) -> tuple[int, int, int]:
    """x, y, side of the frame in the picture: never outside it."""
    oval = float(np.linalg.norm(points[FOREHEAD] - points[CHIN]))
    eyes = float(np.linalg.norm(points[OUTER_CORNERS[0], :2] - points[OUTER_CORNERS[1], :2]))
    wanted = FACES_HIGH * max(oval, 1.3 * eyes)
    side = int(min(wanted, width, height))
    centre = (points[FOREHEAD, :2] + points[CHIN, :2]) / 2
    x = int(np.clip(centre[0] - side / 2, 0, width - side))
    y = int(np.clip(centre[1] - side * FACE_MIDDLE, 0, height - side))
    return x, y, side


def crop(picture: Bytes, points: Floats, largest: int = LARGEST) -> Crop:  # [H, W, 3], [478, 3]
    """Cut the texture around a face, at most `largest` pixels a side of the frame."""
    height, width = picture.shape[:2]
    x, y, side = square(points, width, height)
    margin = int(side * MARGIN)
    left, top = max(0, x - margin), max(0, y - margin)
    right, bottom = min(width, x + side + margin), min(height, y + side + margin)
    texture = picture[top:bottom, left:right]
    scale = min(1.0, largest / side)
    if scale < 1:
        size = (round((right - left) * scale), round((bottom - top) * scale))
        texture = cv2.resize(texture, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    moved = (points - np.array([left, top, 0], np.float32)) * np.float32(scale)
    frame = (round((x - left) * scale), round((y - top) * scale), int(side * scale))
    x = min(frame[0], texture.shape[1] - frame[2])
    y = min(frame[1], texture.shape[0] - frame[2])
    return Crop(np.ascontiguousarray(texture), moved.astype(np.float32), (max(0, x), max(0, y), frame[2]))
