"""The language that all stages speak: the motion row, and the face model that gives it a shape.

A motion row is `D` = 52 numbers a frame:

    0..43   expression weights, the 52 ARKit names without the eight `eyeLook*`, in ARKit order, 0..1
    44, 45  gaze yaw and pitch of both eyes, relative to the head, radians
    46..48  head pitch, yaw, roll, radians; 0 faces the camera
    49, 50  head x, y, face units, relative to where the source picture shows the head
    51      log distance, relative to the source picture; + is farther

Rows are absolute: an expression of 0 is a neutral face. `Portrait.rest` is the row that gives back the
source picture.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np
from numpy.typing import NDArray

from vultus import weights
from vultus.clock import FRAME_RATE

Floats = NDArray[np.float32]

EXPRESSIONS: tuple[str, ...] = (
    "eyeBlinkLeft", "eyeSquintLeft", "eyeWideLeft", "eyeBlinkRight", "eyeSquintRight", "eyeWideRight",
    "jawForward", "jawLeft", "jawRight", "jawOpen",
    "mouthClose", "mouthFunnel", "mouthPucker", "mouthLeft", "mouthRight",
    "mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft", "mouthFrownRight",
    "mouthDimpleLeft", "mouthDimpleRight", "mouthStretchLeft", "mouthStretchRight",
    "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper",
    "mouthPressLeft", "mouthPressRight", "mouthLowerDownLeft", "mouthLowerDownRight",
    "mouthUpperUpLeft", "mouthUpperUpRight",
    "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight",
    "cheekPuff", "cheekSquintLeft", "cheekSquintRight", "noseSneerLeft", "noseSneerRight", "tongueOut",
)  # fmt: skip
CHANNELS: tuple[str, ...] = (
    *EXPRESSIONS,
    "gazeYaw", "gazePitch", "headPitch", "headYaw", "headRoll", "headX", "headY", "logDistance",
)  # fmt: skip

E = len(EXPRESSIONS)  # 44
D = len(CHANNELS)  # 52
POINTS = 478  # 468 mesh + 10 iris, the MediaPipe FaceMesh numbers

GAZE = slice(44, 46)  # yaw, pitch
ROTATION = slice(46, 49)  # pitch, yaw, roll
SHIFT = slice(49, 51)  # x, y
LOG_DISTANCE = 51


def channel(name: str) -> int:
    """The column of a named channel. Raises KeyError naming the channel."""
    if name not in CHANNELS:
        raise KeyError(f"no motion channel {name!r}; there are {', '.join(CHANNELS)}")
    return CHANNELS.index(name)


def neutral() -> Floats:  # [D]
    """The row of a neutral face that looks at the camera."""
    return np.zeros(D, np.float32)


@dataclass(frozen=True)
class Motion:
    """A piece of motion: rows [T, D] at `rate` rows a second."""

    rows: Floats  # [T, D]
    rate: Fraction = FRAME_RATE

    def __post_init__(self) -> None:
        assert self.rows.ndim == 2 and self.rows.shape[1] == D, self.rows.shape

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, name: str) -> Floats:  # [T]
        """The curve of one named channel."""
        return self.rows[:, channel(name)]


@dataclass(frozen=True)
class FaceModel:
    """A mean head and what each weight adds to it, in face units (outer eye corners 1 apart)."""

    mean: Floats  # [POINTS, 3]
    basis: Floats  # [E, POINTS, 3]

    def shape(self, expression: Floats) -> Floats:  # [E] -> [POINTS, 3]
        """The mean head with this expression."""
        assert expression.shape == (E,), expression.shape
        moved: Floats = self.mean + np.tensordot(expression, self.basis, 1)
        return moved


@cache
def face_model() -> FaceModel:
    """The trained face model (`train/face_model.py` made it)."""
    trained = weights.arrays("face_model")
    return FaceModel(trained["mean"], trained["basis"])
