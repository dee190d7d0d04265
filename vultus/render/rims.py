"""Edges where a surface turns out of sight before another one: chin before neck, cheek before ear.

The painter gives each pixel to one triangle, which makes such an edge a staircase. Here its pixels are mixed from
those on both sides, by how far the edge crosses them.
"""

import numpy as np
from numpy.typing import NDArray

from vultus.compiled import inlined, kernel

Bytes = NDArray[np.uint8]
Doubles = NDArray[np.float64]
Faces = NDArray[np.int32]

AWAY = 0.02  # twice the area, squared pixels, of a triangle that surely faces away


def neighbours(triangles: Faces) -> Faces:  # [F, 3] -> [F, 3]
    """The triangle beyond each edge (first to second corner, second to third, third to first); itself where none is."""
    beyond: dict[tuple[int, int], int] = {}
    for t, (a, b, c) in enumerate(triangles.tolist()):
        beyond |= {(a, b): t, (b, c): t, (c, a): t}
    found = [
        [beyond.get((b, a), t), beyond.get((c, b), t), beyond.get((a, c), t)]
        for t, (a, b, c) in enumerate(triangles.tolist())
    ]
    return np.array(found, np.int32)


@kernel
def rims(turned: Doubles, beside: Faces, own: Bytes | None = None) -> Bytes:  # [F], [F, 3], [F] -> [F]
    """Which edges of each triangle that is seen have one beyond them that faces away; a bit each.

    `turned` is as `paint.turning` says, `beside` as `neighbours`; the edges of `own` are left out.
    """
    found = np.zeros(len(turned), np.uint8)
    for t in range(len(turned)):
        if turned[t] > AWAY:
            for side in range(3):
                if turned[beside[t, side]] < -AWAY:
                    found[t] |= 1 << side
            if own is not None:
                found[t] &= ~own[t]
    return found


@kernel
def soften(out: Bytes, placed: Doubles, triangles: Faces, found: Bytes) -> None:  # [H, W, 3], [V, 2], [F, 3], [F]
    """Mix the pixels along these edges, in place."""
    for t in range(len(triangles)):
        for side in range(3):
            if found[t] >> side & 1:
                a, b = triangles[t, side], triangles[t, (side + 1) % 3]
                _soften_edge(out, placed[a, 0], placed[a, 1], placed[b, 0], placed[b, 1])


@kernel
def _soften_edge(out: Bytes, px: float, py: float, qx: float, qy: float) -> None:
    """The triangle lies on the right of p to q, as seen along it; y runs down."""
    height, width = out.shape[:2]
    if abs(qy - py) >= abs(qx - px):
        inward = -1 if qy > py else 1
        for row in range(max(0, int(np.ceil(min(py, qy)))), min(height - 1, int(np.floor(max(py, qy)))) + 1):
            at = px + (qx - px) * (row - py) / (qy - py)
            column = int(np.floor(at + 0.5))
            if 1 <= column < width - 1:
                _mix(out, row, column, 0, inward, 0.5 + inward * (column - at))
    else:
        inward = 1 if qx > px else -1
        for column in range(max(0, int(np.ceil(min(px, qx)))), min(width - 1, int(np.floor(max(px, qx)))) + 1):
            at = py + (qy - py) * (column - px) / (qx - px)
            row = int(np.floor(at + 0.5))
            if 1 <= row < height - 1:
                _mix(out, row, column, inward, 0, 0.5 + inward * (row - at))


@inlined
def _mix(out: Bytes, row: int, column: int, down: int, right: int, share: float) -> None:
    """A pixel from the one inward, which is `down`, `right` of it, and the one outward; `share` of it lies inside."""
    for c in range(3):
        mixed = share * out[row + down, column + right, c] + (1 - share) * out[row - down, column - right, c]
        out[row, column, c] = int(mixed + 0.5)
