"""The skin of a lid that shuts, smoothed along it: what is drawn out of a few pixels of crease shows as streaks."""

import numpy as np
from numpy.typing import NDArray

from vultus.compiled import kernel
from vultus.render.opening import along, rightward
from vultus.topology import LID_CREASES, UPPER_LIDS

Bytes = NDArray[np.uint8]
Doubles = NDArray[np.float64]
Points = NDArray[np.int64]

REACH = 0.035  # face units to each side, over which colours are averaged where the skin is drawn out most
BEGINS, WHOLE = 1.1, 1.7  # times as high as in the picture: streaks begin to show; the average counts alone
EDGE_STAYS = 0.6  # of being drawn out, that a lid's edge is spared
LIDS = [(np.array(UPPER_LIDS[side][1:-1]), np.array(LID_CREASES[side])) for side in (0, 1)]  # edge and crease
ENDS = [(UPPER_LIDS[side][0], UPPER_LIDS[side][-1]) for side in (0, 1)]
LARGEST = 64  # pixels of averaging to each side, whatever the size of the frame


def smooth_lid(
    out: Bytes,  # [H, W, 3] the frame so far; drawn into
    side: int,  # 0 picture left, 1 picture right
    placed: Doubles,  # [V, 2]
    at_rest: Doubles,  # [V, 2] the same as the picture shows them
    unit: float,  # pixels a face unit
) -> None:
    """Average the lid's colours along it, as far as it is drawn out between its crease and its edge."""
    points, ends = LIDS[side], ENDS[side]
    _smooth(out, placed, at_rest, points[0], points[1], ends[0], ends[1], unit)


@kernel
def _smooth(
    out: Bytes, placed: Doubles, at_rest: Doubles, edge: Points, crease: Points, first: int, last: int, unit: float
) -> None:
    now, then = _height(placed, edge, crease), _height(at_rest, edge, crease)
    share = min(1.0, max(0.0, (now / max(then, 0.01 * unit) - BEGINS) / (WHOLE - BEGINS)))
    if share == 0:
        return
    # The edge of the lid runs from corner to corner; above the corners the crease comes down to them.
    low, high = _between_corners(placed, edge, first, last), _between_corners(placed, crease, first, last)
    left, right = max(0, int(np.ceil(low[0, 0]))), min(out.shape[1] - 1, int(low[-1, 0]))
    if right > left:
        upper, lower = along(high, left, right), along(low, left, right)
        _average(out, left, upper, lower, share, min(LARGEST, int(REACH * unit + 0.5)))


@kernel
def _between_corners(placed: Doubles, points: Points, first: int, last: int) -> Doubles:  # -> [N + 2, 2]
    """A curve with the eye's corners at its ends, from left to right."""
    out = np.empty((len(points) + 2, 2))
    out[0], out[-1] = placed[first], placed[last]
    for i in range(len(points)):
        out[i + 1] = placed[points[i]]
    return rightward(out)


@kernel
def _height(points: Doubles, edge: Points, crease: Points) -> float:
    """How far apart they are in the mean, without the two outermost points."""
    total = 0.0
    for i in range(1, len(edge) - 1):
        total += points[edge[i], 1] - points[crease[i], 1]
    return total / (len(edge) - 2)


@kernel
def _pressed(part: float, share: float) -> float:
    """Where on the drawn out lid a part of the way from crease to edge takes its colour from.

    Skin is drawn out, the dark line along the edge, lashes or a pen's stroke, stays about as thick as it is.
    """
    return part + EDGE_STAYS * share * (part * part * part - part)


@kernel
def _average(out: Bytes, left: int, upper: Doubles, lower: Doubles, share: float, reach: int) -> None:
    """Each pixel toward the mean of those beside it, at the same part of the way from `upper` to `lower`."""
    height, count = out.shape[0], len(upper)
    top, bottom = max(0, int(upper.min())), min(height - 1, int(lower.max()) + 1)
    before = out[top : bottom + 1, left : left + count].copy()
    for i in range(count):
        span = lower[i] - upper[i]
        if span < 1:
            continue
        for y in range(max(top, int(np.ceil(upper[i]))), min(bottom, int(lower[i])) + 1):
            way = (y - upper[i]) / span
            part = _pressed(way, share)
            red, green, blue, weight = 0.0, 0.0, 0.0, 0.0
            for j in range(max(0, i - reach), min(count, i + reach + 1)):
                at = int(upper[j] + part * (lower[j] - upper[j]) + 0.5) - top
                if 0 <= at < before.shape[0]:
                    w = 1.0 - abs(j - i) / (reach + 1)
                    red += w * before[at, j, 0]
                    green += w * before[at, j, 1]
                    blue += w * before[at, j, 2]
                    weight += w
            if weight > 0:
                mix = share * min(1.0, 4 * way, 4 * (1 - way) + 0.4)
                own = min(before.shape[0] - 1, max(0, int(upper[i] + part * span + 0.5) - top))
                out[y, left + i, 0] = int(mix * red / weight + (1 - mix) * before[own, i, 0] + 0.5)
                out[y, left + i, 1] = int(mix * green / weight + (1 - mix) * before[own, i, 1] + 0.5)
                out[y, left + i, 2] = int(mix * blue / weight + (1 - mix) * before[own, i, 2] + 0.5)
