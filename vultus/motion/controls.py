"""What the caller may turn, and the placing of the model's relative rows on a portrait."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vultus.compiled import kernel
from vultus.errors import OptionRefused
from vultus.face import EXPRESSIONS, GAZE, LOG_DISTANCE, ROTATION, SHIFT, D, E, Floats
from vultus.motion import lids
from vultus.motion.emotion import NEUTRAL, Emotion, offset

Doubles = NDArray[np.float64]

HEAD_LIMIT = np.radians([15.0, 20.0, 15.0])  # pitch, yaw, roll away from rest, approached but never reached
SHIFT_LIMIT = 0.35  # face units
DISTANCE_LIMIT = 0.5  # of log distance
GAZE_LIMIT = np.radians([30.0, 22.0])  # yaw, pitch, of the eyes in the head
KNEE = 0.6  # of a soft limit: up to this share of it values stay what they are
LIDS_AT_REST = 0.3  # the most that lids may hang at rest: a portrait with closed eyes opens them
LEFT_OF_CHARACTER = 0.2  # what a full emotion leaves of the portrait's own smile or frown

# What belongs to a person's look rather than to what is said: kept from the portrait in part.
_CHARACTER = (
    "mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft", "mouthFrownRight",
    "mouthDimpleLeft", "mouthDimpleRight", "mouthLeft", "mouthRight",
    "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight",
    "cheekSquintLeft", "cheekSquintRight", "noseSneerLeft", "noseSneerRight",
)  # fmt: skip
_LIDS = ("eyeBlinkLeft", "eyeBlinkRight", "eyeSquintLeft", "eyeSquintRight", "eyeWideLeft", "eyeWideRight")
_SPEAKING = ("jaw", "mouth", "tongue")  # how the names of the weights begin that speech moves
CHARACTER = [EXPRESSIONS.index(name) for name in _CHARACTER]
LIDS = [EXPRESSIONS.index(name) for name in _LIDS]
BLINKS = [lids.BLINK_LEFT, lids.BLINK_RIGHT]
SPOKEN = [i for i in range(E) if i not in LIDS]  # what `expression_gain` scales
ARTICULATED = [i for i, name in enumerate(EXPRESSIONS) if name.startswith(_SPEAKING) and i not in CHARACTER]

_SPEAKS, _MARKS, _OPENS, _SHUTS = 1, 2, 4, 8  # what of `apply` concerns a weight
_ROLES = np.zeros(E, np.uint8)
for _role, _columns in ((_SPEAKS, ARTICULATED), (_MARKS, CHARACTER), (_OPENS, LIDS), (_SHUTS, BLINKS)):
    _ROLES[_columns] |= _role

GAZE_RANGE = math.radians(30)
POSE_RANGE = math.radians(20)
DISTANCE_RANGE = math.log(2)
MOST_GAIN = 3.0

RANGES: dict[str, tuple[float, float]] = {  # least and most of each number of a control
    "gaze": (-GAZE_RANGE, GAZE_RANGE),
    "distance": (-DISTANCE_RANGE, DISTANCE_RANGE),
    "pose": (-POSE_RANGE, POSE_RANGE),
    "emotion": (0.0, 1.0),
    "head_gain": (0.0, MOST_GAIN),
    "expression_gain": (0.0, MOST_GAIN),
    "articulation": (0.0, 2.0),
    "blink_rate": (0.0, MOST_GAIN),
    "listening": (0.0, 1.0),
    "eye_contact": (0.0, 1.0),
    "character": (0.0, 1.0),
    "body_gain": (0.0, MOST_GAIN),
}
CONDITIONS = 13  # numbers that the motion model is told


@dataclass(frozen=True)
class Controls:
    """Everything that can be turned while a face talks. The defaults change nothing.

    Raises OptionRefused for a number outside its range (`RANGES`). docs/controls.md describes each.
    """

    gaze: tuple[float, float] = (0.0, 0.0)  # yaw, pitch added to where the eyes look, radians
    distance: float = 0.0  # log distance added: + is farther
    pose: tuple[float, float, float] = (0.0, 0.0, 0.0)  # pitch, yaw, roll added to the head's own pose, radians
    emotion: Emotion = NEUTRAL
    head_gain: float = 1.0  # of head turns and shifts
    expression_gain: float = 1.0  # of lips, jaw, cheeks and brows
    articulation: float = 1.0  # of what the lips do to speak: 1.3 is easier to lip-read
    blink_rate: float = 1.0  # blinks, 1 as many as people have
    listening: float = 0.0  # 1 attends to somebody else who speaks
    eye_contact: float = 0.0  # 1 looks into the camera, 0 where the portrait looks
    character: float = 0.6  # share of the portrait's own smile, frown and brows that stays while it talks
    body_gain: float = 1.0  # of breathing, sway, and what swings behind the head

    def __post_init__(self) -> None:
        for name, default in ((field.name, field.default) for field in fields(self)):
            object.__setattr__(self, name, _checked(name, getattr(self, name), default))

    def values(self) -> Doubles:  # [VALUES]
        """Every number, in the order of the fields: for mixing and easing."""
        return np.concatenate([np.ravel(getattr(self, field.name)) for field in fields(self)]).astype(np.float64)

    @staticmethod
    def of(values: Doubles) -> "Controls":  # [VALUES]
        """Controls with these numbers, each brought into its range."""
        inside = np.clip(values, _LEAST, _MOST).tolist()
        named: dict[str, Any] = {name: inside[place] for name, place in PLACES.items()}
        return Controls(**named)

    def conditions(self) -> Floats:  # [CONDITIONS]
        """What the motion model is told: gaze, distance, emotion, gains, blink rate, listening, in this order."""
        told = [*self.gaze, self.distance, *self.emotion, self.head_gain, self.expression_gain]
        return np.asarray([*told, self.blink_rate, self.listening], np.float32)


def _checked(name: str, value: object, default: object) -> object:
    """A control's value in its own type. Raises OptionRefused."""
    if isinstance(default, Emotion) and isinstance(value, Mapping):
        if unknown := sorted(set(value) - set(Emotion._fields)):
            raise OptionRefused(f"control {name} {unknown[0]}: wanted some of {', '.join(Emotion._fields)}")
        value = Emotion(**value)
    if not isinstance(default, tuple):
        return _number(name, value)
    if not isinstance(value, tuple | list) or len(value) != len(default):
        raise OptionRefused(f"control {name}: wanted {len(default)} numbers, got {value!r}")
    numbers = (_number(name, part) for part in value)
    return Emotion(*numbers) if isinstance(default, Emotion) else tuple(numbers)


