"""The fast rasteriser and compositor against their plain twins."""

import numpy as np
import pytest
from numpy.typing import NDArray

from vultus.render import compose, plain, raster


def random_mesh(seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int32]]:
    """A jittered 5 x 5 net over 40 x 40 pixels, the texture coordinates jittered otherwise."""
    rng = np.random.default_rng(seed)
    grid = np.stack(np.meshgrid(np.linspace(-3, 43, 5), np.linspace(-3, 43, 5)), -1).reshape(-1, 2)
    cells = [(i, i + 1, i + 6, i + 5) for i in range(19) if i % 5 != 4]
    faces = [face for a, b, c, d in cells for face in ((a, b, c), (a, c, d))]
    return grid + rng.uniform(-3, 3, grid.shape), grid + rng.uniform(-3, 3, grid.shape), np.array(faces, np.int32)


@pytest.mark.parametrize("seed", range(6))
def test_rasterise_equals_its_twin(seed: int) -> None:
    placed, source, triangles = random_mesh(seed)
    fast = np.empty((40, 40, 2), np.float32)
    raster.rasterise(placed, source, triangles, fast)
    slow = plain.rasterise(placed, source, triangles, (40, 40))
    agree = np.abs(fast - slow).max(-1) < 1e-2
    # On a shared edge either neighbour may paint; the two differ there by the jump of the slope only.
    assert agree.mean() > 0.995
    assert np.array_equal(fast[..., 0] == raster.UNSET, slow[..., 0] == raster.UNSET)


@pytest.mark.parametrize("seed", range(4))
def test_over_equals_its_twin(seed: int) -> None:
    rng = np.random.default_rng(seed)
    fore = rng.integers(0, 256, (30, 34, 4)).astype(np.uint8)
    fore[:, :10, 3], fore[:, 20:, 3] = 0, 255
    plate = rng.integers(0, 256, (24, 26, 3)).astype(np.uint8)
    # On the grid of positions that the fast one tells apart, so that both sample the same place.
    where = np.rint(rng.uniform(-4, 38, (24, 26, 2)) * compose.STEPS) / compose.STEPS
    where[rng.random((24, 26)) < 0.2] = raster.UNSET
    fast = np.empty_like(plate)
    compose.over(where.astype(np.float32), fore, plate, fast)
    # The twin blends colour and alpha apart, as the fast one does.
    slow = plain.over(where, fore, plate)
    assert np.abs(fast - slow).max() <= 0.51


def test_whole_pixels_come_back_exactly() -> None:
    rng = np.random.default_rng(1)
    fore = np.dstack([rng.integers(0, 256, (20, 20, 3)), np.full((20, 20), 255)]).astype(np.uint8)
    where = np.stack(np.meshgrid(np.arange(20), np.arange(20)), -1).astype(np.float32)
    out = np.empty((20, 20, 3), np.uint8)
    compose.over(where, fore, np.zeros((20, 20, 3), np.uint8), out)
    assert np.array_equal(out, fore[..., :3])


def test_triangles_that_face_away_are_not_painted() -> None:
    placed = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])
    faces = np.array([[0, 1, 2], [0, 2, 1]], np.int32)
    assert raster.painting_order(placed, np.zeros(3), faces).tolist() == [[0, 1, 2]]


def test_nearer_triangles_are_painted_last() -> None:
    placed = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0], [0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])
    depth = np.array([1.0, 1.0, 1.0, -1.0, -1.0, -1.0])
    faces = np.array([[0, 1, 2], [3, 4, 5]], np.int32)
    assert raster.painting_order(placed, depth, faces).tolist() == [[3, 4, 5], [0, 1, 2]]
