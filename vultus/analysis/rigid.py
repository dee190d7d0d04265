"""How a head has moved since a picture of it, by its pixels: points waver with the expression, a forehead does not.

Samples of the skin that expressions move least are laid where a pose says, and the pose is moved until they show
there what they showed in the first picture: Gauss-Newton on pictures without their local brightness and contrast,
in the points' weak perspective, outliers counting less (Huber). The pose that the points tell is where it starts
and what it is held to (Gaussian), so that what shows little changes little. Source: Baker and Matthews,
International Journal of Computer Vision 56 (2004).
"""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.analysis import fit
from vultus.analysis.own_view import View, around
from vultus.analysis.retarget import local
from vultus.face import face_model
from vultus.pose import Pose, rigid_fit
from vultus.topology import LOWER_LIDS, OVAL, STABLE, UPPER_LIDS, triangles

Array = NDArray[np.float64]
Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

SIZE = 144  # pixels of a view's side, about 64 a face unit
BLURS = (2.0, 0.8)  # pixels, one after the other
STEPS = (3, 2)
AREA = 9.0  # pixels: standard deviation of the surroundings whose brightness and contrast are taken off
FLOOR = 5.0  # levels of contrast that are noise
SPACING = 0.035  # face units between samples
MOVES = 0.04  # face units: skin that a whole weight moves so far counts half
LEAST = 0.15  # of a sample's weight: the others are left out
EYES = 0.1  # face units around the lids, which crease and throw shadows when they shut: left out
HUBER = 0.6  # of local contrast
SIGMA = 0.5  # of local contrast: what two pictures of the same skin differ by
TOGETHER = 8.0  # samples that tell no more than one
LOOSE = np.array([0.2, 0.2, 0.14, 0.12, 0.12, 0.1])  # of the points' pose: radians, face units, log scale
ALIKE = (0.35, 0.65)  # correlation: below the first the points' pose stands, from the second on that of the pixels


@dataclass(frozen=True)
class Samples:
    """Places on the face's triangles."""

    corners: NDArray[np.int32]  # [N, 3] points
    shares: Array  # [N, 3] of each
    weights: Array  # [N]


@dataclass(frozen=True)
class Reference:
    """One picture of a head."""

    shape: Array  # [478, 3] head axes, face units
    places: Array  # [N, 3] of the samples
    middle: Array  # [3] of the samples
    shown: tuple[Floats, ...]  # [N] each, a blur
    weights: Array  # [N]


@dataclass(frozen=True)
class Found:
    """A head's pose in a picture."""

    pose: Pose
    alike: float  # correlation of what the samples show


@cache
def samples() -> Samples:
    """A grid on the mean face, each place weighing by how still it is."""
    model = face_model()
    mean, faces = np.asarray(model.mean, np.float64), triangles()
    far = np.linalg.norm(local(model.basis), axis=-1)  # [E, 478]
    still = 1 / (1 + (far.max(0) / MOVES) ** 2)
    oval = mean[list(OVAL), :2]
    low, high = oval.min(0), oval.max(0)
    grid = np.stack(np.meshgrid(np.arange(low[0], high[0], SPACING), np.arange(low[1], high[1], SPACING)), -1)
    corners, shares = [], []
    for place in grid.reshape(-1, 2):
        inside = _barycentric(mean[faces][..., :2], place)
        hit = np.flatnonzero(inside.min(1) >= 0)
        if len(hit):
            front = hit[np.argmax([inside[i] @ mean[faces[i], 2] for i in hit])]
            corners.append(faces[front])
            shares.append(inside[front])
    chosen, parts = np.array(corners), np.array(shares)
    weights = np.asarray((still[chosen] * parts).sum(1))
    kept = (weights >= LEAST) & (_from_lids(np.einsum("nk,nkc->nc", parts, mean[chosen]), mean) >= EYES)
    return Samples(chosen[kept], parts[kept], weights[kept])


def _from_lids(places: Array, mean: Array) -> Array:  # [N, 3], [478, 3] -> [N]
    lids = mean[np.array([*UPPER_LIDS, *LOWER_LIDS]).ravel()]
    return np.asarray(np.linalg.norm(places[:, None, :2] - lids[None, :, :2], axis=-1).min(1))


def _barycentric(corners: Array, place: Array) -> Array:  # [F, 3, 2], [2] -> [F, 3]
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    whole = _cross(b - a, c - a)
    whole = np.where(np.abs(whole) < 1e-12, np.inf, whole)
    u, v = _cross(place - a, c - a) / whole, _cross(b - a, place - a) / whole
    return np.where(np.isinf(whole)[:, None], -1.0, np.stack([1 - u - v, u, v], 1))


def _cross(a: Array, b: Array) -> Array:
    return np.asarray(a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0])


def step(head: Reference | None, picture: Bytes, points: Floats) -> tuple[Reference, Pose]:
    """The head to compare with, which is the first one, and its pose in this frame [H, W, 3] with its points."""
    if head is None:
        pose = fit.head_pose(points, face_model())
        return reference(picture, points, pose), pose
    return head, follow(head, picture, points).pose


