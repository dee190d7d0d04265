"""A frame's luma, averaged over 128 x 128 cells: all that a mark looks at before it is written."""

import numpy as np
from numpy.typing import NDArray

from vultus.compiled import kernel
from vultus.provenance.pattern import FINE
from vultus.provenance.steps import AT_ONCE, add_up

Bytes = NDArray[np.uint8]
Shorts = NDArray[np.uint16]
Floats = NDArray[np.float32]

RED, GREEN, BLUE = np.float32(0.299), np.float32(0.587), np.float32(0.114)  # Rec. ITU-R BT.601
AT_MOST = 257  # rows whose bytes are added up in 16 bits


@kernel
def average(rows: Bytes, channels: int, cells: Floats) -> None:  # [H, W * channels], [FINE, FINE]
    """The mean luma of each cell of a frame with 3 or 4 channels and at least FINE pixels a side.

    Whole rows are added up first, then colours, then neighbours by twos as long as cells allow: each is done for many
    numbers at once.
    """
    height, length = rows.shape
    width = length // channels
    sums, colours = np.empty(length, np.uint16), np.empty(length, np.float32)
    luma, other = np.empty(width, np.float32), np.empty(width, np.float32)
    for row in range(FINE):
        top, bottom = row * height // FINE, (row + 1) * height // FINE
        colours[:] = 0
        for first in range(top, bottom, AT_MOST):
            _added(rows, first, min(first + AT_MOST, bottom), sums)
            for i in range(length):
                colours[i] += np.float32(sums[i])
        _grey(colours, channels, luma)
        now, then, count = luma, other, width
        while count % (2 * FINE) == 0:
            count //= 2
            _halved(now, then, count)
            now, then = then, now
        _cut(now, count, cells[row])
        cells[row] /= np.float32((bottom - top) * (width // count))


@kernel
def _cut(luma: Floats, count: int, cells: Floats) -> None:  # [>= count], .., [FINE] written
    """The mean of each of FINE pieces of a line, of one number each or of more that do not go into two."""
    if count == FINE:
        cells[:] = luma[:FINE]
        return
    for column in range(FINE):
        left, right = column * count // FINE, (column + 1) * count // FINE
        total = luma[left]
        for x in range(left + 1, right):
            total += luma[x]
        cells[column] = total / np.float32(right - left)


@kernel
def _added(rows: Bytes, top: int, bottom: int, sums: Shorts) -> None:  # [H, L], .., [L] written
    length = rows.shape[1]
    sums[:] = 0
    for y in range(top, bottom):
        for i in range(0, length - AT_ONCE + 1, AT_ONCE):
            add_up(rows, y * length + i, sums, i)
        for i in range(length // AT_ONCE * AT_ONCE, length):
            sums[i] += rows[y, i]


@kernel
def _grey(colours: Floats, channels: int, luma: Floats) -> None:  # [W * channels], .., [W] written
    if channels == 3:  # told apart since steps of a known size can be taken many at once
        for x in range(len(luma)):
            luma[x] = RED * colours[3 * x] + GREEN * colours[3 * x + 1] + BLUE * colours[3 * x + 2]
    else:
        for x in range(len(luma)):
            luma[x] = RED * colours[4 * x] + GREEN * colours[4 * x + 1] + BLUE * colours[4 * x + 2]


@kernel
def _halved(wide: Floats, narrow: Floats, count: int) -> None:  # [>= 2 count], [>= count] written
    for x in range(count):
        narrow[x] = wide[2 * x] + wide[2 * x + 1]
