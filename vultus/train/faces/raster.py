"""Triangles with a colour at each corner, drawn by a depth buffer."""

import numpy as np
from numpy.typing import NDArray

from vultus.compiled import kernel

Floats = NDArray[np.float32]
Numbers = NDArray[np.int32]

FAR = np.float32(-1e9)


@kernel
def _draw(
    corners: Floats,  # [V, 3] x, y in pixels, nearness
    triangles: Numbers,  # [F, 3]
    colours: Floats,  # [V, 3]
    picture: Floats,  # [H, W, 3] drawn over
    near: Floats,  # [H, W] nearness of what is drawn already
) -> None:
    height, width = near.shape
    for face in range(len(triangles)):
        a, b, c = triangles[face]
        ax, ay, bx, by, cx, cy = (
            corners[a, 0], corners[a, 1], corners[b, 0], corners[b, 1], corners[c, 0], corners[c, 1],
        )  # fmt: skip
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if abs(area) < 1e-6:
            continue
        left, right = max(0, int(np.ceil(min(ax, bx, cx)))), min(width - 1, int(np.floor(max(ax, bx, cx))))
        top, bottom = max(0, int(np.ceil(min(ay, by, cy)))), min(height - 1, int(np.floor(max(ay, by, cy))))
        for y in range(top, bottom + 1):
            for x in range(left, right + 1):
                u = ((bx - x) * (cy - y) - (by - y) * (cx - x)) / area
                v = ((cx - x) * (ay - y) - (cy - y) * (ax - x)) / area
                w = 1 - u - v
                if u < 0 or v < 0 or w < 0:
                    continue
                z = u * corners[a, 2] + v * corners[b, 2] + w * corners[c, 2]
                if z > near[y, x]:
                    near[y, x] = z
                    for channel in range(3):
                        picture[y, x, channel] = (
                            u * colours[a, channel] + v * colours[b, channel] + w * colours[c, channel]
                        )


def draw(
    corners: Floats,  # [V, 3] x, y in pixels, nearness: what is larger hides what is smaller
    triangles: Numbers,  # [F, 3]
    colours: Floats,  # [V, 3]
    behind: Floats,  # [H, W, 3]
) -> tuple[Floats, Floats]:  # -> [H, W, 3], [H, W] nearness, FAR where nothing is
    """The picture with the triangles before it."""
    picture = behind.astype(np.float32).copy()
    near = np.full(picture.shape[:2], FAR, np.float32)
    _draw(
        np.ascontiguousarray(corners, np.float32), np.ascontiguousarray(triangles, np.int32),
        np.ascontiguousarray(colours, np.float32), picture, near,
    )  # fmt: skip
    return picture, near


def normals(vertices: Floats, triangles: Numbers) -> Floats:  # [V, 3], [F, 3] -> [V, 3]
    """The direction in which each vertex faces, by the areas of its triangles."""
    a, b, c = (vertices[triangles[:, corner]] for corner in range(3))
    faces = np.cross(b - a, c - a)
    total = np.zeros_like(vertices)
    for corner in range(3):
        for axis in range(3):
            total[:, axis] += np.bincount(triangles[:, corner], faces[:, axis], len(vertices))
    return np.asarray(total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-9), np.float32)
