"""Blinks: when they come, and the curve of the lids.

Intervals are log-normal, about 18 a minute with speech's habits on top: the end of a phrase and a large
gaze shift often bring one at once (Stern et al., 1984; Evinger et al., 1994). Lids close in about a third of
the time that they take to open again; whole blinks last 150 to 320 ms from rest to rest, 100 to 200 ms at
half height. A few are partial, a few come in pairs.
"""

from dataclasses import dataclass, replace

import numpy as np

from vultus.clock import FRAME_RATE
from vultus.motion.chance import BLINK, draw

MEDIAN_INTERVAL = 3.1  # seconds
SPREAD = 0.55  # of the log of the interval
SHORTEST = 0.5  # seconds between blinks
AFTER_PHRASE, AFTER_SHIFT = 0.35, 0.25  # chances of a blink at a phrase's end, at a large gaze shift
READY = 1.0  # seconds after a blink before an outside cause can bring another
PARTIAL, DOUBLE = 0.12, 0.06  # chances
FPS = float(FRAME_RATE)


@dataclass(frozen=True)
class BlinkState:
    """The blink that runs or ran last, and when the next one is due."""

    index: int  # of the next blink
    due: float  # frame at which the next blink begins
    began: float = -1e9  # frame at which the last blink began
    closing: float = 2.0  # frames
    opening: float = 4.0  # frames
    depth: float = 1.0


def _interval(seed: int, index: int) -> float:  # frames
    rng = draw(seed, BLINK, index)
    if rng.random() < DOUBLE:
        return float(rng.uniform(0.35, 0.5)) * FPS
    return max(SHORTEST, float(rng.lognormal(np.log(MEDIAN_INTERVAL), SPREAD))) * FPS


def init(seed: int) -> BlinkState:
    """The state before frame 0, with the first blink already due."""
    return BlinkState(0, _interval(seed, 0) * 0.6)


def _begin(state: BlinkState, seed: int, frame: int) -> BlinkState:
    rng = draw(seed, BLINK, state.index + 1_000_000)
    duration = float(np.clip(rng.lognormal(np.log(0.19), 0.2), 0.13, 0.28)) * FPS  # rest to rest
    return BlinkState(
        index=state.index + 1,
        due=frame + _interval(seed, state.index + 1),
        began=frame + float(rng.uniform(-0.5, 0.5)),
        closing=duration * float(rng.uniform(0.3, 0.38)),
        opening=duration * float(rng.uniform(0.62, 0.7)),
        depth=float(rng.uniform(0.45, 0.8)) if rng.random() < PARTIAL else 1.0,
    )


def closure(state: BlinkState, frame: float) -> float:
    """How far the lids are shut, 0..1, at a frame: a quick smooth fall, a slower return that eases out."""
    t = frame - state.began
    if t <= 0 or t >= state.closing + state.opening:
        return 0.0
    if t < state.closing:
        return float(state.depth * np.sin(0.5 * np.pi * t / state.closing) ** 1.5)
    left = 1 - (t - state.closing) / state.opening
    return state.depth * left * left * (3 - 2 * left)


def step(state: BlinkState, seed: int, frame: int, cause: float, rate: float = 1.0) -> BlinkState:
    """The state at `frame`; `cause` 0..1 is the chance that something brings a blink right now.

    With another `rate` the time to the next blink runs faster or slower; 0 is a face that never blinks.
    """
    cause *= rate
    if rate != 1:
        state = replace(state, due=state.due + 1 - rate)
    rested = frame - state.began > READY * FPS
    brought = rested and cause > 0 and draw(seed, BLINK, frame + 2_000_000).random() < cause
    if frame >= state.due or brought:
        return _begin(replace(state, due=float(frame)), seed, frame)
    return state
