"""How much of each pixel lies in an opening between two curves: between lids, between lips."""

import numpy as np
from numpy.typing import NDArray

from vultus.compiled import kernel

Doubles = NDArray[np.float64]

LEAST = 0.05  # pixels that an opening is high somewhere, or it is shut


@kernel
def parted(upper: Doubles, lower: Doubles, width: int) -> tuple[int, Doubles, Doubles]:  # [N, 2], [M, 2]
    """The opening between two curves: its first column, and the y of both edges in each column.

    Where the lower edge lies above the upper one it is shut. There is no column where it is shut all along, or out of
    view.
    """
    one, other = rightward(upper), rightward(lower)
    left = max(0, int(np.floor(max(one[0, 0], other[0, 0]))))
    right = min(width - 1, int(np.ceil(min(one[-1, 0], other[-1, 0]))))
    above, below = along(one, left, right), along(other, left, right)
    if len(above) == 0 or (below - above).max() < LEAST:
        return left, above[:0], below[:0]
    return left, above, below


@kernel
def rightward(curve: Doubles) -> Doubles:  # [N, 2] -> [N, 2]
    """The points by their x; those that stand above one another as they come."""
    out = curve.copy()
    for i in range(1, len(out)):
        x, y, j = out[i, 0], out[i, 1], i
        while j > 0 and out[j - 1, 0] > x:
            out[j] = out[j - 1]
            j -= 1
        out[j, 0], out[j, 1] = x, y
    return out


@kernel
def along(curve: Doubles, left: int, right: int) -> Doubles:  # [N, 2], x rising -> [right - left + 1]
    """The y of a curve at whole x; beyond its ends theirs. Empty where `right` is not beyond `left`."""
    out = np.empty(right - left + 1 if right > left else 0)
    last = len(curve) - 1
    i = 0
    for n in range(len(out)):
        x = float(left + n)
        while i < last and curve[i + 1, 0] <= x:
            i += 1
        if x < curve[0, 0] or i == last:
            out[n] = curve[i, 1]
        else:
            slope = (curve[i + 1, 1] - curve[i, 1]) / (curve[i + 1, 0] - curve[i, 0])
            out[n] = slope * (x - curve[i, 0]) + curve[i, 1]
    return out


@kernel
def coverage(y: float, upper: float, lower: float, soft: float) -> float:
    """Share of the pixel row `y` between the edges; each edge fades over `soft` pixels, at least 1.

    The mean of two whole pixels, so that a slit narrower than one adds up to its width in every column, wherever it
    lies between the rows: a seam that runs aslant shows no beads.
    """
    aside = 0.5 * (soft - 1)
    higher = min(lower, y - aside + 0.5) - max(upper, y - aside - 0.5)
    deeper = min(lower, y + aside + 0.5) - max(upper, y + aside - 0.5)
    return 0.5 * (max(0.0, higher) + max(0.0, deeper))
