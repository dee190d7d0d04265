"""Colours for the kit's head: of a picture's own face, or made up; and hair, brows, lips, eyes and teeth."""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from vultus.face import face_model
from vultus.topology import (
    LOWER_LIP,
    OUTER_LOWER_LIP,
    OUTER_UPPER_LIP,
    OVAL,
    UPPER_LIP,
)
from vultus.topology import SKIN as SKIN_POINTS
from vultus.train import facekit
from vultus.train.faces import kit_head
from vultus.train.faces.kit_head import PARTS

Array = NDArray[np.float64]
Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Rng = np.random.Generator

LIPS = (*UPPER_LIP, *LOWER_LIP, *OUTER_UPPER_LIP, *OUTER_LOWER_LIP)
BROWS = (70, 63, 105, 66, 107, 336, 296, 334, 293, 300)
TONES = np.array([(240, 205, 180), (225, 170, 135), (190, 130, 95), (140, 90, 62), (85, 55, 40)], np.float32)
WAVES = 24  # of one made-up pattern
TOP = 0.62  # face units above the eyes at which hair usually begins
THICKEST = 0.3  # face units of hair


@cache
def near(points: tuple[int, ...]) -> Array:  # -> [V] face units
    """How far each vertex of the kit is from some of our points, on our mean face; far for what is not skin."""
    away = np.full(len(kit_head.irises()), 9.0)
    away[: len(_skin())], _ = cKDTree(np.asarray(face_model().mean[list(points)], np.float64)).query(_skin())
    return away


def pattern(places: Array, rng: Rng, size: float) -> Floats:  # [V, 3] -> [V] about -1..1
    """Something smooth over space: a sum of waves about `size` face units long."""
    ways = rng.normal(0, 2 * np.pi / size, (3, WAVES))
    return np.asarray(np.sin(places @ ways + rng.uniform(0, 6.3, WAVES)).sum(1) / np.sqrt(WAVES / 2), np.float32)


def hair(places: Array, rng: Rng) -> Floats:  # [V, 3] -> [V] 0..1
    """Where hair grows on the mean head: above a line that falls from the forehead to behind the ears."""
    x, y, z = (places - places[: PARTS["face"][1]].mean(0)).T
    line = (
        TOP
        + rng.normal(0, 0.1)
        + rng.uniform(0.3, 1.0) * np.minimum(z + 0.35, 0)
        + 0.25 * pattern(places, rng, 1.0) * 0.3
    )
    line = line - rng.uniform(0, 0.5) * np.abs(x)
    grown = np.clip((y - line) / 0.15, 0, 1)
    grown[PARTS["mouth"][0] :] = 0
    return np.asarray(grown, np.float32)


def made_up(places: Array, rng: Rng) -> Floats:  # [V, 3] -> [V, 3]
    """A skin that is nobody's: a tone, blotches, redder cheeks and lips."""
    at = rng.uniform(0, len(TONES) - 1)
    tone = TONES[int(at)] + (at % 1) * (TONES[min(int(at) + 1, len(TONES) - 1)] - TONES[int(at)])
    if rng.random() < 0.15:
        tone = rng.uniform(30, 240, 3).astype(np.float32)  # of clay, marble or another planet
    colour = np.repeat(tone[None], len(places), 0)
    for size in (0.8, 0.2, 0.05):
        colour = colour * (1 + rng.uniform(0, 0.08) * pattern(places, rng, size)[:, None])
    lips = np.clip(1 - near(LIPS) / 0.05, 0, 1)[:, None] * rng.uniform(0.2, 1)
    red = tone * np.array([rng.uniform(0.7, 1.1), rng.uniform(0.4, 0.8), rng.uniform(0.45, 0.85)], np.float32)
    colour = colour + lips * (red - colour)
    cheeks = np.clip(1 - near((50, 280, 4)) / 0.25, 0, 1)[:, None] * rng.uniform(0, 0.5)
    return np.asarray(colour * (1 - cheeks * np.array([0.0, 0.25, 0.2])), np.float32)


@cache
def _skin() -> Array:  # [V, 3]
    """The kit's skin bent onto our mean face."""
    return facekit.bent(facekit.read(), np.asarray(face_model().mean, np.float64))


@cache
def _carried() -> tuple[NDArray[np.intp], Array]:
    """For each vertex of the kit's face the points of ours around it, and how much it has of each: [V, 4] twice."""
    skin = _skin()
    away, nearest = cKDTree(np.asarray(face_model().mean[:SKIN_POINTS, :2], np.float64)).query(skin[:, :2], 4)
    share = 1 / (away**2 + 1e-5)
    return nearest, share / share.sum(1, keepdims=True)


def of_picture(picture: Bytes, points: Floats, places: Array, rng: Rng) -> Floats:  # [H, W, 3], [478, 3] -> [V, 3]
    """The skin that a picture shows, where it shows it; its usual tone elsewhere."""
    nearest, share = _carried()
    mean = np.asarray(face_model().mean, np.float64)
    skin = _skin()
    own = points[:, :2].astype(np.float64)
    # Each vertex lies off its points as it does in the mean face, turned and grown as the face is.
    scale, turn = _flat(mean[:SKIN_POINTS, :2] * [1, -1], own[:SKIN_POINTS])
    off = (skin[:, None, :2] - mean[nearest][..., :2]) * [1, -1] @ turn.T * scale
    where = ((own[nearest] + off) * share[..., None]).sum(1)
    column, row = (np.clip(np.rint(where[:, axis]).astype(int), 0, picture.shape[1 - axis] - 1) for axis in (0, 1))
    cheeks = np.rint(own[[50, 280, 101, 330, 151]]).astype(int)
    tone = np.median(
        [picture[np.clip(y, 0, len(picture) - 1), np.clip(x, 0, picture.shape[1] - 1)] for x, y in cheeks], axis=0
    )
    colour = np.repeat(tone[None].astype(np.float32), len(places), 0) * (1 + 0.06 * pattern(places, rng, 0.4)[:, None])
    inside = np.clip(-_outside() / 0.12, 0, 1)[:, None].astype(np.float32)
    face = colour[: len(skin)]
    colour[: len(skin)] = face + inside * (picture[row, column] - face)
    return np.asarray(colour, np.float32)


def _flat(source: Array, target: Array) -> tuple[float, Array]:
    """Scale and turn [2, 2] that lay points of the plane on others."""
    a, b = source - source.mean(0), target - target.mean(0)
    along, across = (a * b).sum(), (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum()
    angle, size = np.arctan2(across, along), np.hypot(along, across) / (a**2).sum()
    return float(size), np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


@cache
def _outside() -> Array:  # -> [V]
    """How far vertices lie outside the face oval of the mean head, face units; behind the ears is far."""
    skin = _skin()
    oval = np.asarray(face_model().mean[list(OVAL), :2], np.float32)
    away = np.array([-cv2.pointPolygonTest(oval, (float(x), float(y)), True) for x, y in skin[:, :2]])
    return np.asarray(away + np.maximum(face_model().mean[list(OVAL), 2].min() - 0.1 - skin[:, 2], 0))
