"""Points of a turned head in the frame, against the plain rotations and cameras."""

import numpy as np

from vultus import face
from vultus.pose import Camera, rotation
from vultus.render.place import affine, head


def test_points_are_turned_shifted_and_projected() -> None:
    rng = np.random.default_rng(4)
    camera = Camera(900.0, (250.5, 261.0), 10.0)
    points = rng.normal(0, 1, (200, 3)).astype(np.float32)
    row = face.neutral()
    row[face.ROTATION] = 0.3, -0.4, 0.2
    row[face.SHIFT] = 0.2, -0.1
    row[face.LOG_DISTANCE] = 0.15
    pixels, depth = head(camera, points, row)
    turned = points.astype(np.float64) @ rotation(*row[face.ROTATION].astype(np.float64)).T
    turned[:, :2] += row[face.SHIFT]
    np.testing.assert_allclose(pixels, camera.project(turned, float(row[face.LOG_DISTANCE])), rtol=0, atol=1e-9)
    np.testing.assert_allclose(depth, turned[:, 2], rtol=0, atol=1e-12)


def test_three_points_settle_an_affine_map() -> None:
    rng = np.random.default_rng(6)
    before, after = rng.uniform(0, 500, (3, 2)), rng.uniform(0, 500, (3, 2))
    found = affine(before, after)
    np.testing.assert_allclose(np.column_stack([before, np.ones(3)]) @ found.T, after, rtol=0, atol=1e-9)
