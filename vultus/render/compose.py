"""The person over the plate, through an inverse map."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vultus.render.raster import UNSET

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

SHIFT = 8
STEPS = 1 << SHIFT  # positions between two pixels that the sampling tells apart
WHOLE = STEPS * STEPS  # the weights of four pixels add up to this


@njit(cache=True, nogil=True)
def over(
    map_: Floats,  # [H, W, 2] texture x, y
    fore: Bytes,  # [h, w, 4] straight alpha
    plate: Bytes,  # [H, W, 3]
    out: Bytes,  # [H, W, 3]
) -> None:
    """Sample `fore` between four pixels and lay it over `plate`; on whole pixels with full alpha, exact."""
    height, width = out.shape[:2]
    last_x, last_y = (fore.shape[1] - 1) << SHIFT, (fore.shape[0] - 1) << SHIFT
    for y in range(height):
        for x in range(width):
            map_x, map_y = map_[y, x, 0], map_[y, x, 1]
            if map_x == UNSET:
                for c in range(3):
                    out[y, x, c] = plate[y, x, c]
                continue
            fx = min(max(int(np.floor(map_x * STEPS + np.float32(0.5))), 0), last_x)
            fy = min(max(int(np.floor(map_y * STEPS + np.float32(0.5))), 0), last_y)
            x0, y0 = fx >> SHIFT, fy >> SHIFT
            right, low = fx & (STEPS - 1), fy & (STEPS - 1)
            x1, y1 = x0 + (right > 0), y0 + (low > 0)
            w11 = right * low
            w01, w10 = (right << SHIFT) - w11, (low << SHIFT) - w11  # top right, bottom left
            w00 = WHOLE - w01 - w10 - w11
            alpha = fore[y0, x0, 3] * w00 + fore[y0, x1, 3] * w01 + fore[y1, x0, 3] * w10 + fore[y1, x1, 3] * w11
            if alpha == 0:
                for c in range(3):
                    out[y, x, c] = plate[y, x, c]
                continue
            for c in range(3):
                colour = fore[y0, x0, c] * w00 + fore[y0, x1, c] * w01 + fore[y1, x0, c] * w10 + fore[y1, x1, c] * w11
                if alpha == 255 * WHOLE:
                    out[y, x, c] = (colour + WHOLE // 2) >> (2 * SHIFT)
                else:
                    share = alpha / (255.0 * WHOLE)
                    out[y, x, c] = int(share * colour / WHOLE + (1 - share) * plate[y, x, c] + 0.5)
