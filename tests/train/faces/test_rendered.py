"""Rendered heads: the depth buffer hides what is behind, points lie where they are drawn, turns turn them."""

import numpy as np
import pytest

pytest.importorskip("scipy", reason="the extra `train` is not installed")

from vultus.face import D, channel, face_model
from vultus.topology import CHIN, FOREHEAD, IRISES, LOWER_LIP, OUTER_CORNERS, SKIN, UPPER_LIP
from vultus.train import facekit
from vultus.train.faces import kit_head, raster, rendered, skins
from vultus.train.faces.fasten import fastened

kit = pytest.mark.skipif(not facekit.KIT.exists(), reason="../shared/facekit is not there")
GREY = np.full((rendered.SIZE, rendered.SIZE, 3), 90, np.uint8)


def _shares() -> np.ndarray:
    return fastened(np.asarray(face_model().mean, np.float64))


def _shown(turn: tuple[float, float, float] = (0.0, 0.0, 0.0), seed: int = 0, **weights: float) -> rendered.Rendered:
    row = np.zeros(D, np.float32)
    for name, value in weights.items():
        row[channel(name)] = value
    return rendered.render(row, turn, None, GREY, _shares(), np.random.default_rng(seed))


def test_the_nearer_triangle_is_seen_whichever_comes_first() -> None:
    corners = np.array([[0, 0, 1], [9, 0, 1], [0, 9, 1], [0, 0, 2], [9, 0, 2], [0, 9, 2]], np.float32)
    colours = np.repeat(np.array([[255, 0, 0], [0, 255, 0]], np.float32), 3, 0)
    for order in ([[0, 1, 2], [3, 4, 5]], [[3, 4, 5], [0, 1, 2]]):
        picture, near = raster.draw(corners, np.array(order, np.int32), colours, np.zeros((10, 10, 3), np.float32))
        assert picture[2, 2].tolist() == [0, 255, 0] and near[2, 2] == 2
        assert near[9, 9] == raster.FAR and picture[9, 9].sum() == 0


def test_colours_are_mixed_between_corners() -> None:
    corners = np.array([[0, 0, 0], [8, 0, 0], [0, 8, 0]], np.float32)
    colours = np.array([[0, 0, 0], [80, 0, 0], [0, 80, 0]], np.float32)
    picture, _ = raster.draw(corners, np.array([[0, 1, 2]]), colours, np.zeros((9, 9, 3), np.float32))
    np.testing.assert_allclose(picture[2, 3], [30, 20, 0], atol=1e-3)


def test_normals_point_outward() -> None:
    corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32)
    np.testing.assert_allclose(raster.normals(corners, np.array([[0, 1, 2]], np.int32)), [[0, 0, 1]] * 3)


@kit
def test_points_lie_on_the_mean_face_where_they_are_asked_to() -> None:
    mean = np.asarray(face_model().mean, np.float64)
    skin = facekit.bent(facekit.read(), mean)
    away = np.linalg.norm((fastened(mean) @ skin - mean)[:SKIN], axis=1)
    assert np.median(away) < 0.005 and away.mean() < 0.012


@kit
def test_a_head_that_looks_ahead_is_like_a_face() -> None:
    one = _shown()
    points = one.points
    assert one.picture.shape == (rendered.SIZE, rendered.SIZE, 3) and np.ptp(one.picture) > 100
    assert points[CHIN, 1] > points[FOREHEAD, 1] + 80
    assert abs(points[OUTER_CORNERS[0], 1] - points[OUTER_CORNERS[1], 1]) < 8
    assert points[4, 2] < points[OUTER_CORNERS[0], 2]  # the nose is nearest
    assert one.seen[[4, 50, 280, *OUTER_CORNERS]].all()


@kit
def test_the_same_chance_draws_the_same_head() -> None:
    np.testing.assert_array_equal(_shown(seed=3).picture, _shown(seed=3).picture)
    assert (_shown(seed=3).picture != _shown(seed=4).picture).any()


@kit
def test_a_turned_head_hides_its_far_side() -> None:
    one = _shown((0.0, np.radians(55), 0.0))
    assert one.points[4, 0] > one.points[OUTER_CORNERS[0], 0] + 30  # it looks to the picture's right
    assert one.seen[234] == 1 and one.seen[454] == 0
    other = _shown((0.0, -np.radians(55), 0.0))
    assert other.seen[454] == 1 and other.seen[234] == 0


@kit
def test_a_head_that_looks_up_moves_its_nose_up() -> None:
    up, down = _shown((0.4, 0.0, 0.0)).points, _shown((-0.4, 0.0, 0.0)).points
    assert up[4, 1] - up[[33, 263], 1].mean() < down[4, 1] - down[[33, 263], 1].mean() - 10


@kit
def test_jaws_open_and_lids_close() -> None:
    shut, wide = _shown().points, _shown(jawOpen=1.0).points

    def gap(points: np.ndarray, upper: int, lower: int) -> float:
        return float(points[lower, 1] - points[upper, 1])

    assert gap(wide, UPPER_LIP[5], LOWER_LIP[5]) > gap(shut, UPPER_LIP[5], LOWER_LIP[5]) + 10
    blink = _shown(eyeBlinkLeft=1.0, eyeBlinkRight=1.0).points
    assert gap(blink, 159, 145) < 0.5 * gap(shut, 159, 145)


@kit
def test_eyes_look_where_they_are_told() -> None:
    ahead, aside = _shown().points, _shown(gazeYaw=0.4).points
    for ring, corners in zip(IRISES, ((33, 133), (362, 263)), strict=True):
        moved = [points[ring[0], 0] - points[list(corners), 0].mean() for points in (ahead, aside)]
        assert moved[1] > moved[0] + 2


@kit
def test_the_skin_of_a_picture_is_carried_to_the_same_places() -> None:
    mean = np.asarray(face_model().mean, np.float32)
    points = mean * [60, -60, -60] + [128, 128, 0]
    picture = np.full((256, 256, 3), 120, np.uint8)
    picture[:, 128:] = (200, 40, 40)  # one half of the face is red
    places = kit_head.head(np.zeros(kit_head.MODES), np.zeros(44, np.float32), (0.0, 0.0), _shares()).at_rest
    colours = skins.of_picture(picture, points.astype(np.float32), places, np.random.default_rng(0))
    face = places[: facekit.FACE_VERTICES]
    near = np.linalg.norm(face[:, :2] - mean[4, :2], axis=1) < 0.4
    right, left = near & (face[:, 0] > 0.1), near & (face[:, 0] < -0.1)
    assert colours[: len(face)][right, 1].mean() < 60 < 110 < colours[: len(face)][left, 1].mean()
