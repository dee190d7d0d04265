"""RGB to the planes that a video holds: BT.709, limited range, half-size chroma as H.264 places it."""

import numpy as np
from numpy.typing import NDArray

from vultus.compiled import kernel
from vultus.media.lanes import AT_ONCE, chroma, luma_and_sums

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
LUMA_BIAS, CHROMA_BIAS = HALF + (16 << SHIFT), (HALF << 3) + (128 << (SHIFT + 3))
TO_Y, TO_U, TO_V = (
    (np.int32(r), np.int32(g), np.int32(b), np.int32(bias))
    for r, g, b, bias in ((YR, YG, YB, LUMA_BIAS), (UR, UG, UB, CHROMA_BIAS), (VR, VG, VB, CHROMA_BIAS))
)


def planes(frame: Bytes) -> Bytes:  # [H, W, 3] -> [H * 3 / 2, W]
    """Y, then U and V at half size, one below the other (I420). H and W are even."""
    height, width = frame.shape[:2]
    assert frame.shape == (height, width, 3) and height % 2 == 0 and width % 2 == 0, frame.shape
    made = np.empty((height * 3 // 2, width), np.uint8)
    _convert(frame, made[:height], made[height:].reshape(2, height // 2, width // 2))
    return made


@kernel
def _convert(
    frame: Bytes,  # [H, W, 3]
    luma: Bytes,  # [H, W]
    halves: Bytes,  # [2, H / 2, W / 2]
) -> None:
    """A chroma sample stands on the left column of its pair, between its two lines: weights 1 2 1 across.

    What a line has beyond a multiple of AT_ONCE pixels is converted one by one.
    """
    height, width = luma.shape
    many, half, size = width // AT_ONCE * AT_ONCE, width // 2, height * width // 4
    sums = np.zeros(3 * (width + 1), np.int16)  # of two lines, a column more at the left: three colours
    for y in range(0, height, 2):
        start = y * width
        for x in range(0, many, AT_ONCE):
            luma_and_sums(frame, 3 * (start + x), luma, start + x, sums, x + 1, 3 * width, TO_Y)
        for x in range(many, width):
            for line in range(y, y + 2):
                r, g, b = np.int32(frame[line, x, 0]), np.int32(frame[line, x, 1]), np.int32(frame[line, x, 2])
                luma[line, x] = (YR * r + YG * g + YB * b + LUMA_BIAS) >> SHIFT
            for c in range(3):
                sums[c * (width + 1) + 1 + x] = np.int16(frame[y, x, c]) + np.int16(frame[y + 1, x, c])
        for c in range(3):
            sums[c * (width + 1)] = sums[c * (width + 1) + 1]
        for x in range(0, many, AT_ONCE):
            chroma(sums, x, halves, (start // 2 + x) // 2, TO_U)
            chroma(sums, x, halves, size + (start // 2 + x) // 2, TO_V)
        for x in range(many // 2, half):
            mixed = np.zeros(3, np.int32)
            for c in range(3):
                at = c * (width + 1) + 2 * x
                mixed[c] = sums[at] + 2 * sums[at + 1] + sums[at + 2]
            r, g, b = mixed[0], mixed[1], mixed[2]
            halves[0, y // 2, x] = (UR * r + UG * g + UB * b + CHROMA_BIAS) >> (SHIFT + 3)
            halves[1, y // 2, x] = (VR * r + VG * g + VB * b + CHROMA_BIAS) >> (SHIFT + 3)
