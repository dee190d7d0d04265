"""Where the frame of glasses runs in a picture: closed lines around both eyes, and one over the bridge of the nose.

Looked for in a small upright picture around the eyes, by lines that stand out from what is beside them at every
angle around each eye. Brows, lids and folds stand out too, but never all the way round.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.analysis.channels import greatest
from vultus.topology import LOWER_LIDS, OUTER_CORNERS, UPPER_LIDS

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

FINE = 120.0  # pixels a face unit
LEFT, TOP, RIGHT, BOTTOM = -0.95, -0.5, 0.95, 0.62  # of the small picture, face units from the middle of the eyes
THICK = 0.1  # face units: lines are thinner
RIM = (0.27, 0.21)  # face units: half width and height of a usual lens; its middle lies LOWER than the eye's
LOWER = 0.045
NEAREST, FARTHEST = 0.62, 1.45  # times a usual lens
ANGLES, RINGS = 96, 48
MOST = 40.0  # grey levels, more than which count no more: a dark brow makes up for no gap
MIDDLE = 0.2  # of what stands out on average around a pixel, by which lines keep to the middle of thick ones
FAINT = 0.5  # grey levels: what stands out by less is nothing
HOLDS = 0.15  # the share of a line that may be weaker than what is said of it


@dataclass(frozen=True)
class Frame:
    """The lines found, in face units from the middle of the eyes (right, down), and how much they stand out."""

    rims: tuple[Doubles, Doubles]  # [ANGLES, 2] around the eye at the picture's left, right
    bridge: Doubles  # [N, 2] from left to right
    strengths: tuple[float, float, float]  # of both rims and of the bridge, grey levels
    usual: float  # how much lines beside them stand out, grey levels

    @property
    def clear(self) -> float:
        """How many times what is usual around them all of these lines stand out."""
        return min(self.strengths) / max(self.usual, FAINT)


@dataclass(frozen=True)
class Upright:
    """A small picture of the eyes' surroundings, and the way back."""

    picture: Floats  # [h, w, 3]
    to_texture: Doubles  # [2, 3] face units around the middle of the eyes to pixels of the texture
    eyes: Doubles  # [2, 2] middles of the eyes, face units


