"""Six feelings with a strength each, and the expression that each adds.

Which muscles belong to which feeling: the action units of EMFACS (Ekman and Friesen, 1978), written in the
weights that show them. Nothing here parts the lips: what is said does that.
"""

from typing import NamedTuple

import numpy as np

from vultus.face import EXPRESSIONS, E, Floats


class Emotion(NamedTuple):
    """How strong each feeling is, 0..1. All zero is a neutral face; several may mix."""

    happy: float = 0.0
    sad: float = 0.0
    angry: float = 0.0
    surprised: float = 0.0
    disgusted: float = 0.0
    afraid: float = 0.0


NEUTRAL = Emotion()

# Both sides of a pair are named at once: "mouthSmile" is mouthSmileLeft and mouthSmileRight.
_SHOWN: dict[str, dict[str, float]] = {
    # action units 6, 12
    "happy": {"mouthSmile": 0.6, "cheekSquint": 0.5, "eyeSquint": 0.3, "mouthDimple": 0.15},
    # 1, 4, 15, 17
    "sad": {"browInnerUp": 0.7, "browDown": 0.15, "mouthFrown": 0.5, "mouthShrugLower": 0.2},
    # 4, 5, 7, 23
    "angry": {"browDown": 0.8, "eyeSquint": 0.25, "eyeWide": 0.15, "noseSneer": 0.25, "mouthPress": 0.3},
    # 1, 2, 5
    "surprised": {"browInnerUp": 0.7, "browOuterUp": 0.8, "eyeWide": 0.7},
    # 4, 6, 9, 15
    "disgusted": {"noseSneer": 0.7, "browDown": 0.4, "mouthFrown": 0.25, "cheekSquint": 0.3, "eyeSquint": 0.3},
    # 1, 2, 4, 5, 20
    "afraid": {"browInnerUp": 0.8, "browOuterUp": 0.3, "browDown": 0.15, "eyeWide": 0.6, "mouthStretch": 0.35},
}


def _offsets() -> Floats:  # [6, E]
    table = np.zeros((len(Emotion._fields), E), np.float32)
    for row, feeling in zip(table, Emotion._fields, strict=True):
        for name, weight in _SHOWN[feeling].items():
            columns = [EXPRESSIONS.index(name)] if name in EXPRESSIONS else _pair(name)
            row[columns] = weight
    return table


def _pair(name: str) -> list[int]:
    return [EXPRESSIONS.index(f"{name}{side}") for side in ("Left", "Right")]


OFFSETS = _offsets()  # [6, E] weights at full strength


def offset(emotion: Emotion) -> Floats:  # [E]
    """The weights that a mixture of feelings adds to a face."""
    return np.asarray(np.asarray(emotion, np.float32) @ OFFSETS, np.float32)
