"""Somebody who listens: nods, small raises of the brows, eyes that stay with the speaker.

Nods of listeners come singly or in runs of two to four that die away, two to three a second (Hadar et al.,
Human Movement Science 4, 1985).
"""

import numpy as np
from numpy.typing import NDArray

from vultus.clock import FRAME_RATE
from vultus.face import EXPRESSIONS, E
from vultus.train.life.course import moves, renewals

Array = NDArray[np.float64]

FPS = float(FRAME_RATE)
BETWEEN = 4.0  # median seconds between runs of nods
DEPTH = 3.0  # median degrees of the first nod
AVERSION = 0.35  # glances away of a listener, of those of a speaker
_RAISE = ("browInnerUp", "browOuterUpLeft", "browOuterUpRight")
_WARM = ("mouthSmileLeft", "mouthSmileRight")


def _runs(rng: np.random.Generator, listening: Array) -> list[int]:
    """Frames at which runs of nods begin."""
    at = renewals(rng, len(listening), np.full(len(listening), BETWEEN * FPS), 0.5, 25)
    return [frame for frame in at if rng.random() < listening[frame]]


def _nods(rng: np.random.Generator, count: int, start: int) -> Array:  # [T, 6]
    """One run: down and up again, each nod smaller than the one before."""
    period, depth = FPS / float(rng.uniform(1.7, 2.8)), DEPTH * float(rng.lognormal(0, 0.35))
    starts, lengths, sizes = [], [], []
    at = float(start)
    aside = rng.normal(0, 0.12, 2)
    for _ in range(int(rng.integers(1, 4))):
        down, up = 0.45 * period, 0.6 * period
        for begin, length, sign in ((at, down, -1.0), (at + 0.42 * period, up, 0.95)):
            starts.append(begin)
            lengths.append(length)
            sizes.append(sign * depth * np.array([1, *aside, 0, 0, 0.1]))
        at += period * float(rng.uniform(0.95, 1.1))
        depth *= float(rng.uniform(0.5, 0.8))
    left = -np.sum(sizes, axis=0)
    return moves(count, np.array([*starts, at]), np.array([*lengths, 15.0]), np.array([*sizes, left]))


def attends(rng: np.random.Generator, listening: Array) -> tuple[Array, Array]:  # [T] -> [T, 6], [T, E]
    """What listening adds to the head (degrees, hundredths) and to the face."""
    count = len(listening)
    head, face = np.zeros((count, 6)), np.zeros((count, E))
    for start in _runs(rng, listening):
        head += _nods(rng, count, start)
        if rng.random() < 0.45:
            size = np.array([[1.0], [-1.0]]) * float(rng.lognormal(np.log(0.14), 0.4))
            bump = moves(count, np.array([start - 2.0, start + rng.uniform(12, 30)]), np.array([7.0, 16.0]), size)
            face[:, [EXPRESSIONS.index(name) for name in _RAISE]] += bump
    if rng.random() < 0.5:
        smile = np.convolve(listening, np.hanning(25) / 12, "same") * float(rng.uniform(0.03, 0.12))
        face[:, [EXPRESSIONS.index(name) for name in _WARM]] += smile[:, None]
    return head, face
