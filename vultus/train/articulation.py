"""Timed phones to lip motion: coarticulation by dominance functions.

Cohen and Massaro, "Modeling coarticulation in synthetic visual speech" (1993): every phone has targets, and
for each of them a dominance that rises before the phone and falls after it; at any moment the face is the
mean of the targets, weighted by dominance. Here the targets are six numbers of the lips (how open, round and
wide they are, closed on each other, lower lip on the teeth, teeth bared), which `weights_of` turns into
expression weights. Leads and lags follow JALI (Edwards et al., SIGGRAPH 2016): lips start about 120 ms
early, rounding 150 ms; closures are short and complete.
"""

# ruff: noqa: RUF001  (letters of other alphabets are meant here)

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vultus.clock import FRAME_RATE
from vultus.face import EXPRESSIONS, E
from vultus.train.espeak import Phone

Array = NDArray[np.float64]

OPEN, ROUND, WIDE, CLOSED, BITE, TEETH = range(6)  # the six numbers of the lips, each about 0..1
SIX = 6
FPS = float(FRAME_RATE)


@dataclass(frozen=True)
class Target:
    """What one phone asks of the lips, and how much it insists on each."""

    value: tuple[float, ...]  # [SIX]
    weight: tuple[float, ...]  # [SIX] dominance at its peak


def _vowel(opened: float, rounded: float = 0.0, wide: float = 0.0) -> Target:
    insists = 1.0 if rounded > 0.4 else 0.6
    return Target((opened, rounded, wide, 0, 0, 0), (1.0, insists, 0.7, 0.4, 0.4, 0.5))


_TONGUE = Target((0.40, 0.0, 0.15, 0, 0, 0.15), (0.40, 0.12, 0.15, 0.3, 0.3, 0.3))  # leaves the lips alone
_BACK = Target((0.55, 0.0, 0.05, 0, 0, 0), (0.30, 0.1, 0.1, 0.3, 0.3, 0.2))
_PAUSE = Target((0.03, 0.0, 0.0, 0.15, 0, 0), (1.2, 0.8, 0.8, 0.8, 0.8, 0.8))
_LIPS = Target((0.0, 0.0, 0.05, 1.0, 0, 0), (4.0, 0.2, 0.3, 5.0, 1.0, 1.0))
_TEETH = Target((0.10, 0.0, 0.1, 0.0, 1.0, 0), (2.2, 0.3, 0.3, 1.0, 4.0, 1.0))
_HISS = Target((0.42, 0.0, 0.25, 0, 0, 0.6), (1.0, 0.3, 0.4, 0.8, 0.8, 1.2))
_HUSH = Target((0.50, 0.55, 0.0, 0, 0, 0.6), (1.0, 1.4, 0.8, 0.8, 0.8, 1.2))
_ROUNDED = Target((0.06, 1.0, 0.0, 0, 0, 0), (1.5, 1.8, 1.0, 0.8, 0.8, 0.6))
_RHOTIC = Target((0.12, 0.5, 0.0, 0, 0, 0.1), (1.0, 0.9, 0.5, 0.4, 0.4, 0.4))
_DENTAL = Target((0.22, 0.0, 0.1, 0, 0, 0.2), (0.8, 0.2, 0.2, 0.4, 0.4, 0.4))
_GLIDE = Target((0.50, 0.0, 0.5, 0, 0, 0.1), (0.6, 0.5, 0.6, 0.3, 0.3, 0.3))

