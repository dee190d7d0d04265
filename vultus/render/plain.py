"""The slow, obvious twin of `paint`: the oracle of its tests.

Per triangle, every pixel of its bounding box is asked whether it lies inside; the texture coordinate comes
from barycentric weights. Sampling is the textbook formula in double precision.
"""

import numpy as np
from numpy.typing import NDArray

from vultus.render.paint import EDGE

UNSET = -1e9  # in a map: no triangle covers this pixel

Bytes = NDArray[np.uint8]
Doubles = NDArray[np.float64]


def rasterise(
    placed: Doubles,  # [V, 2]
    source: Doubles,  # [V, 2]
    triangles: NDArray[np.int32],  # [G, 3] in painting order
    size: tuple[int, int],  # rows, columns
) -> Doubles:  # [rows, columns, 2]
    """For each pixel of the frame, where in the texture it comes from."""
    out = np.full((*size, 2), UNSET)
    for triangle in triangles:
        corners = placed[triangle]
        left, top = np.maximum(np.floor(corners.min(0)), 0).astype(int)
        right, bottom = np.minimum(np.ceil(corners.max(0)), (size[1] - 1, size[0] - 1)).astype(int)
        for y in range(top, bottom + 1):
            for x in range(left, right + 1):
                share = barycentric(corners, np.array([x, y]))
                if inside(corners, share):
                    out[y, x] = share @ source[triangle]
    return out


def barycentric(corners: Doubles, point: NDArray[np.integer]) -> Doubles:  # [3, 2], [2] -> [3]
    """The weights of three corners that add up to 1 and to the point."""
    return np.asarray(np.linalg.solve(np.vstack([corners.T, np.ones(3)]), [*point, 1.0]))


def inside(corners: Doubles, share: Doubles) -> bool:
    """Within the triangle, or out of it by no more than `EDGE` pixels across an edge."""
    for i in range(3):
        a, b, c = corners[i], corners[(i + 1) % 3], corners[(i + 2) % 3]
        area = abs((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))
        height = area / np.linalg.norm(c - b)  # of corner i over its far edge
        if share[i] * height < -EDGE:
            return False
    return True


def over(map_: Doubles, fore: Bytes, plate: Bytes) -> Doubles:  # [H, W, 2], [h, w, 4], [H, W, 3] -> [H, W, 3]
    """The texture through a map, over the plate, before rounding."""
    out = plate.astype(np.float64)
    for y, x in zip(*np.nonzero(map_[..., 0] != UNSET), strict=True):
        *colour, alpha = sample(fore, *map_[y, x])
        out[y, x] = alpha / 255 * np.array(colour) + (1 - alpha / 255) * plate[y, x]
    return out


def sample(image: Bytes, x: float, y: float) -> Doubles:  # [h, w, C] -> [C]
    """Bilinear interpolation; beyond the image its edge."""
    height, width = image.shape[:2]
    x, y = np.clip(x, 0, width - 1), np.clip(y, 0, height - 1)
    x0, y0 = int(x), int(y)
    x1, y1 = min(x0 + 1, width - 1), min(y0 + 1, height - 1)
    right, low = x - x0, y - y0
    top = (1 - right) * image[y0, x0] + right * image[y0, x1]
    bottom = (1 - right) * image[y1, x0] + right * image[y1, x1]
    return np.asarray((1 - low) * top + low * bottom)
