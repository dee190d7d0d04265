"""Take the frame of glasses off a face: a layer of its own, and skin where it was."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.analysis import frames
from vultus.analysis.channels import greatest
from vultus.analysis.fill import spread
from vultus.analysis.frames import FINE, Frame, Upright
from vultus.portrait import Glasses
from vultus.topology import LOWER_LIDS, UPPER_LIDS

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

SURE = 9.0  # grey levels that nearly all of a frame stands out by
CLEAR = 4.0  # times what lines beside it stand out by: skin may be full of wrinkles
WIDE, NARROW = 0.1, 0.06  # face units: width of the strips in which rims and arms are looked for
CORE = 0.012  # face units around its line, that are frame in any case
LEAST = 0.12  # of alpha: less is skin
SOLID = 0.35  # of alpha: what hangs together with the line at that, is frame
SKIRT = 0.02  # face units around that, that may be its soft edge
ARM = 0.6  # of `SURE`: how much the arms stand out, as far as they are seen
BREAK = 0.05  # face units that an arm may be out of sight
TEMPLE = 0.74  # face units to the side, where hair may begin
SLOPE = 0.25  # face units that arms run up or down at most
EYES = tuple((*upper, *lower[::-1]) for upper, lower in zip(UPPER_LIDS, LOWER_LIDS, strict=True))
BROWS = ((70, 63, 105, 66, 107, 55, 65, 52, 53, 46), (336, 296, 334, 293, 300, 276, 283, 282, 295, 285))
LASHES, HAIRS = 0.035, 0.03  # face units around an eye's opening, and around a brow
EDGE = 3  # pixels around the patch


def take_off(texture: Bytes, points: Floats) -> tuple[Bytes, Glasses | None]:  # [H, W, 3], [478, 2 | 3]
    """The texture without the frame of glasses, and the frame; as it came, and None, where none is surely seen."""
    seen = frames.upright(texture, points)
    found = frames.frame(seen)
    if not worn(found):
        return texture, None
    rims = [*(np.vstack([rim, rim[:1]]) for rim in found.rims), *([found.bridge] if len(found.bridge) > 1 else [])]
    arms = _arms(seen, found)
    size, unit = texture.shape[:2], float(np.linalg.norm(seen.to_texture[:, 0]))
    strip = np.maximum(_drawn(size, rims, seen, WIDE * unit), _drawn(size, arms, seen, NARROW * unit))
    core = _drawn(size, rims + arms, seen, 2 * CORE * unit)
    strip = strip & (1 - _inside(size, points, EYES, LASHES * unit))
    no_skin = np.maximum(_inside(size, points, EYES, LASHES * unit), _inside(size, points, BROWS, HAIRS * unit))
    return _lifted(texture, strip, core, no_skin, max(1, round(SKIRT * unit)))


def worn(found: Frame) -> bool:
    """Whether the lines found are the frame of glasses."""
    return min(found.strengths) > SURE and found.clear > CLEAR


def _arms(seen: Upright, found: Frame) -> list[Doubles]:  # each [N, 2]
    """From the outer end of each rim toward the ear, as far as something stands out."""
    ridge = np.minimum(np.maximum(*frames.ridges(seen.picture)), frames.MOST)
    arms = []
    for rim, side in zip(found.rims, (-1, 1), strict=True):
        start = rim[np.argmax(side * rim[:, 0])]
        across = np.arange(max(0.0, TEMPLE - abs(start[0])) * FINE) / FINE * side + start[0]
        if len(across) <= round(BREAK * FINE):
            continue
        down = np.linspace(start[1] - SLOPE, start[1] + SLOPE, round(2 * SLOPE * FINE))
        line, strengths = frames.line_through(ridge, across, down)
        gone = np.convolve(strengths < ARM * SURE, np.ones(round(BREAK * FINE)), "valid") >= round(BREAK * FINE)
        arms.append(line[: int(np.argmax(gone)) if gone.any() else len(line)])
    return [arm for arm in arms if len(arm) > 1]


def _lifted(
    texture: Bytes,  # [H, W, 3]
    strip: Bytes,  # [H, W] 0 | 1: where a frame may be
    core: Bytes,  # where it is in any case
    no_skin: Bytes,  # eyes and brows: nothing to fill from
    skirt: int,  # pixels around what is surely frame
) -> tuple[Bytes, Glasses]:
    """Part the texture into a frame and what is below."""
    top, bottom, left, right = _around(strip)
    colour = texture[top:bottom, left:right].astype(np.float32)
    strip, core, no_skin = (mask[top:bottom, left:right] for mask in (strip, core, no_skin))
    skin = spread(colour, 1 - np.maximum(strip, no_skin).astype(np.float32))
    tint = spread(colour, core.astype(np.float32))
    way = tint - skin
    alpha = ((colour - skin) * way).sum(-1) / np.maximum((way**2).sum(-1), 100.0)
    alpha = np.clip(alpha, 0, 1) * strip
    alpha = np.where(_joined(alpha > SOLID, core & strip, skirt) & (alpha > LEAST), alpha, 0)
    alpha = np.ceil(np.where(alpha > 0, np.maximum(alpha, _least(colour, skin)), 0) * 255) / 255
    share = alpha[..., None]
    solved = np.where(share > 0, (colour - (1 - share) * skin) / np.maximum(share, 1 / 255), tint)
    bare = texture.copy()
    bare[top:bottom, left:right] = np.rint(np.clip(np.where(share > 0, skin, colour), 0, 255)).astype(np.uint8)
    picture = np.rint(np.dstack([np.clip(solved, 0, 255), share * 255])).astype(np.uint8)
    return bare, Glasses((left, top), picture)


def _inside(
    size: tuple[int, ...],
    points: Floats,
    contours: tuple[tuple[int, ...], ...],
    reach: float,  # pixels around them
) -> Bytes:  # -> [H, W] 0 | 1
    """What lies inside contours of the face, and a little around them."""
    mask = np.zeros(size, np.uint8)
    for contour in contours:
        cv2.fillPoly(mask, [np.rint(points[list(contour), :2]).astype(np.int32)], 1)
    wide = 2 * max(1, round(reach)) + 1
    return np.asarray(cv2.dilate(mask, np.ones((wide, wide), np.uint8)), np.uint8)


def _drawn(size: tuple[int, ...], lines: list[Doubles], seen: Upright, thick: float) -> Bytes:  # -> [H, W] 0 | 1
    """The lines in the texture, so thick."""
    mask = np.zeros(size, np.uint8)
    for line in lines:
        at = line @ seen.to_texture[:, :2].T + seen.to_texture[:, 2]
        cv2.polylines(mask, [np.rint(at * 16).astype(np.int32)], False, 1, max(1, round(thick)), cv2.LINE_8, 4)
    return mask


def _around(mask: Bytes) -> tuple[int, int, int, int]:
    """Top, bottom, left, right of the box around a mask, a little wider."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    height, width = mask.shape
    first, last = max(0, rows[0] - EDGE), min(height, rows[-1] + 1 + EDGE)
    return int(first), int(last), int(max(0, columns[0] - EDGE)), int(min(width, columns[-1] + 1 + EDGE))


def _joined(solid: NDArray[np.bool_], core: Bytes, skirt: int) -> NDArray[np.bool_]:
    """What hangs together with the core, and a skirt around it."""
    _, parts = cv2.connectedComponents((solid | (core > 0)).astype(np.uint8))
    kept = np.isin(parts, np.unique(parts[core > 0])) & (parts > 0)
    return np.asarray(cv2.dilate(kept.astype(np.uint8), np.ones((2 * skirt + 1, 2 * skirt + 1), np.uint8)) > 0)


def _least(colour: Floats, below: Floats) -> Floats:  # [h, w, 3] twice -> [h, w]
    """The least share of any colour 0..255 that turns one into the other."""
    lighter = (colour - below) / np.maximum(255 - below, 1)
    darker = (below - colour) / np.maximum(below, 1)
    return np.asarray(greatest(np.maximum(lighter, darker)), np.float32)
