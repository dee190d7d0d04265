"""Where in a picture could a mark lie? Every place and size is tried against the signs that are known.

For one size of the marked frame all places are tried at once: a correlation of the whole picture with the chips
of the scheme's own signs, half a fine cell apart. Frames are square, or, where the picture is not, of nearly its shape:
a whole picture that was cropped.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.provenance.code import SCHEME_BITS, encode
from vultus.provenance.evidence import Place, Sums, coarse_votes, fine_votes
from vultus.provenance.pattern import COARSE, FINE, layer

Floats = NDArray[np.float32]

PITCH = 2  # places a fine cell
ACROSS = PITCH * FINE  # places across the marked frame
STEP = 1.012  # from one size tried to the next
OUTSIDE = 0.3  # of the marked frame that may be cut off on each side
LIKELY = (0.98, 1.45)  # sides of the marked frame, in shorter sides of the picture: whole or cropped
UNLIKELY = (0.3, 0.98)  # part of a larger picture, as in a recording of a screen
SHAPED = (0.98, 1.26)  # the same for frames of nearly the picture's shape
SHAPES = 3  # steps of a frame's width to height, to each side of the picture's
SMALLEST = 112  # pixels a side of a frame that may still be read after it was moved
KEPT = 4  # best places of each size


@dataclass(frozen=True)
class Candidate:
    """A place, and by how many standard deviations the scheme's signs agree there."""

    place: Place
    deviations: float
    looks: int  # places tried for this size


def square(pictures: Sequence[Sums], sides: tuple[float, float]) -> list[Candidate]:
    """The best places for square frames with sides in the given range, best first."""
    shorter, longer = sorted((pictures[0].width, pictures[0].height))
    most = min(sides[1], LIKELY[1] * longer / shorter)
    return _best(pictures, [(side * shorter, side * shorter) for side in _steps(sides[0], most)])


def shaped(pictures: Sequence[Sums]) -> list[Candidate]:
    """The best places for frames of nearly the shape of a picture that is not square, best first."""
    width, height = pictures[0].width, pictures[0].height
    sizes = [
        (side * min(width, height * shape), side * min(height, width / shape))
        for side in _steps(*SHAPED)
        for shape in (width / height * STEP**step for step in range(-SHAPES, SHAPES + 1))
    ]
    return _best(pictures, sizes)


def _steps(first: float, last: float) -> Iterator[float]:
    side = first
    while side <= last:
        yield side
        side *= STEP


def _best(pictures: Sequence[Sums], sizes: Sequence[tuple[float, float]]) -> list[Candidate]:
    found = [candidate for size in sizes if min(size) >= SMALLEST for candidate in _of_size(pictures, size)]
    return sorted(found, key=lambda candidate: -candidate.deviations)


def _of_size(pictures: Sequence[Sums], size: tuple[float, float]) -> list[Candidate]:
    pitch = size[0] / ACROSS, size[1] / ACROSS
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
        place = Place((int(x) - margin) * pitch[0], (int(y) - margin) * pitch[1], *size)
        found.append(Candidate(place, float(deviations[y, x]), deviations.size))
    return found


def _fields(sums: Sums, pitch: tuple[float, float]) -> tuple[Floats, Floats]:  # [H, W] each
    """What chips of both layers would vote if they began at each place."""
    across, down = np.arange(0, sums.width + 1e-6, pitch[0]), np.arange(0, sums.height + 1e-6, pitch[1])
    small = sums.means(across, down)
    return fine_votes(_blocks(small, PITCH), PITCH), coarse_votes(_blocks(small, 2 * PITCH), 2 * PITCH)


def _blocks(cells: Floats, side: int) -> Floats:  # [H, W] both
    """Means over `side` x `side` cells that begin at each cell; the rim repeats itself."""
    kernel = np.full(side, 1 / side, np.float32)
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
