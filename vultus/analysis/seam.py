"""Where closed lips really meet: the dark line between them, which landmarks miss by a pixel or two.

What of that line lies on the wrong side of the landmarks goes up or down with the other lip: an open mouth then has a
torn dark rim and a shred of the lower lip on the upper one.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.analysis.channels import least
from vultus.topology import LOWER_LIP, OUTER_LOWER_LIP, OUTER_UPPER_LIP, UPPER_LIP

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

REACH = 0.035  # face units above and below the landmarks' line, in which the dark one is looked for
STEPS = 29  # places across, an odd number
BETWEEN = 6  # places along, for each inner lip point
BEND = 0.25  # of the line's depth: what a step of one place costs, from one place along to the next
MIDDLE = 0.15  # of the line's depth: what the end of the reach costs against the landmarks' own place
THICK = 5  # places to each side of the darkest, over which a line's own middle is taken
DEEP = 12.0  # grey levels darker than both sides: less is no line to go by
CLOSED = 0.015  # face units: lips whose landmarks stand farther apart may show teeth, whose shadow is no seam
KEPT = 0.6  # of the places along must show it


def with_seam_found(points: Floats, texture: Bytes, unit: float) -> Floats:  # [478, 2 | 3], [H, W, 3] -> the same
    """Inner lips of a closed mouth on the dark line between them; as they were where no line can be told.

    `unit` is a face unit in pixels.
    """
    upper, lower = list(UPPER_LIP), list(LOWER_LIP)
    if np.linalg.norm(points[upper, :2] - points[lower, :2], axis=1)[3:8].mean() > CLOSED * unit:
        return points
    seam = (points[upper, :2] + points[lower, :2]) / 2
    across = points[list(OUTER_LOWER_LIP), :2].mean(0) - points[list(OUTER_UPPER_LIP), :2].mean(0)
    across = across / max(float(np.linalg.norm(across)), 1e-6)
    count = BETWEEN * (len(seam) - 1) + 1
    along = np.linspace(0, len(seam) - 1, count)
    line = np.stack([np.interp(along, np.arange(len(seam)), seam[:, c]) for c in (0, 1)], -1)
    offsets = np.linspace(-REACH, REACH, STEPS) * unit
    places = (line[:, None] + offsets[:, None] * across).astype(np.float32)
    sampled = cv2.remap(least(texture).astype(np.float32), places[..., 0], places[..., 1], cv2.INTER_LINEAR)
    dark = np.asarray(cv2.GaussianBlur(sampled, (1, 5), 1.5), np.float32)  # along, not across
    steps = _darkest_way(dark)
    beside = np.minimum(_side(dark, steps, -1), _side(dark, steps, 1)) - dark[np.arange(count), steps]
    if (beside[BETWEEN:-BETWEEN] > DEEP).mean() < KEPT:
        return points
    inside = np.abs(np.arange(STEPS)[None] - steps[:, None]) <= THICK
    share = inside * np.maximum(dark[np.arange(count), steps] + 0.5 * beside - dark.T, 1e-3).T
    centred = (share @ offsets) / share.sum(1)
    way = cv2.GaussianBlur(centred.astype(np.float32)[None], (2 * BETWEEN + 1, 1), BETWEEN / 2)[0]
    way *= np.clip(np.minimum(along, along[::-1]), 0, 1)  # the corners stay
    moved = points.copy()
    at = seam + (way[::BETWEEN, None] * across).astype(np.float32)
    moved[upper, :2], moved[lower, :2] = at, at
    return moved


def _darkest_way(dark: Floats) -> NDArray[np.int64]:  # [N, STEPS] -> [N]
    """The darkest places along, that do not jump: dynamic programming."""
    scale = float(np.median(np.ptp(dark, axis=1))) + 1e-6
    middle = MIDDLE * np.abs(np.linspace(-1, 1, dark.shape[1]))
    cost = (dark - dark.min(1, keepdims=True)) / scale + middle
    jump = BEND * np.abs(np.subtract.outer(np.arange(dark.shape[1]), np.arange(dark.shape[1])))
    total, came = cost[0], []
    for here in cost[1:]:
        ways = total[:, None] + jump
        came.append(ways.argmin(0))
        total = ways.min(0) + here
    steps = [int(total.argmin())]
    for back in reversed(came):
        steps.append(int(back[steps[-1]]))
    return np.array(steps[::-1])


def _side(dark: Floats, steps: NDArray[np.int64], way: int) -> Floats:  # -> [N]
    """The lightest that lies on one side of the line."""
    column = np.arange(dark.shape[1])[None]
    beyond = column <= steps[:, None] if way < 0 else column >= steps[:, None]
    return np.asarray(np.where(beyond, dark, -np.inf).max(1), np.float32)
