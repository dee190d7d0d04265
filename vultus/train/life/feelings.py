"""Feelings in time: how strong each is commanded, what of it the face shows, and how it changes the rest.

What a feeling adds is `motion.emotion.OFFSETS`, a little different in every person and never quite even on
both sides. A face takes a few tenths of a second to follow, swells with the voice, and lets go of a smile
where the lips round or shut. Feelings also change how much and how fast the head moves, how often the eyes
blink and turn away, how lively brows and how open the mouth are: people who are sad move little and look
down, who are angry hold their gaze.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from vultus.clock import FRAME_RATE
from vultus.face import EXPRESSIONS, E
from vultus.motion.emotion import OFFSETS, Emotion
from vultus.train.life.course import wander, way

Array = NDArray[np.float64]

FPS = float(FRAME_RATE)
KINDS = len(Emotion._fields)
NEUTRAL, TWO = 0.55, 0.12  # shares of sequences without a feeling, and with two
FULL = 0.3  # chance that a strength is 1
STEADY, RAMP = 0.55, 0.2  # shares of feelings that stay, and that come slowly; the others come and go
FOLLOWS = (0.25, 0.6)  # seconds, least and most, in which a face follows
VARIES = 0.15  # spread of the log of a person's own share of a weight
SWELLS = 0.12  # of an expression, with chance

# At full strength, as factors: head's range, its tempo, blinks, glances away, brows, mouth; and degrees down.
_MANNERS: dict[str, tuple[float, float, float, float, float, float, float]] = {
    "happy": (1.25, 1.15, 1.0, 0.8, 1.1, 1.05, 0.0),
    "sad": (0.55, 0.65, 0.85, 1.7, 0.6, 0.85, 3.5),
    "angry": (1.2, 1.35, 0.7, 0.4, 0.8, 1.08, 0.0),
    "surprised": (0.9, 1.0, 0.6, 0.6, 0.7, 1.05, -1.0),
    "disgusted": (0.85, 0.9, 1.0, 1.5, 0.7, 0.95, 0.5),
    "afraid": (0.75, 1.35, 1.5, 1.3, 0.7, 0.92, 0.0),
}
_ROUND = [EXPRESSIONS.index("mouthPucker"), EXPRESSIONS.index("mouthFunnel")]
_SPREADING = [i for i, name in enumerate(EXPRESSIONS) if name.startswith(("mouthSmile", "mouthStretch", "mouthDimple"))]


@dataclass(frozen=True)
class Temper:
    """How feelings change the rest of a face, by frame; 1 is usual."""

    head: Array
    tempo: Array
    blinks: Array
    aversion: Array
    brows: Array
    mouth: Array
    down: Array  # degrees that glances away go lower


def _course(rng: np.random.Generator, count: int) -> Array:  # [T]
    """One feeling's commanded strength."""
    strength = 1.0 if rng.random() < FULL else float(rng.uniform(0.15, 1))
    kind = rng.random()
    if kind < STEADY:
        return np.full(count, strength)
    frames = np.arange(count)
    if kind < STEADY + RAMP:
        begin, length = rng.uniform(0, 0.5) * count, rng.uniform(0.1, 0.5) * count
        first = float(rng.uniform(0, 1))
        return np.asarray(first + (strength - first) * way((frames - begin) / length))
    edges = np.sort(rng.uniform(0, count, int(rng.integers(1, 4))))
    levels = np.where(rng.random(len(edges) + 1) < 0.4, 0.0, rng.uniform(0.2, 1, len(edges) + 1))
    return np.asarray(levels[np.searchsorted(edges, frames)])


def strengths(rng: np.random.Generator, count: int) -> Array:  # [T, KINDS]
    """What is commanded: often nothing, mostly one feeling, sometimes two."""
    out = np.zeros((count, KINDS))
    if rng.random() < NEUTRAL:
        return out
    kinds = rng.choice(KINDS, 2 if rng.random() < TWO / (1 - NEUTRAL) else 1, replace=False)
    for kind in kinds:
        out[:, kind] = _course(rng, count) * (1.0 if len(kinds) == 1 else float(rng.uniform(0.4, 0.8)))
    return out


def _followed(rng: np.random.Generator, commanded: Array) -> Array:
    """How a face follows commands: late by a little, smoothly."""
    width = float(rng.uniform(*FOLLOWS)) * FPS / 4
    lag = round(1.5 * width)
    late = np.concatenate([np.repeat(commanded[:1], lag, axis=0), commanded])[: len(commanded)]
    return np.asarray(gaussian_filter1d(late, width, axis=0, mode="nearest"))


def shown(
    rng: np.random.Generator,
    commanded: Array,  # [T, KINDS]
    lips: NDArray[np.floating],  # [T, E] what the lips do to speak
) -> Array:  # [T, E]
    """The weights that feelings add to a face that speaks."""
    if not commanded.any():
        return np.zeros((len(commanded), E))
    own = OFFSETS * rng.lognormal(-(VARIES**2) / 2, VARIES, OFFSETS.shape)
    own *= 1 + np.where(np.arange(E) % 2 == 0, 1, -1) * rng.normal(0, 0.05)
    swell = np.clip(1 + SWELLS * wander(rng, len(commanded), 1, 12.0), 0.6, 1.4)
    out = (_followed(rng, commanded) @ own) * swell
    rounded = np.clip(lips[:, _ROUND].sum(axis=1), 0, 1)
    out[:, _SPREADING] *= 1 - 0.4 * rounded[:, None]
    return np.asarray(out)


def temper(commanded: Array) -> Temper:  # [T, KINDS]
    """How the commanded feelings change the rest."""
    table = np.array([_MANNERS[name] for name in Emotion._fields])
    factors = [np.prod(1 + commanded * (table[:, i] - 1), axis=1) for i in range(6)]
    return Temper(*[*factors, commanded @ table[:, 6]])
