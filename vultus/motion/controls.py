"""What the caller may turn, and the placing of the model's relative rows on a portrait."""

from dataclasses import dataclass

import numpy as np

from vultus.face import EXPRESSIONS, GAZE, LOG_DISTANCE, ROTATION, SHIFT, D, E, Floats
from vultus.motion import lids

HEAD_LIMIT = np.radians([15.0, 20.0, 15.0])  # pitch, yaw, roll away from rest, approached but never reached
SHIFT_LIMIT = 0.35  # face units
DISTANCE_LIMIT = 0.5  # of log distance
GAZE_LIMIT = np.radians([30.0, 22.0])  # yaw, pitch, of the eyes in the head
LIDS_AT_REST = 0.3  # the most that lids may hang at rest: a portrait with closed eyes opens them

# What belongs to a person's look rather than to what is said: kept from the portrait in part.
_CHARACTER = (
    "mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft", "mouthFrownRight",
    "mouthDimpleLeft", "mouthDimpleRight", "mouthLeft", "mouthRight",
    "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight",
    "cheekSquintLeft", "cheekSquintRight", "noseSneerLeft", "noseSneerRight",
)  # fmt: skip
_LIDS = ("eyeBlinkLeft", "eyeBlinkRight", "eyeSquintLeft", "eyeSquintRight", "eyeWideLeft", "eyeWideRight")
CHARACTER = [EXPRESSIONS.index(name) for name in _CHARACTER]
LIDS = [EXPRESSIONS.index(name) for name in _LIDS]
BLINKS = [lids.BLINK_LEFT, lids.BLINK_RIGHT]
SPOKEN = [i for i in range(E) if i not in LIDS]  # what `expression_gain` scales


@dataclass(frozen=True)
class Controls:
    """Everything that can be turned while a face talks. The defaults change nothing."""

    gaze: tuple[float, float] = (0.0, 0.0)  # yaw, pitch added to where the eyes look, radians
    distance: float = 0.0  # log distance added: + is farther
    head_gain: float = 1.0  # of head turns and shifts
    expression_gain: float = 1.0  # of lips, jaw, cheeks and brows
    character: float = 0.6  # share of the portrait's own smile, frown and brows that stays while it talks


def soft_limit(value: Floats, limit: Floats | float) -> Floats:
    """Values that stay inside +-limit, elementwise: almost unchanged up to half of it, flat toward it."""
    return np.asarray(limit * np.tanh(value / limit), np.float32)


def _expression(rows: Floats, rest: Floats, controls: Controls) -> Floats:  # [n, D] -> [n, E]
    own = rest[:E]
    face = rows[:, :E].copy()
    face[:, SPOKEN] *= controls.expression_gain
    face[:, CHARACTER] += controls.character * own[CHARACTER]
    hang = np.minimum(own[LIDS], LIDS_AT_REST)
    face[:, LIDS] = hang + (1 - hang) * face[:, LIDS]
    lowered = np.float32(np.clip(-controls.gaze[1] * lids.DOWN, 0, 0.35))
    face[:, BLINKS] = lowered + (1 - lowered) * face[:, BLINKS]
    return np.clip(face, 0, 1)


def apply(
    rows: Floats,  # [n, D] from the motion model: head and gaze relative to the portrait's rest
    rest: Floats,  # [D] the row that gives back the source picture
    controls: Controls,
) -> Floats:  # [n, D]
    """Absolute rows for one portrait, inside the limits of a head.

    The head moves about the portrait's own pose; the eyes turn back against it, so that they keep looking
    where they look while the head moves.
    """
    assert rows.ndim == 2 and rows.shape[1] == D and rest.shape == (D,), (rows.shape, rest.shape)
    placed = np.empty_like(rows)
    placed[:, :E] = _expression(rows, rest, controls)
    turn = soft_limit(rows[:, ROTATION] * controls.head_gain, HEAD_LIMIT)
    placed[:, ROTATION] = rest[ROTATION] + turn
    placed[:, SHIFT] = rest[SHIFT] + soft_limit(rows[:, SHIFT] * controls.head_gain, SHIFT_LIMIT)
    away = rows[:, LOG_DISTANCE] * controls.head_gain + controls.distance
    placed[:, LOG_DISTANCE] = rest[LOG_DISTANCE] + soft_limit(away, DISTANCE_LIMIT)
    look = rows[:, GAZE] + np.asarray(controls.gaze, np.float32) - turn[:, [1, 0]]
    placed[:, GAZE] = np.clip(rest[GAZE] + look, -GAZE_LIMIT, GAZE_LIMIT)
    return placed