# How far vowels open follows what the lips of GRID speaker s1 do at each (docs/log.md).
VOWELS: dict[str, Target] = {
    "a": _vowel(0.95), "ɑ": _vowel(0.95), "ä": _vowel(0.95), "æ": _vowel(0.95, 0, 0.3), "ɐ": _vowel(0.70),
    "ʌ": _vowel(0.70), "ɒ": _vowel(0.65, 0.4), "ɔ": _vowel(0.50, 0.55), "o": _vowel(0.38, 0.75),
    "u": _vowel(0.20, 0.95), "ʊ": _vowel(0.28, 0.65), "ʉ": _vowel(0.25, 0.8), "y": _vowel(0.20, 0.95),
    "ø": _vowel(0.35, 0.8), "œ": _vowel(0.50, 0.6), "ɵ": _vowel(0.35, 0.6), "ʏ": _vowel(0.28, 0.7),
    "e": _vowel(0.80, 0, 0.5), "ɛ": _vowel(0.85, 0, 0.35), "ɜ": _vowel(0.55, 0.15, 0.1), "ə": _vowel(0.55),
    "ɚ": _vowel(0.45, 0.3), "ɪ": _vowel(0.72, 0, 0.4), "i": _vowel(0.68, 0, 0.75), "ɨ": _vowel(0.55, 0, 0.3),
    "ɯ": _vowel(0.45, 0, 0.2), "ᵻ": _vowel(0.60, 0, 0.3), "ɤ": _vowel(0.55), "ɘ": _vowel(0.55),
}  # fmt: skip
CONSONANTS: dict[str, Target] = {
    **dict.fromkeys("pbm", _LIPS), **dict.fromkeys("fvʋɱ", _TEETH), **dict.fromkeys("szɬ", _HISS),
    **dict.fromkeys("ʃʒɕʑʂʐ", _HUSH), **dict.fromkeys("wɥʍ", _ROUNDED), **dict.fromkeys("ɹɻɚ", _RHOTIC),
    **dict.fromkeys("θð", _DENTAL), **dict.fromkeys("jç", _GLIDE),
    **dict.fromkeys("tdnlrɫɾɭɳʈɖɲʎcɟ", _TONGUE), **dict.fromkeys("kɡgŋxɣqχʁhħʕʔɦ", _BACK),
    "β": Target((0.05, 0, 0.05, 0.6, 0, 0), (2.5, 0.2, 0.3, 3.0, 1.0, 1.0)),
}  # fmt: skip


@dataclass(frozen=True)
class Segment:
    """A target with its time."""

    target: Target
    start: float  # seconds
    end: float
    stress: float = 1.0  # of its opening


def _letters(name: str) -> tuple[list[Target], float]:
    """The targets that a phone's IPA name spells, and its stress."""
    if name.startswith("("):
        return [], 1.0  # espeak-ng's mark of another language
    stress = 1.1 if "ˈ" in name else 1.0 if "ˌ" in name else 0.88
    found = [VOWELS.get(c) or CONSONANTS.get(c) for c in name]
    return [target for target in found if target], stress


def segments(phones: Sequence[Phone]) -> list[Segment]:
    """The targets of an utterance in time: diphthongs turn at 60 %, affricates end on their hiss."""
    out: list[Segment] = []
    for phone in phones:
        targets, stress = _letters(phone.name)
        if not targets:
            if phone.end - phone.start > 0.06:
                out.append(Segment(_PAUSE, phone.start, phone.end))
            continue
        first, last = targets[0], targets[-1]
        if len(targets) == 1 or first is last:
            out.append(Segment(first, phone.start, phone.end, stress))
            continue
        turn = phone.start + 0.6 * (phone.end - phone.start)
        out += [Segment(first, phone.start, turn, stress), Segment(last, turn, phone.end, stress)]
    return out


LEAD = np.array([0.055, 0.085, 0.06, 0.035, 0.04, 0.05])  # seconds in which a dominance falls to 1/e before
LAG = np.array([0.050, 0.070, 0.06, 0.030, 0.035, 0.045])  # ... and after its phone
ADVANCE = 0.03  # seconds by which the lips are ahead of the sound


