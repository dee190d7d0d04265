"""The circle of an iris, from where its colour turns to white."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vultus.analysis.iris import found_iris, whiteness

Floats = NDArray[np.float32]
SIZE = (120, 200)
MIDDLE, RADIUS = np.array([104.0, 58.0]), 36.0


def seen(lid: float = 12.0, iris: tuple[int, int, int] = (60, 90, 140)) -> tuple[Floats, NDArray[np.bool_]]:
    """(Colours, opening) of a white eye with an iris, cut off above by a lid at row `lid`."""
    picture = np.full((*SIZE, 3), 225, np.uint8)
    cv2.circle(picture, (int(MIDDLE[0]), int(MIDDLE[1])), int(RADIUS), iris, -1, cv2.LINE_AA)
    cv2.circle(picture, (int(MIDDLE[0]), int(MIDDLE[1])), 14, (15, 12, 12), -1, cv2.LINE_AA)
    cv2.circle(picture, (90, 44), 6, (240, 240, 240), -1)  # a reflection
    inside = np.zeros(SIZE, bool)
    inside[int(lid) : 112, 6:194] = True
    return picture.astype(np.float32), inside


@pytest.mark.parametrize("off", [(0.0, 0.0), (-10.0, 3.0), (9.0, -4.0)])
@pytest.mark.parametrize("size", [0.85, 1.0, 1.1])
def test_the_circle_is_found_from_landmarks_that_are_off(off: tuple[float, float], size: float) -> None:
    colour, inside = seen()
    found = found_iris(colour, inside, (MIDDLE + off).astype(np.float32), RADIUS * size)
    assert found is not None
    assert np.hypot(*(found[0] - MIDDLE)) < 1.5
    assert found[1] == pytest.approx(RADIUS, abs=1.5)


def test_a_rim_that_shows_on_one_side_only_tells_no_circle() -> None:
    colour, inside = seen()
    inside[:, 104:] = False
    assert found_iris(colour, inside, MIDDLE.astype(np.float32), RADIUS) is None


def test_an_iris_as_pale_as_the_white_is_left_where_it_is() -> None:
    colour, inside = seen(iris=(205, 210, 215))
    rows, columns = np.mgrid[: SIZE[0], : SIZE[1]]
    ring = (np.hypot(columns - MIDDLE[0], rows - MIDDLE[1]) / RADIUS).astype(np.float32)
    assert whiteness(colour, inside, ring) is None
    assert found_iris(colour, inside, MIDDLE.astype(np.float32), RADIUS) is None
