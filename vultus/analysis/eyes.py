"""Eyes without lids: the white with the iris painted out, and the iris apart, whole."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.analysis.fill import spread
from vultus.portrait import Eye
from vultus.topology import IRISES, LOWER_LIDS, UPPER_LIDS

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

MARGIN = 0.45  # of the eye's width, around the opening
BALL = 0.135  # radius of the eyeball, face units: 12 mm where the outer corners are 90 mm apart
LASHES = 0.05  # of the eye's width: the upper edge of the opening is lash and shadow, no white
RIM = 1.12  # the dark rim of an iris reaches a little past its landmarks


def eye(texture: Bytes, pixels: Floats, side: int) -> Eye:  # [H, W, 3], [478, 2], 0 | 1
    """Part the eye on one side (0 picture left, 1 picture right) into white and iris."""
    x, y, patch = _patch(texture, pixels, side)
    local = pixels - np.array([x, y], np.float32)
    height, width = patch.shape[:2]
    opening = _opening(local, side, (height, width), 0.0)
    centre, radius = _iris_circle(local, side)
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    distance = np.hypot(columns - centre[0], rows - centre[1])
    colour = patch.astype(np.float32)
    alpha = np.clip((RIM * radius - distance) / max(1.5, 0.12 * radius) + 0.5, 0, 1).astype(np.float32)
    white = _white(colour, local, side, distance > 1.25 * radius)
    white = np.where((opening * (alpha == 0))[..., None] > 0.5, colour, white)
    iris = _iris(colour, opening, centre, distance, radius)
    # Where white shines through the soft rim, take it out again, so that both together are the picture.
    solved = (colour - (1 - alpha[..., None]) * white) / np.maximum(alpha[..., None], 0.25)
    seen = (opening > 0.5)[..., None] & (alpha > 0.25)[..., None]
    iris = np.where(seen, solved, iris)
    packed = np.dstack([np.clip(iris, 0, 255), alpha * 255])
    return Eye((x, y), np.rint(np.clip(white, 0, 255)).astype(np.uint8), np.rint(packed).astype(np.uint8), BALL)


def _patch(texture: Bytes, pixels: Floats, side: int) -> tuple[int, int, Bytes]:
    contour = pixels[[*UPPER_LIDS[side], *LOWER_LIDS[side]]]
    low, high = contour.min(0), contour.max(0)
    margin = MARGIN * (high[0] - low[0])
    x, y = (int(v) for v in np.maximum(np.floor(low - margin), 0))
    right, bottom = (int(v) for v in np.ceil(high + margin))
    return x, y, texture[y:bottom, x:right]


def _opening(local: Floats, side: int, size: tuple[int, int], lower_top: float) -> Floats:  # [h, w] 0..1
    """The part between the lids, its upper edge lowered by `lower_top` pixels."""
    upper = local[list(UPPER_LIDS[side])] + np.array([0, lower_top], np.float32)
    lower = local[list(LOWER_LIDS[side])]
    polygon = np.concatenate([upper, lower[::-1]])
    mask = np.zeros(size, np.uint8)
    cv2.fillPoly(mask, [np.rint(polygon * 16).astype(np.int32)], 255, shift=4)
    return (mask / 255).astype(np.float32)


def _iris_circle(local: Floats, side: int) -> tuple[Floats, float]:
    centre, *rim = (local[i] for i in IRISES[side])
    radius = float(np.mean([np.linalg.norm(point - centre) for point in rim]))
    return centre, max(radius, 1.5)


def _white(colour: Floats, local: Floats, side: int, off_iris: NDArray[np.bool_]) -> Floats:
    """The white spread over the whole patch, from where it shows clear of lashes and iris."""
    width = float(np.ptp(local[list(UPPER_LIDS[side]), 0]))
    clear = _opening(local, side, colour.shape[:2], LASHES * width)
    clear = cv2.erode(clear, np.ones((3, 3), np.uint8)) * off_iris
    if clear.sum() < 12:  # an eye that shows next to no white: borrow the brightest of what shows
        inside = _opening(local, side, colour.shape[:2], 0.0) > 0.5
        brightness = colour.sum(-1)
        clear = (inside & (brightness >= np.quantile(brightness[inside], 0.85))).astype(np.float32)
    return spread(colour, clear.astype(np.float32))


def _iris(colour: Floats, opening: Floats, centre: Floats, distance: Floats, radius: float) -> Floats:
    """The whole iris: what the lids hide is mirrored from below, and what is hidden there too, spread."""
    rows, columns = np.mgrid[: colour.shape[0], : colour.shape[1]].astype(np.float32)
    inside = cv2.erode(opening, np.ones((3, 3), np.uint8)) * (distance < RIM * radius)
    flipped = 2 * centre[1] - rows
    mirrored = cv2.remap(colour, columns, flipped, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    known = cv2.remap(inside.astype(np.float32), columns, flipped, cv2.INTER_NEAREST)
    both = np.where((inside > 0.5)[..., None], colour, mirrored)
    return spread(both.astype(np.float32), np.maximum(inside, known).astype(np.float32))
