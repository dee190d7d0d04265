"""Folds that skin makes and a warped picture lacks: beside the mouth, on the forehead, between brows, at the eyes.

Each is a soft dark line along points of the mesh with a light ridge on one side, as strong as the weights that make
it go beyond what the picture itself shows. Subtle on purpose: a fold is felt more than seen.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.compiled import kernel
from vultus.face import EXPRESSIONS, E
from vultus.portrait import Portrait
from vultus.render.place import head

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

LEAST = 0.03  # of a fold's strength, below which it is not drawn
CHEEKS = (50, 280, 205, 425, 206, 426)
ROUGH, SMOOTHEST = 0.025, 0.4  # grain of skin, over its light, that folds wholly; the least that any skin folds
RIDGE = 0.4  # how light the ridge is against the line
WARM = np.array([0.8, 1.0, 1.08])  # of the light lost in a fold: less red than the rest, as skin shades


@dataclass(frozen=True)
class Fold:
    """One fold: where it runs, what makes it, how wide and dark it is."""

    points: tuple[tuple[int, int, float], ...]  # each so far on the way from one skin point to another
    makers: dict[str, float]  # weights, and how much of the fold each makes at 1
    width: float  # face units
    depth: float  # light lost in its middle when it is whole
    ridge: int  # 1 on the right of its way as the picture shows it, -1 on the left, 0 none


def _beside_mouth(side: str, points: tuple[int, ...], ridge: int) -> Fold:
    makers = {f"mouthSmile{side}": 0.8, f"noseSneer{side}": 0.6, f"cheekSquint{side}": 0.35}
    makers |= {f"mouthUpperUp{side}": 0.3, f"mouthDimple{side}": 0.25}
    return Fold(tuple((point, point, 0.0) for point in points), makers, 0.022, 0.14, ridge)


FOREHEAD = ((104, 69, 108, 151, 337, 299, 333), (103, 67, 109, 10, 338, 297, 332))  # two rows of points, upward


def _across_forehead(share: float) -> Fold:
    """A line `share` of the way from the lower row up to the hair."""
    makers = {"browInnerUp": 0.6, "browOuterUpLeft": 0.3, "browOuterUpRight": 0.3}
    return Fold(tuple((low, high, share) for low, high in zip(*FOREHEAD, strict=True)), makers, 0.017, 0.08, 1)


def _between_brows(side: str, upper: int, lower: int) -> Fold:
    points = ((9, upper, 0.45), (8, lower, 0.5), (168, lower, 0.45))
    return Fold(points, {f"browDown{side}": 0.9, f"noseSneer{side}": 0.3}, 0.016, 0.12, 0)


def _at_eye(side: str, corner: int, end: int) -> Fold:
    makers = {f"cheekSquint{side}": 0.6, f"eyeSquint{side}": 0.4, f"mouthSmile{side}": 0.25}
    return Fold(((corner, end, 0.3), (corner, end, 0.6), (corner, end, 0.95)), makers, 0.012, 0.1, 0)


FOLDS = (  # the person's right is at the picture's left
    _beside_mouth("Right", (203, 206, 216, 212), 1),
    _beside_mouth("Left", (423, 426, 436, 432), -1),
    *(_across_forehead(share) for share in (0.0, 0.4)),
    _between_brows("Right", 107, 55),
    _between_brows("Left", 336, 285),
    *(_at_eye("Right", 33, end) for end in (156, 143, 116)),
    *(_at_eye("Left", 263, end) for end in (383, 372, 345)),
)
MAKERS = np.array([[fold.makers.get(name, 0.0) for name in EXPRESSIONS] for fold in FOLDS])
# The same for the kernel: from and to which point each point of all folds lies, how far on the way, and where each fold
# begins among them; the width, the depth and the ridge of each.
ENDS = np.array([point[:2] for fold in FOLDS for point in fold.points], np.int32)
WAYS = np.array([point[2] for fold in FOLDS for point in fold.points])
BEGINS = np.cumsum([0, *(len(fold.points) for fold in FOLDS)]).astype(np.int32)
KINDS = np.array([[fold.width, fold.depth, fold.ridge] for fold in FOLDS])


def folded(portrait: Portrait) -> float:
    """How deep this skin folds, SMOOTHEST..1, by the grain of its cheeks: on smooth skin a fold looks like a smudge."""
    unit = portrait.camera.focal / portrait.camera.distance
    places, _ = head(portrait.camera, portrait.shape[list(CHEEKS)].astype(np.float64), portrait.rest)
    light = portrait.fore[..., :3].mean(-1, dtype=np.float32)
    fine = light - cv2.GaussianBlur(light, (0, 0), max(1.0, 0.03 * unit))
    reach, grain = max(2, int(0.06 * unit)), []
    for x, y in np.rint(places).astype(int):
        spot = np.s_[max(0, y - reach) : y + reach, max(0, x - reach) : x + reach]
        if light[spot].size:
            grain.append(float(fine[spot].std() / max(float(light[spot].mean()), 1.0)))
    return float(np.clip(np.median(grain) / ROUGH, SMOOTHEST, 1)) if grain else 1.0


def draw_folds(
    out: Bytes,  # [H, W, 3] the frame so far; drawn into
    placed: Doubles,  # [V, 2]
    row: Floats,  # [D]
    rest: Floats,  # [D] of the picture, whose own folds are there already
    unit: float,  # pixels a face unit
    share: float,  # see `folded`
) -> None:
    """Shade the folds that this row makes beyond those of the picture."""
    strengths = np.clip(MAKERS @ (row[:E].astype(np.float64) - rest[:E]), 0, 1)
    _draw(out, placed, strengths, unit, share, (ENDS, WAYS, BEGINS, KINDS), WARM)


@kernel
def _draw(
    out: Bytes,
    placed: Doubles,
    strengths: Doubles,  # [folds]
    unit: float,
    share: float,
    folds: tuple[NDArray[np.int32], Doubles, NDArray[np.int32], Doubles],  # see ENDS
    warm: Doubles,
) -> None:
    ends, ways, begins, kinds = folds
    for fold in range(len(strengths)):
        if strengths[fold] < LEAST:
            continue
        first, count = begins[fold], begins[fold + 1] - begins[fold]
        way = np.empty((count, 2))
        for i in range(count):
            on, (a, b) = ways[first + i], ends[first + i]
            for c in range(2):
                way[i, c] = (1 - on) * placed[a, c] + on * placed[b, c]
        width, depth, ridge = kinds[fold]
        _shade(out, way, width * unit, share * depth * (strengths[fold] - LEAST), ridge, warm)


@kernel
def _shade(out: Bytes, way: Doubles, width: float, depth: float, ridge: float, warm: Doubles) -> None:
    """Darken around a chain of points [N, 2], fading toward both of its ends."""
    height, columns = out.shape[:2]
    reach = (4 if ridge != 0 else 2.2) * width  # beyond it no fold is dark enough to change a byte
    left, right = max(0, int(way[:, 0].min() - reach)), min(columns - 1, int(way[:, 0].max() + reach) + 1)
    top, bottom = max(0, int(way[:, 1].min() - reach)), min(height - 1, int(way[:, 1].max() + reach) + 1)
    last = len(way) - 1
    for y in range(top, bottom + 1):
        for x in range(left, right + 1):
            nearest, along, beside = reach * reach, 0.0, 0.0
            for i in range(last):
                if x < min(way[i, 0], way[i + 1, 0]) - reach or x > max(way[i, 0], way[i + 1, 0]) + reach:
                    continue
                ex, ey = way[i + 1, 0] - way[i, 0], way[i + 1, 1] - way[i, 1]
                length = max(ex * ex + ey * ey, 1e-9)
                t = ((x - way[i, 0]) * ex + (y - way[i, 1]) * ey) / length
                t = min(1.0, max(0.0, t))
                dx, dy = x - way[i, 0] - t * ex, y - way[i, 1] - t * ey
                away = dx * dx + dy * dy
                if away < nearest:
                    nearest, along = away, (i + t) / last
                    beside = (ex * dy - ey * dx) / np.sqrt(length)
            if nearest >= reach * reach:
                continue
            fade = 1 - (2 * along - 1) ** 4
            fade *= min(1.0, max(0.0, along / 0.15)) * min(1.0, max(0.0, (1 - along) / 0.15))
            dark = np.exp(-nearest / (width * width))
            if ridge != 0:
                off = (ridge * beside - 2 * width) / (1.4 * width)
                dark -= RIDGE * np.exp(-off * off)
            for c in range(3):
                value = out[y, x, c] * (1 - depth * fade * dark * warm[c])
                out[y, x, c] = np.uint8(min(max(value + 0.5, 0.0), 255.0))
