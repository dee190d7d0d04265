"""Where in a picture could a mark lie? Every place and size is tried against the signs that are known.

For one size of the marked frame all places are tried at once: a correlation of the whole picture with the chips
of the scheme's own signs, half a fine cell apart.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.provenance.chips import FINE_COUNTS
from vultus.provenance.code import SCHEME_BITS, encode
from vultus.provenance.evidence import Place, Sums, standing
from vultus.provenance.pattern import COARSE, FINE, layer

Floats = NDArray[np.float32]

PITCH = 2  # places a fine cell
ACROSS = PITCH * FINE  # places across the marked frame
STEP = 1.012  # from one size tried to the next
OUTSIDE = 0.3  # of the marked frame that may be cut off on each side
LIKELY = (0.98, 1.45)  # sides of the marked frame, in shorter sides of the picture: whole or cropped
UNLIKELY = (0.3, 0.98)  # part of a larger picture, as in a recording of a screen
SMALLEST = 112  # pixels a side of a frame that may still be read after it was moved
KEPT = 4  # best places of each size


@dataclass(frozen=True)
class Candidate:
    """A place, and by how many standard deviations the scheme's signs agree there."""

    place: Place
    deviations: float
    looks: int  # places tried for this size


def candidates(pictures: Sequence[Sums], sides: tuple[float, float]) -> list[Candidate]:
    """The best places for marked frames with sides in the given range, best first."""
    found = [candidate for side in _sizes(pictures[0], sides) for candidate in _at_size(pictures, side)]
    return sorted(found, key=lambda candidate: -candidate.deviations)


def _sizes(sums: Sums, sides: tuple[float, float]) -> Iterator[float]:
    shorter, longer = sorted((sums.width, sums.height))
    side = sides[0]
    while side <= min(sides[1], LIKELY[1] * longer / shorter):
        if side * shorter >= SMALLEST:
            yield side * shorter
        side *= STEP


def _at_size(pictures: Sequence[Sums], side: float) -> list[Candidate]:
    pitch = side / ACROSS
    fields = [_fields(sums, pitch) for sums in pictures]
    fine, coarse = (np.mean(several, axis=0) for several in zip(*fields, strict=True))
    margin = int(OUTSIDE * ACROSS)
    height, width = fine.shape
    if min(height, width) + 2 * margin < ACROSS:
        return []
    border = (margin, margin, margin, margin)
    sums_at = []
    for field, chips in ((fine, FINE), (coarse, COARSE)):
        padded = np.asarray(cv2.copyMakeBorder(field, *border, cv2.BORDER_CONSTANT, value=(0,)), np.float32)
        sums_at.append((_match(padded, _known(chips)), _match(padded**2, np.abs(_known(chips)))))
    dots, squares = (fine_sum + coarse_sum for fine_sum, coarse_sum in zip(*sums_at, strict=True))
    least = 0.25 * float(squares.max())  # a place that hardly shows any of the frame says nothing
    deviations = np.where(squares > least, dots / np.sqrt(np.maximum(squares, 1e-6)), 0)
    best = np.argpartition(deviations.ravel(), -KEPT)[-KEPT:]
    found = []
    for y, x in zip(*np.unravel_index(best, deviations.shape), strict=True):
        place = Place((int(x) - margin) * pitch, (int(y) - margin) * pitch, side, side)
        found.append(Candidate(place, float(deviations[y, x]), deviations.size))
    return found


def _fields(sums: Sums, pitch: float) -> tuple[Floats, Floats]:  # [H, W] each
    """What chips of both layers would vote if they began at each place."""
    across, down = np.arange(0, sums.width + 1e-6, pitch), np.arange(0, sums.height + 1e-6, pitch)
    small = sums.means(across, down)
    fine_cells, coarse_cells = _blocks(small, PITCH), _blocks(small, 2 * PITCH)
    fine, share = standing(fine_cells, PITCH)
    coarse, _ = standing(coarse_cells, 2 * PITCH)
    share_coarse = _blocks(share, PITCH, PITCH)
    return FINE_COUNTS * fine * share, coarse * (1 - share_coarse)


def _blocks(cells: Floats, side: int, step: int = 1) -> Floats:  # [H, W] both
    """Means over `side` x `side` cells, `step` apart, that begin at each cell; the rim repeats itself."""
    kernel = np.zeros(((side - 1) * step + 1,), np.float32)
    kernel[::step] = 1 / side
    return np.asarray(
        cv2.sepFilter2D(cells, cv2.CV_32F, kernel, kernel, anchor=(0, 0), borderType=cv2.BORDER_REPLICATE), np.float32
    )


def _match(field: Floats, template: Floats) -> Floats:
    return np.asarray(cv2.matchTemplate(field, template, cv2.TM_CCORR), np.float32)


@cache
def _known(chips: int) -> Floats:  # [ACROSS, ACROSS]
    """The signs of the scheme's own chips, each where the chip begins, 0 elsewhere."""
    grid, step = layer(chips), ACROSS // chips
    signs = np.where(grid.owner < SCHEME_BITS, encode(0)[grid.owner] * grid.flips, 0)
    template = np.zeros((ACROSS, ACROSS), np.float32)
    template[::step, ::step] = signs
    return template
