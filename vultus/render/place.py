"""Where every point of a portrait lies in the frame for one motion row."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vultus.body import SHARE, STILL, Body
from vultus.compiled import kernel
from vultus.face import GAZE, LOG_DISTANCE, ROTATION, SHIFT, E, channel
from vultus.portrait import Portrait
from vultus.pose import Camera
from vultus.render.carried import carried, moved
from vultus.topology import LOWER_LIDS, LOWER_LIP, OVAL, SKIN, UPPER_LIDS, UPPER_LIP

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

UPPER = np.array([*UPPER_LIP[1:-1], *UPPER_LIDS[0][1:-1], *UPPER_LIDS[1][1:-1]])
LOWER = np.array([*LOWER_LIP[1:-1], *LOWER_LIDS[0][1:-1], *LOWER_LIDS[1][1:-1]])
LIDS_FOLLOW_DOWN, LIDS_FOLLOW_UP = 0.75, 0.5  # of the iris's way, that the upper lid goes along
LIDS_GIVE = (-0.35, 0.6)  # of a blink, that a gaze up or down makes at the most
BLINKS = (channel("eyeBlinkRight"), channel("eyeBlinkLeft"))  # picture left first
JAW_OPEN, MOUTH_CLOSE = channel("jawOpen"), channel("mouthClose")
ROUNDING = {channel("mouthPucker"): 1.0, channel("mouthFunnel"): 0.5}  # how much each draws the lips into a ring
SEALED = np.array([0.9, 0.7, 0.4, 0.12, 0, 0, 0, 0.12, 0.4, 0.7, 0.9])[1:-1]  # of each pair's gap, in a whole ring


def shape(portrait: Portrait, row: Floats) -> Floats:  # [D] -> [478, 3]
    """The head in its own axes with this row's expression. Lips and lids meet; they never cross."""
    weights = _lids_follow(portrait, row)
    moved = portrait.shape + _added(portrait, weights) + portrait.gape * _gaping(portrait, row)
    _seal_ring(moved, row)
    above, below = moved[UPPER, 1], moved[LOWER, 1]
    crossed = above < below
    middle = (moved[UPPER] + moved[LOWER]) / 2
    moved[UPPER[crossed]], moved[LOWER[crossed]] = middle[crossed], middle[crossed]
    return np.asarray(moved, np.float32)


def _added(portrait: Portrait, weights: Floats) -> Floats:  # [E] -> [478, 3]
    return np.asarray((weights @ portrait.basis.reshape(E, -1)).reshape(-1, 3))


def _seal_ring(face: Floats, row: Floats) -> None:  # [478, 3]
    """Bring the sides of rounded lips together: an o is a ring in the middle of the mouth, not a slit across it."""
    ring = min(1.0, sum(float(row[one]) * share for one, share in ROUNDING.items()))
    if ring > 0:
        upper, lower = list(UPPER_LIP[1:-1]), list(LOWER_LIP[1:-1])
        nearer = np.float32(0.5 * ring) * SEALED.astype(np.float32)[:, None] * (face[lower] - face[upper])
        face[upper] += nearer
        face[lower] -= nearer


def _lids_follow(portrait: Portrait, row: Floats) -> Floats:  # [D] -> [E]
    """The weights with lids that go along with the gaze: who looks down shows no white above the iris."""
    weights = row[:E].copy()
    down = -float(gaze_shift(portrait, row, portrait.eyes[0].radius)[1])
    way = down * (LIDS_FOLLOW_DOWN if down > 0 else LIDS_FOLLOW_UP)
    if way == 0:
        return weights
    for side, blink in enumerate(BLINKS):
        whole = -float(portrait.basis[blink, UPPER_LIDS[side][4], 1])
        if whole > 0:
            weights[blink] += (1 - weights[blink]) * np.float32(np.clip(way / whole, *LIDS_GIVE))
    return weights


def _gaping(portrait: Portrait, row: Floats) -> float:
    """How far the row shows what the source's own mouth shows, 0 for closed lips .. 1 at rest."""
    own = portrait.rest[:E].astype(np.float64)
    now = row[:E].astype(np.float64)
    if not own.any():
        return 0.0
    now[JAW_OPEN] = max(0.0, now[JAW_OPEN] - now[MOUTH_CLOSE])
    return float(np.clip(own @ now / (own @ own), 0, 1))


def head(camera: Camera, points: Floats | Doubles, row: Floats) -> tuple[Doubles, Doubles]:  # -> [N, 2], [N]
    """Frame pixels of points fixed to the head, and their depth (larger is nearer)."""
    pose = row[ROTATION.start :].astype(np.float64)
    return _seen(np.ascontiguousarray(points, np.float64), pose, camera.focal, *camera.centre, camera.distance)


@kernel
def _seen(
    points: Doubles,  # [N, 3] head axes
    pose: Doubles,  # [6] pitch, yaw, roll, x, y, log distance
    focal: float,
    centre_x: float,
    centre_y: float,
    distance: float,
) -> tuple[Doubles, Doubles]:
    """`pose.rotation`, the shift and `Camera.project` in one go: nine times a frame the calls alone would tell."""
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
    carried: Doubles  # [BODY, M * 2] see `carried`


def at_home(portrait: Portrait, camera: Camera) -> Home:
    """What `place` needs of a portrait and does not change from row to row."""
    face = shape(portrait, portrait.rest)
    points = (face[:SKIN].astype(np.float64), portrait.outer.astype(np.float64))
    skin, outer = (head(camera, one, portrait.rest)[0] for one in points)
    own = (head(portrait.camera, points[0], portrait.rest)[0], head(portrait.camera, points[1], portrait.rest)[0])
    return Home(portrait, camera, outer, face[list(OVAL)], carried(portrait, camera, skin, outer, own))


def place(
    home: Home,
    row: Floats,  # [D]
    face: Floats | None = None,  # [478, 3] `shape`, where it is known
    body: Body = STILL,
) -> tuple[Doubles, Doubles]:  # -> [V, 2], [V]
    """Frame pixels and depths of the skin points, then of the outer points."""
    portrait, camera = home.portrait, home.camera
    face = shape(portrait, row) if face is None else face
    skin, near = head(camera, face[:SKIN].astype(np.float64), row)
    pulled = portrait.outer + portrait.spill @ (face[list(OVAL)] - home.oval)
    with_head, far = head(camera, pulled.astype(np.float64), row)
    left, _ = head(camera, portrait.outer.astype(np.float64), _left_behind(portrait, row))
    way = left + portrait.follow[:, None] * (with_head - left) - home.outer
    if body != STILL:
        way += moved(home.carried, body, row)
    way = _held(way, portrait.holds) * portrait.free[:, None]
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
    body[SHIFT] = SHARE * row[SHIFT]
    body[LOG_DISTANCE] = row[LOG_DISTANCE]
    return body


def gaze_shift(portrait: Portrait, row: Floats, radius: float) -> Doubles:  # -> [3]
    """How far an iris has moved from its place in the picture, head axes, face units."""
    now, then = (np.sin(np.clip(r[GAZE].astype(np.float64), -0.6, 0.6)) for r in (row, portrait.rest))
    return np.array([*(radius * (now - then)), 0.0])
