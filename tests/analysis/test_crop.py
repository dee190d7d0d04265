"""The frame lies in the picture, whatever the picture; points move with it."""

import numpy as np
import pytest

from tests import drawn
from vultus.analysis.crop import LARGEST, crop


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
