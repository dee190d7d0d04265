"""Readers of faces that are small honest programs: a fixed answer, or networks that see what was drawn."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from tests import drawn
from vultus.analysis import own_read
from vultus.analysis.own_detail import EYE, MOUTH, Part, patch, region
from vultus.analysis.own_find import STRIDE, Network
from vultus.analysis.own_reader import Own
from vultus.analysis.own_view import around
from vultus.analysis.reader import Face, Follow
from vultus.face import POINTS, E
from vultus.topology import IRISES

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

FIVE = (IRISES[0][0], IRISES[1][0], 4, 61, 291)  # both eyes, tip of the nose, corners of the mouth
SCORE = 0.9
UPRIGHT = np.radians(60)  # what stands less upright the finder does not see


@dataclass
class Answering:
    """A reader that answers as it is told and keeps what it was shown."""

    answer: Callable[[Bytes], list[Floats]]
    shown: list[Bytes] = field(default_factory=list)

    def faces(self, picture: Bytes) -> list[Face]:
        self.shown.append(picture)
        return [Face(points, 1.0) for points in self.answer(picture)]

    def person(self, picture: Bytes) -> Floats:
        return np.ones(picture.shape[:2], np.float32)

    @contextmanager
    def follower(self, most: int) -> Iterator[Follow]:
        yield lambda picture, seconds: self.faces(picture)[:most]


def by_colour() -> Own:
    """Our reader, its networks replaced by programs that know the face of `drawn` by the colours of its parts."""

    def find(inputs: dict[str, Floats]) -> dict[str, Floats]:
        picture = inputs["picture"][0]
        cells = np.zeros((1, 14, picture.shape[0] // STRIDE, picture.shape[1] // STRIDE), np.float32)
        for points in _drawn_faces(picture):
            view = around(points)
            if abs(view.roll) > UPRIGHT:
                continue
            column, row = (int(np.rint((value - (STRIDE - 1) / 2) / STRIDE)) for value in (view.x, view.y))
            cell = np.array([column, row]) * STRIDE + (STRIDE - 1) / 2
            if not (0 <= row < cells.shape[2] and 0 <= column < cells.shape[3]):
                continue
            cells[0, 0, row, column] = SCORE
            cells[0, 1:3, row, column] = (np.array([view.x, view.y]) - cell) / STRIDE
            cells[0, 3, row, column] = np.log(view.side / STRIDE)
            cells[0, 4:, row, column] = ((points[list(FIVE), :2] - cell) / view.side).ravel()
        return {"cells": cells}

    def read(inputs: dict[str, Floats]) -> dict[str, Floats]:
        found = _drawn_faces(inputs["view"][0])
        points = found[0] if found else drawn.points() / drawn.SIDE * own_read.SIZE
        said = {
            "points": points,
            "seen": np.ones(POINTS),
            "weights": np.zeros(E),
            "gaze": np.zeros(2),
            "head": np.zeros(3),
        }
        return {name: np.asarray(value, np.float32)[None] for name, value in said.items()}

    def part(wanted: Part) -> Network:
        """The part of a face that is like the drawn one lies always alike in its patch."""
        there = patch(drawn.points(), wanted).into(drawn.points(), wanted.size)[region(wanted).points, :2]
        return lambda inputs: {"points": there[None]}

    def matte(inputs: dict[str, Floats]) -> dict[str, Floats]:
        return {"matte": (np.abs(inputs["picture"] - drawn.WALL).max(-1) > 24).astype(np.float32)}

    return Own(find, read, part(MOUTH), part(EYE), matte)


def _drawn_faces(picture: Floats) -> list[Floats]:  # [H, W, 3] -> each [478, 3]
    """The drawn face wherever lips are, laid so that lips and whites of the eyes meet those that are seen."""
    found = []
    for lips, whites in _parts(picture):
        own_lips, own_whites = _own_parts()
        (x, y), (own_x, own_y) = whites - lips, own_whites - own_lips
        turn = complex(x, y) / complex(own_x, own_y)
        flat = drawn.points()[:, :2] - own_lips
        placed = (flat[:, 0] + 1j * flat[:, 1]) * turn
        depth = drawn.points()[:, 2] * abs(turn)
        found.append(np.column_stack([placed.real + lips[0], placed.imag + lips[1], depth]).astype(np.float32))
    return found


@cache
def _own_parts() -> tuple[Doubles, Doubles]:
    ((lips, whites),) = _parts(drawn.picture().astype(np.float32))
    return lips, whites


def _parts(picture: Floats) -> list[tuple[Doubles, Doubles]]:
    """Middle of the lips and of the whites near them, for each mouth; x, y."""
    red = (picture[..., 0] - picture[..., 1] > 62).astype(np.uint8)
    white = np.argwhere(picture.min(-1) > 178)[:, ::-1]
    count, _, stats, middles = cv2.connectedComponentsWithStats(red)
    found = []
    for label in range(1, count):
        reach = 3.0 * float(np.sqrt(stats[label, cv2.CC_STAT_AREA]))
        near = white[np.linalg.norm(white - middles[label], axis=1) < reach] if len(white) else white
        if stats[label, cv2.CC_STAT_AREA] > 4 and len(near) > 1:
            found.append((middles[label], near.mean(0)))
    return found
