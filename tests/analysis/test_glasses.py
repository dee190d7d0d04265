"""Glasses are found where they are and nowhere else, and come off the face whole."""

from pathlib import Path

import numpy as np
import pytest

from tests import drawn
from vultus.analysis import choose, frames
from vultus.analysis.glasses import take_off, worn
from vultus.media.picture import read_picture

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.png"))
PORTRAITS = sorted((ROOT.parent / "shared" / "portraits").glob("*.jpg"))


def test_the_lines_of_a_frame_are_found_where_they_run() -> None:
    seen = frames.upright(drawn.picture_with_glasses(), drawn.points()[:, :2])
    found = frames.frame(seen)
    assert worn(found) and found.clear > 5
    for rim, side in zip(found.rims, (-1, 1), strict=True):
        away = np.hypot((rim[:, 0] - 0.36 * side) / 0.25, (rim[:, 1] - 0.05) / 0.22)
        assert np.abs(away - 1).max() < 0.15
    assert abs(found.bridge[:, 1].mean()) < 0.06


def test_a_face_without_glasses_is_left_as_it_is() -> None:
    bare, none = take_off(drawn.picture(), drawn.points())
    assert none is None
    np.testing.assert_array_equal(bare, drawn.picture())


@pytest.mark.parametrize("path", [*EXAMPLES, *PORTRAITS], ids=lambda path: path.stem)
def test_no_portrait_without_glasses_gets_some(path: Path) -> None:
    picture = np.ascontiguousarray(read_picture(path)[..., :3])
    points = max((face.points for face in choose.reader().faces(picture)), key=lambda found: np.ptp(found[:, 0]))
    assert take_off(picture, points)[1] is None


def test_light_frames_are_found_too() -> None:
    share = drawn.glasses()[..., None]
    picture = np.rint((1 - share) * (0.5 * drawn.picture()) + share * np.array((220, 200, 140))).astype(np.uint8)
    assert take_off(picture, drawn.points())[1] is not None


def test_a_frame_that_is_not_closed_is_none() -> None:
    share = drawn.glasses()[..., None].copy()
    share[: int(drawn.points()[33, 1])] = 0  # what is left is bags under the eyes
    picture = np.rint((1 - share) * drawn.picture() + share * np.array(drawn.FRAME)).astype(np.uint8)
    assert take_off(picture, drawn.points())[1] is None


def test_what_is_taken_off_over_what_is_left_is_the_picture() -> None:
    picture = drawn.picture_with_glasses()
    bare, taken = take_off(picture, drawn.points())
    assert taken is not None
    (x, y), (height, width) = taken.origin, taken.picture.shape[:2]
    share = taken.picture[..., 3:] / 255
    again = bare.astype(np.float64)
    again[y : y + height, x : x + width] *= 1 - share
    again[y : y + height, x : x + width] += share * taken.picture[..., :3]
    assert np.abs(again - picture).max() <= 1.5


def test_below_the_frame_lies_skin() -> None:
    bare, _ = take_off(drawn.picture_with_glasses(), drawn.points())
    rims = drawn.glasses() > 0.9
    rims[:, : int(drawn.points()[127, 0]) + 8] = rims[:, int(drawn.points()[356, 0]) - 8 :] = False  # arms over hair
    off = np.abs(bare[rims].astype(int) - drawn.picture()[rims]).max(-1)
    assert (off < 30).mean() > 0.9
