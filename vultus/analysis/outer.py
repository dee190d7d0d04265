"""The mesh around the face: rings that grow from the face oval over hair, neck and shoulders.

Each point has a depth, a weight for how far it follows the head, four for how far it is held where the picture's
content ends, and its share in what the face oval does (a jaw that opens pulls skin).
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.pose import Camera
from vultus.topology import CHIN, FOREHEAD, OVAL, SKIN

Floats = NDArray[np.float32]

STEPS = (0.06, 0.14, 0.24, 0.36, 0.5, 0.66, 0.85, 1.1, 1.4, 1.8, 2.4, 3.2, 4.5)  # face units beyond the oval
SILHOUETTE = -0.8  # depth of hair, ears and neck seen from the front, face units
RECEDES = 0.35  # face units outward over which the depth falls to that of the silhouette
NECK = (-0.3, 1.0)  # face units below the chin: where following the head begins and has ended to fade on a bare neck
WORN = 0.15  # face units below the first of a collar, where following has ended
SHORTEST = 0.55  # face units below the chin, nearer than which it never ends: a head that turns needs a neck
PIN_REACH = 0.3  # of the frame's side: how far the picture's end holds what touches it
TOUCH = 0.3  # of the frame's side: along so much of the picture's end the person is looked for
TOUCHES = (0.1, 0.4)  # of that: hair that just touches the end is not held by it; a shoulder is
SPILL_WIDTH = 0.16  # face units: how far along the oval its movement is averaged
SPILL_REACH = 0.4  # face units: how far out from the oval its movement reaches


@dataclass(frozen=True)
class Outer:
    """Points around the face; see `Portrait` for the fields."""

    points: Floats  # [M, 3] head axes
    follow: Floats  # [M]
    holds: Floats  # [M, 4]
    spill: Floats  # [M, 36]
    triangles: NDArray[np.int32]  # [F, 3]; 0..467 are skin points, from 468 on the outer ones


def surround(
    pixels: Floats,  # [478, 2] face points in the texture
    shape: Floats,  # [478, 3] the same, head axes, face units
    matte: Floats,  # [H, W]
    side: int,  # of the frame, pixels
    camera: Camera,
    turn: NDArray[np.float64],  # [3, 3] head to camera
    collar: float,  # face units below the chin, where clothes begin
) -> Outer:
    """Rings of points around one face."""
    oval = pixels[list(OVAL)].astype(np.float64)
    unit = camera.focal / camera.distance
    rings, away = _rings(oval, unit)
    depth = (shape[list(OVAL)] @ turn.T)[:, 2]
    fade = np.exp(-away / RECEDES)[:, None]
    z = fade * depth[None] + (1 - fade) * np.minimum(SILHOUETTE, depth[None])
    flat = rings.reshape(-1, 2)
    points = camera.lift(flat, z.reshape(-1)) @ turn
    return Outer(
        points.astype(np.float32),
        _follow(flat, pixels, unit, collar),
        _holds(flat, matte, side),
        _spill(rings, oval, away, unit) * _skin(_below(flat, pixels, unit), collar)[:, None],
        _triangles(len(away)),
    )


def _rings(oval: NDArray[np.float64], unit: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points [K, 36, 2] on rays from the middle of the oval, and how far out each ring lies [K], face units."""
    middle = oval.mean(0)
    ray = oval - middle
    length = np.linalg.norm(ray, axis=1, keepdims=True)
    away = np.array(STEPS)
    # Far rings tend to a circle, so that their triangles stay well shaped.
    round_length = length.mean() + (length - length.mean()) * np.exp(-away / 1.5)[:, None, None]
    return middle + ray / length * (round_length + away[:, None, None] * unit), away


def smoothstep(x: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    """0 below `low`, 1 above `high`, smooth between."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t))


def _below(flat: NDArray[np.float64], pixels: Floats, unit: float) -> NDArray[np.float64]:
    """How far each point lies below the chin, along the face, face units."""
    down = pixels[CHIN].astype(np.float64) - pixels[FOREHEAD]
    return np.asarray((flat - pixels[CHIN]) @ (down / np.linalg.norm(down)) / unit)


def _follow(flat: NDArray[np.float64], pixels: Floats, unit: float, collar: float) -> Floats:
    ends = float(np.clip(collar + WORN, SHORTEST, NECK[1]))
    return (1 - smoothstep(_below(flat, pixels, unit), NECK[0], ends)).astype(np.float32)


def _skin(below: NDArray[np.float64], collar: float) -> Floats:
    """1 on skin .. 0 on a collar, which a jaw that opens does not pull."""
    return (1 - smoothstep(below, 0.3 * collar, collar)).astype(np.float32)


def _holds(flat: NDArray[np.float64], matte: Floats, side: int) -> Floats:  # -> [M, 4]
    """1 where the person is cut off by the end of the picture: inward of it no picture has to be invented."""
    height, width = matte.shape
    reach = PIN_REACH * side
    ends = [matte[:, :2].min(1), matte[:, -2:].min(1), matte[:2].min(0), matte[-2:].min(0)]
    width_of_touch = (1, 1 + 2 * int(TOUCH * side / 2))
    soft = [cv2.blur(end.reshape(-1, 1), width_of_touch)[:, 0] for end in ends]
    x, y = flat[:, 0], flat[:, 1]
    column = np.clip(np.rint(x), 0, width - 1).astype(int)
    row = np.clip(np.rint(y), 0, height - 1).astype(int)
    held = []
    for distance, present in (
        (x, soft[0][row]),
        (width - 1 - x, soft[1][row]),
        (y, soft[2][column]),
        (height - 1 - y, soft[3][column]),
    ):
        held.append((1 - smoothstep(distance, 0, reach)) * smoothstep(present.astype(np.float64), *TOUCHES))
    return np.stack(held, 1).astype(np.float32)


def _spill(rings: NDArray[np.float64], oval: NDArray[np.float64], away: NDArray[np.float64], unit: float) -> Floats:
    distance = np.linalg.norm(rings[:, :, None] - oval[None, None], axis=-1) / unit  # [K, 36, 36]
    nearest = distance.min(2, keepdims=True)
    share = np.exp(-(distance**2 - nearest**2) / (2 * SPILL_WIDTH**2))
    share /= share.sum(2, keepdims=True)
    # Close to the oval each ray follows its own point, so that the seam between the meshes stays shut.
    own = np.exp(-away / 0.1)[:, None, None]
    share = own * np.eye(len(OVAL)) + (1 - own) * share
    fade = np.exp(-((away / SPILL_REACH) ** 2))[:, None, None]
    return np.asarray((share * fade).reshape(-1, len(OVAL)), np.float32)


def _triangles(count: int) -> NDArray[np.int32]:
    """Two triangles a cell, clockwise as the picture shows them; the first ring joins the face oval."""
    around = len(OVAL)
    ring = np.vstack([np.array(OVAL), SKIN + np.arange(count * around).reshape(count, around)])
    inner, outer = ring[:-1], ring[1:]
    inner_next, outer_next = np.roll(inner, -1, 1), np.roll(outer, -1, 1)
    first = np.stack([inner, outer, outer_next], -1)
    second = np.stack([inner, outer_next, inner_next], -1)
    return np.concatenate([first, second]).reshape(-1, 3).astype(np.int32)
