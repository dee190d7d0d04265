"""RGB to the planes that a video holds: BT.709, limited range, half-size chroma as H.264 places it."""

import numpy as np
from numpy.typing import NDArray

from vultus.compiled import kernel

Bytes = NDArray[np.uint8]

# ITU-R BT.709-6, items 3.2 to 3.5, times 2^16: 8-bit luma spans 219 steps from 16, chroma 224 around 128.
SHIFT = 16
LUMA = np.rint(np.array([0.2126, 0.7152, 0.0722]) * 219 / 255 * 2**SHIFT).astype(np.int32)
BLUE = np.rint(np.array([-0.2126, -0.7152, 0.9278]) / 1.8556 * 224 / 255 * 2**SHIFT).astype(np.int32)
RED = np.rint(np.array([0.7874, -0.7152, -0.0722]) / 1.5748 * 224 / 255 * 2**SHIFT).astype(np.int32)
YR, YG, YB = (int(v) for v in LUMA)
UR, UG, UB = (int(v) for v in BLUE)
VR, VG, VB = (int(v) for v in RED)
HALF = 1 << (SHIFT - 1)


def planes(frame: Bytes) -> Bytes:  # [H, W, 3] -> [H * 3 / 2, W]
    """Y, then U and V at half size, one below the other (I420). H and W are even."""
    height, width = frame.shape[:2]
    assert frame.shape == (height, width, 3) and height % 2 == 0 and width % 2 == 0, frame.shape
    made = np.empty((height * 3 // 2, width), np.uint8)
    chroma = made[height:].reshape(2, height // 2, width // 2)
    _convert(frame, made[:height], chroma)
    return made


@kernel
def _convert(
    frame: Bytes,  # [H, W, 3]
    luma: Bytes,  # [H, W]
    chroma: Bytes,  # [2, H / 2, W / 2]
) -> None:
    """A chroma sample stands on the left column of its pair, between its two lines: weights 1 2 1 across."""
    height, width = luma.shape
    red, green, blue = np.empty(width, np.int32), np.empty(width, np.int32), np.empty(width, np.int32)
    for y in range(0, height, 2):
        for x in range(width):
            r, g, b = np.int32(frame[y, x, 0]), np.int32(frame[y, x, 1]), np.int32(frame[y, x, 2])
            luma[y, x] = (YR * r + YG * g + YB * b + HALF + (16 << SHIFT)) >> SHIFT
            red[x], green[x], blue[x] = r, g, b
        for x in range(width):
            r, g, b = np.int32(frame[y + 1, x, 0]), np.int32(frame[y + 1, x, 1]), np.int32(frame[y + 1, x, 2])
            luma[y + 1, x] = (YR * r + YG * g + YB * b + HALF + (16 << SHIFT)) >> SHIFT
            red[x] += r
            green[x] += g
            blue[x] += b
        for x in range(width // 2):
            left, middle, right = max(2 * x - 1, 0), 2 * x, 2 * x + 1
            r = red[left] + 2 * red[middle] + red[right]
            g = green[left] + 2 * green[middle] + green[right]
            b = blue[left] + 2 * blue[middle] + blue[right]
            bias = (HALF << 3) + (128 << (SHIFT + 3))
            chroma[0, y // 2, x] = (UR * r + UG * g + UB * b + bias) >> (SHIFT + 3)
            chroma[1, y // 2, x] = (VR * r + VG * g + VB * b + bias) >> (SHIFT + 3)