def _dominance(segment: Segment, times: Array) -> Array:  # [T] -> [T, SIX]
    before = np.maximum(0, segment.start - ADVANCE - times)[:, None]
    late = segment.start + 0.75 * (segment.end - segment.start) - ADVANCE
    after = np.maximum(0, times - max(late, segment.start))[:, None]
    fall = np.exp(-((before / LEAD) ** 1.3) - (after / LAG) ** 1.3)
    return np.asarray(np.asarray(segment.target.weight) * fall)


def lips(phones: Sequence[Phone], count: int, rate: float = FPS) -> Array:  # [count, SIX]
    """The six numbers of the lips at `count` moments, `rate` a second; before and after lies a pause."""
    times = np.arange(count) / rate
    last = max([phone.end for phone in phones], default=0.0)
    parts = [Segment(_PAUSE, -2.0, -0.08), *segments(phones), Segment(_PAUSE, last + 0.05, last + 60.0)]
    total, mass = np.zeros((count, SIX)), np.full((count, SIX), 1e-3)
    for part in parts:
        dominance = _dominance(part, times)
        value = np.asarray(part.target.value).copy()
        value[OPEN] *= part.stress
        total += dominance * value
        mass += dominance
    return np.asarray(total / mass)


CLOSURES = set("pbm")
HALF = 0.03  # seconds before and after a frame that a closure may fill


def closures(phones: Sequence[Phone], count: int) -> NDArray[np.float32]:  # [count]
    """How far lips are shut by a bilabial at each frame, 0..1: the share of the frame that it fills."""
    times = np.arange(count) / FPS
    shut = np.zeros(count)
    for phone in phones:
        if CLOSURES & set(phone.name):
            start, end = phone.start - ADVANCE, max(phone.end - ADVANCE, phone.start + 0.03)
            overlap = np.minimum(end, times + HALF) - np.maximum(start, times - HALF)
            shut = np.maximum(shut, np.clip(overlap / 0.04, 0, 1))
    return shut.astype(np.float32)


# What each of the six numbers adds to the expression weights at 1.
_FROM_LIPS: dict[int, dict[str, float]] = {
    OPEN: {"jawOpen": 0.40, "mouthLowerDownLeft": 0.12, "mouthLowerDownRight": 0.12,
           "mouthUpperUpLeft": 0.05, "mouthUpperUpRight": 0.05},
    ROUND: {"mouthPucker": 0.55, "mouthFunnel": 0.20, "mouthClose": 0.03},
    WIDE: {"mouthStretchLeft": 0.15, "mouthStretchRight": 0.15, "mouthSmileLeft": 0.14, "mouthSmileRight": 0.14,
           "mouthDimpleLeft": 0.08, "mouthDimpleRight": 0.08,
           "mouthLowerDownLeft": 0.06, "mouthLowerDownRight": 0.06},
    CLOSED: {"mouthPressLeft": 0.25, "mouthPressRight": 0.25, "mouthRollLower": 0.12, "mouthRollUpper": 0.10},
    BITE: {"mouthRollLower": 0.50, "mouthUpperUpLeft": 0.12, "mouthUpperUpRight": 0.12, "mouthShrugLower": 0.1},
    TEETH: {"mouthLowerDownLeft": 0.22, "mouthLowerDownRight": 0.22, "mouthUpperUpLeft": 0.12,
            "mouthUpperUpRight": 0.12, "mouthFunnel": 0.10},
}  # fmt: skip


def weights_of(six: Array) -> NDArray[np.float32]:  # [T, SIX] -> [T, E]
    """Expression weights of the lips' six numbers; a closed mouth keeps its jaw up."""
    mix = np.zeros((SIX, E))
    for row, parts in _FROM_LIPS.items():
        for name, weight in parts.items():
            mix[row, EXPRESSIONS.index(name)] = weight
    open_part = np.array(six)
    open_part[:, OPEN] *= 1 - np.clip(six[:, CLOSED], 0, 1) ** 2
    return np.clip(open_part @ mix, 0, 1).astype(np.float32)
