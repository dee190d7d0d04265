"""The motion model, one frame at a time: all channels of the next row, drawn together by a rectified flow.

What was heard and asked for and the frames before give the flow its velocity (`context.py`); noise that belongs
to (seed, frame) is carried along it (`velocity.py`) to an innovation (`innovation.py`), and that to a row.
"""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from vultus import weights
from vultus.face import GAZE, LOG_DISTANCE, ROTATION, D, Floats
from vultus.motion import context, innovation, noise, resting, velocity
from vultus.motion.hearing import Heard
from vultus.motion.innovation import BACK, EASY_LIDS, Scales

# The share of a channel's way from what is heard and commanded that is taken. Lips: all of it costs unseen speakers
# 0.05 of r. Brows and lids lose some more under a feeling at full strength: left to themselves one of a pair ran to its
# end within half a minute and stayed there (docs/log.md).
ADDED, FELT = np.ones(D, np.float32), np.zeros(D, np.float32)
ADDED[innovation.LIPS] = 0.5
FELT[innovation.BROWS], FELT[innovation.FROWNS], FELT[innovation.EASY_LIDS] = 0.01, 0.1, 0.05
# The share of the way home that head and lids take each frame beside what they learned: left alone they wander a
# little too far. Beyond FAR times their spread, where hardly anything was learned from, they take more. It is what is
# foretold that is shortened, speed and all: a pull against the last place alone builds the prediction's swing up.
HOMING, BEYOND, FAR, HASTIEST = np.zeros(D, np.float32), np.zeros(D, np.float32), 2.5, 0.3
HOMING[ROTATION.start : LOG_DISTANCE], HOMING[LOG_DISTANCE], HOMING[EASY_LIDS] = 0.01, 0.03, 0.03
BEYOND[HOMING > 0] = 0.05
GLIDES = np.r_[GAZE, ROTATION.start : D]  # channels that begin at rest
GLIDE = 30  # frames until they are where the life is
STEPS = 6  # of Euler's method: docs/motion.md has the table


@dataclass(frozen=True)
class FlowState:
    """The life that is lived, and the frames before."""

    seed: int
    context: context.ContextState
    before: Floats  # [BACK, D] residuals, the nearest last
    drawn: Floats  # [D] the last innovation
    away: Floats  # [D] how far head and eyes were from rest when the first frame was shown
    drift: Floats  # [D] how far channels have been from there in the mean, since then
    born: int = 0  # frames lived before that one


@dataclass(frozen=True)
class Guidance:
    """How much of what a condition adds to the velocity is added once more; 0 does nothing and costs nothing."""

    audio: float = 0.0
    emotion: float = 0.0


def init(seed: int) -> FlowState:
    """A face at rest that has no past. The same seed lives the same life."""
    nothing = np.zeros(D, np.float32)
    return FlowState(seed, context.init(), np.zeros((BACK, D), np.float32), nothing, nothing, nothing)


def shown_from_now(state: FlowState) -> FlowState:
    """The same life, whose next frame is the first that is seen: at rest, from where it glides to where it was."""
    away = np.zeros(D, np.float32)
    away[GLIDES] = state.before[-1, GLIDES]
    return replace(state, away=away, drift=np.zeros(D, np.float32), born=state.context.frame)


def _still_away(state: FlowState) -> Floats:  # [D]
    """What is left at this frame of the way that head and eyes were from rest."""
    left = max(0.0, 1 - (state.context.frame - state.born) / GLIDE)
    return state.away * np.float32(left * left * (3 - 2 * left))


@cache
def scales() -> Scales:
    """Those of the trained model."""
    return Scales(**weights.arrays("flow"))


@cache
def _kept(guidance: Guidance) -> tuple[Floats, Floats]:  # [1 + G, KEEPS], [G]
    """The rows of conditions to compute, everything kept first, and the weights of those that leave one out."""
    used = {name: value for name, value in vars(guidance).items() if value}
    keep = np.ones((1 + len(used), len(context.KEEPS)), np.float32)
    for row, name in enumerate(used):
        keep[row + 1, context.KEEPS.index(name)] = 0
    return keep, np.array(list(used.values()), np.float32)


def homeward(before: Floats, known: Scales) -> Floats:  # [..., BACK, D] -> [..., D]
    """The share of the way home that is taken, by the farthest of the frames before: a swing has no free middle."""
    away = np.maximum(0, np.abs(before).max(-2) / known.spread - FAR)
    return np.asarray(np.minimum(HOMING + BEYOND * away, HASTIEST), np.float32)


def expected(before: Floats, known: Scales) -> Floats:  # [..., BACK, D] -> [..., D]
    """The next residual without anything new: foretold, and a little nearer home."""
    return np.asarray(innovation.foretold(before, known) * (1 - homeward(before, known)), np.float32)


def taken(felt: Floats) -> Floats:  # [..., C] -> [..., D]
    """The share of what is foretold and drawn that a row takes."""
    return np.asarray(ADDED - FELT * innovation.feeling(felt)[..., None], np.float32)


def step(
    state: FlowState,
    heard: Heard,
    conditions: Floats,  # [C]
    guidance: Guidance = Guidance(),
    steps: int = STEPS,
) -> tuple[FlowState, Floats]:  # row [D]
    """The state one frame on, and the frame's row."""
    known = scales()
    felt = innovation.untold(conditions)
    keep, w = _kept(guidance)
    token = context.filled(state.before[-1] / known.spread, state.drawn)
    sensed, told, net = context.filled(context.sense(heard)), context.told(felt, keep), velocity.network()
    remembered, z = context.step(state.context, token, sensed, told[0])
    m = velocity.modulated(net.sight, net.unknown, z, sensed, told)
    x = noise.draw(state.seed, state.context.frame) * known.temperature
    x = velocity.carried(net.head, x, m, w, velocity.clock(steps))
    foretold = expected(state.before, known)
    shut = np.array(heard.shut, np.float32)
    made = (foretold + innovation.straight(x, known)) * taken(felt)
    home = innovation.home(heard.lips, felt)
    row = innovation.placed(made, home, shut)

    now = innovation.residual(row, home)
    before = np.concatenate([state.before[1:], now[None]])
    drawn = innovation.bent(now - foretold, known)
    drift, shown = resting.home(state.drift, row, home.centre, felt, known)
    lived = FlowState(state.seed, remembered, before, drawn, state.away, drift, state.born)
    return lived, innovation.commanded(shown - _still_away(state), conditions)
