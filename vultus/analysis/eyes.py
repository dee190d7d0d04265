"""Eyes without lids: the white with the iris painted out, and the iris apart, whole."""

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.analysis.channels import greatest
from vultus.analysis.fill import spread
from vultus.analysis.iris import SIZES, found_iris, whiteness
from vultus.lab import lab
from vultus.portrait import Eye
from vultus.topology import IRISES, LOWER_LIDS, SKIN, UPPER_LIDS

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

MARGIN = 0.45  # of the eye's width, around the opening
BALL = 0.135  # radius of the eyeball, face units: 12 mm where the outer corners are 90 mm apart
LASHES = 0.05  # of the eye's width: the upper edge of the opening is lash and shadow, no white
SEARCH = 0.16  # of the eye's width: how far past the landmarks an eye may reach
SMALLEST_SEARCHED = 24.0  # pixels of eye width
NOT_SHADOW = 0.75  # of the white's lightness: darker is lash or shadow
CONTRAST = 15.0  # in L*a*b*: less between white and skin tells nothing
MISSED = 0.09  # of the opening: so much more white outside it says that the landmarks may lie inside the eye
BESIDE = 0.04  # of the eye's width: above and below the lower lid, where both sides of its edge are seen
EDGELESS = 0.37  # of the lower lid: so much of it without an edge in the picture says that it lies in the eye
AROUND = 0.15, 0.5  # of the eye's width: who is a neighbour on a moved contour; how far the skin goes along
RINGS = np.array([0, 0.2, 0.35, 0.48, 0.6, 0.7, 0.8, 0.88])  # of the radius; beyond, the white shines through
PAST_RIM = 1.05  # where the rim is seen, its softness ends so far out
BARE = 1.25, 1.6  # of the iris's radius: white begins to show; is free of the line along the iris
CORNER = 0.32  # of the eye's width from its middle, beyond which its white lies in the shade of a corner
TIP = 0.36, 0.44  # of the eye's width from its middle: the white begins to blend into its corner; the corner itself
TINT = 0.035  # of a colour's sum: so much redder than the white of this eye is no white
RIM = 1.12  # the dark rim of an iris reaches a little past its landmarks


def eye(texture: Bytes, pixels: Floats, side: int) -> Eye:  # [H, W, 3], [478, 2], 0 | 1
    """Part the eye on one side (0 picture left, 1 picture right) into white and iris."""
    x, y, patch = _patch(texture, pixels, side)
    local = pixels - np.array([x, y], np.float32)
    height, width = patch.shape[:2]
    opening = _opening(local, side, (height, width), 0.0)
    centre, radius = _iris_circle(local, side)
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    colour = patch.astype(np.float32)
    distance = np.asarray(np.hypot(columns - centre[0], rows - centre[1]), np.float32)
    radius *= _larger(colour, opening, distance / radius)
    alpha = np.clip((RIM * radius - distance) / max(1.5, 0.12 * radius) + 0.5, 0, 1).astype(np.float32)
    white = _white(colour, local, side, distance / radius)
    lashes = LASHES * float(np.ptp(local[list(UPPER_LIDS[side]), 0]))
    seen = np.asarray(cv2.erode(_opening(local, side, (height, width), lashes), np.ones((3, 3), np.uint8)), np.float32)
    # Where white shines through the soft rim, take it out again, so that both together are the picture.
    solved = np.clip((colour - (1 - alpha[..., None]) * white) / np.maximum(alpha[..., None], 0.25), 0, 255)
    share = np.asarray(cv2.blur(seen, (3, 3)) * (alpha > 0.25), np.float32)[..., None]
    iris = share * solved + (1 - share) * _round_iris(colour, seen, distance / radius)
    packed = np.dstack([np.clip(iris, 0, 255), alpha * 255])
    painted_out = np.rint(np.clip(white, 0, 255)).astype(np.uint8)
    return Eye((x, y), painted_out, np.rint(packed).astype(np.uint8), BALL)


