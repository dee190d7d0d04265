"""Samplers of a rectified flow: functions of a callable v(x, t), in the symbols of the paper.

The flow carries noise x_0 at t = 0 to data x_1 at t = 1 along dx/dt = v(x, t) (Liu, Gong and Liu, "Flow Straight
and Fast", 2022). Guidance wraps the callable (Ho and Salimans, "Classifier-Free Diffusion Guidance", 2022): what a
condition adds to the velocity is added once more, by its weight.
"""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from vultus.face import Floats

Velocity = Callable[[Floats, float], Floats]


def times(steps: int) -> list[float]:
    """The ends of `steps` equal steps from 0 to 1."""
    return [i / steps for i in range(steps + 1)]


def euler(v: Velocity, x: Floats, ts: list[float]) -> Floats:
    """x carried from ts[0] to ts[-1] by Euler's method: one call of v a step."""
    for t, s in pairwise(ts):
        x = x + np.float32(s - t) * v(x, t)
    return x


def heun(v: Velocity, x: Floats, ts: list[float]) -> Floats:
    """x carried from ts[0] to ts[-1] by Heun's method, of second order: two calls of v a step."""
    for t, s in pairwise(ts):
        h = np.float32(s - t)
        d = v(x, t)
        d_next = v(x + h * d, s)
        x = x + h * np.float32(0.5) * (d + d_next)
    return x


def guided(v: Velocity, w: Floats) -> Velocity:  # w [G]
    """v with guidance, where v answers [1 + G, D]: first with all conditions, then with each one left out."""
    if not len(w):
        return lambda x, t: v(x[None], t)[0]

    def wrapped(x: Floats, t: float) -> Floats:  # [D] -> [D]
        full, *without = v(np.repeat(x[None], 1 + len(w), axis=0), t)
        moved: Floats = full + sum(w_i * (full - one) for w_i, one in zip(w, without, strict=True))
        return moved

    return wrapped
