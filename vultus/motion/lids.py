"""Lids: they follow the eyes up and down, and a blink comes on top."""

import numpy as np

from vultus.face import EXPRESSIONS, E, Floats

DOWN, UP = 1.1, 0.9  # weight a radian of gaze: the upper lid covers the iris by about as much
BLINK_LEFT, BLINK_RIGHT = EXPRESSIONS.index("eyeBlinkLeft"), EXPRESSIONS.index("eyeBlinkRight")
WIDE_LEFT, WIDE_RIGHT = EXPRESSIONS.index("eyeWideLeft"), EXPRESSIONS.index("eyeWideRight")
SQUINT_LEFT, SQUINT_RIGHT = EXPRESSIONS.index("eyeSquintLeft"), EXPRESSIONS.index("eyeSquintRight")


def followed(gaze_pitch: float, blink: float) -> Floats:  # [E]
    """The lid weights for eyes that look up by `gaze_pitch` radians while a blink is `blink` 0..1 shut."""
    lids = np.zeros(E, np.float32)
    lowered = float(np.clip(-gaze_pitch * DOWN, 0, 0.35))
    lids[[BLINK_LEFT, BLINK_RIGHT]] = lowered + (1 - lowered) * blink
    lids[[WIDE_LEFT, WIDE_RIGHT]] = float(np.clip(gaze_pitch * UP, 0, 0.3)) * (1 - blink)
    lids[[SQUINT_LEFT, SQUINT_RIGHT]] = 0.15 * blink
    return lids
