"""Is there a mark in these pictures, and which? Works on what is left of a film after others have handled it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.provenance import search
from vultus.provenance.code import Reading
from vultus.provenance.evidence import Place, Sums, chance, mean, read, votes

Bytes = NDArray[np.uint8]
Search = Callable[[Sequence[Sums]], list[search.Candidate]]

SURE = 1e-5  # a find with a larger chance of being none is no find
LARGEST = 1280  # pixels a side; more is made smaller
READ = 150  # places of each search of which all signs are read
TRIED = 6  # of them looked at closely
FIRST_STEP, LAST_STEP = 0.0045, 0.0005  # of the side: half a fine cell, and what no longer matters


@dataclass(frozen=True)
class Find:
    """A mark that was found."""

    number: int
    confidence: float  # 0..1 that the number is right
    chance: float  # that unmarked pictures look like this, at most
    place: Place  # of the marked frame in the pictures
    pictures: int  # looked at


def find(pictures: Sequence[Bytes], everywhere: bool = True) -> Find | None:  # each [H, W, 3] RGB or [H, W] luma
    """The mark in pictures of one size that were marked alike; None where none is sure.

    First the whole frame is looked at, then, with `everywhere`, frames cut, moved and made larger or smaller.
    """
    if not pictures:
        return None
    lumas = [luma(picture) for picture in pictures]
    sums = [Sums(one) for one in lumas]
    height, width = lumas[0].shape
    whole = Place(0, 0, width, height)
    reading, looks = _read(sums, whole), 1
    if chance(reading, looks) > SURE and everywhere:
        whole, looks = _search(sums)
        reading = _read(sums, whole)
    found = chance(reading, looks)
    if found > SURE:
        return None
    return Find(reading.number, reading.confidence, found, _scaled(whole, pictures[0].shape[1] / width), len(pictures))


def luma(picture: Bytes) -> Bytes:  # [H, W, 3] RGB or [H, W] -> [h, w]
    """What a detector looks at: brightness, of LARGEST pixels a side at most."""
    grey = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    shrink = LARGEST / max(grey.shape)
    if shrink < 1:
        grey = cv2.resize(grey, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    return np.asarray(grey, np.uint8)


def _search(sums: Sequence[Sums]) -> tuple[Place, int]:
    """The best place anywhere, and how many were tried to find it."""
    looks, best, best_reading = 1, Place(0, 0, 1, 1), Reading(0, 0.0, 0.0)
    for places, most in _searches(sums[0]):
        chosen = sums[:: -(-len(sums) // most)]
        found = places(chosen)
        looks += sum(candidate.looks for candidate in found) // search.KEPT
        near = sorted(found[:READ], key=lambda candidate: -_read(chosen, candidate.place).agreement)
        for candidate in near[:TRIED]:
            place, reading, tried = _refined(chosen, candidate.place)
            looks += tried
            if reading.agreement > best_reading.agreement:
                best, best_reading = place, reading
        if chance(_read(sums, best), looks) < SURE:
            break
    return best, looks


def _searches(sums: Sums) -> list[tuple[Search, int]]:
    """What is looked for in turn, the likeliest first, and in how many pictures."""
    inside, part = partial(search.square, sides=search.LIKELY), partial(search.square, sides=search.UNLIKELY)
    if sums.width == sums.height:
        return [(inside, 6), (part, 2)]
    return [(inside, 6), (search.shaped, 3), (part, 2)]


def _read(sums: Sequence[Sums], place: Place) -> Reading:
    return read(mean([votes(one, place) for one in sums]))


def _refined(sums: Sequence[Sums], place: Place) -> tuple[Place, Reading, int]:
    """The best place near one, uphill in smaller and smaller steps."""
    reading, tried = _read(sums, place), 1
    step = FIRST_STEP
    while step > LAST_STEP:
        moved = False
        for next_place in _near(place, step):
            tried += 1
            next_reading = _read(sums, next_place)
            if next_reading.agreement > reading.agreement:
                place, reading, moved = next_place, next_reading, True
        if not moved:
            step /= 2
    return place, reading, tried


def _near(place: Place, step: float) -> list[Place]:
    across, down = place.width * step, place.height * step
    near = [_grown(place, sign * across, sign * down) for sign in (-1, 1)]
    near += [replace(place, left=place.left + sign * across) for sign in (-1, 1)]
    near += [replace(place, top=place.top + sign * down) for sign in (-1, 1)]
    if place.width != place.height:  # its shape was guessed
        near += [_grown(place, sign * across, 0) for sign in (-1, 1)]
    return near


def _grown(place: Place, across: float, down: float) -> Place:
    return Place(place.left - across, place.top - down, place.width + 2 * across, place.height + 2 * down)


def _scaled(place: Place, factor: float) -> Place:
    return Place(place.left * factor, place.top * factor, place.width * factor, place.height * factor)
