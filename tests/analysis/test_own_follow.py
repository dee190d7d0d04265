"""Faces followed through a film, by our reader with stand-ins for its networks."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tests import drawn, stand_ins
from tests.analysis.test_own_reader import away, staged
from vultus.analysis import own_follow
from vultus.analysis.own_view import View, around
from vultus.analysis.reader import Face

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

READER = stand_ins.by_colour()
WALL = np.full((480, 640, 3), drawn.WALL, np.uint8)


def moving(frames: int) -> list[tuple[Bytes, Floats]]:
    """A head that goes across the picture, tilts and comes nearer."""
    return [staged(0.7 + 0.01 * i, 2.0 * i, (200 + 6 * i, 240)) for i in range(frames)]


def followed(film: list[Bytes], most: int = 1) -> list[list[Face]]:
    with READER.follower(most) as follow:
        return [follow(picture, index / 25) for index, picture in enumerate(film)]


def test_a_moving_face_is_followed_without_lag() -> None:
    film = moving(20)
    for faces, (_, true) in zip(followed([picture for picture, _ in film]), film, strict=True):
        (face,) = faces
        assert away(face.points, true) < 3


def test_a_face_that_jumps_is_looked_for_anew() -> None:
    there, elsewhere = staged(0.8, 0, (160, 240)), staged(0.8, 0, (480, 240))
    found = followed([there[0], elsewhere[0]])
    assert away(found[1][0].points, elsewhere[1]) < 3


def test_a_face_that_goes_is_lost_and_found_again() -> None:
    picture, true = staged(0.8, 0, (300, 240))
    found = followed([picture, WALL, WALL, picture])
    assert [len(faces) for faces in found] == [1, 0, 0, 1]
    assert away(found[3][0].points, true) < 3


def test_no_more_are_followed_than_asked_for_and_none_twice() -> None:
    first, _ = staged(0.6, 0, (150, 240))
    both, _ = staged(0.9, 0, (450, 240), first)
    assert [len(faces) for faces in followed([both] * 3, most=2)] == [2, 2, 2]
    assert [len(faces) for faces in followed([both] * 3, most=1)] == [1, 1, 1]
    assert [len(faces) for faces in followed([first] * 2, most=4)] == [1, 1]


@dataclass
class Trembling:
    """Reads the drawn face where it is, each point a little off; counts its looks."""

    rng: np.random.Generator
    shift: float = 0.0  # pixels, of the whole face
    looks: list[View] = field(default_factory=list)

    def faces(self, picture: Bytes) -> list[Face]:
        return [self.look(picture, around(drawn.points()), 2)]

    def look(self, picture: Bytes, view: View, passes: int) -> Face:
        self.looks.append(view)
        noise = self.rng.normal(0, 0.004 * drawn.UNIT, (478, 3))
        return Face((drawn.points() + noise + [self.shift, 0, 0]).astype(np.float32), 0.9)


def test_points_tremble_less_than_they_are_read() -> None:
    reader = Trembling(np.random.default_rng(0))
    state, told = own_follow.init(), []
    for index in range(60):
        state, faces = own_follow.step(state, WALL, index / 25, reader, 1)
        told.append(faces[0].points)
    steps = np.diff(np.stack(told[10:]), axis=0)[..., :2].std()
    assert steps < 0.65 * np.sqrt(2) * 0.004 * drawn.UNIT


def test_a_second_look_only_where_the_face_moved() -> None:
    reader = Trembling(np.random.default_rng(0))
    state, _ = own_follow.step(own_follow.init(), WALL, 0.0, reader, 1)
    for shift, looks in ((0.0, 1), (0.3 * drawn.UNIT, 2)):
        reader.looks.clear()
        reader.shift = shift
        own_follow.step(state, WALL, 0.04, reader, 1)
        assert len(reader.looks) == looks


def test_a_state_can_be_gone_back_to() -> None:
    film = moving(3)
    state, _ = own_follow.step(own_follow.init(), film[0][0], 0.0, READER, 1)
    _, once = own_follow.step(state, film[1][0], 0.04, READER, 1)
    own_follow.step(state, film[2][0], 0.04, READER, 1)
    _, again = own_follow.step(state, film[1][0], 0.04, READER, 1)
    np.testing.assert_array_equal(once[0].points, again[0].points)
