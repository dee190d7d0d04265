"""Heads of ICT-FaceKit, rendered: any build, expression and turn, random materials and lights; all is known.

Made for what pictures seldom show: faces seen from the side, from above and from below.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.face import E
from vultus.pose import Camera, rotation
from vultus.topology import SKIN
from vultus.train.faces import kit_head, raster, skins
from vultus.train.faces.kit_head import PARTS

Array = NDArray[np.float64]
Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Rng = np.random.Generator

SIZE = 256  # pixels of a picture
FINER = 2  # times, while it is drawn
YAW, PITCH, ROLL = 60.0, 35.0, 20.0  # degrees at most
SPREAD = 0.85  # of the builds, against that of people
HIDDEN = 0.05  # face units by which something must be nearer to hide a point


@dataclass(frozen=True)
class Rendered:
    """A picture of a head and what is true of it."""

    picture: Bytes  # [SIZE, SIZE, 3]
    points: Floats  # [478, 3] pixels, z away from the camera
    seen: Floats  # [478] 1 where nothing is before the point
    turn: Floats  # [3] pitch, yaw, roll in radians


def turn(rng: Rng) -> tuple[float, float, float]:  # -> radians
    """Any turn within reach, those far off as often as near ones."""
    yaw, pitch = rng.uniform(-YAW, YAW), rng.uniform(-PITCH, PITCH) * rng.uniform(0.3, 1)
    pitch, yaw, roll = np.radians((pitch, yaw, np.clip(rng.normal(0, 8), -ROLL, ROLL)))
    return float(pitch), float(yaw), float(roll)


def render(
    row: Floats,  # [D] expression and gaze; its turn is not used
    turned: tuple[float, float, float],  # pitch, yaw, roll in radians
    face: tuple[Bytes, Floats] | None,  # a picture [H, W, 3] and its points, whose skin is taken; or a made-up one
    behind: Bytes,  # [SIZE, SIZE, 3]
    shares: Array,  # [478, V] where the points lie, see `fasten`
    rng: Rng,
) -> Rendered:
    """A head of random build, skin, hair and light."""
    head = kit_head.head(rng.normal(0, SPREAD, kit_head.MODES), row[:E], (float(row[44]), float(row[45])), shares)
    colours, grown = _coloured(head, face, rng)
    matrix = rotation(*turned)
    triangles = kit_head.triangles()
    outward = raster.normals(head.vertices.astype(np.float32), triangles)
    thick = rng.uniform(0, skins.THICKEST) * (1 + 0.3 * skins.pattern(head.at_rest, rng, 0.4))
    vertices = (head.vertices + (grown * thick)[:, None] * outward) @ matrix.T
    points = head.points @ matrix.T
    camera = _camera(points, rng)
    shaded = _lit(colours, raster.normals(vertices.astype(np.float32), triangles), vertices, rng)
    corners = np.column_stack([camera.project(vertices), vertices[:, 2]]).astype(np.float32)
    large = cv2.resize(behind, (FINER * SIZE, FINER * SIZE), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    drawn, near = raster.draw(corners, triangles, shaded, large)
    flat = camera.project(points)
    less = cv2.resize(np.clip(drawn, 0, 255), (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    unit = camera.focal / camera.distance / FINER
    found = np.column_stack([(flat + 0.5) / FINER - 0.5, -points[:, 2] * unit])
    return Rendered(
        np.rint(less).astype(np.uint8), found.astype(np.float32), _seen(flat, points[:, 2], near),
        np.array(turned, np.float32),
    )  # fmt: skip


def _camera(points: Array, rng: Rng) -> Camera:
    """A camera that shows the face at about the size at which faces are kept."""
    distance = float(rng.uniform(5, 14))
    high = float(np.ptp(points[:, 1]))
    focal = FINER * SIZE * rng.uniform(0.5, 0.62) / max(high, 1.2) * distance
    middle = points[:SKIN].mean(0)
    unit = focal / distance
    x, y = FINER * SIZE * (0.5 + rng.normal(0, 0.03, 2)) - 0.5
    return Camera(float(focal), (float(x - middle[0] * unit), float(y + middle[1] * unit)), distance)


def _coloured(head: kit_head.Head, face: tuple[Bytes, Floats] | None, rng: Rng) -> tuple[Floats, Floats]:
    """Colours [V, 3] before any light, and how much hair grows on each vertex [V]."""
    places = head.at_rest
    skin = skins.made_up(places, rng) if face is None else skins.of_picture(*face, places, rng)
    colours = skin.astype(np.float64)
    if face is None:
        brows = np.clip(1 - skins.near(skins.BROWS) / rng.uniform(0.03, 0.07), 0, 1)[:, None] * rng.uniform(0.3, 1)
        colours = colours * (1 - brows * rng.uniform(0.5, 0.9))
    grown = skins.hair(places, rng) if rng.random() < 0.85 else np.zeros(len(places), np.float32)
    tint = (
        rng.choice([20, 60, 120, 200]) * rng.uniform(0.5, 1.2) * np.array([1.0, *np.sort(rng.uniform(0.5, 1, 2))[::-1]])
    )
    strands = tint * (1 + 0.35 * skins.pattern(places * [1, 0.3, 0.3], rng, 0.03)[:, None])
    colours = colours + grown[:, None] * (strands - colours)
    colours[slice(*PARTS["mouth"])] = rng.uniform(20, 90) * np.array([1.0, 0.45, 0.4])
    colours[slice(*PARTS["gums"])] = rng.uniform(60, 170) * np.array([1.0, 0.5, 0.5])
    colours[slice(*PARTS["teeth"])] = rng.uniform(140, 240) * np.array([1.0, 0.97, 0.88])
    angle = kit_head.irises()
    white = rng.uniform(170, 245) * np.array([1.0, 0.97, 0.95])
    iris = rng.uniform(0.2, 1) * np.array(((110, 70, 40), (90, 130, 170), (80, 120, 80), (60, 45, 35))[rng.integers(4)])
    colours[angle >= 0] = white
    colours[angle <= 1.0] = iris
    colours[angle <= rng.uniform(0.3, 0.5)] = 8
    return np.asarray(colours, np.float32), grown


def _lit(colours: Floats, outward: Floats, vertices: Array, rng: Rng) -> Floats:
    """Colours under light from all sides and one to three lamps; skin shines a little, mouths are dark inside."""
    light = np.full((len(colours), 3), rng.uniform(0.25, 0.7)) * rng.uniform(0.85, 1.15, 3)
    shine = np.zeros((len(colours), 1))
    gloss, hard = rng.uniform(0, 70), rng.uniform(8, 40)
    for _ in range(int(rng.integers(1, 4))):
        way = rng.normal((0, 0.5, 1.2), 1)
        way /= np.linalg.norm(way)
        facing = np.clip(outward @ way, 0, None)[:, None]
        light = light + facing * rng.uniform(0.2, 0.8) * rng.uniform(0.75, 1.25, 3)
        halfway = way + np.array([0, 0, 1])
        shine += gloss * np.clip(outward @ (halfway / np.linalg.norm(halfway)), 0, 1)[:, None] ** hard
    deep = slice(PARTS["mouth"][0], PARTS["teeth"][1])
    front = vertices[: PARTS["face"][1], 2].max()
    light[deep] *= np.clip(1 - (front - vertices[deep, 2:]) / 0.9, 0.15, 1) * 0.9
    shine[deep] = 0
    return np.asarray(np.clip(colours * light + shine, 0, 255), np.float32)


def _seen(flat: Array, depth: Array, near: Floats) -> Floats:  # [478, 2] fine pixels, [478] nearness
    """1 where nothing nearer than a point lies before it."""
    size = near.shape[0]
    nearest = cv2.erode(near, np.ones((3, 3), np.uint8))  # a point at an outline is seen where its side is
    x, y = np.clip(np.rint(flat).astype(int), 0, size - 1).T
    return np.asarray(nearest[y, x] <= depth + HIDDEN, np.float32)
