"""Where every point of a portrait lies in the frame for one motion row."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vultus.compiled import kernel
from vultus.face import GAZE, LOG_DISTANCE, ROTATION, SHIFT, E, channel
from vultus.portrait import Portrait
from vultus.pose import Camera
from vultus.topology import LOWER_LIDS, LOWER_LIP, OVAL, SKIN, UPPER_LIDS, UPPER_LIP

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

BODY_SHARE = 0.15  # of the head's shift that the shoulders take over; most of it comes from turning about the neck
UPPER = np.array([*UPPER_LIP[1:-1], *UPPER_LIDS[0][1:-1], *UPPER_LIDS[1][1:-1]])
LOWER = np.array([*LOWER_LIP[1:-1], *LOWER_LIDS[0][1:-1], *LOWER_LIDS[1][1:-1]])
LIDS_FOLLOW_DOWN, LIDS_FOLLOW_UP = 0.75, 0.5  # of the iris's way, that the upper lid goes along
LIDS_GIVE = (-0.35, 0.6)  # of a blink, that a gaze up or down makes at the most
FARTHEST_LOOK = 0.6  # radians that an eyeball turns in its socket
BLINKS = (channel("eyeBlinkRight"), channel("eyeBlinkLeft"))  # picture left first
JAW_OPEN, MOUTH_CLOSE = channel("jawOpen"), channel("mouthClose")
MIDDLES = (UPPER_LIDS[0][4], UPPER_LIDS[1][4])  # of the upper lids
ROUNDERS = ((channel("mouthPucker"), 1.0), (channel("mouthFunnel"), 0.5))  # how much each draws the lips into a ring
SEALED = np.array([0.7, 0.4, 0.12, 0, 0, 0, 0.12, 0.4, 0.7], np.float32)  # of each pair's gap, in a whole ring


def shape(portrait: Portrait, row: Floats) -> Floats:  # [D] -> [478, 3]
    """The head in its own axes with this row's expression. Lips and lids meet; they never cross."""
    weights, gaping = _followed(row, portrait.rest, portrait.basis, portrait.eyes[0].radius)
    added = np.asarray(weights @ portrait.basis.reshape(E, -1)).reshape(-1, 3)
    return _met(portrait.shape, added, portrait.gape, gaping, row)


@kernel
def _followed(row: Floats, rest: Floats, basis: Floats, radius: float) -> tuple[Floats, np.float32]:
    """(The weights [E] with lids that go along with the gaze, how far the row shows what the source's own mouth shows).

    Who looks down shows no white above the iris. Of the second 0 is closed lips, 1 the source's at rest.
    """
    weights = row[:E].copy()
    down = radius * (looking(rest[GAZE.start + 1]) - looking(row[GAZE.start + 1]))
    way = down * (LIDS_FOLLOW_DOWN if down > 0 else LIDS_FOLLOW_UP)
    for side in range(2):
        blink, whole = BLINKS[side], -float(basis[BLINKS[side], MIDDLES[side], 1])
        if way != 0 and whole > 0:
            weights[blink] += (1 - weights[blink]) * np.float32(min(max(way / whole, LIDS_GIVE[0]), LIDS_GIVE[1]))
    alike, own = 0.0, 0.0
    for i in range(E):
        now = float(row[i])
        if i == JAW_OPEN:
            now = max(0.0, now - float(row[MOUTH_CLOSE]))
        alike += float(rest[i]) * now
        own += float(rest[i]) ** 2
    return weights, np.float32(min(max(alike / own, 0.0), 1.0) if own > 0 else 0.0)


@kernel
def _met(still: Floats, added: Floats, gape: Floats, gaping: np.float32, row: Floats) -> Floats:  # [478, 3]
    """The shape with what moves it, and lips and lids that do not cross."""
    face = still + added + gape * gaping
    # Rounded lips come together at their sides: an o is a ring in the middle of the mouth, not a slit across it.
    ring = min(1.0, float(row[ROUNDERS[0][0]]) * ROUNDERS[0][1] + float(row[ROUNDERS[1][0]]) * ROUNDERS[1][1])
    for i in range(len(SEALED)):
        above, below = UPPER[i], LOWER[i]  # the lips come first
        share = np.float32(0.5 * ring) * SEALED[i]
        for c in range(3):
            nearer = share * (face[below, c] - face[above, c])
            if ring > 0:
                face[above, c] += nearer
                face[below, c] -= nearer
    for i in range(len(UPPER)):
        above, below = UPPER[i], LOWER[i]
        if face[above, 1] < face[below, 1]:
            for c in range(3):
                middle = (face[above, c] + face[below, c]) / np.float32(2)
                face[above, c], face[below, c] = middle, middle
    return face


def head(camera: Camera, points: Floats | Doubles, row: Floats) -> tuple[Doubles, Doubles]:  # -> [N, 2], [N]
    """Frame pixels of points fixed to the head, and their depth (larger is nearer)."""
    view = (camera.focal, camera.centre[0], camera.centre[1], camera.distance)
    return seen(np.ascontiguousarray(points, np.float64), row, view)