def _number(name: str, value: object) -> float:
    least, most = RANGES[name]
    if isinstance(value, bool) or not isinstance(value, Real) or not least <= float(value) <= most:
        raise OptionRefused(f"control {name}: wanted a number from {least:.4g} to {most:.4g}, got {value!r}")
    return float(value)


def _places() -> dict[str, int | slice]:
    places: dict[str, int | slice] = {}
    start = 0
    for name, default in ((field.name, field.default) for field in fields(Controls)):
        size = len(default) if isinstance(default, tuple) else 1
        places[name] = slice(start, start + size) if isinstance(default, tuple) else start
        start += size
    return places


PLACES = _places()  # where each control stands in `Controls.values()`
VALUES = len(Controls().values())
_LEAST, _MOST = np.zeros(VALUES), np.zeros(VALUES)
for _name, _place in PLACES.items():
    _LEAST[_place], _MOST[_place] = RANGES[_name]


@kernel
def soft_limit(value: float, limit: float) -> float:
    """A value that stays inside +-limit: itself up to `KNEE` of it, then ever flatter."""
    knee = KNEE * limit
    within = min(max(value, -knee), knee)
    beyond = value - within
    return within + beyond / math.hypot(1.0, beyond / (limit - knee))


def command(
    rows: Floats,  # [n, D] relative to the portrait's rest
    controls: Controls,
) -> Floats:  # [n, D]
    """Rows that obey gaze, distance, gains and emotion by plain arithmetic: for motion made without them."""
    told = rows.copy()
    told[:, :E] += offset(controls.emotion)
    told[:, SPOKEN] *= controls.expression_gain
    told[:, ROTATION.start : LOG_DISTANCE + 1] *= controls.head_gain
    told[:, LOG_DISTANCE] += controls.distance
    told[:, GAZE] += np.asarray(controls.gaze, np.float32)
    _lower(told, controls.gaze[1])
    return told


