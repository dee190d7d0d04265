"""What chips stand out by: the numbers that a mark moves and a detector reads.

All of it looks at 8-bit luma averaged over cells, so it costs the same for every size of frame.
"""

import numpy as np
from numpy.typing import NDArray

from vultus.compiled import inlined, kernel

Floats = NDArray[np.float32]

# A chip against its neighbours: half the distance to the mean of the 3 x 3 around it, half the second difference
# both ways. Pictures vary less and less towards high frequencies, and this filter leaves out where they vary most.
CENTRE, SIDE, CORNER = np.float32(0.5 * 8 / 9 + 0.5), np.float32(0.5 / 9 + 0.25), np.float32(0.125 - 0.5 / 9)
REACH = 3  # chips to each side over which the usual size of what stands out is taken
CLIP = np.float32(0.6)  # of what is usual: who stands out more has no more of a vote, so edges do not outvote walls
LEAST = np.float32(1.2)  # levels: where less is usual, it is noise of the encoder
BUSY = np.float32(2.5)  # levels of what stands out finely at which both layers are written alike
# How much a vote counts, after what was left of marks at crf 33, where it matters (docs/log.md): a coarse chip the
# less, the more stands out around it; a fine one, which encoders take first, by how much was written there.
SMOOTH = np.float32(0.7)  # levels of what stands out coarsely at which a coarse chip counts half
FINE_COUNTS = np.float32(0.2)
ROUGH = np.float32(5.0)  # levels of what stands out finely from which on a fine chip counts less


@kernel
def stand_out(cells: Floats, step: int, out: Floats) -> None:  # [H, W] both
    """By how much each cell stands out from those `step` away."""
    height, width = cells.shape
    for y in range(height):
        up, down = max(y - step, 0), min(y + step, height - 1)
        for x in range(min(step, width)):
            out[y, x] = _against(cells, up, y, down, max(x - step, 0), x, min(x + step, width - 1))
        above, row, below = cells[up], cells[y], cells[down]
        _between(above, above[step:], above[2 * step :], row, row[step:], row[2 * step :],
                 below, below[step:], below[2 * step :], out[y, step:], width - 2 * step)  # fmt: skip
        for x in range(max(width - step, step), width):
            out[y, x] = _against(cells, up, y, down, max(x - step, 0), x, min(x + step, width - 1))


@inlined
def _against(cells: Floats, up: int, y: int, down: int, left: int, x: int, right: int) -> np.float32:
    sides = cells[up, x] + cells[down, x] + cells[y, left] + cells[y, right]
    corners = cells[up, left] + cells[up, right] + cells[down, left] + cells[down, right]
    return np.float32(CENTRE * cells[y, x] - SIDE * sides + CORNER * corners)


@inlined
def _between(
    above: Floats,  # [W] each: the lines above, of the cells and below, whose left, own and right neighbours begin
    above_own: Floats,
    above_right: Floats,
    row: Floats,
    own: Floats,
    right: Floats,
    below: Floats,
    below_own: Floats,
    below_right: Floats,
    out: Floats,
    count: int,
) -> None:
    """The cells of a line that have neighbours on both sides: many at once, since no place is computed."""
    for x in range(count):
        sides = above_own[x] + below_own[x] + row[x] + right[x]
        corners = above[x] + above_right[x] + below[x] + below_right[x]
        out[x] = np.float32(CENTRE * own[x] - SIDE * sides + CORNER * corners)


@kernel
def usual(differences: Floats, step: int, out: Floats) -> None:  # [H, W] both
    """The root mean power around each cell, over REACH chips of `step` cells to each side."""
    height, width = differences.shape
    reach = REACH * step
    across = np.empty((height, width), np.float32)
    squares = np.zeros(width + 2 * reach, np.float32)  # of a row, and nothing beyond its ends
    share = np.empty(width, np.float32)
    for x in range(width):
        share[x] = np.float32(1) / np.float32(_within(x, reach, width))
    for y in range(height):
        row, own = across[y], squares[reach:]
        row[:] = 0
        for x in range(width):
            own[x] = differences[y, x] * differences[y, x]
        for k in range(2 * reach + 1):
            _add_from(squares[k:], row)
        for x in range(width):
            row[x] *= share[x]
    sums = np.zeros(width, np.float32)
    for y in range(-reach, height):
        if y + reach < height:
            sums += across[y + reach]
        if y - reach - 1 >= 0:
            sums -= across[y - reach - 1]
        if y >= 0:
            part = np.float32(1) / np.float32(_within(y, reach, height))
            for x in range(width):
                out[y, x] = np.sqrt(max(sums[x] * part, np.float32(0)))


@inlined
def _within(place: int, reach: int, length: int) -> int:
    """How many of the places up to `reach` away there are."""
    return min(place + reach, length - 1) - max(place - reach, 0) + 1


@kernel
def _add_from(values: Floats, sums: Floats) -> None:  # [>= W], [W] added to
    for x in range(len(sums)):
        sums[x] += values[x]


@kernel
def share_of_fine(usual_fine: Floats, out: Floats) -> None:  # [H, W] both
    """0 where a picture is smooth and the coarse layer is written alone, 1 where it is busy."""
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            square = usual_fine[y, x] * usual_fine[y, x]
            out[y, x] = square * square / (square * square + BUSY * BUSY * BUSY * BUSY)


@kernel
def count_coarse(usual_coarse: Floats, out: Floats) -> None:  # [H, W] both
    """How much the vote of a coarse chip counts."""
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            rough = usual_coarse[y, x] / SMOOTH
            out[y, x] = np.float32(1) / (np.float32(1) + rough * rough)


@kernel
def count_fine(usual_fine: Floats, share: Floats, out: Floats) -> None:  # [H, W] each
    """How much the vote of a fine chip counts."""
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            rough = usual_fine[y, x] / ROUGH
            out[y, x] = FINE_COUNTS * share[y, x] / np.sqrt(np.float32(1) + rough * rough)
