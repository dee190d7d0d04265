"""Brows: raised on some onsets and at the beginning of some phrases, up quickly, down slowly; drawn down on a few.

Peaks of the brows of the addresses fall on 0.35 of the onsets within 80 ms, 0.22 by chance: they are part of
the beat (docs/log.md).
"""

import numpy as np
from numpy.typing import NDArray

from vultus.clock import FRAME_RATE
from vultus.face import EXPRESSIONS, E
from vultus.train.life.course import moves, wander
from vultus.train.life.voice import Voice

Array = NDArray[np.float64]

FPS = float(FRAME_RATE)
ON_ONSET, ON_PHRASE = 0.30, 0.5  # chances of a raise, the first at full strength
RAISE, RAISE_SPREAD = 0.15, 0.6  # median weight
LOWER = 0.15  # share of raises that draw the brows down instead
LEVEL = 0.03  # of the slow restless part
INNER, OUTER = EXPRESSIONS.index("browInnerUp"), ("browOuterUpLeft", "browOuterUpRight")
DOWN = ("browDownLeft", "browDownRight")


def _raises(rng: np.random.Generator, voice: Voice, readiness: float) -> list[tuple[float, float]]:
    """(frame, weight) of each raise; a negative weight draws the brows down."""
    found = [
        (float(onset), 0.6 + 0.8 * float(strength))
        for onset, strength in zip(voice.onsets, voice.strengths, strict=True)
        if rng.random() < ON_ONSET * readiness * (0.4 + strength)
    ]
    found += [(begin - 2.0, 1.2) for begin, _ in voice.phrases if rng.random() < ON_PHRASE * readiness]
    return [
        (at, size * float(rng.lognormal(np.log(RAISE), RAISE_SPREAD)) * (-0.6 if rng.random() < LOWER else 1.0))
        for at, size in found
    ]


def move(
    rng: np.random.Generator,
    voice: Voice,
    size: Array,  # [T] range, 1 is usual
) -> Array:  # [T, E]
    """The brow weights of somebody who speaks, or rests."""
    count = len(size)
    starts, lengths, sizes = [], [], []
    for at, weight in _raises(rng, voice, float(rng.uniform(0.5, 1.4))):
        rise, hold, fall = rng.uniform(3, 6), rng.lognormal(np.log(7), 0.6), rng.uniform(8, 18)
        starts += [at - 1.5, at - 1.5 + rise + hold]
        lengths += [rise, fall]
        sizes += [weight, -weight]
    raised = moves(count, np.array(starts), np.array(lengths), np.array(sizes).reshape(-1, 1))[:, 0]
    own = 0.03 + LEVEL * wander(rng, count, 1, 14.0)[:, 0]
    own += 0.008 * wander(rng, count, 1, 3.0)[:, 0]
    inner = float(rng.uniform(0.35, 0.8)) + 0.12 * wander(rng, count, 1, 20.0)[:, 0]
    height = (raised + own) * size
    up, down = np.clip(height, 0, 0.8), np.clip(-height, 0, 0.6)
    out = np.zeros((count, E))
    out[:, INNER] = up * (0.5 + 0.5 * inner)
    lean = float(rng.normal(0, 0.08))
    for name, side in zip(OUTER, (1 + lean, 1 - lean), strict=True):
        out[:, EXPRESSIONS.index(name)] = up * (1.1 - 0.6 * inner) * side
    for name in DOWN:
        out[:, EXPRESSIONS.index(name)] = down
    return out
