"""Geometry by its axioms."""

import numpy as np
import pytest
from numpy.typing import NDArray

from vultus.pose import Camera, angles, rigid_fit, rotation

SEEDS = range(8)
Array = NDArray[np.float64]


def some_angles(seed: int) -> tuple[float, float, float]:
    pitch, yaw, roll = np.random.default_rng(seed).uniform(-1.2, 1.2, 3)
    return float(pitch), float(yaw), float(roll)


def some_points(seed: int, count: int = 30) -> Array:  # -> [N, 3]
    return np.random.default_rng(seed).normal(0, 0.5, (count, 3))


@pytest.mark.parametrize("seed", SEEDS)
def test_rotations_are_closed_and_keep_lengths_and_handedness(seed: int) -> None:
    product = rotation(*some_angles(seed)) @ rotation(*some_angles(seed + 100))
    np.testing.assert_allclose(product @ product.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(product) == pytest.approx(1)
    np.testing.assert_allclose(rotation(*angles(product)), product, atol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_transpose_undoes_a_rotation(seed: int) -> None:
    turn, points = rotation(*some_angles(seed)), some_points(seed)
    np.testing.assert_allclose((points @ turn.T) @ turn, points, atol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_angles_are_the_inverse_of_rotation(seed: int) -> None:
    np.testing.assert_allclose(angles(rotation(*some_angles(seed))), some_angles(seed), atol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_mirror_turns_yaw_and_roll_round_and_leaves_pitch(seed: int) -> None:
    pitch, yaw, roll = some_angles(seed)
    mirror = np.diag([-1.0, 1.0, 1.0])
    np.testing.assert_allclose(mirror @ rotation(pitch, yaw, roll) @ mirror, rotation(pitch, -yaw, -roll), atol=1e-12)


def test_signs_are_those_of_the_conventions() -> None:
    gaze, crown = np.array([0.0, 0, 1]), np.array([0.0, 1, 0])
    assert (rotation(0.3, 0, 0) @ gaze)[1] > 0  # pitch +: looks up
    assert (rotation(0, 0.3, 0) @ gaze)[0] > 0  # yaw +: looks to the picture's right
    assert (rotation(0, 0, 0.3) @ crown)[0] > 0  # roll +: tilts clockwise


@pytest.mark.parametrize("seed", SEEDS)
def test_rigid_fit_finds_a_planted_transform(seed: int) -> None:
    points, turn = some_points(seed), rotation(*some_angles(seed))
    rng = np.random.default_rng(seed)
    size, move = rng.uniform(0.2, 300), rng.normal(0, 100, 3)
    scale, matrix, shift = rigid_fit(points, size * points @ turn.T + move, rng.uniform(0.1, 1, len(points)))
    assert scale == pytest.approx(size)
    np.testing.assert_allclose(matrix, turn, atol=1e-9)
    np.testing.assert_allclose(shift, move, atol=1e-7)


def test_rigid_fit_leaves_out_points_without_weight() -> None:
    points = some_points(1)
    target = points + np.array([1.0, 2.0, 3.0])
    target[0] += 50
    weights = np.ones(len(points))
    weights[0] = 0
    scale, matrix, shift = rigid_fit(points, target, weights)
    assert scale == pytest.approx(1)
    np.testing.assert_allclose(matrix, np.eye(3), atol=1e-9)
    np.testing.assert_allclose(shift, [1, 2, 3], atol=1e-9)


def test_rigid_fit_never_mirrors() -> None:
    points = some_points(2)
    _, matrix, _ = rigid_fit(points, points * [-1.0, 1.0, 1.0], np.ones(len(points)))
    assert np.linalg.det(matrix) == pytest.approx(1)


@pytest.mark.parametrize("seed", SEEDS)
def test_lift_is_the_inverse_of_project(seed: int) -> None:
    camera, points = Camera(focal=900.0, centre=(255.5, 240.0), distance=6.0), some_points(seed)
    np.testing.assert_allclose(camera.lift(camera.project(points), points[:, 2]), points, atol=1e-9)


def test_projection_puts_right_right_up_up_and_far_small() -> None:
    camera = Camera(focal=600.0, centre=(100.0, 100.0), distance=6.0)
    origin, right, up, near = camera.project(np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 0, 1]]))
    np.testing.assert_allclose(origin, [100, 100])
    assert right[0] > 100 and up[1] < 100 and near[0] > right[0]
    far = camera.project(np.array([[1.0, 0, 0]]), log_distance=float(np.log(2)))[0]
    assert far[0] - 100 == pytest.approx((right[0] - 100) / 2)
