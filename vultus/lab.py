"""Colours as people tell them apart: CIE L*a*b* of sRGB (IEC 61966-2-1, CIE 015), white point D65.

OpenCV's conversion makes itself tables of a tenth of a second at its first use, which a whole picture wants; we ask
for some thousand pixels.
"""

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

_TO_XYZ = np.array([[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]])
_WHITE = _TO_XYZ.sum(1)
_STEPS = np.arange(256) / 255
_LINEAR = np.where(_STEPS <= 0.04045, _STEPS / 12.92, ((_STEPS + 0.055) / 1.055) ** 2.4)
_DARK = (6 / 29) ** 3  # of white: below it the cube root is a line


def lab(colours: NDArray[np.uint8]) -> Doubles:  # [..., 3] RGB -> [..., 3]
    """L* stretched to 0..255, as pictures of eight bits hold it, and a* and b*, 0 for greys."""
    share = _LINEAR[colours] @ (_TO_XYZ / _WHITE[:, None]).T
    root = np.where(share > _DARK, np.cbrt(share), share * (29 / 6) ** 2 / 3 + 4 / 29)
    x, y, z = np.moveaxis(root, -1, 0)
    return np.stack([(116 * y - 16) * 2.55, 500 * (x - y), 200 * (y - z)], -1)
