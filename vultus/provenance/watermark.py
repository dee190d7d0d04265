"""The mark in the pixels of a frame: at most two grey levels, set where they are needed and seen least.

Informed spread spectrum after Malvar and Florencio, "Improved spread spectrum", IEEE Trans. Signal Processing
51(4), 2003: how strongly a sign is written depends on what the frame says already. What is written depends on
the number and the frame alone: the same frame and number give the same bytes.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.compiled import kernel
from vultus.provenance.chips import CLIP, FINE_COUNTS, LEAST, share_of_fine, stand_out, usual
from vultus.provenance.code import SCHEME_BITS, SIGNS, encode
from vultus.provenance.pattern import COARSE, FINE, TILE, layer

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Whole = NDArray[np.int64]
Levels = NDArray[np.int8]

TARGET = np.float32(0.48)  # wanted of each sign: the correlation of its chips with what stands out
MOST = np.float32(1.18)  # levels: at most 46 dB below full scale, at two levels in 18 of 100 chips, one in the others
LIGHT = np.float32(0.65)  # levels: the same where the frame is smooth, and the eye would see more
STEP = np.float32(3.0)  # levels more for a correlation that is missing
ROUNDS = 4  # of trying strengths; what stands out mixes what is written with its neighbours
CHIPS = COARSE * COARSE // TILE**2  # coarse chips of a sign; the signs of the scheme have twice as many
LUMA = np.array([[0.299, 0.587, 0.114]], np.float32)


class Marker:
    """Writes one number into frames. A frame under 128 pixels a side carries the coarse layer alone."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._signs = encode(number)
        coarse, fine = layer(COARSE), layer(FINE)
        self._coarse = (coarse.flips, coarse.owner, coarse.order)
        self._fine = (fine.flips, fine.owner, fine.order)

    def mark(self, frame: Bytes) -> None:  # [H, W, 3 | 4] RGB, changed in place
        """Write the number into a frame; a fourth channel is left as it is."""
        rows, with_fine = frame.reshape(frame.shape[0], -1), min(frame.shape[:2]) >= FINE
        cells = np.empty((FINE, FINE), np.float32)
        if with_fine:
            _average(rows, frame.shape[2], cells)
        else:
            cells[:] = cv2.resize(cv2.transform(frame[..., :3], LUMA), (FINE, FINE), interpolation=cv2.INTER_LINEAR)
        levels = np.empty((FINE, FINE), np.int8)
        _choose(cells, self._signs, self._coarse, self._fine, with_fine, levels)
        _add(rows, frame.shape[2], levels)


@kernel
def _average(rows: Bytes, channels: int, cells: Floats) -> None:  # [H, W * channels], [FINE, FINE]
    """Luma (ITU-R BT.601) averaged over each cell: whole rows are added up first, which is what processors like."""
    height, width = rows.shape[0], rows.shape[1] // channels
    sums = np.empty(rows.shape[1], np.int32)
    for row in range(FINE):
        top, bottom = row * height // FINE, (row + 1) * height // FINE
        sums[:] = 0
        for y in range(top, bottom):
            for i in range(rows.shape[1]):
                sums[i] += rows[y, i]
        for column in range(FINE):
            left, right = column * width // FINE, (column + 1) * width // FINE
            total = np.int64(0)
            for x in range(left * channels, right * channels, channels):
                total += 77 * sums[x] + 150 * sums[x + 1] + 29 * sums[x + 2]
            cells[row, column] = np.float32(total) / np.float32(256 * (bottom - top) * (right - left))


