"""The mark in the pixels of a frame: at most two grey levels, set where they are needed and seen least.

Informed spread spectrum after Malvar and Florencio, "Improved spread spectrum", IEEE Trans. Signal Processing
51(4), 2003: how strongly a sign is written depends on what the frame says already. What is written depends on
the number and the frame alone: the same frame and number give the same bytes.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.compiled import kernel
from vultus.provenance.cells import average
from vultus.provenance.chips import CLIP, LEAST, count_coarse, count_fine, share_of_fine, stand_out, usual
from vultus.provenance.code import SCHEME_BITS, SIGNS, encode
from vultus.provenance.pattern import COARSE, FINE, TILE, Layer, layer
from vultus.provenance.steps import AT_ONCE, PUT, put, step
from vultus.provenance.votes import count_votes, in_order

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Levels = NDArray[np.int8]
Shorts = NDArray[np.uint16]
# [G, G] each: +-1, the way a chip goes for a number; which sign it carries; order. Then the places of `in_order`.
Chips = tuple[Floats, Bytes, Floats, Shorts]

TARGET = np.float32(0.5)  # wanted of each sign: the correlation of its chips with what stands out
PLAIN = np.float32(0.34)  # the same for a plain frame, of which encoders leave more, and where the eye sees more
FALL = np.float32(0.6)  # from the first to the second, by how much the frame's coarse chips count on average
MOST = np.float32(1.2)  # levels: at most 46 dB below full scale, at two levels in 20 of 100 chips, one in the others
LIGHT = np.float32(0.65)  # levels: the same for coarse chips where a frame is smooth, and the eye would see more
HIDES = np.float32(0.25)  # by how much more, in parts, for a level of what stands out around
STEP = np.float32(3.0)  # levels more for a correlation that is missing
ROUNDS = 3  # of trying strengths; what stands out mixes what is written with its neighbours
COLOURS, COLOURS_OF_FOUR = np.uint64(0x0101010101010101), np.uint64(0x0001010100010101)  # a step of 1 on eight bytes
CHIPS = COARSE * COARSE // TILE**2  # coarse chips of a sign; the signs of the scheme have twice as many


class Marker:
    """Writes one number into frames. A frame under 128 pixels a side carries the coarse layer alone."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._coarse, self._fine = (_carrying(layer(chips), encode(number)) for chips in (COARSE, FINE))

    def mark(self, frame: Bytes) -> None:  # [H, W, 3 | 4] RGB, changed in place
        """Write the number into a frame; a fourth channel is left as it is."""
        rows, with_fine = frame.reshape(frame.shape[0], -1), min(frame.shape[:2]) >= FINE
        cells = np.empty((FINE, FINE), np.float32)
        if with_fine:
            average(rows, frame.shape[2], cells)
        else:
            grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY if frame.shape[2] == 3 else cv2.COLOR_RGBA2GRAY)
            cells[:] = cv2.resize(grey, (FINE, FINE), interpolation=cv2.INTER_LINEAR)
        levels = np.empty((FINE, FINE), np.int8)
        _choose(cells, self._coarse, self._fine, with_fine, levels)
        _add(rows, frame.shape[2], levels)


def _carrying(chips: Layer, signs: Floats) -> Chips:  # [SIGNS]
    return chips.flips * signs[chips.owner], chips.owner.astype(np.uint8), chips.order, in_order(chips.owner)


