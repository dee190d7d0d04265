"""Where clothes begin below a chin: what is worn keeps to the body while the neck's skin goes along with the head."""

import numpy as np
from numpy.typing import NDArray

from vultus.lab import lab
from vultus.topology import CHIN, FOREHEAD

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

CHEEKS = (50, 280, 205, 425, 117, 346)
BARE = 1.2  # face units below the chin, as far as a neck may be bare
BEGINS = 0.06  # face units below the chin, where the search begins
HALF_WIDTH = 0.15  # face units to each side of the chin
SHADE = 0.1  # face units of throat, whose colour counts as skin too
STEP = 0.02  # face units
RUN = 0.1  # face units that have to differ in a row
NOT_SKIN = 15.0  # in L*a*b*, lightness counting LIGHTNESS: a neck lies in the chin's shade
LIGHTNESS = 0.15


def collar(texture: Bytes, pixels: Floats, unit: float) -> float:
    """How far below the chin skin ends, face units; `BARE` where nothing else is seen. `unit` is pixels a face unit."""
    skin = np.median(lab(_around(texture, pixels[list(CHEEKS), :2].astype(np.float64), 0.04 * unit)), axis=0)
    down = pixels[CHIN, :2].astype(np.float64) - pixels[FOREHEAD, :2]
    down /= np.linalg.norm(down)
    across = np.array([down[1], -down[0]])
    ways = np.arange(BEGINS, BARE, STEP)
    beside = np.linspace(-HALF_WIDTH, HALF_WIDTH, 9)
    spots = pixels[CHIN, :2] + unit * (ways[:, None, None] * down + beside[:, None] * across)
    height, width = texture.shape[:2]
    seen = ((spots >= 0) & (spots < [width, height])).all((1, 2))
    if not seen.all():
        ways, spots = ways[: int(seen.argmin())], spots[: int(seen.argmin())]
    if not len(ways):
        return BARE
    x, y = np.rint(spots[..., 0]).astype(int), np.rint(spots[..., 1]).astype(int)
    rows = np.median(lab(texture[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)]), axis=1)
    throat = np.median(rows[: max(1, round(SHADE / STEP))], axis=0)  # it may lie in the chin's shade, or under a beard
    other = (_away(rows, skin) > NOT_SKIN) & (_away(rows, throat) > NOT_SKIN)
    run = round(RUN / STEP)
    for i in range(len(ways) - run + 1):
        if other[i : i + run].all():
            return float(ways[i])
    return BARE


def _away(rows: Doubles, colour: Doubles) -> Doubles:  # [N, 3], [3] -> [N]
    """How little colours of eight-bit L*a*b* look like one."""
    apart = rows - colour
    return np.asarray(np.hypot(apart[:, 1], apart[:, 2]) + LIGHTNESS * np.abs(apart[:, 0]) * 100 / 255)


def _around(texture: Bytes, points: Doubles, reach: float) -> Bytes:  # [H, W, 3], [N, 2] -> [K, 3]
    height, width = texture.shape[:2]
    way = np.linspace(-reach, reach, 5)
    spots = points[:, None, None] + np.stack(np.meshgrid(way, way), -1)
    x = np.clip(np.rint(spots[..., 0]).astype(int), 0, width - 1)
    y = np.clip(np.rint(spots[..., 1]).astype(int), 0, height - 1)
    return np.asarray(texture[y, x].reshape(-1, 3), np.uint8)
