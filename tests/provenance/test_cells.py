"""Means of cells, many numbers at once, against plain means; and what is usual around them against plain windows."""

from itertools import pairwise

import numpy as np
import pytest

from vultus.provenance.cells import AT_MOST, BLUE, GREEN, RED, average
from vultus.provenance.chips import REACH, usual
from vultus.provenance.pattern import FINE


@pytest.mark.parametrize(
    "shape",
    [(128, 128, 3), (130, 200, 3), (512, 512, 3), (512, 512, 4), (1024, 768, 3), (300, 1078, 4), (400, 384, 3)],
)
def test_each_cell_has_the_mean_luma_of_its_pixels(shape: tuple[int, int, int]) -> None:
    frame = np.random.default_rng(1).integers(0, 256, shape, np.uint8)
    assert np.abs(averaged(frame) - plain(frame)).max() < 1e-3


def test_many_rows_of_white_are_white() -> None:
    frame = np.full((FINE * (AT_MOST + 40), FINE, 3), 255, np.uint8)
    assert np.abs(averaged(frame) - 255).max() < 1e-2


def averaged(frame: np.ndarray) -> np.ndarray:
    cells = np.empty((FINE, FINE), np.float32)
    average(frame.reshape(len(frame), -1), frame.shape[2], cells)
    return cells


def plain(frame: np.ndarray) -> np.ndarray:
    luma = frame[..., :3] @ np.array([RED, GREEN, BLUE], float)
    rows, columns = (np.arange(FINE + 1) * side // FINE for side in luma.shape)
    return np.array(
        [[luma[top:bottom, left:right].mean() for left, right in pairwise(columns)] for top, bottom in pairwise(rows)]
    )


@pytest.mark.parametrize("step", [1, 3])
@pytest.mark.parametrize("shape", [(64, 64), (40, 23), (9, 30)])
def test_usual_is_the_root_mean_power_of_a_window(shape: tuple[int, int], step: int) -> None:
    differences = np.random.default_rng(3).normal(size=shape).astype(np.float32)
    found = np.empty(shape, np.float32)
    usual(differences, step, found)
    reach = REACH * step
    wanted = [
        [np.sqrt(np.mean(_window(differences.astype(float), y, x, reach) ** 2)) for x in range(shape[1])]
        for y in range(shape[0])
    ]
    assert np.abs(found - wanted).max() < 1e-5


def _window(values: np.ndarray, y: int, x: int, reach: int) -> np.ndarray:
    return values[max(y - reach, 0) : y + reach + 1, max(x - reach, 0) : x + reach + 1]
