"""Triangles to pixels: each triangle's part of the texture, sampled into the frame line by line.

A pixel belongs to the last triangle painted over it. The texture coordinate runs along a line by addition, in
fixed point; sampling is bilinear on all four channels at once (texels.py).
"""

import numpy as np
from numpy.typing import NDArray

from vultus.compiled import inlined, kernel
from vultus.render.texels import Texels, between, put

Bytes = NDArray[np.uint8]
Doubles = NDArray[np.float64]
Faces = NDArray[np.int32]

EDGE = 0.01  # pixels by which a triangle reaches past its edge, so that neighbours leave no crack
SLIVER = 0.02  # twice the area, squared pixels, below which a triangle shows nothing of its own
EMPTY, MIXED, OPAQUE = 0, 1, 2  # what of the person a triangle's part of the texture shows

SOLID = np.uint32(255 << 24)  # a texel below it lets something through
OVER_255 = np.uint32(0x8081)  # x * OVER_255 >> 23 is x // 255 for all that 16 bits can hold
FINE = 16  # bits behind the point of a texture coordinate


@kernel
def kinds(source: Doubles, triangles: Faces, alpha: Bytes) -> Bytes:  # [V, 2], [F, 3], [h, w] -> [F]
    """EMPTY, MIXED or OPAQUE, by the least and largest alpha around each triangle of the texture."""
    height, width = alpha.shape
    found = np.empty(len(triangles), np.uint8)
    for t in range(len(triangles)):
        x = source[triangles[t], 0]
        y = source[triangles[t], 1]
        left, right = max(0, int(x.min()) - 1), min(width - 1, int(x.max()) + 2)
        top, bottom = max(0, int(y.min()) - 1), min(height - 1, int(y.max()) + 2)
        least, largest = 255, 0
        for row in range(min(top, height - 1), max(bottom, 0) + 1):
            for column in range(min(left, width - 1), max(right, 0) + 1):
                value = alpha[row, column]
                least, largest = min(least, value), max(largest, value)
        found[t] = EMPTY if largest == 0 else (OPAQUE if least == 255 else MIXED)
    return found


@kernel
def turning(placed: Doubles, triangles: Faces) -> Doubles:  # [V, 2], [F, 3] -> [F]
    """Twice the area of each triangle in squared pixels, below 0 where it faces away; y runs down."""
    turned = np.empty(len(triangles))
    for t in range(len(triangles)):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        across = (placed[b, 0] - placed[a, 0]) * (placed[c, 1] - placed[a, 1])
        turned[t] = across - (placed[b, 1] - placed[a, 1]) * (placed[c, 0] - placed[a, 0])
    return turned


@kernel
def painting_order(
    turned: Doubles,  # [F] see `turning`
    depth: Doubles,  # [V] larger is nearer
    triangles: Faces,  # [F, 3]
    shows: Bytes,  # [F] see `kinds`
) -> Faces:  # [G]
    """Which triangles face the viewer and show something of the person, farthest first."""
    facing, near = np.empty(len(triangles), np.int32), np.empty(len(triangles))
    count = 0
    for t in range(len(triangles)):
        if turned[t] > SLIVER and shows[t] != EMPTY:
            near[count] = depth[triangles[t, 0]] + depth[triangles[t, 1]] + depth[triangles[t, 2]]
            facing[count] = t
            count += 1
    return facing[:count][np.argsort(near[:count], kind="mergesort")]


@kernel
def paint(
    placed: Doubles,  # [V, 2] frame pixels
    source: Doubles,  # [V, 2] texture pixels
    triangles: Faces,  # [F, 3]
    shows: Bytes,  # [F] their kinds
    order: Faces,  # [G] in painting order
    fore: Texels,  # [h + 1, w + 1]
    plate: Bytes,  # [H, W, 3]
    out: Bytes,  # [H, W, 3] the plate to begin with
) -> None:
    """Paint the triangles over the plate, into a copy of it."""
    height, width = out.shape[:2]
    for g in range(len(order)):
        t = order[g]
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
            low, high = _crossing(ax, ay, bx, by, y, 1e30, -1e30)
            low, high = _crossing(bx, by, cx, cy, y, low, high)
            low, high = _crossing(cx, cy, ax, ay, y, low, high)
            left = max(0, int(np.ceil(low - EDGE)))
            right = min(width - 1, int(np.floor(high + EDGE)))
            if left <= right:
                tx = source[i, 0] + xx * (left - ax) + xy * (y - ay)
                ty = source[i, 1] + yx * (left - ax) + yy * (y - ay)
                _line(fore, plate, out, y, left, right, tx, ty, xx, yx, shows[t] == OPAQUE)


@inlined
def _crossing(px: float, py: float, qx: float, qy: float, y: float, low: float, high: float) -> tuple[float, float]:
    """The span low..high widened to where the edge p-q crosses the line y."""
    if not min(py, qy) - EDGE <= y <= max(py, qy) + EDGE:
        return low, high
    if abs(qy - py) < 1e-9:
        return min(low, px, qx), max(high, px, qx)
    x = px + (qx - px) * min(1.0, max(0.0, (y - py) / (qy - py)))
    return min(low, x), max(high, x)


@inlined
def _line(
    fore: Texels,
    plate: Bytes,  # [H, W, 3]
    out: Bytes,  # [H, W, 3]
    row: int,
    left: int,
    right: int,
    tx: float,
    ty: float,
    step_x: float,
    step_y: float,
    opaque: bool,
) -> None:
    """One line of one triangle."""
    last_x, last_y = (fore.shape[1] - 2) << FINE, (fore.shape[0] - 2) << FINE
    x, y = int(np.floor(tx * (1 << FINE) + 0.5)), int(np.floor(ty * (1 << FINE) + 0.5))
    dx, dy = int(np.floor(step_x * (1 << FINE) + 0.5)), int(np.floor(step_y * (1 << FINE) + 0.5))
    end_x, end_y = x + (right - left) * dx, y + (right - left) * dy
    within = min(x, end_x) >= 0 and max(x, end_x) <= last_x and min(y, end_y) >= 0 and max(y, end_y) <= last_y
    width, place = fore.shape[1], (row * out.shape[1] + left) * 3
    word = np.uint32(0)
    for column in range(left, right + 1):
        if within:
            fx, fy = x + 128, y + 128
        else:
            fx, fy = min(max(x, 0), last_x) + 128, min(max(y, 0), last_y) + 128
        x += dx
        y += dy
        word = between(fore, (fy >> 16) * width + (fx >> 16), (fx >> 8) & 255, (fy >> 8) & 255)
        if not opaque and word < SOLID:
            word = _over(word, plate[row, column])
        if column < right:
            put(out, place, word)
            place += 3
    for c in range(3):  # four bytes here would reach into the pixel beside the line
        out[row, right, c] = np.uint8(word >> np.uint32(8 * c))


@inlined
def _over(word: np.uint32, behind: Bytes) -> np.uint32:  # [3]
    """A texel over what is behind it, each channel rounded."""
    share = np.uint32(word >> np.uint32(24))
    mixed = np.uint32(0)
    for c in range(3):
        colour = np.uint32((word >> np.uint32(8 * c)) & np.uint32(255))
        both = np.uint32(colour * share + np.uint32(behind[c]) * np.uint32(np.uint32(255) - share) + np.uint32(127))
        mixed |= np.uint32(np.uint32(np.uint32(both * OVER_255) >> np.uint32(23)) << np.uint32(8 * c))
    return mixed
