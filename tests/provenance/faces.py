"""Pictures for trying marks on: soft shapes with grain, as portraits have them."""

import cv2
import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]


def scene(seed: int, size: int = 256, busy: float = 4.0) -> Bytes:  # [size, size, 3]
    """Noise of all scales, `busy` levels of the finest."""
    rng = np.random.default_rng(seed)
    canvas = np.full((size, size, 3), 128, np.float32)
    for octave in range(1, 7):
        side = 2**octave
        noise = rng.normal(0, 1, (side, side, 3)).astype(np.float32)
        canvas += 60 / 1.7**octave * cv2.resize(noise, (size, size), interpolation=cv2.INTER_CUBIC)
    canvas += rng.normal(0, busy, canvas.shape)
    return np.clip(np.rint(canvas), 0, 255).astype(np.uint8)
