"""The eyeball under the lids: white that keeps its place, iris that turns on the ball."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vultus.compiled import inlined, kernel
from vultus.face import GAZE, channel
from vultus.portrait import Eye
from vultus.render.grid import Grid
from vultus.render.opening import coverage, parted
from vultus.render.place import Home, affine, head, looking, seen
from vultus.topology import LOWER_LIDS, UPPER_LIDS

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Points = NDArray[np.int64]

LIDS = (  # of the person's right eye, which is on the picture's left; then of the other
    tuple(channel(f"{name}Right") for name in ("eyeBlink", "eyeSquint", "eyeWide")),
    tuple(channel(f"{name}Left") for name in ("eyeBlink", "eyeSquint", "eyeWide")),
)
COLUMNS = [np.array([*lids, *range(GAZE.start, GAZE.stop)]) for lids in LIDS]  # that wake an eye
UPPER, LOWER = [np.array(lid) for lid in UPPER_LIDS], [np.array(lid) for lid in LOWER_LIDS]
AWAKE = 25.0  # the ball is fully drawn once lids or gaze have moved by 1 / AWAKE (weights, radians)
SHADE_REACH = 0.045  # face units below the upper lid that lie in its shade
SHADE = 0.3  # light lost at the lid's edge


@dataclass(frozen=True)
class Ball:
    """One eye in frame pixels, and three points of the head that carry it."""

    white: Bytes  # [h, w, 3]
    iris: Bytes  # [h, w, 4]
    origin: tuple[int, int]  # frame pixel of the patch's first
    radius: float  # face units
    anchors: Doubles  # [3, 3] head axes: inner and outer corner, and a point above
    at_rest: Doubles  # [3, 2] frame pixels of the anchors in the picture


def ball(eye: Eye, side: int, home: Home, grid: Grid) -> Ball:
    """An eye of a portrait at the frame's resolution."""
    portrait = home.portrait
    white, origin = grid.resample(eye.white, eye.origin)
    iris, _ = grid.resample(eye.iris, eye.origin)
    corners = portrait.shape[[UPPER_LIDS[side][0], UPPER_LIDS[side][-1]]].astype(np.float64)
    above = corners.mean(0) + np.array([0, 0.3, 0])
    anchors = np.stack([*corners, above])
    at_rest, _ = head(home.camera, anchors, portrait.rest)
    return Ball(white, iris, origin, eye.radius, anchors, at_rest)


def draw_eye(
    out: Bytes,  # [H, W, 3] the frame so far; drawn into
    eye: Ball,
    side: int,
    placed: Doubles,  # [V, 2]
    home: Home,
    row: Floats,  # [D]
) -> None:
    """Lay the eyeball over the opening between the lids."""
    portrait, camera = home.portrait, home.camera
    awake = _awake(row, portrait.rest, COLUMNS[side])
    if awake > 0:
        ball = (eye.white, eye.iris, eye.anchors, eye.at_rest, eye.origin, eye.radius)
        reach = SHADE_REACH * camera.focal / camera.distance
        _draw(out, placed, UPPER[side], LOWER[side], ball, camera.view, row, portrait.rest, awake, reach)


@kernel
def _awake(row: Floats, rest: Floats, columns: Points) -> float:
    """0 while this eye does what it does in the picture, whose own pixels are then the best, 1 beyond."""
    moved = np.float32(0)
    for column in columns:
        moved = max(moved, abs(row[column] - rest[column]))
    return min(1.0, AWAKE * float(moved))


@kernel
def _draw(
    out: Bytes,
    placed: Doubles,
    over: Points,  # [N] the lids' points
    under: Points,
    ball: tuple[Bytes, Bytes, Doubles, Doubles, tuple[int, int], float],  # see Ball
    view: tuple[float, float, float, float],  # focal length, centre, distance
    row: Floats,
    rest: Floats,
    awake: float,
    shade_reach: float,  # pixels
) -> None:
    upper, lower = np.empty((len(over), 2)), np.empty((len(under), 2))
    for i in range(len(over)):
        upper[i], lower[i] = placed[over[i]], placed[under[i]]
    left, above, below = parted(upper, lower, out.shape[1])
    if len(above) == 0:
        return
    white, iris, anchors, at_rest, origin, radius = ball
    back = affine(seen(anchors, row, view)[0], at_rest)  # frame pixel now to frame pixel of the source
    back[0, 2] -= origin[0]
    back[1, 2] -= origin[1]
    both = np.empty((2, 3))  # where the iris would be, and where it has moved to
    for c in range(3):
        both[0, c] = (anchors[0, c] + anchors[1, c]) / 2
    both[1] = both[0]
    for c in range(2):
        both[1, c] += radius * (looking(row[GAZE.start + c]) - looking(rest[GAZE.start + c]))
    pixels, _ = seen(both, rest, view)
    top, bottom = max(0, int(np.floor(above.min())) - 1), min(out.shape[0] - 1, int(np.ceil(below.max())) + 1)
    _lay_pixels(out, left, top, bottom, above, below, white, iris, back, pixels[1] - pixels[0], awake, shade_reach)


@inlined
def _corner(image: Bytes, x: float, y: float) -> tuple[int, int, int, int, float, float]:
    """The four pixels around a place: rows, columns, and how far it lies from the first of each. Beyond: the edge."""
    height, width = image.shape[:2]
    x = min(max(x, 0.0), width - 1.0)
    y = min(max(y, 0.0), height - 1.0)
    x0, y0 = int(x), int(y)
    return y0, min(y0 + 1, height - 1), x0, min(x0 + 1, width - 1), y - y0, x - x0


@inlined
def _sample(image: Bytes, corner: tuple[int, int, int, int, float, float], c: int) -> float:
    """One channel between four pixels."""
    y0, y1, x0, x1, low, right = corner
    top = image[y0, x0, c] * (1 - right) + image[y0, x1, c] * right
    bottom = image[y1, x0, c] * (1 - right) + image[y1, x1, c] * right
    return float(top * (1 - low) + bottom * low)


@kernel
def _lay_pixels(
    out: Bytes,
    left: int,
    top: int,
    bottom: int,
    upper: Doubles,
    lower: Doubles,
    white: Bytes,
    iris: Bytes,
    back: Doubles,  # [2, 3] frame pixel to patch pixel
    shift: Doubles,  # [2]
    strength: float,
    shade_reach: float,  # pixels
) -> None:
    for column in range(len(upper)):
        x = left + column
        for y in range(top, bottom + 1):
            share = strength * coverage(y, upper[column], lower[column], 1.0)
            if share <= 0:
                continue
            sx = back[0, 0] * x + back[0, 1] * y + back[0, 2]
            sy = back[1, 0] * x + back[1, 1] * y + back[1, 2]
            on_white, on_iris = _corner(white, sx, sy), _corner(iris, sx - shift[0], sy - shift[1])
            alpha = _sample(iris, on_iris, 3) / 255
            under = min(1.0, max(0.0, (y - upper[column]) / shade_reach))
            light = 1 - SHADE * (1 - under) ** 2
            for c in range(3):
                ball = (1 - alpha) * _sample(white, on_white, c)
                if alpha > 0:
                    ball += alpha * _sample(iris, on_iris, c)
                out[y, x, c] = int(share * light * ball + (1 - share) * out[y, x, c] + 0.5)
