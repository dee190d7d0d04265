"""The line of closed lips is the picture's dark line, not the landmarks'."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests import drawn
from vultus.analysis.seam import with_seam_found
from vultus.topology import LOWER_LIP, OUTER_LOWER_LIP, OUTER_UPPER_LIP, UPPER_LIP

Floats = NDArray[np.float32]
LARGE = 6  # times the size of the drawing
UNIT = drawn.UNIT * LARGE
UPPER, LOWER = list(UPPER_LIP), list(LOWER_LIP)


def lips(off: float, line: tuple[int, int, int] = (60, 20, 20)) -> tuple[NDArray[np.uint8], Floats, Floats]:
    """(Picture, points with sealed lips, the seam [11, 2]) whose dark line lies `off` pixels below the landmarks."""
    points = (drawn.points() * LARGE).astype(np.float32)
    seam = (points[UPPER] + points[LOWER]) / 2
    points[UPPER], points[LOWER] = seam, seam
    picture = np.full((drawn.SIDE * LARGE, drawn.SIDE * LARGE, 3), drawn.SKIN, np.uint8)
    both = points[[*OUTER_UPPER_LIP, *OUTER_LOWER_LIP[::-1]], :2]
    cv2.fillPoly(picture, [np.rint(both).astype(np.int32)], (180, 80, 80))
    drawn_line = np.rint((seam[:, :2] + [0, off]) * 16).astype(np.int32)
    cv2.polylines(picture, [drawn_line], False, line, 3, cv2.LINE_AA, 4)
    return picture, points, np.asarray(seam[:, :2], np.float32)


@pytest.mark.parametrize("off", [-3.0, 0.0, 2.0])
def test_both_lips_end_on_the_dark_line(off: float) -> None:
    picture, points, seam = lips(off)
    moved = with_seam_found(points, picture, UNIT)
    assert np.array_equal(moved[UPPER, :2], moved[LOWER, :2])
    assert np.abs(moved[UPPER, :2] - seam - [0, off])[2:-2].max() < 0.8
    others = np.setdiff1d(np.arange(len(points)), [*UPPER, *LOWER])
    assert np.array_equal(moved[others], points[others])


def test_corners_and_depths_stay() -> None:
    picture, points, _ = lips(3.0)
    moved = with_seam_found(points, picture, UNIT)
    ends = [UPPER[0], UPPER[-1]]
    assert moved[ends, :2] == pytest.approx(points[ends, :2], abs=1e-3)
    assert np.array_equal(moved[:, 2], points[:, 2])


def test_lips_without_a_dark_line_stay_as_they_are() -> None:
    picture, points, _ = lips(3.0, line=(180, 80, 80))
    assert with_seam_found(points, picture, UNIT) is points


def test_lips_that_stand_apart_stay_as_they_are() -> None:
    picture, points, _ = lips(3.0)
    points[LOWER[1:-1], 1] += 0.03 * UNIT
    assert with_seam_found(points, picture, UNIT) is points
