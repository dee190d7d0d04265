"""Our reader of faces, with stand-ins for its networks that know a drawing by its colours."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests import drawn, stand_ins
from vultus import analysis
from vultus.analysis import choose, doubt, own_find
from vultus.analysis.mediapipe_models import MediaPipe
from vultus.analysis.own_reader import LIKELY, MIRROR, SURE, Own
from vultus.analysis.own_view import View, around
from vultus.errors import NoFace, OptionRefused

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

READER = stand_ins.by_colour()


def staged(size: float, degrees: float, at: tuple[float, float], canvas: Bytes | None = None) -> tuple[Bytes, Floats]:
    """The drawing somewhere in a larger picture -> the picture, the face's points in it."""
    matrix = cv2.getRotationMatrix2D((128, 128), -degrees, size)
    matrix[:, 2] += np.array(at) - 128
    wall = np.full((480, 640, 3), drawn.WALL, np.uint8) if canvas is None else canvas.copy()
    way = cv2.INTER_AREA if size < 1 else cv2.INTER_LINEAR
    laid = cv2.warpAffine(drawn.picture(), matrix, (640, 480), wall, way, cv2.BORDER_TRANSPARENT)
    flat = drawn.points()[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(laid, np.uint8), np.column_stack([flat, drawn.points()[:, 2] * size]).astype(np.float32)


def away(found: Floats, true: Floats) -> float:
    """Mean distance over that of the eyes, per cent."""
    apart = np.linalg.norm(true[33, :2] - true[263, :2])
    return float(np.linalg.norm((found - true)[:, :2], axis=1).mean() / apart * 100)


@pytest.mark.parametrize("size", [0.4, 1.0, 1.7])
@pytest.mark.parametrize("degrees", [-45.0, 0.0, 20.0])
def test_a_face_is_found_at_any_size_and_tilt(size: float, degrees: float) -> None:
    picture, true = staged(size, degrees, (300, 220))
    (face,) = READER.faces(picture)
    assert away(face.points, true) < 3
    assert face.sure == pytest.approx(stand_ins.SCORE)


@pytest.mark.parametrize("degrees", [90.0, 180.0, -90.0, 120.0])
def test_a_picture_that_does_not_stand_upright_is_read_too(degrees: float) -> None:
    picture, true = staged(1.0, degrees, (320, 240))
    assert own_find.find(picture, READER.find) == [], "the finder itself sees it not"
    (face,) = READER.faces(picture)
    assert away(face.points, true) < 3


def test_each_of_two_faces_is_found_once() -> None:
    first, one = staged(0.6, 10, (150, 200))
    both, other = staged(1.0, -10, (450, 240), first)
    found = READER.faces(both)
    assert len(found) == 2
    for true in (one, other):
        assert min(away(face.points, true) for face in found) < 3


def test_where_nothing_is_nothing_is_found() -> None:
    assert READER.faces(np.full((300, 400, 3), 128, np.uint8)) == []
    with pytest.raises(NoFace, match="--points"):
        analysis.prepare(np.full((300, 400, 3), 128, np.uint8), reader=READER)


def test_what_is_no_face_when_it_is_looked_at_alone_is_left_out() -> None:
    """A finder that is fooled in whole pictures only, though by far."""
    picture, _ = staged(1.0, 0, (300, 220))
    asked: list[tuple[int, ...]] = []

    def fooled(inputs: dict[str, Floats]) -> dict[str, Floats]:
        asked.append(inputs["picture"].shape[1:3])
        cells = READER.find(inputs)["cells"].copy()
        cells[:, 0] *= 0.95 * (asked[-1] != (own_find.AGAIN, own_find.AGAIN))
        return {"cells": cells}

    assert replace(READER, find=fooled).faces(picture) == []
    assert (own_find.AGAIN, own_find.AGAIN) in asked


def test_an_open_mouth_that_looks_like_a_small_face_does_not_hide_the_face_around_it() -> None:
    """A finder that is surer of a place within the face, a third its size, until that is looked at alone."""
    picture, true = staged(1.0, 0, (300, 220))

    def fooled(inputs: dict[str, Floats]) -> dict[str, Floats]:
        cells = READER.find(inputs)["cells"].copy()
        if inputs["picture"].shape[2] == picture.shape[1]:
            row, column = np.unravel_index(cells[0, 0].argmax(), cells.shape[2:])
            mouth = cells[0, :, row, column].copy()
            mouth[0], mouth[3] = 0.97, mouth[3] - np.log(3)
            cells[0, :, row + 2, column] = mouth
        return {"cells": cells}

    reader = replace(READER, find=fooled)
    small, whole = (one.view.side for one in own_find.find(picture, fooled))
    assert small < whole / 2
    (face,) = reader.faces(picture)
    assert away(face.points, true) < 3


def test_what_is_no_face_in_a_mirror_is_left_out() -> None:
    """A finder that is fooled by a picture as it stands, and sees nothing in the small square that shows its mirror."""
    picture, _ = staged(1.0, 0, (300, 220))
    asked: list[tuple[int, ...]] = []

    def never(inputs: dict[str, Floats]) -> dict[str, Floats]:
        asked.append(inputs["picture"].shape[1:3])
        cells = READER.find(inputs)["cells"].copy()
        cells[:, 0] *= asked[-1] != (MIRROR, MIRROR)
        return {"cells": cells}

    assert replace(READER, find=never).faces(picture) == []
    assert (MIRROR, MIRROR) in asked


def test_what_moves_in_a_mirror_is_left_out() -> None:
    picture, true = staged(1.0, 0, (300, 220))
    moved = true + np.float32(0.2) * np.float32(np.linalg.norm(true[33, :2] - true[263, :2])) * np.array([1, 0, 0])
    assert READER._stands(picture, true)
    assert not READER._stands(picture, moved.astype(np.float32))


@pytest.mark.parametrize(("degrees", "least"), [(0.0, LIKELY), (180.0, SURE)])
def test_what_is_not_sure_enough_is_left_out(degrees: float, least: float) -> None:
    def scoring(score: float) -> Own:
        def find(inputs: dict[str, Floats]) -> dict[str, Floats]:
            cells = READER.find(inputs)["cells"].copy()
            cells[:, 0] *= score / stand_ins.SCORE
            return {"cells": cells}

        return replace(READER, find=find)

    picture, _ = staged(1.0, degrees, (300, 220))
    (face,) = scoring(least + 0.02).faces(picture)
    assert face.sure == pytest.approx(least + 0.02)
    assert scoring(least - 0.02).faces(picture) == []


def test_beside_a_sure_face_a_likely_one_does_not_count() -> None:
    first, _ = staged(0.6, 0, (150, 200))
    both, right = staged(1.0, 0, (450, 240), first)

    def find(inputs: dict[str, Floats]) -> dict[str, Floats]:
        cells = READER.find(inputs)["cells"].copy()
        if inputs["picture"].shape[1] != own_find.AGAIN:
            cells[:, 0, :, : cells.shape[3] // 2] *= 0.35
        return {"cells": cells}

    (face,) = replace(READER, find=find).faces(both)
    assert away(face.points, right) < 3
    (face,) = replace(READER, find=find).faces(first)
    assert LIKELY < face.sure < 0.9


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_views_of_turned_pictures_are_turned_back(quarters: int) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (40, 60, 3)).astype(np.uint8)
    turned = np.ascontiguousarray(np.rot90(picture, quarters))
    view = View(21.0, 17.0, 16.0, 0.3)
    back = own_find.turned_back(view, quarters, 60, 40)
    seen, wanted = back.cut(picture, 16).astype(int), view.cut(turned, 16).astype(int)
    assert np.abs(seen - wanted).max() <= 4


def test_a_portrait_is_made_with_it_and_believed() -> None:
    picture, true = staged(1.0, 0, (320, 240))
    portrait, (x, y, _) = analysis.prepare_in_place(picture, reader=READER)
    pixels = portrait.camera.project(portrait.shape.astype(np.float64))
    corner = np.array([x, y]) - portrait.frame[:2]
    assert np.linalg.norm(pixels[33] + corner - true[33, :2]) < 3
    assert portrait.fore[..., 3].max() == 255 and portrait.fore[0, 0, 3] == 0
    assert doubt.of(portrait, READER) > 0.8


def test_how_sure_a_view_is_falls_where_no_face_is() -> None:
    picture, true = staged(1.0, 30, (300, 220))
    view = around(true)
    assert own_find.sureness(picture, view, READER.find) == pytest.approx(stand_ins.SCORE)
    assert own_find.sureness(picture, View(view.x + view.side, view.y, view.side, view.roll), READER.find) == 0
    assert own_find.sureness(picture, View(view.x, view.y, view.side * 2, view.roll), READER.find) == 0


def test_readers_are_chosen_by_name() -> None:
    assert isinstance(choose.reader("mediapipe"), MediaPipe)
    assert choose.DEFAULT in choose.READERS
    with pytest.raises(OptionRefused, match="own, mediapipe"):
        choose.reader("tea leaves")
