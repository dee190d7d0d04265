"""What stands behind the person in place of the picture's own background."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.render.scene import Scene, before

Bytes = NDArray[np.uint8]

BLUR = 0.035  # of the side: as a lens opened wide blurs a room a few metres behind


def on_colour(scene: Scene, colour: tuple[int, int, int]) -> Scene:
    """The person before one colour, RGB."""
    return before(scene, np.full_like(scene.plate, colour))


def on_blur(scene: Scene) -> Scene:
    """The person before the picture's own background out of focus."""
    plate = cv2.GaussianBlur(scene.plate, (0, 0), BLUR * scene.size, borderType=cv2.BORDER_REPLICATE)
    return before(scene, np.asarray(plate, np.uint8))


def on_picture(scene: Scene, picture: Bytes) -> Scene:  # [H, W, 3]
    """The person before another picture, which is cut to a square around its middle."""
    height, width = picture.shape[:2]
    side = min(height, width)
    left, top = (width - side) // 2, (height - side) // 2
    square = picture[top : top + side, left : left + side]
    way = cv2.INTER_AREA if side > scene.size else cv2.INTER_CUBIC
    return before(scene, np.asarray(cv2.resize(square, (scene.size, scene.size), interpolation=way), np.uint8))
