"""Lids: their weights, and how far they follow the eyes up and down."""

from vultus.face import EXPRESSIONS

DOWN, UP = 1.1, 0.9  # weight a radian of gaze: the upper lid covers the iris by about as much
BLINK_LEFT, BLINK_RIGHT = EXPRESSIONS.index("eyeBlinkLeft"), EXPRESSIONS.index("eyeBlinkRight")
WIDE_LEFT, WIDE_RIGHT = EXPRESSIONS.index("eyeWideLeft"), EXPRESSIONS.index("eyeWideRight")
SQUINT_LEFT, SQUINT_RIGHT = EXPRESSIONS.index("eyeSquintLeft"), EXPRESSIONS.index("eyeSquintRight")
