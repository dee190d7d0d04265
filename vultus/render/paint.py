"""Triangles to pixels: each triangle's part of the texture, sampled into the frame line by line.

A pixel belongs to the last triangle painted over it. The texture coordinate runs along a line by addition, in
fixed point; sampling is bilinear on all four channels at once (texels.py).
"""

import numpy as np
from numpy.typing import NDArray

from vultus.compiled import inlined, kernel
from vultus.render.texels import Texels, between, over, put

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Faces = NDArray[np.int32]

EDGE = 0.01  # pixels by which a triangle reaches past its edge, so that neighbours leave no crack
SLIVER = 0.02  # twice the area, squared pixels, below which a triangle shows nothing of its own
EMPTY, MIXED, OPAQUE = 0, 1, 2  # what of the person a triangle's part of the texture shows

SIGN_BIT, ALL_BITS = np.uint32(1 << 31), np.uint32((1 << 32) - 1)
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
    facing, near = np.empty(len(triangles), np.int32), np.empty(len(triangles), np.float32)
    count = 0
    for t in range(len(triangles)):
        if turned[t] > SLIVER and shows[t] != EMPTY:
            near[count] = depth[triangles[t, 0]] + depth[triangles[t, 1]] + depth[triangles[t, 2]]
            facing[count] = t
            count += 1
    return _rising(near[:count], facing[:count])


@kernel
def _rising(values: Floats, items: Faces) -> Faces:  # [N], [N] -> [N]
    """The items by their values, equal ones as they come: a radix sort, a sixth of the time of one that compares."""
    keys = values.view(np.uint32).copy()
    for i in range(len(keys)):  # the bits of a float, as a whole number that rises with it
        keys[i] ^= ALL_BITS if keys[i] & SIGN_BIT else SIGN_BIT
    other_keys, other_items = np.empty_like(keys), np.empty_like(items)
    items = items.copy()
    for shift in (0, 11, 22):
        starts = np.zeros(2049, np.int64)
        for key in keys:
            starts[((key >> np.uint32(shift)) & np.uint32(2047)) + 1] += 1
        for digit in range(2047):
            starts[digit + 1] += starts[digit]
        for i in range(len(keys)):
            digit = (keys[i] >> np.uint32(shift)) & np.uint32(2047)
            other_keys[starts[digit]], other_items[starts[digit]] = keys[i], items[i]
            starts[digit] += 1
        keys, other_keys = other_keys, keys
        items, other_items = other_items, items
    return items


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
    """Paint the triangles over the plate, into a copy of it.

    The lines of a triangle run between its longest edge and the two others: its corners are sorted downward once.
    """
    height, width = out.shape[:2]
    for g in range(len(order)):
        t = order[g]
        i, j, k = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ax, ay, bx, by, cx, cy = placed[i, 0], placed[i, 1], placed[j, 0], placed[j, 1], placed[k, 0], placed[k, 1]
        area = 1 / ((bx - ax) * (cy - ay) - (by - ay) * (cx - ax))
        sx, sy = source[i, 0], source[i, 1]
        ux, uy, vx, vy = source[j, 0] - sx, source[j, 1] - sy, source[k, 0] - sx, source[k, 1] - sy
        # d(texture) / d(frame x), d(frame y)
        xx, xy = (ux * (cy - ay) - vx * (by - ay)) * area, (vx * (bx - ax) - ux * (cx - ax)) * area
        yx, yy = (uy * (cy - ay) - vy * (by - ay)) * area, (vy * (bx - ax) - uy * (cx - ax)) * area
        dx, dy = _fixed(xx), _fixed(yx)
        px, py, qx, qy, rx, ry = _downward(ax, ay, bx, by, cx, cy)
        whole, upper, lower = _slope(px, py, rx, ry), _slope(px, py, qx, qy), _slope(qx, qy, rx, ry)
        top, bottom = max(0, int(np.ceil(py - EDGE))), min(height - 1, int(np.floor(ry + EDGE)))
        for y in range(top, bottom + 1):
            one = px + whole * min(max(y - py, 0.0), ry - py)
            above = px + upper * min(max(y - py, 0.0), qy - py)
            below = qx + lower * min(max(y - qy, 0.0), ry - qy)
            first = below if y > qy + EDGE else above
            last = above if y < qy - EDGE else below
            left = max(0, int(np.ceil(min(one, min(first, last)) - EDGE)))
            right = min(width - 1, int(np.floor(max(one, max(first, last)) + EDGE)))
            if left <= right:
                x = _fixed(sx + xx * (left - ax) + xy * (y - ay))
                ty = _fixed(sy + yx * (left - ax) + yy * (y - ay))
                _line(fore, plate, out, y, left, right, x, ty, dx, dy, shows[t] == OPAQUE)


@inlined
def _fixed(value: float) -> int:
    """A texture coordinate in fixed point, rounded."""
    return int(np.floor(value * (1 << FINE) + 0.5))


@inlined
def _downward(
    px: float, py: float, qx: float, qy: float, rx: float, ry: float
) -> tuple[float, float, float, float, float, float]:
    """Three points by their y."""
    if qy < py:
        px, py, qx, qy = qx, qy, px, py
    if ry < py:
        px, py, rx, ry = rx, ry, px, py
    if ry < qy:
        qx, qy, rx, ry = rx, ry, qx, qy
    return px, py, qx, qy, rx, ry


@inlined
def _slope(px: float, py: float, qx: float, qy: float) -> float:
    """Across for one down; a level edge is met at its ends alone."""
    return (qx - px) / max(qy - py, 1e-9)


@inlined
def _line(
    fore: Texels,
    plate: Bytes,  # [H, W, 3]
    out: Bytes,  # [H, W, 3]
    row: int,
    left: int,
    right: int,
    x: int,  # texture coordinate of the first pixel, and its step, in fixed point
    y: int,
    dx: int,
    dy: int,
    opaque: bool,
) -> None:
    """One line of one triangle. All pixels but the last are written as four bytes, the fourth to be overwritten."""
    last_x, last_y = (fore.shape[1] - 2) << FINE, (fore.shape[0] - 2) << FINE
    end_x, end_y = x + (right - left) * dx, y + (right - left) * dy
    within = min(x, end_x) >= 0 and max(x, end_x) <= last_x and min(y, end_y) >= 0 and max(y, end_y) <= last_y
    place = (row * out.shape[1] + left) * 3
    if within and opaque:
        for _ in range(left, right):
            put(out, place, _texel(fore, x, y))
            x, y, place = x + dx, y + dy, place + 3
    elif within:
        for _ in range(left, right):
            put(out, place, over(_texel(fore, x, y), plate, place))
            x, y, place = x + dx, y + dy, place + 3
    else:
        for _ in range(left, right):
            word = _texel(fore, min(max(x, 0), last_x), min(max(y, 0), last_y))
            put(out, place, over(word, plate, place))
            x, y, place = x + dx, y + dy, place + 3
    word = _texel(fore, min(max(x, 0), last_x), min(max(y, 0), last_y))
    share = word >> np.uint32(24)
    for c in range(3):
        colour = (word >> np.uint32(8 * c)) & np.uint32(255)
        out[row, right, c] = np.uint8((colour * share + plate[row, right, c] * (255 - share) + 127) // 255)


@inlined
def _texel(fore: Texels, x: int, y: int) -> np.uint32:
    """The texture at a place in fixed point, to 256ths of a pixel."""
    x, y = x + 128, y + 128
    word: np.uint32 = between(fore, (y >> FINE) * fore.shape[1] + (x >> FINE), (x >> 8) & 255, (y >> 8) & 255)
    return word
