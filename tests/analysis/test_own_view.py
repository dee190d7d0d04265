"""Views: what they cut lies where they say, however much finer the picture is."""

import numpy as np
import pytest
from numpy.typing import NDArray

from vultus.analysis.own_view import View

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

SIZE = 96
SIDE = 1000  # pixels of the picture


def told(places: Floats, view: View) -> Floats:  # [..., 2] -> [..., 2]
    """What the picture shows at a place: where it is in the view's own size, 150 grey levels for its side."""
    return np.asarray(128 + 150 * (places - [view.x, view.y]) / view.side, np.float32)


def slope(view: View) -> Bytes:
    """A picture whose red tells the column and whose green tells the row."""
    places = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE)), axis=-1)
    shown = np.rint(np.clip(told(places.astype(np.float32), view), 0, 255))
    return np.dstack([shown, np.zeros((SIDE, SIDE))]).astype(np.uint8)


@pytest.mark.parametrize("side", [60.0, 130.0, 150.0, 330.0, 900.0])
@pytest.mark.parametrize(("x", "y"), [(500.0, 500.0), (120.0, 480.0), (900.3, 900.7)])
@pytest.mark.parametrize("roll", [0.0, 0.2, -1.0])
def test_what_is_cut_lies_where_the_view_says(side: float, x: float, y: float, roll: float) -> None:
    view = View(x, y, side, roll)
    cut = view.cut(slope(view), SIZE).astype(np.float32)[..., :2]
    down, across = np.mgrid[:SIZE, :SIZE].astype(np.float32)
    there = np.stack([across.ravel(), down.ravel(), np.zeros(SIZE * SIZE, np.float32)], 1)
    places = view.out_of(there, SIZE)[:, :2].reshape(SIZE, SIZE, 2)
    within = ((places > 2 * side / SIZE) & (places < SIDE - 1 - 2 * side / SIZE)).all(-1)
    off = (cut - told(places, view))[within]
    assert np.abs(off).max() < 1.7  # one pixel of the view
    assert np.abs(off.mean(0)).max() < 0.9  # half a pixel of the view


def test_a_view_beyond_the_picture_shows_its_edge() -> None:
    picture = slope(View(500.0, 500.0, 1500.0, 0.0))
    cut = View(1900.0, 500.0, 900.0, 0.3).cut(picture, 16).astype(int)
    assert np.abs(cut[..., 0] - picture[500, -1, 0]).max() <= 4  # the mean over one pixel of the view


@pytest.mark.parametrize("side", [1e-3, 1e5, 1e9])
def test_a_view_of_any_size_can_be_cut(side: float) -> None:
    assert View(50.0, -20.0, side, 2.0).cut(np.zeros((100, 80, 3), np.uint8), 16).shape == (16, 16, 3)