@kernel
def _choose(
    cells: Floats,  # [FINE, FINE]
    signs: Floats,  # [SIGNS]
    coarse: tuple[Floats, Whole, Floats],  # flips, owner, order
    fine: tuple[Floats, Whole, Floats],
    with_fine: bool,
    levels: Levels,  # [FINE, FINE], written
) -> None:
    """How many levels each cell goes up or down."""
    small = np.empty((COARSE, COARSE), np.float32)
    _halve(cells, small)
    out_fine, out_small = np.empty_like(cells), np.empty_like(small)
    stand_out(cells, 1, out_fine)
    stand_out(small, 1, out_small)
    usual_fine, usual_small = np.empty_like(cells), np.empty_like(small)
    usual(out_fine, 1, usual_fine)
    usual(out_small, 1, usual_small)
    share, share_small = np.zeros_like(cells), np.empty_like(small)
    if with_fine:
        share_of_fine(usual_fine, share)
    _halve(share, share_small)
    strengths = np.zeros(SIGNS, np.float32)
    moved, moved_small = np.empty_like(cells), np.empty_like(small)
    for _ in range(ROUNDS):
        dots, squares = np.zeros(SIGNS, np.float32), np.full(SIGNS, np.float32(1e-6))
        _correlate(out_small, usual_small, np.float32(1) - share_small, coarse, dots, squares)
        _correlate(out_fine, usual_fine, FINE_COUNTS * share, fine, dots, squares)
        for sign in range(SIGNS):
            count = CHIPS * (2 if sign < SCHEME_BITS else 1)
            found = signs[sign] * dots[sign] / np.sqrt(np.float32(count) * squares[sign])
            stronger = strengths[sign] + STEP * (TARGET - found)
            strengths[sign] = min(max(stronger, np.float32(0)), MOST)
        _write(strengths, signs, share, share_small, coarse, fine, levels)
        for y in range(FINE):
            for x in range(FINE):
                moved[y, x] = min(max(cells[y, x] + np.float32(levels[y, x]), np.float32(0)), np.float32(255))
        _halve(moved, moved_small)
        stand_out(moved, 1, out_fine)
        stand_out(moved_small, 1, out_small)


@kernel
def _halve(cells: Floats, small: Floats) -> None:  # [2 H, 2 W] -> [H, W]
    for y in range(small.shape[0]):
        for x in range(small.shape[1]):
            upper = cells[2 * y, 2 * x] + cells[2 * y, 2 * x + 1]
            small[y, x] = (upper + cells[2 * y + 1, 2 * x] + cells[2 * y + 1, 2 * x + 1]) / np.float32(4)


@kernel
def _correlate(
    out: Floats,  # [G, G]
    usual_size: Floats,  # [G, G]
    weight: Floats,  # [G, G]
    chips: tuple[Floats, Whole, Floats],
    dots: Floats,  # [SIGNS], added to
    squares: Floats,  # [SIGNS], added to
) -> None:
    flips, owner, _ = chips
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            limit = max(LEAST, CLIP * usual_size[y, x])
            value = weight[y, x] * min(max(out[y, x] / limit, np.float32(-1)), np.float32(1))
            dots[owner[y, x]] += flips[y, x] * value
            squares[owner[y, x]] += value * value


@kernel
def _write(
    strengths: Floats,  # [SIGNS]
    signs: Floats,  # [SIGNS]
    share: Floats,  # [FINE, FINE]
    share_small: Floats,  # [COARSE, COARSE]
    coarse: tuple[Floats, Whole, Floats],
    fine: tuple[Floats, Whole, Floats],
    levels: Levels,  # [FINE, FINE], written
) -> None:
    """Whole levels: of a strength of 0.7, seven chips in ten get one and the others none, always the same ones."""
    for y in range(COARSE):
        for x in range(COARSE):
            sign = coarse[1][y, x]
            strength = min(strengths[sign], LIGHT) * (np.float32(1) - share_small[y, x])
            level = np.floor(strength + coarse[2][y, x]) * coarse[0][y, x] * signs[sign]
            for row in range(2 * y, 2 * y + 2):
                for column in range(2 * x, 2 * x + 2):
                    own = fine[1][row, column]
                    more = np.floor(strengths[own] * share[row, column] + fine[2][row, column])
                    both = level + more * fine[0][row, column] * signs[own]
                    levels[row, column] = np.int8(min(max(both, np.float32(-2)), np.float32(2)))


@kernel
def _add(rows: Bytes, channels: int, levels: Levels) -> None:  # [H, W * channels], [FINE, FINE]
    """The same level on all three colours of a pixel changes its luma alone."""
    height, width = rows.shape[0], rows.shape[1] // channels
    line = np.zeros(rows.shape[1], np.int16)
    last = -1
    for y in range(height):
        row = y * FINE // height
        if row != last:
            last = row
            for x in range(width):
                level = np.int16(levels[row, x * FINE // width])
                for colour in range(3):
                    line[channels * x + colour] = level
        for i in range(rows.shape[1]):
            rows[y, i] = np.uint8(min(max(np.int16(rows[y, i]) + line[i], 0), 255))