def _lowered(pitch: float) -> np.float32:
    """How far upper lids go down with eyes that look `pitch` lower."""
    return np.float32(min(max(-pitch * lids.DOWN, 0.0), 0.35))


def _lower(rows: Floats, pitch: float) -> None:
    """Let the upper lids go down with eyes that look `pitch` lower than the rows know, in place."""
    lowered = _lowered(pitch)
    rows[:, BLINKS] = lowered + (1 - lowered) * rows[:, BLINKS]


def apply(
    rows: Floats,  # [n, D] from the motion model: head and gaze relative to the portrait's rest
    rest: Floats,  # [D] the row that gives back the source picture
    controls: Controls,
) -> Floats:  # [n, D]
    """Absolute rows for one portrait, inside the limits of a head.

    Rows obey gaze, distance, gains and emotion already (`command`); pose, articulation, eye contact and
    character are added here. The head moves about the portrait's own pose; the eyes turn back against it, so
    that they keep looking where they look while the head moves.
    """
    assert rows.ndim == 2 and rows.shape[1] == D and rest.shape == (D,), (rows.shape, rest.shape)
    kept = controls.character * (1 - (1 - LEFT_OF_CHARACTER) * max(controls.emotion))
    placed = np.empty_like(rows)
    _express(rows, rest, controls.articulation, kept, float(_lowered(-controls.pose[0])), placed)
    _turn(rows, rest, controls.pose, controls.eye_contact, placed)
    return placed


@kernel
def _express(
    rows: Floats,  # [n, D]
    rest: Floats,  # [D]
    articulation: float,
    kept: float,  # share of the portrait's own smile or frown
    lowered: float,  # see `_lowered`
    placed: Floats,  # [n, D], weights written
) -> None:
    for n in range(len(rows)):
        for i in range(E):
            weight, own = float(rows[n, i]), float(rest[i])
            if _ROLES[i] & _SPEAKS:
                weight *= articulation
            if _ROLES[i] & _MARKS:
                weight += kept * own
            if _ROLES[i] & _OPENS:
                hang = min(own, LIDS_AT_REST)
                weight = hang + (1 - hang) * weight
            if _ROLES[i] & _SHUTS:
                weight = lowered + (1 - lowered) * weight
            placed[n, i] = min(max(weight, 0.0), 1.0)


@kernel
def _turn(
    rows: Floats,  # [n, D]
    rest: Floats,  # [D]
    pose: tuple[float, float, float],
    eye_contact: float,
    placed: Floats,  # [n, D], gaze and head written
) -> None:
    turn = np.empty(3)
    for n in range(len(rows)):
        for i in range(3):
            at = ROTATION.start + i
            turn[i] = soft_limit(rows[n, at] + pose[i], HEAD_LIMIT[i])
            placed[n, at] = rest[at] + turn[i]
        for at in range(SHIFT.start, SHIFT.stop):
            placed[n, at] = rest[at] + soft_limit(rows[n, at], SHIFT_LIMIT)
        placed[n, LOG_DISTANCE] = rest[LOG_DISTANCE] + soft_limit(rows[n, LOG_DISTANCE], DISTANCE_LIMIT)
        for i in range(2):  # yaw and pitch of the gaze, pitch and yaw of the head
            at, facing = GAZE.start + i, 1 - i
            home = (1 - eye_contact) * rest[at] - eye_contact * rest[ROTATION.start + facing]
            looks = home + rows[n, at] - turn[facing]
            placed[n, at] = min(max(looks, -GAZE_LIMIT[i]), GAZE_LIMIT[i])


def as_track(rows: Floats, controls: Controls) -> Floats:  # [n, D] from the motion model -> [n, D]
    """Rows with pose and articulation as a motion file holds them: relative to home, for any portrait."""
    track = rows.copy()
    track[:, ARTICULATED] *= controls.articulation
    track[:, ROTATION] += np.asarray(controls.pose, np.float32)
    _lower(track, -controls.pose[0])
    track[:, :E] = np.clip(track[:, :E], 0, 1)
    return track
