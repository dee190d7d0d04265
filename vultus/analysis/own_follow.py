"""Faces followed through a film: each is looked at where it was, and its points are calmed by a One-Euro filter."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vultus.analysis import one_euro
from vultus.analysis.own_find import same
from vultus.analysis.own_view import View, around
from vultus.analysis.reader import Face

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

# Of points in face units within the face's own view. docs/log.md has what they cost lips and blinks.
SETTINGS = one_euro.Settings(calm=1.5, eager=60.0, speed=8.0)
UNITS = 2.25  # face units in the side of a view
LOST = 0.3  # sureness below which a face has gone
JUMPED = 0.06  # of a view's side or size, radians: a face that moved so far between two frames is looked at again


class Looks(Protocol):
    """What faces are read by."""

    def faces(self, picture: Bytes) -> list[Face]:
        """All faces of a picture."""
        ...

    def look(self, picture: Bytes, view: View, passes: int) -> Face:
        """The face that a view shows."""
        ...


@dataclass(frozen=True)
class Followed:
    """One face that is followed."""

    view: View  # where it was
    calm: one_euro.State


@dataclass(frozen=True)
class _Seen:
    """What a frame shows of one face."""

    before: Followed | None
    face: Face
    view: View  # around the face


State = tuple[Followed, ...]


def init() -> State:
    """Nobody is followed yet."""
    return ()


def step(state: State, picture: Bytes, seconds: float, reader: Looks, most: int) -> tuple[State, list[Face]]:
    """The faces of the next frame [H, W, 3]. Others are looked for while fewer than `most` are followed."""
    kept: list[_Seen] = []
    for one in state:
        _join(kept, _Seen(one, *_look(reader, picture, one.view)))
    if len(kept) < most:
        for face in reader.faces(picture):
            _join(kept, _Seen(None, face, around(face.points)))
    calmed = [_calmed(seen, seconds) for seen in kept[:most]]
    return tuple(one for one, _ in calmed), [face for _, face in calmed]


def _join(kept: list[_Seen], seen: _Seen) -> None:
    """Take a face up, unless it has gone or is there already."""
    if seen.face.sure >= LOST and not any(same(seen.view, other.view) for other in kept):
        kept.append(seen)


def _look(reader: Looks, picture: Bytes, before: View) -> tuple[Face, View]:
    """One look from where the face was; a second one, from where it is, if it moved far."""
    face = reader.look(picture, before, 1)
    now = around(face.points)
    moved = np.hypot(now.x - before.x, now.y - before.y) / before.side
    grown, tilted = np.log(now.side / before.side), now.roll - before.roll
    if max(moved, abs(grown), abs(np.arctan2(np.sin(tilted), np.cos(tilted)))) < JUMPED:
        return face, now
    again = reader.look(picture, now, 1)
    return again, around(again.points)


def _calmed(seen: _Seen, seconds: float) -> tuple[Followed, Face]:
    """The face with its points calmed where they move against the face as a whole, which is not held back."""
    one, face, view = seen.before, seen.face, seen.view
    there = view.into(face.points, 1).astype(np.float64) * UNITS
    state, calm = one_euro.step(None if one is None else one.calm, there, seconds, SETTINGS)
    points = view.out_of((calm / UNITS).astype(np.float32), 1)
    return Followed(view, state), Face(points, face.sure)
