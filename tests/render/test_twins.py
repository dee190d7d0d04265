"""The fast painter against its plain twin, and its rules one by one."""

import numpy as np
import pytest
from numpy.typing import NDArray

from vultus.render import paint, plain
from vultus.render.rims import neighbours, rims, soften
from vultus.render.texels import texels

Doubles = NDArray[np.float64]
Faces = NDArray[np.int32]
ROWS, COLUMNS = 40, 44


def random_mesh(seed: int) -> tuple[Doubles, Doubles, Faces]:
    """A jittered 5 x 5 net over the frame, the texture coordinates jittered otherwise."""
    rng = np.random.default_rng(seed)
    grid = np.stack(np.meshgrid(np.linspace(2, 42, 5), np.linspace(-3, 43, 5)), -1).reshape(-1, 2)
    cells = [(i, i + 1, i + 6, i + 5) for i in range(19) if i % 5 != 4]
    faces = [face for a, b, c, d in cells for face in ((a, b, c), (a, c, d))]
    return grid + rng.uniform(-3, 3, grid.shape), grid + rng.uniform(-3, 3, grid.shape), np.array(faces, np.int32)


def smooth_texture(seed: int) -> NDArray[np.uint8]:
    """Colours that change slowly, a soft edge of alpha: neighbours differ little, so that edges compare."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:46, :50]
    waves = [127 + 120 * np.sin(x * rng.uniform(0.05, 0.15) + y * rng.uniform(0.05, 0.15) + i) for i in range(3)]
    return np.dstack([*waves, np.clip((x - 8) * 20, 0, 255)]).astype(np.uint8)


def painted(placed: Doubles, source: Doubles, faces: Faces, fore: NDArray[np.uint8]) -> NDArray[np.uint8]:
    plate = np.full((ROWS, COLUMNS, 3), (10, 200, 90), np.uint8)
    out = plate.copy()
    shows = paint.kinds(source, faces, np.ascontiguousarray(fore[..., 3]))
    paint.paint(placed, source, faces, shows, np.arange(len(faces), dtype=np.int32), texels(fore), plate, out)
    return out


@pytest.mark.parametrize("seed", range(8))
def test_paint_equals_its_twin(seed: int) -> None:
    placed, source, faces = random_mesh(seed)
    fore = smooth_texture(seed)
    fast = painted(placed, source, faces, fore).astype(int)
    map_ = plain.rasterise(placed, source, faces, (ROWS, COLUMNS))
    slow = plain.over(map_, fore, np.full((ROWS, COLUMNS, 3), (10, 200, 90), np.uint8))
    away = np.abs(fast - slow).max(-1)
    # Inside: the rounding of two steps. On a shared edge either neighbour may paint, which differs by a
    # fraction of a pixel of a slowly changing texture.
    assert (away <= 1.6).mean() > 0.99
    assert away.max() <= 12


def test_whole_pixels_come_back_exactly() -> None:
    rng = np.random.default_rng(1)
    fore = np.dstack([rng.integers(0, 256, (ROWS, COLUMNS, 3)), np.full((ROWS, COLUMNS), 255)]).astype(np.uint8)
    corners = np.array([[-1.0, -1.0], [COLUMNS, -1.0], [COLUMNS, ROWS], [-1.0, ROWS]])
    faces = np.array([[0, 1, 2], [0, 2, 3]], np.int32)
    assert np.array_equal(painted(corners, corners, faces, fore), fore[..., :3])


def test_beyond_the_texture_its_edge_goes_on() -> None:
    fore = np.full((8, 8, 4), 255, np.uint8)
    fore[:, -1, :3] = 7
    placed = np.array([[0.0, 0.0], [43.0, 0.0], [43.0, 39.0], [0.0, 39.0]])
    out = painted(placed, placed, np.array([[0, 1, 2], [0, 2, 3]], np.int32), fore)
    assert (out[:, 8:] == 7).all()


def ordered(placed: Doubles, depth: Doubles, faces: Faces, shows: list[int]) -> list[int]:
    order = paint.painting_order(paint.turning(placed, faces), depth, faces, np.array(shows, np.uint8))
    return [int(t) for t in order]


def test_triangles_that_face_away_or_show_nothing_are_left_out() -> None:
    placed = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])
    faces = np.array([[0, 1, 2], [0, 2, 1], [0, 1, 2]], np.int32)
    assert ordered(placed, np.zeros(3), faces, [paint.OPAQUE, paint.OPAQUE, paint.EMPTY]) == [0]


def test_nearer_triangles_are_painted_last() -> None:
    placed = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0], [0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])
    depth = np.array([1.0, 1.0, 1.0, -1.0, -1.0, -1.0])
    faces = np.array([[0, 1, 2], [3, 4, 5]], np.int32)
    assert ordered(placed, depth, faces, [paint.OPAQUE, paint.MIXED]) == [1, 0]


@pytest.mark.parametrize("seed", range(4))
def test_many_triangles_are_painted_in_the_order_of_their_depths(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = 500
    depth = np.round(rng.normal(0, 1, 3 * count), 2)  # of both signs; many are equal
    placed = np.tile([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]], (count, 1))
    faces = np.arange(3 * count, dtype=np.int32).reshape(-1, 3)
    sums = depth.reshape(-1, 3).sum(1).astype(np.float32)
    assert ordered(placed, depth, faces, [paint.OPAQUE] * count) == np.argsort(sums, kind="stable").tolist()


FOLD = np.array([[0, 1, 2], [1, 3, 2]], np.int32)  # share the edge from 1 to 2


def test_an_edge_ends_what_is_seen_where_the_surface_turns_away() -> None:
    flat = np.array([[2.0, 2.0], [20.0, 3.0], [12.0, 30.0], [30.0, 30.0]])
    folded = flat.copy()
    folded[3] = 3.0, 28.0  # behind the first
    beside = neighbours(FOLD)
    assert beside.tolist() == [[0, 1, 0], [1, 1, 0]]
    assert rims(paint.turning(flat, FOLD), beside).tolist() == [0, 0]
    assert rims(paint.turning(folded, FOLD), beside).tolist() == [0b010, 0]


@pytest.mark.parametrize("turned", range(8))
def test_a_rim_is_mixed_by_how_much_of_each_pixel_it_covers(turned: int) -> None:
    """Against the share of a pixel on the triangle's side of the edge, counted on a fine net, whichever way it runs."""
    angle = turned * np.pi / 4 + 0.3
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = np.array([[-15.0, 0.0], [15.0, 0.0], [0.0, 14.0], [0.0, 9.0]]) @ turn.T + 20.3
    faces = np.array([[0, 1, 2], [1, 0, 3]], np.int32)
    faces[1] = [1, 0, 2]  # folded back over the first
    spots = np.stack(np.meshgrid(np.arange(COLUMNS * 8), np.arange(ROWS * 8)), -1) / 8 - 3.5 / 8 - corners[0]
    along = corners[1] - corners[0]
    inside = (along[0] * spots[..., 1] - along[1] * spots[..., 0] > 0).reshape(ROWS, 8, COLUMNS, 8).mean((1, 3))
    stairs = np.repeat((inside > 0.5)[..., None] * 200, 3, 2).astype(np.uint8)
    smooth = stairs.copy()
    soften(smooth, corners, faces, rims(paint.turning(corners, faces), neighbours(faces)))
    middle = np.s_[14:27, 14:27]
    before, after = (np.abs(a[middle][..., 0] / 200 - inside[middle]).mean() for a in (stairs, smooth))
    assert after < 0.35 * before


def test_kinds_tell_what_a_triangle_shows() -> None:
    alpha = np.zeros((30, 30), np.uint8)
    alpha[:, 10:] = 255
    source = np.array([[0.0, 0], [5, 0], [0, 5], [8, 8], [14, 8], [8, 14], [20, 20], [28, 20], [20, 28]])
    faces = np.arange(9, dtype=np.int32).reshape(3, 3)
    assert paint.kinds(source, faces, alpha).tolist() == [paint.EMPTY, paint.MIXED, paint.OPAQUE]
