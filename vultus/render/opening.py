"""How much of each pixel lies in an opening between two curves: between lids, between lips."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vultus.compiled import kernel

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Opening:
    """The columns an opening spans, and the height of both edges in each."""

    left: int  # first column
    upper: Doubles  # [W] y of the upper edge
    lower: Doubles  # [W] y of the lower edge; above the upper one where the opening is shut

    @property
    def top(self) -> int:
        """First row that the opening may touch."""
        return int(np.floor(self.upper.min())) - 1

    @property
    def bottom(self) -> int:
        """Last row that the opening may touch."""
        return int(np.ceil(self.lower.max())) + 1


def between(upper: Doubles, lower: Doubles, width: int) -> Opening | None:  # [N, 2], [M, 2]
    """The opening between two curves that run from left to right; None where it is shut or out of view."""
    left = max(0, int(np.floor(max(upper[:, 0].min(), lower[:, 0].min()))))
    right = min(width - 1, int(np.ceil(min(upper[:, 0].max(), lower[:, 0].max()))))
    if right <= left:
        return None
    columns = np.arange(left, right + 1, dtype=np.float64)
    edges = []
    for curve in (upper, lower):
        order = np.argsort(curve[:, 0], kind="stable")
        edges.append(np.interp(columns, curve[order, 0], curve[order, 1]))
    if (edges[1] - edges[0]).max() < 0.05:
        return None
    return Opening(left, edges[0], edges[1])


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