def reference(picture: Bytes, points: Floats, pose: Pose) -> Reference:  # [H, W, 3], [478, 3] pixels
    """What later pictures of this head are compared with."""
    scale, matrix, shift = pose
    shape = (points * np.array([1.0, -1.0, -1.0]) - shift) @ matrix / scale
    chosen = samples()
    places = np.einsum("nk,nkc->nc", chosen.shares, shape[chosen.corners])
    middle = np.asarray(chosen.weights @ places / chosen.weights.sum())
    view = around(points)
    at = _seen_at(places, pose, view)
    levels = _levels(view.cut(picture, SIZE))
    shown = tuple(_sample(level, at)[0] for level in levels)
    return Reference(shape, places, middle, shown, chosen.weights)


def follow(head: Reference, picture: Bytes, points: Floats) -> Found:  # [H, W, 3], [478, 3] pixels
    """The pose near that of the points at which the picture shows what the reference showed."""
    told = by_points(head, points)
    view = around(points)
    pose, alike = told, 0.0
    away = np.zeros(6)
    for level, shown, steps in zip(_levels(view.cut(picture, SIZE)), head.shown, STEPS, strict=True):
        for _ in range(steps):
            now, slopes = _sample(level, _seen_at(head.places, pose, view))
            away = away + _step(head, pose, view, now - shown, slopes, away)
            pose = moved(told, away, head.middle)
        now, _ = _sample(level, _seen_at(head.places, pose, view))
        alike = _correlation(now, shown, head.weights)
    return Found(moved(told, away * _trust(alike), head.middle), alike)


def by_points(head: Reference, points: Floats) -> Pose:  # [478, 3] pixels
    """The pose that lays the head on the points."""
    stable = list(STABLE)
    there = points[stable] * np.array([1.0, -1.0, -1.0])
    return rigid_fit(head.shape[stable], there, np.ones(len(stable)))


def _trust(alike: float) -> float:
    part = float(np.clip((alike - ALIKE[0]) / (ALIKE[1] - ALIKE[0]), 0, 1))
    return part * part * (3 - 2 * part)


def _step(head: Reference, pose: Pose, view: View, error: Floats, slopes: Floats, away: Array) -> Array:  # -> [6]
    """One step of Gauss-Newton: turn about the middle of the samples, shift, log scale."""
    scale, matrix, _ = pose
    arm = (head.places - head.middle) @ matrix.T
    to_view = view.matrix(SIZE)[:, :2].astype(np.float64) * scale
    slope = slopes @ to_view * np.array([1.0, -1.0])  # a face unit right and up
    x, y, z = arm.T
    sx, sy = slope.T
    jacobian = np.stack([-sy * z, sx * z, sy * x - sx * y, sx, sy, sx * x + sy * y], 1)
    size = np.abs(error)
    weights = head.weights * np.minimum(1.0, HUBER / np.maximum(size, 1e-6)) / (TOGETHER * SIGMA**2)
    weighed = jacobian * weights[:, None]
    hold = 1 / LOOSE**2
    return np.asarray(np.linalg.solve(weighed.T @ jacobian + np.diag(hold), -(weighed.T @ error) - hold * away))


def moved(pose: Pose, away: Array, middle: Array) -> Pose:  # [6], [3]
    """The pose after a turn [3] about the head's `middle`, a shift [2] in face units and a log scale."""
    scale, matrix, shift = pose
    turn, _ = cv2.Rodrigues(away[:3])
    larger = scale * float(np.exp(away[5]))
    turned = turn @ matrix
    centre = scale * matrix @ middle + shift + scale * np.array([away[3], away[4], 0.0])
    return larger, np.asarray(turned), np.asarray(centre - larger * turned @ middle)


def _seen_at(places: Array, pose: Pose, view: View) -> Floats:  # [N, 3] -> [N, 2] pixels of the view
    scale, matrix, shift = pose
    flat = (scale * places @ matrix.T + shift)[:, :2] * np.array([1.0, -1.0])
    to_view = view.matrix(SIZE)
    return np.asarray(flat @ to_view[:, :2].T + to_view[:, 2], np.float32)


def _levels(shown: Bytes) -> list[Floats]:  # [SIZE, SIZE, 3] -> [SIZE, SIZE, 3] each: value, slope right, slope down
    grey = cv2.cvtColor(shown, cv2.COLOR_RGB2GRAY).astype(np.float32)
    levels = []
    for blur in BLURS:
        soft = cv2.GaussianBlur(grey, (0, 0), blur)
        plain = soft - cv2.GaussianBlur(soft, (0, 0), AREA)
        contrast = np.sqrt(cv2.GaussianBlur(plain * plain, (0, 0), AREA)) + np.float32(FLOOR)
        even = plain / contrast
        slopes = [cv2.Scharr(even, cv2.CV_32F, *way, scale=1 / 32) for way in ((1, 0), (0, 1))]
        levels.append(np.dstack([even, *slopes]))
    return levels


def _sample(level: Floats, at: Floats) -> tuple[Floats, Floats]:  # [S, S, 3], [N, 2] -> [N], [N, 2]
    x, y = np.ascontiguousarray(at.T)[:, :, None]
    found = np.asarray(cv2.remap(level, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)[:, 0]
    return found[:, 0], found[:, 1:]


def _correlation(a: Floats, b: Floats, weights: Array) -> float:
    share = weights / weights.sum()
    one, other = a - share @ a, b - share @ b
    return float(share @ (one * other) / np.sqrt((share @ one**2) * (share @ other**2) + 1e-12))
