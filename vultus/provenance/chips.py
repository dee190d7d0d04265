"""What chips stand out by: the numbers that a mark moves and a detector reads.

All of it looks at 8-bit luma averaged over cells, so it costs the same for every size of frame.
"""

import numpy as np
from numpy.typing import NDArray

from vultus.compiled import kernel

Floats = NDArray[np.float32]

# A chip against its neighbours: half the distance to the mean of the 3 x 3 around it, half the second difference
# both ways. Pictures vary less and less towards high frequencies, and this filter leaves out where they vary most.
CENTRE, SIDE, CORNER = np.float32(0.5 * 8 / 9 + 0.5), np.float32(0.5 / 9 + 0.25), np.float32(0.125 - 0.5 / 9)
REACH = 3  # chips to each side over which the usual size of what stands out is taken
CLIP = np.float32(0.6)  # of what is usual: who stands out more has no more of a vote, so edges do not outvote walls
LEAST = np.float32(1.2)  # levels: where less is usual, it is noise of the encoder
FINE_COUNTS = np.float32(0.5)  # of a coarse chip's vote: encoders take fine chips first
BUSY = np.float32(2.5)  # levels of what stands out finely at which both layers count the same


@kernel
def stand_out(cells: Floats, step: int, out: Floats) -> None:  # [H, W] both
    """By how much each cell stands out from those `step` away."""
    height, width = cells.shape
    for y in range(height):
        up, down = max(y - step, 0), min(y + step, height - 1)
        for x in range(width):
            left, right = max(x - step, 0), min(x + step, width - 1)
            sides = cells[up, x] + cells[down, x] + cells[y, left] + cells[y, right]
            corners = cells[up, left] + cells[up, right] + cells[down, left] + cells[down, right]
            out[y, x] = CENTRE * cells[y, x] - SIDE * sides + CORNER * corners


@kernel
def usual(differences: Floats, step: int, out: Floats) -> None:  # [H, W] both
    """The root mean power around each cell, over REACH chips of `step` cells to each side."""
    height, width = differences.shape
    reach = REACH * step
    across = np.empty((height, width), np.float32)
    for y in range(height):
        total = np.float32(0)
        for x in range(-reach, width):
            if x + reach < width:
                total += differences[y, x + reach] ** 2
            if x - reach - 1 >= 0:
                total -= differences[y, x - reach - 1] ** 2
            if x >= 0:
                across[y, x] = total / (min(x + reach, width - 1) - max(x - reach, 0) + 1)
    sums = np.zeros(width, np.float32)
    for y in range(-reach, height):
        if y + reach < height:
            sums += across[y + reach]
        if y - reach - 1 >= 0:
            sums -= across[y - reach - 1]
        if y >= 0:
            rows = min(y + reach, height - 1) - max(y - reach, 0) + 1
            for x in range(width):
                out[y, x] = np.sqrt(max(sums[x] / rows, np.float32(0)))


@kernel
def share_of_fine(usual_fine: Floats, out: Floats) -> None:  # [H, W] both
    """0 where a picture is smooth and the coarse layer counts alone, 1 where it is busy."""
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            power = usual_fine[y, x] ** 4
            out[y, x] = power / (power + BUSY**4)
