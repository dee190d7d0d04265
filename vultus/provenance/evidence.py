"""What frames say about a mark at one place: each chip's vote, and the signs that the votes make together."""

from dataclasses import dataclass
from math import erfc, sqrt

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.provenance.chips import CLIP, LEAST, count_coarse, count_fine, share_of_fine, stand_out, usual
from vultus.provenance.code import NUMBERS, SIGNS, Reading, decode
from vultus.provenance.pattern import COARSE, FINE, layer

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Place:
    """Where in a picture the marked frame lies, in its pixels; it may reach past the edges."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Votes:
    """How far each chip stands out, -1..1, weighted by how much it counts there; 0 outside the picture."""

    coarse: Floats  # [COARSE, COARSE]
    fine: Floats  # [FINE, FINE]


class Sums:
    """A picture summed up from its corner, so that the mean over any rectangle is four numbers away."""

    def __init__(self, luma: Bytes) -> None:  # [H, W]
        self.height, self.width = luma.shape
        self._sums = cv2.integral(luma, sdepth=cv2.CV_64F)  # [H + 1, W + 1]

    def means(self, across: Doubles, down: Doubles) -> Floats:  # [n + 1], [m + 1] edges, rising -> [m, n]
        """Means over the rectangles between edges, which need not be whole; edges outside are moved to the rim."""
        x, y = np.clip(across, 0, self.width), np.clip(down, 0, self.height)
        left = np.minimum(x.astype(np.int64), self.width - 1)
        top = np.minimum(y.astype(np.int64), self.height - 1)
        columns = self._sums[:, left] + (self._sums[:, left + 1] - self._sums[:, left]) * (x - left)
        corners = columns[top] + (columns[top + 1] - columns[top]) * (y - top)[:, None]
        sums = np.diff(np.diff(corners, axis=0), axis=1)
        areas = np.diff(y)[:, None] * np.diff(x)[None]
        return np.asarray(sums / np.maximum(areas, 1e-9), np.float32)


def votes(sums: Sums, place: Place) -> Votes:
    """What one picture says at one place."""
    steps = np.arange(FINE + 1, dtype=np.float64) / FINE
    across: Doubles = place.left + steps * place.width
    down: Doubles = place.top + steps * place.height
    fine, coarse = fine_votes(sums.means(across, down), 1), coarse_votes(sums.means(across[::2], down[::2]), 1)
    inside_fine = _inside(across, sums.width, down, sums.height)
    inside_coarse = _inside(across[::2], sums.width, down[::2], sums.height)
    return Votes(coarse * inside_coarse, fine * inside_fine)


def coarse_votes(cells: Floats, step: int) -> Floats:  # [H, W] both
    """What chips of the coarse layer say that begin at each cell; `step` is a chip's side in cells."""
    standing, size = _standing(cells, step)
    counts = np.empty_like(cells)
    count_coarse(size, counts)
    return standing * counts


def fine_votes(cells: Floats, step: int) -> Floats:  # [H, W] both
    """The same for the fine layer."""
    standing, size = _standing(cells, step)
    share, counts = np.empty_like(cells), np.empty_like(cells)
    share_of_fine(size, share)
    count_fine(size, share, counts)
    return standing * counts


def _standing(cells: Floats, step: int) -> tuple[Floats, Floats]:  # [H, W] -> [H, W] each
    """(How far cells stand out, -1..1 of what is usual around them; what is usual, in levels)."""
    differences, size = np.empty_like(cells), np.empty_like(cells)
    stand_out(cells, step, differences)
    usual(differences, step, size)
    return np.clip(differences / np.maximum(LEAST, CLIP * size), -1, 1), size


def mean(several: list[Votes]) -> Votes:
    """The votes of several pictures that were marked alike."""
    coarse = np.mean([votes.coarse for votes in several], axis=0)
    fine = np.mean([votes.fine for votes in several], axis=0)
    return Votes(coarse.astype(np.float32), fine.astype(np.float32))


def read(votes: Votes) -> Reading:
    """The likeliest message in votes."""
    dots, squares = np.zeros(SIGNS), np.full(SIGNS, 1e-9)
    for values, chips in ((votes.coarse, COARSE), (votes.fine, FINE)):
        owner, flips = layer(chips).owner.ravel(), layer(chips).flips
        dots += np.bincount(owner, (flips * values).ravel(), SIGNS)
        squares += np.bincount(owner, (values * values).ravel(), SIGNS)
    return decode(dots / np.sqrt(squares))


def chance(reading: Reading, looks: int) -> float:
    """The chance, at most, that unmarked pictures agree so well with any number at any of `looks` places.

    Without a mark the flips are as good as random, so each sign is a sum of thousands of small terms of random
    sign: a normal number. The bound adds up the chances of all numbers and places.
    """
    deviations = reading.agreement / sqrt(SIGNS)
    return min(1.0, looks * NUMBERS * 0.5 * erfc(deviations / sqrt(2)))


def _inside(across: Doubles, width: int, down: Doubles, height: int) -> Floats:
    columns = (across[:-1] > -0.5) & (across[1:] < width + 0.5)
    rows = (down[:-1] > -0.5) & (down[1:] < height + 0.5)
    return np.outer(rows, columns).astype(np.float32)
