"""The velocity of the flow at a frame, and noise carried along it by Euler's method.

`train/flow_net.py` builds and trains the network. What the context makes of the past, what is heard and asked for
become one modulation a frame; the residual head runs once a step. Guidance is computed in the head only, as one more
modulation for each condition that is left out (`sampler.py` says what it does; it is the plain twin of `carried`).
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from vultus import weights
from vultus.compiled import kernel
from vultus.face import D, Floats
from vultus.motion import matrices
from vultus.motion.context import C
from vultus.motion.matrices import Packed, adapted, dense, rectify, silu

WIDTH = 192
INNER = 384
BLOCKS = 3
PARTS = 3 * BLOCKS + 2  # of a modulation: scale, shift and gate of each block, scale and shift at the end
TIMES = 32  # sines and cosines that tell the time
RATES = np.pi * np.arange(1, TIMES + 1) / 4

SIGHT_ORDER = ("sight.heard", "recall", "sight.asked", "adapt")  # in which the matrices are read once a frame
HEAD_ORDER = ("enter", *(f"{part}.{i}" for i in range(BLOCKS) for part in ("widen", "narrow")), "leave")
ENTERS = matrices.padded(D)


@dataclass(frozen=True)
class Network:
    """The trained matrices and vectors."""

    sight: Packed
    head: Packed
    unknown: Floats  # [2, WIDTH] what stands for sound, and for a past, that is left out
    clock: Floats  # [PARTS WIDTH, 2 TIMES + 1] the modulation of a time, and what is always added to it


def read(named: dict[str, Floats]) -> Network:
    """The network in arrays named as in training."""
    clock = np.concatenate([named["clock.weight"], named["clock.bias"][:, None]], axis=1).astype(np.float32)
    unknown = np.stack([named["sight.unheard"], named["forgotten"]]).astype(np.float32)
    return Network(matrices.packed(named, SIGHT_ORDER), matrices.packed(named, HEAD_ORDER), unknown, clock)


@cache
def network() -> Network:
    """The trained one."""
    return read(weights.arrays("velocity"))


@cache
def clock(steps: int) -> Floats:  # [steps, PARTS WIDTH]
    """What the beginning of each of `steps` equal steps adds to the modulation of a frame."""
    return timed(network(), np.arange(steps) / steps)


def timed(net: Network, times: NDArray[np.float64]) -> Floats:  # [S] -> [S, PARTS WIDTH]
    """What these times add to the modulation of a frame."""
    turn = times[:, None] * RATES
    told = np.concatenate([np.sin(turn), np.cos(turn), np.ones((len(times), 1))], axis=1)
    return np.asarray(told @ net.clock.T, np.float32)


@kernel
def modulated(net: Packed, unknown: Floats, z: Floats, heard: Floats, told: Floats) -> Floats:
    """m [G, PARTS WIDTH] of a frame from z [context.WIDTH], heard [HEARS] and told [G, TOLD]."""
    hears, recalls, sight = np.empty(WIDTH, np.float32), np.empty(WIDTH, np.float32), np.empty(WIDTH, np.float32)
    at = dense(net, dense(net, (0, 0), heard, hears), z, recalls)
    m = np.empty((len(told), PARTS * WIDTH), np.float32)
    for g in range(len(told)):
        last = dense(net, at, told[g], sight)
        for i in range(WIDTH):
            sight[i] += recalls[i] if told[g, C] else unknown[1, i]
            sight[i] += hears[i] if told[g, C + 1] else unknown[0, i]
        silu(sight, sight)
        dense(net, last, sight, m[g])
    return m


@kernel
def velocity(net: Packed, x: Floats, m: Floats, v: Floats) -> None:  # x [D, filled up], m [PARTS WIDTH]
    """Write v [D] at x, with the time in m."""
    h, y, inner = np.empty(WIDTH, np.float32), np.empty(WIDTH, np.float32), np.empty(INNER, np.float32)
    at = dense(net, (0, 0), x, h)
    for block in range(BLOCKS):
        scale = 3 * block * WIDTH
        adapted(h, m[scale : scale + WIDTH], m[scale + WIDTH : scale + 2 * WIDTH], y)
        at = dense(net, at, y, inner)
        rectify(inner)
        at = dense(net, at, inner, y)
        for i in range(WIDTH):
            h[i] += m[scale + 2 * WIDTH + i] * y[i]
    adapted(h, m[-2 * WIDTH : -WIDTH], m[-WIDTH:], y)
    dense(net, at, y, v)


@kernel
def carried(net: Packed, noise: Floats, m: Floats, w: Floats, times: Floats) -> Floats:  # [D]
    """noise [D] carried to the end with modulations m [1 + G, ...], weights of guidance w [G] and a `clock`."""
    x, here = np.zeros(ENTERS, np.float32), np.empty(PARTS * WIDTH, np.float32)
    v, change = np.empty(D, np.float32), np.empty(D, np.float32)
    full, length = np.float32(1), np.float32(1) / np.float32(len(times))
    for g in range(len(w)):
        full += w[g]
    for i in range(D):
        x[i] = noise[i]
    for step in range(len(times)):
        for g in range(len(m)):
            for i in range(len(here)):
                here[i] = m[g, i] + times[step, i]
            velocity(net, x, here, v)
            for i in range(D):
                change[i] = full * v[i] if g == 0 else change[i] - w[g - 1] * v[i]
        for i in range(D):
            x[i] += length * change[i]
    return x[:D].copy()
