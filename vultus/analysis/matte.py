"""Part a texture into the person and what is behind: matte, foreground colours, background plate."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.analysis.channels import greatest, total
from vultus.analysis.fill import continued, spread
from vultus.compiled import kernel

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

REFINE_RADIUS = 0.016  # of the texture's larger side
REFINE_EPSILON = 2e-4  # squared colour difference (0..1) below which an edge is no edge
BAND = 0.006  # of the larger side: how far around the matte the plate is made anew
STRAYS = 0.05  # of the larger side: how far off the person wisps and earrings are looked for
STANDS_OUT, CALM = 14.0, 7.0  # grey levels: off what was foretold; how far off a calm background is, on average
GRAIN = 0.01  # of the larger side: strokes and grain of a background are finer than this
WALL = 1.5  # times a background's usual grain, that the picture may differ from what was foretold and be background
NOTHING, ALL = 0.2, 0.8  # a matte beyond these is hardened: the filter leaves a veil on both sides of an edge


def refine(matte: Floats, texture: Bytes) -> Floats:  # [H, W], [H, W, 3] -> [H, W]
    """A smooth matte drawn to the texture's edges: a guided filter with a colour guide.

    Source: He, Sun, Tang, Guided Image Filtering (PAMI 2013), eq. 19.
    """
    radius = max(2, int(max(matte.shape) * REFINE_RADIUS))
    box = (2 * radius + 1, 2 * radius + 1)
    guide = texture.astype(np.float32) / 255

    def mean(values: NDArray[np.floating]) -> Floats:
        return np.asarray(cv2.blur(values, box), np.float32)

    red, green, blue = (guide[..., c] for c in range(3))
    squares = mean(guide * guide), mean(np.stack([red * green, red * blue, green * blue], -1))
    slope_offset = _fitted(mean(guide), mean(matte), mean(guide * matte[..., None]), *squares)
    smooth = mean(slope_offset)
    fine = total(smooth[..., :3] * guide) + smooth[..., 3]
    return np.asarray(np.clip(fine, 0, 1), np.float32)


@kernel
def _fitted(
    guide: Floats,  # [H, W, 3] means of the colours around each pixel
    matte: Floats,  # [H, W] of the matte
    both: Floats,  # [H, W, 3] of their products
    squares: Floats,  # [H, W, 3] of the colours' squares
    mixed: Floats,  # [H, W, 3] of red times green, red times blue, green times blue
) -> Floats:  # [H, W, 4] the slope of the matte along each colour, and its offset
    """The linear model of eq. 14 and 15; the symmetric matrix of three colours is inverted by its minors."""
    height, width = matte.shape
    out = np.empty((height, width, 4), np.float32)
    for y in range(height):
        for x in range(width):
            r, g, b = np.float64(guide[y, x, 0]), np.float64(guide[y, x, 1]), np.float64(guide[y, x, 2])
            m = np.float64(matte[y, x])
            rr, gg = squares[y, x, 0] - r * r + REFINE_EPSILON, squares[y, x, 1] - g * g + REFINE_EPSILON
            bb = squares[y, x, 2] - b * b + REFINE_EPSILON
            rg, rb, gb = mixed[y, x, 0] - r * g, mixed[y, x, 1] - r * b, mixed[y, x, 2] - g * b
            p, q, s = both[y, x, 0] - r * m, both[y, x, 1] - g * m, both[y, x, 2] - b * m
            one, two, three = gg * bb - gb * gb, rb * gb - rg * bb, rg * gb - rb * gg
            size = rr * one + rg * two + rb * three
            on_red = (one * p + two * q + three * s) / size
            on_green = (two * p + (rr * bb - rb * rb) * q + (rb * rg - rr * gb) * s) / size
            on_blue = (three * p + (rb * rg - rr * gb) * q + (rr * gg - rg * rg) * s) / size
            out[y, x, 0], out[y, x, 1], out[y, x, 2] = on_red, on_green, on_blue
            out[y, x, 3] = m - on_red * r - on_green * g - on_blue * b
    return out


def harden(matte: Floats) -> Floats:
    """The same matte, stretched so that what is nearly nothing or nearly all becomes exactly that."""
    return np.asarray(np.clip((matte - NOTHING) / (ALL - NOTHING), 0, 1), np.float32)


def part(texture: Bytes, matte: Floats) -> tuple[Bytes, Bytes]:  # -> fore [H, W, 4], plate [H, W, 3]
    """Foreground with straight alpha, and the plate behind it, such that one over the other is the texture.

    The plate is spread in from beyond a band around the matte, so that wisps of hair which the matte missed
    do not stay behind. Each pixel of the band then gets at least the alpha with which some foreground colour
    can turn the plate into the texture, and that colour.
    """
    colour = texture.astype(np.float32)
    reach = 2 * max(3, round(max(matte.shape) * BAND)) + 1
    near = np.asarray(cv2.dilate((matte > 0).astype(np.uint8), np.ones((reach, reach), np.uint8)), np.uint8)
    near = np.maximum(near, _strays(colour, near))
    plate = np.rint(np.clip(continued(colour, 1.0 - near.astype(np.float32)), 0, 255))
    wall = (matte == 0) & _like_wall(colour, plate, near)
    plate[wall] = colour[wall]
    alpha = np.where((near > 0) & ~wall, np.maximum(matte, _least_alpha(colour, plate)), 0)
    alpha = np.ceil(alpha * 255) / 255
    share = alpha[..., None]
    solid = cv2.erode((alpha == 1).astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.float32)
    solved = (colour - (1 - share) * plate) / np.maximum(share, 1 / 255)
    fore = np.where(share > 0, solved, spread(colour, solid))
    packed = np.dstack([np.clip(fore, 0, 255), share * 255])
    return np.rint(packed).astype(np.uint8), plate.astype(np.uint8)


def _like_wall(colour: Floats, plate: Floats, near: Bytes) -> NDArray[np.bool_]:  # [H, W, 3] twice, [H, W] 0 | 1
    """Where the picture differs from the plate no more than the background from itself: grain and strokes, no wisps."""
    size = max(near.shape)
    wide = 2 * max(2, round(size * STRAYS)) + 1
    known = (near == 0).astype(np.float32)
    fine = 2 * max(1, round(GRAIN * size)) + 1
    grain = greatest(np.abs(colour - cv2.blur(colour, (fine, fine)))) * known
    usual = cv2.blur(grain, (wide, wide)) / np.maximum(cv2.blur(known, (wide, wide)), 1e-3)
    away = cv2.blur(greatest(np.abs(colour - plate)), (3, 3))
    return np.asarray(away < WALL * usual)


def _strays(colour: Floats, near: Bytes) -> Bytes:  # [H, W, 3], [H, W] 0 | 1 -> [H, W] 0 | 1
    """Wisps and earrings a little way off the person, which stand out from a calm background.

    What lies near is foretold from what lies beyond; where that works well along the way, what differs is no wall.
    """
    size = max(near.shape)
    reach = 2 * max(3, round(size * STRAYS)) + 1
    around = cv2.dilate(near, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    foretold = spread(colour, 1.0 - around.astype(np.float32))
    away = greatest(np.abs(colour - foretold))
    ring = ((around > 0) & (near == 0)).astype(np.float32)
    wide = 2 * reach + 1
    usual = cv2.blur(np.minimum(away, STANDS_OUT) * ring, (wide, wide)) / np.maximum(cv2.blur(ring, (wide, wide)), 1e-3)
    stray = ((away > STANDS_OUT + 3 * usual) & (usual < CALM) & (ring > 0)).astype(np.uint8)
    grow = 2 * max(2, round(size * BAND / 2)) + 1
    return np.asarray(cv2.dilate(stray, np.ones((grow, grow), np.uint8)), np.uint8)


def _least_alpha(colour: Floats, plate: Floats) -> Floats:  # [H, W, 3], [H, W, 3] -> [H, W]
    """The least share of any colour 0..255 that turns plate into colour."""
    lighter = (colour - plate) / np.maximum(255 - plate, 1)
    darker = (plate - colour) / np.maximum(plate, 1)
    return np.asarray(greatest(np.maximum(lighter, darker)), np.float32)
