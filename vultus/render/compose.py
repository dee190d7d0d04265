"""The person over the plate, through an inverse map."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vultus.render.raster import UNSET

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

STEPS = 256  # positions between two pixels that the sampling tells apart


@njit(cache=True, nogil=True)
def over(
    map_: Floats,  # [H, W, 2] texture x, y
    fore: Bytes,  # [h, w, 4] straight alpha
    plate: Bytes,  # [H, W, 3]
    out: Bytes,  # [H, W, 3]
) -> None:
    """Sample `fore` between four pixels and lay it over `plate`; on whole pixels with full alpha, exact."""
    height, width = out.shape[:2]
    last_x, last_y = fore.shape[1] - 1, fore.shape[0] - 1
    for y in range(height):
        for x in range(width):
            if map_[y, x, 0] == UNSET:
                for c in range(3):
                    out[y, x, c] = plate[y, x, c]
                continue
            fx = int(np.floor(map_[y, x, 0] * STEPS + 0.5))
            fy = int(np.floor(map_[y, x, 1] * STEPS + 0.5))
            fx = min(max(fx, 0), last_x * STEPS)
            fy = min(max(fy, 0), last_y * STEPS)
            x0, y0 = fx // STEPS, fy // STEPS
            x1, y1 = min(x0 + 1, last_x), min(y0 + 1, last_y)
            right, low = fx - x0 * STEPS, fy - y0 * STEPS
            w11 = right * low
            w01, w10 = right * STEPS - w11, low * STEPS - w11  # top right, bottom left
            w00 = STEPS * STEPS - w01 - w10 - w11
            alpha = fore[y0, x0, 3] * w00 + fore[y0, x1, 3] * w01 + fore[y1, x0, 3] * w10 + fore[y1, x1, 3] * w11
            for c in range(3):
                colour = fore[y0, x0, c] * w00 + fore[y0, x1, c] * w01 + fore[y1, x0, c] * w10 + fore[y1, x1, c] * w11
                if alpha == 255 * STEPS * STEPS:
                    out[y, x, c] = (colour + STEPS * STEPS // 2) // (STEPS * STEPS)
                else:
                    share = alpha / (255.0 * STEPS * STEPS)
                    mixed = share * colour / (STEPS * STEPS) + (1 - share) * plate[y, x, c]
                    out[y, x, c] = int(mixed + 0.5)
