"""Words that a viewer sees: "AI" in a corner all the time, or "AI-generated" below for the first seconds."""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.clock import FRAME_RATE

Bytes = NDArray[np.uint8]

LABELS = ("none", "corner", "start")
WORDS = {"corner": "AI", "start": "AI-generated"}
HEIGHT = 0.055  # of the frame; GB 45438-2025 wants letters of 5 % of the shorter side at least
SHOWN = round(3 * FRAME_RATE)  # frames at the start; the same standard wants 2 seconds at least
FONT = cv2.FONT_HERSHEY_DUPLEX


def put_label(frame: Bytes, label: str, index: int) -> None:  # [H, W, 3], changed in place
    """Write the label that frame `index` is to show."""
    if label == "none" or (label == "start" and index >= SHOWN):
        return
    height, width = frame.shape[:2]
    letters = _letters(WORDS[label], max(4, round(HEIGHT * min(height, width))))
    gap = round(0.02 * height)
    high, wide = letters.shape[:2]
    top, left = (gap, width - wide - gap) if label == "corner" else (height - high - gap, (width - wide) // 2)
    place = frame[top : top + high, left : left + wide].astype(np.float32)
    alpha, shade = letters[..., :1], letters[..., 1:]
    frame[top : top + high, left : left + wide] = np.rint(place * (1 - alpha) + 255 * shade * alpha).astype(np.uint8)


@cache
def _letters(words: str, height: int) -> NDArray[np.float32]:  # [h, w, 2] opacity, brightness
    """White letters with a dark rim, `height` pixels high."""
    fine = 4  # drawn larger and made smaller, for smooth edges
    scale = cv2.getFontScaleFromHeight(FONT, height * fine, 1)
    stroke, rim = max(1, height * fine // 8), max(2, height * fine // 10)
    (wide, high), below = cv2.getTextSize(words, FONT, scale, stroke)
    shape = (high + below + 2 * rim, wide + 2 * rim)
    layers = []
    for thickness in (stroke + 2 * rim, stroke):
        layer = np.zeros(shape, np.uint8)
        cv2.putText(layer, words, (rim, high + rim), FONT, scale, 255, thickness, cv2.LINE_AA)
        small = cv2.resize(layer, (shape[1] // fine, shape[0] // fine), interpolation=cv2.INTER_AREA)
        layers.append(small.astype(np.float32) / 255)
    opacity, inside = layers
    return np.stack([opacity * (0.55 + 0.45 * inside), inside], axis=-1)