def with_lids_found(points: Floats, texture: Bytes) -> Floats:  # [478, 2 | 3] -> the same
    """Lids moved outward to the real edge of the eye, where the landmarks clearly lie inside it, irises to their rims.

    Eyes of drawings are larger than landmarks think: iris and white that the contour leaves out would be
    taken for skin, and show on a shut lid. The edge is found by GrabCut (Rother et al., SIGGRAPH 2004).
    Where lids are so far off, irises are as well: what lies outside their circle would stay on the white.
    """
    found = [_whole_eye(texture, points[:, :2], side) for side in (0, 1)]
    if any(mask is None for mask, _ in found):  # one eye alone is more likely shadow or make-up
        return points
    moved = points.copy()
    for side, (mask, origin) in enumerate(found):
        assert mask is not None
        local = points[:, :2] - origin
        contour = [*UPPER_LIDS[side], *LOWER_LIDS[side][-2:0:-1]]
        middle = local[contour].mean(0)
        reach = np.array([_reach(mask, middle, local[i]) for i in contour])
        reach = np.convolve(np.pad(reach, 1, mode="wrap"), [0.25, 0.5, 0.25], "valid")
        moves = (local[contour] - middle) * (reach - 1)[:, None]
        moved[:, :2] += _drawn_along(local, contour, moves)
    for side in (0, 1):
        _move_iris(moved, texture, side)
    return moved


def _move_iris(points: Floats, texture: Bytes, side: int) -> None:
    """The points of one iris onto the circle of its rim, in place, where that shows between the lids."""
    x, y, patch = _patch(texture, points[:, :2], side)
    local = points[:, :2] - np.array([x, y], np.float32)
    inside = cv2.erode(_opening(local, side, patch.shape[:2], 0.0), np.ones((3, 3), np.uint8)) > 0.5
    centre, radius = _iris_circle(local, side)
    found = found_iris(patch.astype(np.float32), inside, centre, radius)
    if found is not None:
        middle, size = found
        on = list(IRISES[side])
        points[on, :2] += middle - centre + (size / radius - 1) * (local[on] - centre)


def _drawn_along(local: Floats, contour: list[int], moves: Floats) -> Floats:  # [478, 2], [16, 2] -> [478, 2]
    """How the skin around moves with a contour that is moved: creases stay above the lids."""
    width = float(np.ptp(local[contour, 0]))
    distance = np.linalg.norm(local[:, None] - local[contour][None], axis=-1)
    share = np.exp(-((distance / (AROUND[0] * width)) ** 2)) + 1e-12
    fade = np.exp(-((distance.min(1) / (AROUND[1] * width)) ** 2))
    field = (share @ moves) / share.sum(1, keepdims=True) * fade[:, None]
    field[contour] = moves
    field[SKIN:] = 0  # irises are where they are
    return np.asarray(field, np.float32)


def _whole_eye(texture: Bytes, pixels: Floats, side: int) -> tuple[Bytes | None, Floats]:
    """(mask [h, w], first pixel) of an eye that is clearly larger than its landmarks say; else (None, ...)."""
    x, y, patch = _patch(texture, pixels, side)
    origin = np.array([x, y], np.float32)
    local = pixels - origin
    opening = (_opening(local, side, patch.shape[:2], 0.0) > 0.5).astype(np.uint8)
    if np.ptp(local[list(UPPER_LIDS[side]), 0]) < SMALLEST_SEARCHED or not opening.any():
        return None, origin
    grown = _grown(patch, opening, SEARCH * float(np.ptp(local[list(UPPER_LIDS[side]), 0])))
    colour = lab(patch)
    centre, radius = _iris_circle(local, side)
    rows, columns = np.mgrid[: patch.shape[0], : patch.shape[1]]
    clear = (opening > 0) & (np.hypot(columns - centre[0], rows - centre[1]) > 1.2 * radius)
    around = cv2.dilate(opening, np.ones((15, 15), np.uint8)) == 0
    if clear.sum() < 5 or not around.any():
        return None, origin
    white = np.quantile(colour[clear], 0.75, axis=0)
    skin = np.median(colour[around], axis=0)
    like_white = np.linalg.norm(colour - white, axis=-1) < np.linalg.norm(colour - skin, axis=-1)
    missed = (grown > 0) & (opening == 0) & like_white & (colour[..., 0] > NOT_SHADOW * white[0])
    told_apart = np.linalg.norm(white - skin) > CONTRAST
    inside_eye = missed.sum() > MISSED * opening.sum() and _edgeless(colour, grown, local, side, skin) > EDGELESS
    return (grown if told_apart and inside_eye else None), origin


