"""Rotations, cameras, projection: pure numpy.

Face space is right-handed: x to the picture's right, y up, z toward the viewer; the unit is the distance
between the outer eye corners. Angles are radians: pitch + looks up, yaw + looks to the picture's right,
roll + tilts clockwise in the picture. Pixels have their origin at the top left, y down; the centre of the
first pixel is (0, 0).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Pose = tuple[float, Array, Array]
"""(scale, rotation [3, 3], translation [3]) that take face units to the places of a head's points"""


def rotation(pitch: float, yaw: float, roll: float) -> Array:
    """Rotation matrix [3, 3] that turns a head looking along +z: roll first, then pitch, then yaw."""
    cp, sp = np.cos(pitch), np.sin(pitch)
    cy, sy = np.cos(yaw), np.sin(yaw)
    cr, sr = np.cos(roll), np.sin(roll)
    turn = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    nod = np.array([[1, 0, 0], [0, cp, sp], [0, -sp, cp]])
    tilt = np.array([[cr, sr, 0], [-sr, cr, 0], [0, 0, 1]])
    return np.asarray(turn @ nod @ tilt)


def angles(matrix: Array) -> tuple[float, float, float]:
    """(pitch, yaw, roll) of a rotation matrix [3, 3]; the inverse of `rotation` for |pitch| < 90 degrees."""
    assert matrix.shape == (3, 3), matrix.shape
    pitch = np.arcsin(np.clip(matrix[1, 2], -1, 1))
    yaw = np.arctan2(matrix[0, 2], matrix[2, 2])
    roll = np.arctan2(-matrix[1, 0], matrix[1, 1])
    return float(pitch), float(yaw), float(roll)


def rigid_fit(
    source: Array,  # [N, 3]
    target: Array,  # [N, 3]
    weights: Array,  # [N]
) -> Pose:
    """(scale, rotation [3, 3], translation [3]) with target ~ scale * rotation @ source + translation.

    Weighted least squares, never a reflection. Source: Umeyama, PAMI 13 (1991).
    """
    assert source.shape == target.shape == (len(weights), 3), (source.shape, target.shape)
    share = weights / weights.sum()
    centre_source, centre_target = share @ source, share @ target
    a, b = source - centre_source, target - centre_target
    u, stretch, vt = np.linalg.svd(b.T @ (a * share[:, None]))
    sign = np.array([1.0, 1.0, np.sign(np.linalg.det(u @ vt))])
    matrix = (u * sign) @ vt
    scale = float((stretch * sign).sum() / (share @ (a**2).sum(1)))
    return scale, matrix, centre_target - scale * matrix @ centre_source


@dataclass(frozen=True)
class Camera:
    """A pinhole that looks along -z at the origin of face space from `distance` face units away."""

    focal: float  # pixels
    centre: tuple[float, float]  # pixels (x, y) at which the axis meets the picture
    distance: float  # face units

    @property
    def view(self) -> tuple[float, float, float, float]:
        """Focal length, centre and distance in one, as kernels take them."""
        return self.focal, self.centre[0], self.centre[1], self.distance

    def project(self, points: Array, log_distance: float = 0.0) -> Array:  # [N, 3] -> [N, 2]
        """Pixels of points in face units, with the head moved away by exp(log_distance)."""
        depth = self.distance * np.exp(log_distance) - points[:, 2]
        x = self.centre[0] + self.focal * points[:, 0] / depth
        y = self.centre[1] - self.focal * points[:, 1] / depth
        return np.stack([x, y], axis=1)

    def lift(self, pixels: Array, z: Array) -> Array:  # [N, 2], [N] -> [N, 3]
        """The points at depth `z` that `project` shows at `pixels`: its exact inverse."""
        depth = self.distance - z
        x = (pixels[:, 0] - self.centre[0]) * depth / self.focal
        y = (self.centre[1] - pixels[:, 1]) * depth / self.focal
        return np.stack([x, y, z], axis=1)