@kernel
def seen(
    points: Doubles,  # [N, 3] head axes
    row: Floats,  # [D]
    view: tuple[float, float, float, float],  # focal length, centre, distance of a Camera
) -> tuple[Doubles, Doubles]:
    """`head` for kernels: `pose.rotation`, the shift and `Camera.project` in one go."""
    focal, centre_x, centre_y, distance = view
    pose = row[ROTATION.start :].astype(np.float64)
    (cp, cy, cr), (sp, sy, sr) = np.cos(pose[:3]), np.sin(pose[:3])
    away = distance * np.exp(pose[5])
    pixels, depth = np.empty((len(points), 2)), np.empty(len(points))
    for i in range(len(points)):
        x, y, z = points[i, 0], points[i, 1], points[i, 2]
        x, y = cr * x + sr * y, cr * y - sr * x
        y, z = cp * y + sp * z, cp * z - sp * y
        x, z = cy * x + sy * z, cy * z - sy * x
        depth[i] = z
        pixels[i, 0] = centre_x + focal * (x + pose[3]) / (away - z)
        pixels[i, 1] = centre_y - focal * (y + pose[4]) / (away - z)
    return pixels, depth


@kernel
def affine(before: Doubles, after: Doubles) -> Doubles:  # [3, 2], [3, 2] -> [2, 3]
    """The map (x, y, 1) -> (x, y) that takes three points to three others."""
    ux, uy = before[1, 0] - before[0, 0], before[1, 1] - before[0, 1]
    vx, vy = before[2, 0] - before[0, 0], before[2, 1] - before[0, 1]
    area = ux * vy - uy * vx
    made = np.empty((2, 3))
    for c in range(2):
        one, other = after[1, c] - after[0, c], after[2, c] - after[0, c]
        made[c, 0] = (one * vy - other * uy) / area
        made[c, 1] = (other * ux - one * vx) / area
        made[c, 2] = after[0, c] - made[c, 0] * before[0, 0] - made[c, 1] * before[0, 1]
    return made


@dataclass(frozen=True)
class Home:
    """A portrait before one camera, and where its points lie at rest."""

    portrait: Portrait
    camera: Camera
    outer: Doubles  # [M, 2] frame pixels
    oval: Floats  # [36, 3] head axes


def at_home(portrait: Portrait, camera: Camera) -> Home:
    """What `place` needs of a portrait and does not change from row to row."""
    outer, _ = head(camera, portrait.outer.astype(np.float64), portrait.rest)
    return Home(portrait, camera, outer, shape(portrait, portrait.rest)[list(OVAL)])


def place(home: Home, row: Floats, face: Floats | None = None) -> tuple[Doubles, Doubles]:  # -> [V, 2], [V]
    """Frame pixels and depths of the skin points, then of the outer points; `face` is `shape` where it is known."""
    portrait, camera = home.portrait, home.camera
    face = shape(portrait, row) if face is None else face
    skin, near = head(camera, face[:SKIN].astype(np.float64), row)
    pulled = portrait.outer + portrait.spill @ (face[list(OVAL)] - home.oval)
    with_head, far = head(camera, pulled.astype(np.float64), row)
    left, _ = head(camera, portrait.outer.astype(np.float64), _left_behind(portrait, row))
    moved = left + portrait.follow[:, None] * (with_head - left)
    way = _held(moved - home.outer, portrait.holds) * portrait.free[:, None]
    return np.concatenate([skin, home.outer + way]), np.concatenate([near, far])


def _held(way: Doubles, holds: Floats) -> Doubles:  # [M, 2], [M, 4] -> [M, 2]
    """The way of each point without what would draw the picture's end into view."""
    left, right, top, bottom = holds.T
    x, y = way.T
    x = x - left * np.maximum(x, 0) - right * np.minimum(x, 0)
    y = y - top * np.maximum(y, 0) - bottom * np.minimum(y, 0)
    return np.stack([x, y], 1)


def _left_behind(portrait: Portrait, row: Floats) -> Floats:
    """The row of a body that keeps its turn while the head moves: distance, and a share of the shift."""
    body = portrait.rest.copy()
    body[SHIFT] = BODY_SHARE * row[SHIFT]
    body[LOG_DISTANCE] = row[LOG_DISTANCE]
    return body


def gaze_shift(portrait: Portrait, row: Floats, radius: float) -> Doubles:  # -> [3]
    """How far an iris has moved from its place in the picture, head axes, face units."""
    yaw, pitch = (looking(row[i]) - looking(portrait.rest[i]) for i in range(GAZE.start, GAZE.stop))
    return np.array([radius * yaw, radius * pitch, 0.0])


@kernel
def looking(angle: np.float32) -> float:
    """How far an iris is from the middle of its eyeball, over its radius, with the gaze at an angle."""
    return float(np.sin(min(max(float(angle), -FARTHEST_LOOK), FARTHEST_LOOK)))
