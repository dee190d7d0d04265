"""Triangles to an inverse map: for every pixel of the frame, where in the texture it comes from."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

UNSET = -1e9  # in a map: no triangle covers this pixel
EDGE = 0.01  # pixels by which a triangle reaches past its edge, so that neighbours leave no crack
SLIVER = 0.02  # twice the area, squared pixels, below which a triangle shows nothing of its own

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


def painting_order(
    placed: Doubles,  # [V, 2] frame pixels
    depth: Doubles,  # [V] larger is nearer
    triangles: NDArray[np.int32],  # [F, 3]
) -> NDArray[np.int32]:  # [G, 3]
    """The triangles that face the viewer, farthest first."""
    a, b, c = (placed[triangles[:, i]] for i in range(3))
    turning = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    facing = turning > SLIVER  # clockwise as seen; y runs down
    order = np.argsort(depth[triangles].mean(1)[facing], kind="stable")
    return np.ascontiguousarray(triangles[facing][order])


@njit(cache=True, nogil=True)
def rasterise(
    placed: Doubles,  # [V, 2] frame pixels
    source: Doubles,  # [V, 2] texture pixels
    triangles: NDArray[np.int32],  # [G, 3] in painting order
    out: Floats,  # [H, W, 2] texture x, y; UNSET where nothing is painted
) -> None:
    """Paint all triangles by scanline; the texture coordinate runs along each line by addition."""
    height, width = out.shape[:2]
    out[:] = UNSET
    for t in range(triangles.shape[0]):
        i, j, k = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ax, ay, bx, by, cx, cy = placed[i, 0], placed[i, 1], placed[j, 0], placed[j, 1], placed[k, 0], placed[k, 1]
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        ux, uy = source[j, 0] - source[i, 0], source[j, 1] - source[i, 1]
        vx, vy = source[k, 0] - source[i, 0], source[k, 1] - source[i, 1]
        # d(texture) / d(frame x), d(frame y)
        xx, xy = (ux * (cy - ay) - vx * (by - ay)) / area, (vx * (bx - ax) - ux * (cx - ax)) / area
        yx, yy = (uy * (cy - ay) - vy * (by - ay)) / area, (vy * (bx - ax) - uy * (cx - ax)) / area
        top = max(0, int(np.ceil(min(ay, by, cy) - EDGE)))
        bottom = min(height - 1, int(np.floor(max(ay, by, cy) + EDGE)))
        for y in range(top, bottom + 1):
            low, high = 1e30, -1e30
            for e in range(3):
                if e == 0:
                    px, py, qx, qy = ax, ay, bx, by
                elif e == 1:
                    px, py, qx, qy = bx, by, cx, cy
                else:
                    px, py, qx, qy = cx, cy, ax, ay
                if min(py, qy) - EDGE <= y <= max(py, qy) + EDGE:
                    rise = qy - py
                    if abs(rise) < 1e-9:
                        low, high = min(low, px, qx), max(high, px, qx)
                    else:
                        x = px + (qx - px) * min(1.0, max(0.0, (y - py) / rise))
                        low, high = min(low, x), max(high, x)
            left = max(0, int(np.ceil(low - EDGE)))
            right = min(width - 1, int(np.floor(high + EDGE)))
            tx = source[i, 0] + xx * (left - ax) + xy * (y - ay)
            ty = source[i, 1] + yx * (left - ax) + yy * (y - ay)
            for x_pixel in range(left, right + 1):
                out[y, x_pixel, 0] = tx
                out[y, x_pixel, 1] = ty
                tx += xx
                ty += yx