@kernel
def _choose(
    cells: Floats,  # [FINE, FINE]
    coarse: Chips,
    fine: Chips,
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
    counts, counts_small = np.empty_like(cells), np.empty_like(small)
    count_fine(usual_fine, share, counts)
    count_coarse(usual_small, counts_small)
    light = LIGHT * (np.float32(1) + HIDES * usual_small)
    _invert(usual_fine)
    _invert(usual_small)
    target = max(PLAIN, TARGET - FALL * np.mean(counts_small))
    counts *= fine[0]
    counts_small *= coarse[0]
    strengths = np.zeros(SIGNS, np.float32)
    moved, moved_small = np.empty_like(cells), np.empty_like(small)
    for tried in range(1, ROUNDS + 1):
        votes = np.zeros((2, SIGNS), np.float32)
        count_votes(out_small, usual_small, counts_small, coarse[3], votes)
        count_votes(out_fine, usual_fine, counts, fine[3], votes)
        for sign in range(SIGNS):
            count = CHIPS * (2 if sign < SCHEME_BITS else 1)
            found = votes[0, sign] / np.sqrt(np.float32(count) * (votes[1, sign] + np.float32(1e-6)))
            stronger = strengths[sign] + STEP * (target - found)
            strengths[sign] = min(max(stronger, np.float32(0)), MOST)
        _write(strengths, light, share, share_small, coarse, fine, levels)
        if tried == ROUNDS:
            return
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
def _invert(usual_size: Floats) -> None:  # [G, G], changed in place
    """From what is usual to one over what a vote is clipped at."""
    for y in range(usual_size.shape[0]):
        for x in range(usual_size.shape[1]):
            usual_size[y, x] = np.float32(1) / max(LEAST, CLIP * usual_size[y, x])


@kernel
def _write(
    strengths: Floats,  # [SIGNS]
    light: Floats,  # [COARSE, COARSE]
    share: Floats,  # [FINE, FINE]
    share_small: Floats,  # [COARSE, COARSE]
    coarse: Chips,
    fine: Chips,
    levels: Levels,  # [FINE, FINE], written
) -> None:
    """Whole levels: of a strength of 0.7, seven chips in ten get one and the others none, always the same ones."""
    strong = np.empty(FINE, np.float32)  # how strongly the signs of a row's chips are written
    under = np.empty(FINE, np.float32)  # what the coarse layer writes in the cells of a row
    for y in range(COARSE):
        for x in range(COARSE):
            strong[x] = strengths[np.uint64(coarse[1][y, x])]
        for x in range(COARSE):
            strength = min(strong[x], light[y, x]) * (np.float32(1) - share_small[y, x])
            strong[x] = np.floor(strength + coarse[2][y, x]) * coarse[0][y, x]
        for x in range(COARSE):
            under[2 * x] = under[2 * x + 1] = strong[x]
        for row in range(2 * y, 2 * y + 2):
            for x in range(FINE):
                strong[x] = strengths[np.uint64(fine[1][row, x])]
            for x in range(FINE):
                more = np.floor(strong[x] * share[row, x] + fine[2][row, x])
                both = under[x] + more * fine[0][row, x]
                levels[row, x] = np.int8(min(max(both, np.float32(-2)), np.float32(2)))


@kernel
def _add(rows: Bytes, channels: int, levels: Levels) -> None:  # [H, W * channels], [FINE, FINE]
    """The same level on all three colours of a pixel changes its luma alone."""
    height, length = rows.shape
    each = COLOURS if channels == 3 else COLOURS_OF_FOUR
    ends = np.empty(FINE + 1, np.int64)  # of cells in a line
    for column in range(FINE + 1):
        ends[column] = channels * -(-column * (length // channels) // FINE)
    line = np.zeros(length + PUT, np.uint8)  # what is added to each byte; 255 for one less
    for row in range(FINE):
        for column in range(FINE):
            word = np.uint64(np.uint8(levels[row, column])) * each
            for i in range(ends[column], ends[column + 1], PUT):  # what is too much the next column writes over
                put(line, i, word)
        for y in range(-(-row * height // FINE), -(-(row + 1) * height // FINE)):
            for i in range(0, length - AT_ONCE + 1, AT_ONCE):
                step(rows, y * length + i, line, i)
            for i in range(length // AT_ONCE * AT_ONCE, length):
                rows[y, i] = min(max(int(rows[y, i]) + int(np.int8(line[i])), 0), 255)