def upright(texture: Bytes, pixels: Floats) -> Upright:  # [H, W, 3], [478, 2]
    """The surroundings of the eyes, upright and at one size."""
    corners = pixels[list(OUTER_CORNERS), :2].astype(np.float64)
    across = corners[1] - corners[0]
    matrix = np.array([[across[0], -across[1]], [across[1], across[0]]])
    to_texture = np.column_stack([matrix, corners.mean(0)])
    lids = [pixels[[*upper, *lower], :2].mean(0) for upper, lower in zip(UPPER_LIDS, LOWER_LIDS, strict=True)]
    eyes = (np.array(lids, np.float64) - to_texture[:, 2]) @ np.linalg.inv(matrix).T
    small = np.array([[1 / FINE, 0, LEFT], [0, 1 / FINE, TOP]])
    whole = np.column_stack([matrix @ small[:, :2], matrix @ small[:, 2] + to_texture[:, 2]])
    size = (round((RIGHT - LEFT) * FINE), round((BOTTOM - TOP) * FINE))
    reduced = np.hypot(*across) / FINE
    smooth = cv2.GaussianBlur(texture, (0, 0), 0.4 * reduced) if reduced > 1.2 else texture
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    picture = cv2.warpAffine(smooth, whole, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return Upright(picture.astype(np.float32), to_texture, eyes)


def ridges(picture: Floats) -> tuple[Floats, Floats]:  # [h, w, 3] -> [h, w] twice
    """How much darker, and how much lighter, than both sides each pixel's line is; grey levels, in the best channel."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (round(THICK * FINE) | 1, round(THICK * FINE) | 1))
    dark = greatest(np.asarray(cv2.morphologyEx(picture, cv2.MORPH_BLACKHAT, kernel)))
    light = greatest(np.asarray(cv2.morphologyEx(picture, cv2.MORPH_TOPHAT, kernel)))
    return np.asarray(dark, np.float32), np.asarray(light, np.float32)


def frame(seen: Upright) -> Frame:
    """The lines that look most like a frame; whether they are one is for `strengths` to say."""
    found = [_lines(np.minimum(ridge, MOST), seen.eyes) for ridge in ridges(seen.picture)]
    return max(found, key=lambda one: one.clear)


def _lines(ridge: Floats, eyes: Doubles) -> Frame:
    left, right = (_rim(ridge, eye) for eye in eyes)
    bridge, crossing = _bridge(ridge, left[0][:, 0].max(), right[0][:, 0].min(), float(eyes[:, 1].mean()))
    usual = _beside(ridge, (left[0], right[0], bridge))
    return Frame((left[0], right[0]), bridge, (left[1], right[1], crossing), usual)


def _beside(ridge: Floats, lines: tuple[Doubles, ...]) -> float:
    """What stands out elsewhere, in the median."""
    elsewhere = np.ones(ridge.shape, np.uint8)
    for line in (line for line in lines if len(line) > 1):
        at = np.rint((line - [LEFT, TOP]) * FINE).astype(np.int32)
        cv2.polylines(elsewhere, [at], False, 0, round(1.2 * THICK * FINE))
    return float(np.median(ridge[elsewhere > 0]))


def _rim(ridge: Floats, eye: Doubles) -> tuple[Doubles, float]:
    """The closed line around an eye that stands out most, and how much nearly all of it does."""
    turn = 2 * np.pi * np.arange(ANGLES) / ANGLES
    away = np.linspace(NEAREST, FARTHEST, RINGS)
    spots = np.stack(
        [
            eye[0] + RIM[0] * away * np.cos(turn)[:, None],
            eye[1] + LOWER + RIM[1] * away * np.sin(turn)[:, None],
        ],
        -1,
    )
    seen = _sampled(ridge, spots)
    inner = seen + _sampled(_middles(ridge), spots)
    way = _best_way(np.concatenate([inner] * 3))[ANGLES : 2 * ANGLES]  # what lies before and after it is itself
    line = spots[np.arange(ANGLES), way]
    return line, float(np.quantile(seen[np.arange(ANGLES), way], HOLDS))


def _bridge(ridge: Floats, left: float, right: float, height: float) -> tuple[Doubles, float]:
    """The line between both rims that stands out most."""
    if right - left < 0.02:
        return np.zeros((0, 2)), MOST  # the rims meet
    across = np.linspace(left, right, max(4, round((right - left) * FINE)))
    down = np.linspace(height - 0.2, height + 0.2, round(0.4 * FINE))
    line, strengths = line_through(ridge, across, down)
    return line, float(np.quantile(strengths, HOLDS))


def line_through(ridge: Floats, across: Doubles, down: Doubles) -> tuple[Doubles, Doubles]:  # -> [N, 2], [N]
    """The line through all of `across` that stands out most within `down`, and how much it does; face units."""
    spots = np.stack(np.meshgrid(across, down, indexing="ij"), -1)
    seen = _sampled(ridge, spots)
    way = _best_way(seen + _sampled(_middles(ridge), spots))
    return spots[np.arange(len(across)), way], seen[np.arange(len(across)), way]


def _middles(ridge: Floats) -> Floats:  # [h, w] -> [h, w]
    """A little more in the middle of a thick line than at its sides."""
    return np.asarray(MIDDLE * cv2.GaussianBlur(ridge, (0, 0), THICK * FINE / 4), np.float32)


def _sampled(ridge: Floats, spots: Doubles) -> Doubles:  # [h, w], [A, R, 2] face units -> [A, R]
    at = ((spots - [LEFT, TOP]) * FINE).astype(np.float32)
    return np.asarray(cv2.remap(ridge, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderValue=0), np.float64)


def _best_way(seen: Doubles) -> NDArray[np.intp]:  # [A, R] -> [A]
    """The row in each step such that neighbours are one row apart at most and the sum is largest."""
    total, back = seen[0].copy(), np.zeros(seen.shape, np.intp)
    for i in range(1, len(seen)):
        three = np.stack([np.r_[-np.inf, total[:-1]], total, np.r_[total[1:], -np.inf]])
        choice = np.argmax(three, axis=0)
        back[i] = np.arange(len(total)) + choice - 1
        total = np.max(three, axis=0) + seen[i]
    way = np.zeros(len(seen), np.intp)
    way[-1] = int(np.argmax(total))
    for i in range(len(seen) - 1, 0, -1):
        way[i - 1] = back[i, way[i]]
    return way