def _edgeless(colour: NDArray[np.float64], grown: Bytes, local: Floats, side: int, skin: NDArray[np.float64]) -> float:
    """Share of the lower lid along which it looks alike on both sides, and unlike skin.

    Powder and shade beside an eye are pale enough to be taken for its white; the edge of the lid tells them from it.
    """
    lid = local[list(LOWER_LIDS[side])]
    along = np.linspace(1, len(lid) - 2, 5 * len(lid))
    x, y = (np.interp(along, np.arange(len(lid)), lid[:, c]).astype(np.float32)[None] for c in (0, 1))
    beside = np.float32(BESIDE * np.ptp(local[list(UPPER_LIDS[side]), 0]))
    smooth = cv2.blur(colour.astype(np.float32), (3, 3))
    above, below = (cv2.remap(smooth, x, y + way, cv2.INTER_LINEAR)[0] for way in (-beside, beside))
    eye_there = cv2.remap(grown.astype(np.float32), x, y + beside, cv2.INTER_LINEAR)[0] > 0.5
    alike = np.linalg.norm(below - above, axis=-1) < 0.5 * np.linalg.norm(below - skin, axis=-1)
    return float((alike & eye_there).mean())


def _grown(patch: Bytes, opening: Bytes, reach: float) -> Bytes:
    """The opening [h, w] 0 | 1, grown to the edge of what looks like it, at most `reach` pixels or so."""
    size = 4 * round(reach / 2) + 3
    around = cv2.dilate(opening, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
    mask = np.where(opening > 0, cv2.GC_FGD, np.where(around > 0, cv2.GC_PR_BGD, cv2.GC_BGD)).astype(np.uint8)
    cv2.setRNGSeed(0)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(np.ascontiguousarray(patch), mask, (0, 0, 1, 1), *models, 4, cv2.GC_INIT_WITH_MASK)
    grown = ((mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD)).astype(np.uint8)
    grown = cv2.morphologyEx(grown, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)).astype(np.uint8)
    _, labels = cv2.connectedComponents(np.maximum(grown, opening))
    return np.asarray(labels == labels[opening > 0].max(), np.uint8)


def _reach(mask: Bytes, middle: Floats, point: Floats) -> float:
    """How many times farther than `point` the mask reaches from `middle`, 1 .. 1.6."""
    factors = np.linspace(1.0, 1.6, 31)
    walk = np.rint(middle + factors[:, None] * (point - middle)).astype(int)
    x, y = np.clip(walk[:, 0], 0, mask.shape[1] - 1), np.clip(walk[:, 1], 0, mask.shape[0] - 1)
    out = np.flatnonzero(mask[y, x] == 0)
    return float(factors[out[0]] if len(out) else factors[-1])


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


