"""Motion rows at another rate: smooth curves through those that the model gives."""

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction

import numpy as np

from vultus.clock import FRAME_RATE
from vultus.face import E, Floats

AHEAD = 2  # rows after a moment that its curve needs


def paced(
    rows: Iterable[Floats],  # each [D], at FRAME_RATE
    rate: Fraction,
    end: Callable[[], Fraction],
) -> Iterator[Floats]:  # each [D], at `rate`
    """The rows at times i / rate before `end()`, which is asked when the rows have run out.

    Cubic through four rows (Catmull and Rom, 1974), weights kept in 0..1; a moment that has a row of its own
    gets that row. After the last row it holds. Nothing waits for more than `AHEAD` rows.
    """
    known: list[Floats] = []
    dropped, index = 0, 0
    for row in rows:
        known.append(row)
        while (place := index * FRAME_RATE / rate) <= dropped + len(known) - 1 - (0 if _whole(place) else AHEAD):
            yield _at(known, place - dropped)
            index += 1
        while len(known) > AHEAD + 2 and index * FRAME_RATE / rate >= dropped + 2:
            known.pop(0)
            dropped += 1
    while known and Fraction(index) / rate < end():
        yield _at(known, index * FRAME_RATE / rate - dropped)
        index += 1


def _whole(place: Fraction) -> bool:
    return place.denominator == 1


def _at(known: list[Floats], place: Fraction) -> Floats:  # -> [D]
    """The curve through the rows at a place between 0 and the last one, where it then stays."""
    last = len(known) - 1
    if _whole(place) or place >= last:
        return known[min(int(place), last)]
    i = int(place)
    t = np.float32(place - i)
    a, b, c, d = (known[min(max(i + k, 0), last)] for k in (-1, 0, 1, 2))
    curve = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
    curve[:E] = np.clip(curve[:E], 0, 1)
    return np.asarray(curve, np.float32)
