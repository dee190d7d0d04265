"""The frame lies in the picture, whatever the picture; points move with it."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests import drawn
from vultus.analysis.crop import LARGEST, crop, without_border


@pytest.mark.parametrize(
    "pad", [(0, 0, 0, 0), (300, 0, 0, 0), (0, 0, 0, 400), (50, 700, 300, 20), (900, 900, 900, 900)]
)
def test_the_frame_lies_in_the_picture_and_holds_the_face(pad: tuple[int, int, int, int]) -> None:
    top, bottom, left, right = pad
    picture = np.pad(drawn.picture(), ((top, bottom), (left, right), (0, 0)), "edge")
    cut = crop(picture, drawn.points() + np.array([left, top, 0], np.float32))
    x, y, side = cut.frame
    height, width = cut.texture.shape[:2]
    assert x >= 0
    assert y >= 0
    assert x + side <= width
    assert y + side <= height
    inside = (cut.points[:, :2] >= [x, y]).all() and (cut.points[:, :2] < [x + side, y + side]).all()
    assert inside


def test_the_texture_is_the_pictures_own_pixels() -> None:
    picture = np.pad(drawn.picture(), ((100, 100), (100, 100), (0, 0)), "edge")
    cut = crop(picture, drawn.points() + np.array([100, 100, 0], np.float32))
    nose = np.rint(cut.points[1, :2]).astype(int)
    there = np.rint(drawn.points()[1, :2]).astype(int)
    assert np.array_equal(cut.texture[nose[1], nose[0]], drawn.picture()[there[1], there[0]])


def test_large_pictures_are_reduced() -> None:
    big = np.repeat(np.repeat(drawn.picture(), 8, 0), 8, 1)
    cut = crop(big, drawn.points() * 8)
    assert cut.frame[2] <= LARGEST
    assert cut.points[1, 0] / cut.texture.shape[1] == pytest.approx(drawn.points()[1, 0] / 256, abs=0.01)


def bordered(left: int, top: int, right: int, bottom: int) -> NDArray[np.uint8]:
    """A smooth picture with a light line around it, so many pixels wide on each side."""
    y, x = np.mgrid[:240, :300]
    picture = np.dstack([60 + x // 8, 50 + y // 8, 90 + (x + y) // 16]).astype(np.uint8)
    picture[:, :left], picture[:, 300 - right :] = 235, 235
    picture[:top], picture[240 - bottom :] = 235, 235
    return picture


@pytest.mark.parametrize("widths", [(0, 0, 0, 0), (2, 0, 0, 3), (4, 1, 3, 2)])
def test_a_thin_line_around_a_picture_is_left_out(widths: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = without_border(bordered(*widths))
    found = (left, top, 300 - right, 240 - bottom)
    for wanted, came in zip(widths, found, strict=True):
        assert (came == 0) if wanted == 0 else (wanted <= came <= wanted + 1)


def test_a_picture_without_a_line_keeps_all_of_itself() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (200, 200, 3)).astype(np.uint8)
    assert without_border(noise) == (0, 0, 200, 200)
