"""Words that a viewer sees: "AI" in a corner all the time, or "AI-generated" below for the first seconds."""

import math
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
    letters = _letters(WORDS[label], math.ceil(HEIGHT * min(height, width)))
    gap = round(0.02 * height)
    high, wide = letters.shape[:2]
    top, left = (gap, width - wide - gap) if label == "corner" else (height - high - gap, (width - wide) // 2)
    place = frame[top : top + high, left : left + wide].astype(np.float32)
    alpha, shade = letters[..., :1], letters[..., 1:]
    frame[top : top + high, left : left + wide] = np.rint(place * (1 - alpha) + 255 * shade * alpha).astype(np.uint8)


@cache
def _letters(words: str, height: int) -> NDArray[np.float32]:  # [h, w, 2] opacity, brightness
    """White letters with a dark rim; the letters themselves are `height` pixels high."""
    canvas = np.zeros((400, 160 * len(words)), np.uint8)
    cv2.putText(canvas, words, (60, 260), FONT, 5, 255, 12, cv2.LINE_AA)
    rows, columns = (np.flatnonzero(canvas.any(axis)) for axis in (1, 0))
    rim = 24
    cut = canvas[rows[0] - rim : rows[-1] + rim + 1, columns[0] - rim : columns[-1] + rim + 1]
    around = cv2.dilate(cut, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * rim + 1, 2 * rim + 1)))
    scale = height / (rows[-1] - rows[0] + 1)
    size = (round(cut.shape[1] * scale), round(cut.shape[0] * scale))
    inside, opacity = (
        cv2.resize(layer, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255 for layer in (cut, around)
    )
    return np.stack([opacity * (0.6 + 0.4 * inside), inside], axis=-1)
