"""An eye without lids: the iris is whole and round, whatever hides part of it."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests import drawn
from vultus.analysis.eyes import eye, with_lids_found
from vultus.topology import IRISES, LID_CREASES, LOWER_LIDS, UPPER_LIDS

Bytes = NDArray[np.uint8]
LARGE = 6  # times the size of the drawing


def drawn_eye(iris: float) -> tuple[Bytes, NDArray[np.float32]]:
    """The drawing enlarged, with irises so many times as large as the landmarks say, lashes over the upper half."""
    points = (drawn.points()[:, :2] * LARGE).astype(np.float32)
    canvas = np.full((drawn.SIDE * LARGE, drawn.SIDE * LARGE, 3), drawn.SKIN, np.uint8)
    for side in (0, 1):
        lids = points[[*UPPER_LIDS[side], *LOWER_LIDS[side][::-1]]]
        opening, disc = np.zeros(canvas.shape[:2], np.uint8), np.zeros(canvas.shape[:2], np.uint8)
        cv2.fillPoly(opening, [np.rint(lids).astype(np.int32)], 1)
        centre = np.rint(points[IRISES[side][0]]).astype(int)
        radius = np.mean([np.linalg.norm(points[i] - points[IRISES[side][0]]) for i in IRISES[side][1:]])
        cv2.circle(disc, (int(centre[0]), int(centre[1])), round(float(radius) * iris), 1, -1)
        canvas[opening > 0] = drawn.WHITE
        canvas[(opening & disc) > 0] = drawn.IRIS
        cv2.polylines(canvas, [np.rint(points[list(UPPER_LIDS[side])]).astype(np.int32)], False, (20, 10, 10), 5)
    return canvas, points


@pytest.mark.parametrize("side", [0, 1])
def test_the_iris_is_round_and_without_the_lashes_that_hide_it(side: int) -> None:
    picture, points = drawn_eye(1.0)
    found = eye(picture, points, side)
    whole = found.iris[..., 3] > 250
    away = np.abs(found.iris[whole][:, :3].astype(int) - drawn.IRIS).max(-1)
    assert (away > 40).mean() < 0.05
    rows, columns = np.flatnonzero(whole.any(1)), np.flatnonzero(whole.any(0))
    assert abs(len(rows) - len(columns)) <= 2


@pytest.mark.parametrize("larger", [1.0, 1.25])
def test_an_iris_larger_than_its_landmarks_leaves_nothing_on_the_white(larger: float) -> None:
    picture, points = drawn_eye(larger)
    found = eye(picture, points, 0)
    under = found.white[found.iris[..., 3] > 0]
    assert np.abs(under.astype(int) - drawn.WHITE).max() < 40


@pytest.mark.parametrize("side", [0, 1])
def test_a_dark_corner_stays_dark_and_a_red_one_does_not_stain_the_white(side: int) -> None:
    picture, points = drawn_eye(1.0)
    lids = points[list(UPPER_LIDS[side])]
    opening = np.zeros(picture.shape[:2], np.uint8)
    cv2.fillPoly(opening, [np.rint(points[[*UPPER_LIDS[side], *LOWER_LIDS[side][::-1]]]).astype(np.int32)], 1)
    along = (np.arange(picture.shape[1]) - lids[:, 0].min()) / np.ptp(lids[:, 0])
    picture[(opening > 0) & (along < 0.1)] = (70, 50, 40)
    picture[(opening > 0) & (along > 0.75)] = (200, 120, 110)
    found = eye(picture, points, side)
    x, y = found.origin
    corner = found.white[int(lids[0, 1]) - y, int(lids[:, 0].min() + 0.04 * np.ptp(lids[:, 0])) - x]
    assert corner.mean() < 110
    under = found.white[found.iris[..., 3] > 250].astype(int)
    assert (under[:, 0] - under[:, 2]).max() < 30


def test_skin_goes_along_with_lids_that_were_found_farther_out() -> None:
    picture, points = drawn_eye(1.0)
    inner = points.copy()
    for side in (0, 1):  # landmarks that lie inside the eye, creases just above them
        contour = [*UPPER_LIDS[side], *LOWER_LIDS[side][-2:0:-1]]
        middle = points[contour].mean(0)
        inner[contour] = middle + np.array([0.95, 0.55], np.float32) * (points[contour] - middle)
        inner[list(LID_CREASES[side])] = inner[list(UPPER_LIDS[side][1:-1])] - np.array([0, 6], np.float32)
    moved = with_lids_found(inner, picture)
    assert np.abs(moved - inner).max() > 5
    for side in (0, 1):
        above = moved[list(UPPER_LIDS[side][1:-1]), 1] - moved[list(LID_CREASES[side]), 1]
        assert above.min() > 0
        assert np.abs(moved[list(IRISES[side])] - points[list(IRISES[side])]).max() < 1.0


def inside_the_eye(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """Landmarks whose lids lie inside the eye that the drawing shows."""
    inner = points.copy()
    for side in (0, 1):
        contour = [*UPPER_LIDS[side], *LOWER_LIDS[side][-2:0:-1]]
        middle = points[contour].mean(0)
        inner[contour] = middle + np.array([0.95, 0.55], np.float32) * (points[contour] - middle)
    return inner


@pytest.mark.parametrize("aside", [(0.3, 0.0), (-0.25, 0.1)])
def test_an_iris_beside_its_landmarks_is_found_with_the_lids(aside: tuple[float, float]) -> None:
    picture, points = drawn_eye(1.15)
    inner = inside_the_eye(points)
    for side in (0, 1):
        on = list(IRISES[side])
        inner[on] += np.array(aside, np.float32) * np.ptp(points[on, 0]) / 2
    moved = with_lids_found(inner, picture)
    for side in (0, 1):
        centre, *rim = (moved[i] for i in IRISES[side])
        real, *real_rim = (points[i] for i in IRISES[side])
        radius = float(np.mean([np.linalg.norm(point - real) for point in real_rim]))
        assert np.linalg.norm(centre - real) < 0.08 * radius
        assert np.mean([np.linalg.norm(point - centre) for point in rim]) == pytest.approx(1.15 * radius, rel=0.05)


def test_pale_powder_beyond_the_edge_of_a_lid_is_no_white_of_the_eye() -> None:
    picture, points = drawn_eye(1.0)
    ground = picture.copy()
    for side in (0, 1):
        lids = np.rint(points[[*UPPER_LIDS[side], *LOWER_LIDS[side][::-1]]]).astype(np.int32)
        opening = np.zeros(picture.shape[:2], np.uint8)
        cv2.fillPoly(opening, [lids], 1)
        around = cv2.dilate(opening, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (31, 31)))
        ground[(around > 0) & (opening == 0)] = np.array(drawn.WHITE) - 20
        cv2.polylines(ground, [lids], True, (60, 30, 30), 7)
    assert with_lids_found(points, ground) is points