def _white(colour: Floats, local: Floats, side: int, ring: Floats) -> Floats:
    """The white spread over the whole patch, from where it shows clear of lashes and iris.

    `ring` is the distance from the middle of the iris, in its radii.
    """
    lids = local[list(UPPER_LIDS[side])]
    left, width = float(lids[:, 0].min()), float(np.ptp(lids[:, 0]))
    clear = _opening(local, side, colour.shape[:2], LASHES * width)
    clear = np.asarray(cv2.erode(clear, np.ones((3, 3), np.uint8)) * (ring > BARE[0]), np.float32)
    light = greatest(colour)
    aside = np.abs((np.arange(colour.shape[1]) - left) / max(width, 1.0) - 0.5)
    if clear.sum() >= 12:  # lashes that reach into the opening are no white, but a corner lies in shade
        clear *= (light > 0.65 * np.quantile(light[clear > 0], 0.8)) | (aside > CORNER)
    if clear.sum() < 12:  # an eye that shows next to no white: borrow the brightest of what shows
        inside = _opening(local, side, colour.shape[:2], 0.0) > 0.5
        brightness = colour.sum(-1)
        clear = np.asarray(inside & (brightness >= np.quantile(brightness[inside], 0.85)), np.float32)
        return spread(colour, clear)
    behind = spread(colour, clear * _like_white(colour, clear, light))
    # Its own light line along the iris would stay as a ring where the iris was: it fades in beyond.
    own = np.asarray(clear * np.clip((ring - BARE[0]) / (BARE[1] - BARE[0]), 0, 1), np.float32)
    # The very corners look as they do, red or in shade, and what lies between blends over to them.
    opening = _opening(local, side, colour.shape[:2], 0.0)
    tips = np.asarray((opening > 0) & (aside > TIP[1]), np.float32)
    near = spread(colour, np.maximum(clear, tips))
    share = np.maximum(np.clip((ring - BARE[1]) / 0.5, 0, 1), np.clip((aside - TIP[0]) / (TIP[1] - TIP[0]), 0, 1))
    share = np.asarray(share, np.float32)[..., None]
    filled = share * near + (1 - share) * behind
    return np.asarray(own[..., None] * colour + (1 - own[..., None]) * filled, np.float32)


def _like_white(colour: Floats, clear: Floats, light: Floats) -> Floats:  # [h, w, 3], [h, w], [h, w] -> [h, w]
    """1 where what shows is as pale as the best white of this eye: an iris hides no red corner and no reflection."""
    shown = clear > 0
    best = shown & (light >= np.quantile(light[shown], 0.6))
    tint = colour / np.maximum(colour.sum(-1, keepdims=True), 1.0)
    away = np.abs(tint - np.median(tint[best], axis=0)).max(-1)
    pale = np.asarray(shown & (away < TINT), np.float32)
    return pale if pale.sum() >= 12 else clear


def _larger(colour: Floats, opening: Floats, ring: Floats) -> float:  # [h, w, 3], [h, w], [h, w] -> factor
    """How much larger or smaller the iris is than its landmarks, where its rim can be told from the white."""
    inside = cv2.erode(opening, np.ones((3, 3), np.uint8)) > 0.5
    white = whiteness(colour, inside, ring)
    if white is None:
        return 1.0
    for factor in np.linspace(SIZES[0], SIZES[1], 31):
        on_ring = inside & (np.abs(ring - factor) < 0.05)
        if on_ring.sum() >= 4 and np.median(white[on_ring]) > 0.5:
            return float(factor) * PAST_RIM / RIM
    return 1.0


def _round_iris(colour: Floats, seen: Floats, ring: Floats) -> Floats:  # [h, w, 3], [h, w], [h, w] -> [h, w, 3]
    """The whole iris, round as irises are: each ring in the middle colour of what of it is seen."""
    profile = np.zeros((len(RINGS) - 1, 3))
    known = np.zeros(len(profile), bool)
    for i, (inner, outer) in enumerate(pairwise(RINGS)):
        on_ring = (seen > 0.5) & (ring >= inner) & (ring < outer)
        known[i] = on_ring.sum() >= 3
        if known[i]:
            profile[i] = np.median(colour[on_ring], axis=0)
    middles = (RINGS[:-1] + RINGS[1:]) / 2
    if not known.any():
        return colour
    flat = ring.ravel()
    painted = [np.interp(flat, middles[known], profile[known, c]).reshape(ring.shape) for c in range(3)]
    return np.asarray(np.dstack(painted), np.float32)
