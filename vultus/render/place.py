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
FARTHEST_LOOK = 0.6  # radians that an eyeball turns in its socket
BLINKS = (channel("eyeBlinkRight"), channel("eyeBlinkLeft"))  # picture left first
JAW_OPEN, MOUTH_CLOSE = channel("jawOpen"), channel("mouthClose")
OVAL_POINTS = np.array(OVAL)
MIDDLES = (UPPER_LIDS[0][4], UPPER_LIDS[1][4])  # of the upper lids
ROUNDERS = ((channel("mouthPucker"), 1.0), (channel("mouthFunnel"), 0.5))  # how much each draws the lips into a ring
ENDS_FIRST = 1.7  # lips press together at their ends before they are rounded all the way
SEALED = np.array([1, 0.35, 0.06, 0, 0, 0, 0.06, 0.35, 1], np.float32)  # of each pair's gap, in a whole ring


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
        share = np.float32(0.5 * min(1.0, ENDS_FIRST * ring)) * SEALED[i]
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
    return seen(np.ascontiguousarray(points, np.float64), row, camera.view)


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
    carried: Doubles  # [BODY, M * 2] see `carried`
    still: Doubles  # [M, 2] of 0: how a body moves that keeps still


def at_home(portrait: Portrait, camera: Camera) -> Home:
    """What `place` needs of a portrait and does not change from row to row."""
    face = shape(portrait, portrait.rest)
    points = (face[:SKIN].astype(np.float64), portrait.outer.astype(np.float64))
    skin, outer = (head(camera, one, portrait.rest)[0] for one in points)
    own = (head(portrait.camera, points[0], portrait.rest)[0], head(portrait.camera, points[1], portrait.rest)[0])
    return Home(portrait, camera, outer, face[list(OVAL)], carried(portrait, camera, skin, outer, own), 0 * outer)


def place(
    home: Home,
    row: Floats,  # [D]
    face: Floats | None = None,  # [478, 3] `shape`, where it is known
    body: Body = STILL,
) -> tuple[Doubles, Doubles]:  # -> [V, 2], [V]
    """Frame pixels and depths of the skin points, then of the outer points."""
    portrait, camera = home.portrait, home.camera
    face = shape(portrait, row) if face is None else face
    pulled = portrait.outer + portrait.spill @ (face[OVAL_POINTS] - home.oval)
    way = home.still if body == STILL else moved(home.carried, body, row)
    bound = (portrait.follow, portrait.holds, portrait.free)
    return _placed(face, pulled, portrait.outer, home.outer, bound, way, row, portrait.rest, camera.view)


@kernel
def _placed(
    face: Floats,  # [478, 3] head axes
    pulled: Floats,  # [M, 3] the outer points that the face draws along
    still: Floats,  # [M, 3] the same without it
    home: Doubles,  # [M, 2] frame pixels of those at rest
    bound: tuple[Floats, Floats, Floats],  # [M], [M, 4], [M]: follow, holds and free of a Portrait
    body: Doubles,  # [M, 2] frame pixels that the body adds
    row: Floats,
    rest: Floats,
    view: tuple[float, float, float, float],  # focal length, centre, distance of a Camera
) -> tuple[Doubles, Doubles]:
    follow, holds, free = bound
    count = len(home)
    skin, near = seen(face[:SKIN].astype(np.float64), row, view)
    with_head, far = seen(pulled.astype(np.float64), row, view)
    # A body keeps its turn while the head moves: it takes over the distance, and a share of the shift.
    behind = rest.copy()
    for i in range(SHIFT.start, SHIFT.stop):
        behind[i] = SHARE * row[i]
    behind[LOG_DISTANCE] = row[LOG_DISTANCE]
    left, _ = seen(still.astype(np.float64), behind, view)
    placed, depth = np.empty((SKIN + count, 2)), np.empty(SKIN + count)
    placed[:SKIN], depth[:SKIN], depth[SKIN:] = skin, near, far
    for m in range(count):
        for c in range(2):
            way = left[m, c] + follow[m] * (with_head[m, c] - left[m, c]) - home[m, c] + body[m, c]
            # What would draw the picture's end into view is held back: at the left and the top, the right and the foot.
            held = way - holds[m, 2 * c] * max(way, 0.0) - holds[m, 2 * c + 1] * min(way, 0.0)
            placed[SKIN + m, c] = home[m, c] + held * free[m]
    return placed, depth


def gaze_shift(portrait: Portrait, row: Floats, radius: float) -> Doubles:  # -> [3]
    """How far an iris has moved from its place in the picture, head axes, face units."""
    yaw, pitch = (looking(row[i]) - looking(portrait.rest[i]) for i in range(GAZE.start, GAZE.stop))
    return np.array([radius * yaw, radius * pitch, 0.0])


@kernel
def looking(angle: np.float32) -> float:
    """How far an iris is from the middle of its eyeball, over its radius, with the gaze at an angle."""
    return float(np.sin(min(max(float(angle), -FARTHEST_LOOK), FARTHEST_LOOK)))
