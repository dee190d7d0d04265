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

import json
import os
import zipfile
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vultus import weights
from vultus.clock import FRAME_RATE
from vultus.errors import MotionRefused

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

MOTION_KIND, MOTION_VERSION = "vultus motion", 1
MOST_BYTES = 256 << 20  # unpacked: 14 hours
_NO_MOTION = (  # what NumPy and JSON raise for files of another kind
    OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, ZeroDivisionError, zipfile.BadZipFile,
)  # fmt: skip


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

    def save(self, path: str | Path) -> None:
        """Write one NumPy .npz file, whole or not at all: `rows`, and a `header` of JSON in bytes."""
        facts = {"kind": MOTION_KIND, "version": MOTION_VERSION, "rate": str(self.rate), "channels": CHANNELS}
        header = np.frombuffer(json.dumps(facts).encode(), np.uint8)
        part = Path(f"{path}.part{os.getpid()}")
        try:
            with open(part, "wb") as file:
                np.savez_compressed(file, header=header, rows=self.rows.astype(np.float32))
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)

    @staticmethod
    def load(path: str | Path) -> "Motion":
        """Read a file that `save` wrote. Nothing in it is ever executed. Raises MotionRefused."""
        try:
            with zipfile.ZipFile(path) as packed:
                unpacked = sum(entry.file_size for entry in packed.infolist())
            if unpacked > MOST_BYTES:
                raise MotionRefused(f"{path}: more than {MOST_BYTES >> 20} MB of motion: track a shorter video")
            with open(path, "rb") as file, np.load(file, allow_pickle=False) as stored:
                header, rows = json.loads(bytes(stored["header"])), np.asarray(stored["rows"], np.float32)
            _check_motion(header, rows, path)
            return Motion(rows, Fraction(header["rate"]))
        except FileNotFoundError as cause:
            raise MotionRefused(f"{path}: there is no such file") from cause
        except _NO_MOTION as cause:
            raise MotionRefused(f"{path}: not a motion file: wanted one that `vultus track` wrote") from cause


def _check_motion(header: dict[str, object], rows: Floats, path: str | Path) -> None:
    """Raises MotionRefused for another version, ValueError for what is no motion at all."""
    if header["kind"] != MOTION_KIND:
        raise ValueError(header["kind"])
    if header["version"] != MOTION_VERSION or header["channels"] != list(CHANNELS):
        raise MotionRefused(
            f"{path}: a motion file of version {header['version']}; this program reads version {MOTION_VERSION}: "
            "track the video again"
        )
    if rows.ndim != 2 or rows.shape[1] != D or not len(rows) or not np.isfinite(rows).all():
        raise ValueError(rows.shape)
    if not 1 <= Fraction(str(header["rate"])) <= 1000:
        raise ValueError(header["rate"])


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
