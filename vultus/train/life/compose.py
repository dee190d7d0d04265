"""One sequence put together: lips and sound come in, everything else is drawn to fit them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vultus.face import EXPRESSIONS, GAZE, LOG_DISTANCE, ROTATION, D, E
from vultus.motion.controls import SPOKEN
from vultus.train.life import blinks, borrowed, brows, commands, eyes, feelings, gaze, head, listening, voice
from vultus.train.life.data import Sequence

Array = NDArray[np.float64]
Floats = NDArray[np.float32]

AFTER_PHRASE, AFTER_SHIFT, LARGE_SHIFT = 0.35, 0.3, 6.0  # chances of a blink; degrees of gaze
PROCEDURAL = 0.7  # trust in what is drawn
LENT = 0.9  # ... in real motion lent to another voice
BY_RULE_BROWS = [i for i, name in enumerate(EXPRESSIONS) if name.startswith("brow")]
_OPENING = ("jawOpen", "mouthLowerDown", "mouthUpperUp", "mouthFunnel")
OPENING = [i for i, name in enumerate(EXPRESSIONS) if name.startswith(_OPENING)]


@dataclass(frozen=True)
class Heard:
    """A sound and the lips that belong to it."""

    samples: Floats  # [N]
    lips: Floats  # [T, E] lower face
    speaking: Floats  # [T] 0..1
    lips_trust: Floats  # [T]
    source: str


@dataclass(frozen=True)
class Own:
    """What a face does by itself, before commands: no feeling, usual gains."""

    head: Array  # [T, 6] radians, face units, log distance
    gaze: Array  # [T, 2] radians, relative to home
    face: Array  # [T, E] brows and lids; lids do not follow the commanded gaze yet
    trust: float


def drawn(rng: np.random.Generator, said: voice.Voice, told: Array) -> Own:  # told [T, CONDITIONS]
    """A face's own life to a voice under commands, by the procedures of this room."""
    count = len(told)
    mood = feelings.temper(told[:, commands.EMOTION])
    heeds = told[:, commands.LISTENING]
    turned, face = listening.attends(rng, heeds)
    turned += head.talks(rng, said, head.manner(rng), mood.head, mood.tempo)
    aversion = mood.aversion * (1 - (1 - listening.AVERSION) * heeds)
    look, shifts = gaze.looks(rng, said, aversion, mood.down)
    causes = [(end + int(rng.integers(0, 4)), AFTER_PHRASE) for _, end in said.phrases]
    causes += [(frame, AFTER_SHIFT) for frame, size in shifts if size > LARGE_SHIFT]
    causes += [(frame, 0.4) for frame in _sent(told[:, commands.GAZE])]
    rate = mood.blinks * told[:, commands.BLINK_RATE] * (1 - 0.15 * heeds)
    face += eyes.blinked(blinks.shut(rng, rate, causes)) + brows.move(rng, said, mood.brows)
    look = np.radians(look)
    assert len(look) == count
    return Own(head.placed(turned).astype(np.float64), look, eyes.lowered(face, look[:, 1]), PROCEDURAL)


def _sent(commanded: Array) -> list[int]:  # [T, 2] -> frames
    """When a command sends the eyes far at once."""
    jumps = np.hypot(*np.diff(commanded, axis=0).T)
    return [int(i) + 1 for i in np.flatnonzero(jumps > np.radians(10))]


def lent(rng: np.random.Generator, said: voice.Voice) -> Own | None:
    """A real talker's head and upper face."""
    rows = borrowed.lent(rng, said)
    return None if rows is None else Own(rows[:, ROTATION.start :], rows[:, GAZE], rows[:, :E], LENT)


def commanded(own: Own, lips: Array, shown: Array, told: Array) -> Floats:  # -> [T, D]
    """Rows that obey the commands: what `motion.controls.command` does, with each row's own."""
    rows = np.zeros((len(told), D))
    face = own.face + lips + shown
    face[:, SPOKEN] *= told[:, [commands.EXPRESSION_GAIN]]
    rows[:, :E] = np.clip(eyes.lowered(face, told[:, commands.GAZE][:, 1]), 0, 1)
    rows[:, GAZE] = own.gaze + told[:, commands.GAZE]
    rows[:, ROTATION.start :] = own.head * told[:, [commands.HEAD_GAIN]]
    rows[:, LOG_DISTANCE] += told[:, commands.DISTANCE]
    return rows.astype(np.float32)


def _spoken_with(lips: Floats, mood: feelings.Temper) -> Array:
    """Lips that open as far as the feeling lets them."""
    out = lips.astype(np.float64)
    out[:, OPENING] *= mood.mouth[:, None]
    return out


def trusted(own: Own, lips_trust: Floats) -> Floats:  # -> [T, D]
    """How far to believe each channel."""
    out = np.full((len(lips_trust), D), own.trust, np.float32)
    lower = [i for i in range(E) if i not in borrowed.UPPER]
    out[:, lower] = lips_trust[:, None]
    return out


def composed(rng: np.random.Generator, heard: Heard, heeds: Floats | None = None, lend: bool = False) -> Sequence:
    """A whole sequence: commands drawn, life drawn (or lent by a real talker), put together."""
    count = len(heard.lips)
    felt = np.zeros((count, feelings.KINDS)) if lend else feelings.strengths(rng, count)
    told = commands.drawn(rng, count, felt)
    said = voice.heard(heard.samples, heard.speaking)
    own = lent(rng, said) if lend else None
    source = f"{heard.source}, lent" if own else heard.source
    if own:
        told[:, commands.BLINK_RATE] = 1
    if heeds is not None:
        told[:, commands.LISTENING] = heeds
    own = own or drawn(rng, said, told)
    shown = feelings.shown(rng, felt, heard.lips)
    rows = commanded(own, _spoken_with(heard.lips, feelings.temper(felt)), shown, told)
    trust = trusted(own, heard.lips_trust)
    return Sequence(heard.samples, rows, told.astype(np.float32), trust, True, source)
