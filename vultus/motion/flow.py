"""The motion model, one frame at a time: all channels of the next row, drawn together by a rectified flow.

What was heard and asked for and the frames before give the flow its velocity (`context.py`); noise that belongs
to (seed, frame) is carried along it (`sampler.py`) to an innovation (`innovation.py`), and that to a row.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from vultus import weights
from vultus.face import D, Floats
from vultus.motion import context, innovation, noise, sampler
from vultus.motion.hearing import Heard
from vultus.motion.innovation import BACK, Scales

STEPS = 6  # of Euler's method: docs/motion.md has the table
LARGEST = 8.0  # innovation as the flow sees it; nothing that was learned from is beyond


@dataclass(frozen=True)
class FlowState:
    """The life that is lived, and the frames before."""

    seed: int
    context: context.ContextState
    before: Floats  # [BACK, D] residuals, the nearest last
    drawn: Floats  # [D] the last innovation


@dataclass(frozen=True)
class Guidance:
    """How much of what a condition adds to the velocity is added once more; 0 does nothing and costs nothing."""

    audio: float = 0.0
    gaze: float = 0.0
    distance: float = 0.0
    emotion: float = 0.0


def init(seed: int) -> FlowState:
    """A face at rest. The same seed lives the same life."""
    return FlowState(seed, context.init(), np.zeros((BACK, D), np.float32), np.zeros(D, np.float32))


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


def step(
    state: FlowState,
    heard: Heard,
    conditions: Floats,  # [C]
    guidance: Guidance = Guidance(),
    steps: int = STEPS,
) -> tuple[FlowState, Floats]:  # row [D]
    """The state one frame on, and the frame's row."""
    known = scales()
    keep, w = _kept(guidance)
    token = np.concatenate([state.before[-1] / known.spread, state.drawn])
    remembered, m = context.step(state.context, token, context.sense(heard), conditions, keep)

    def v(x: Floats, t: float) -> Floats:  # [G, D] -> [G, D]
        return weights.network("velocity")({"x": x, "t": np.array([[t]], np.float32), "m": m})["v"]

    x = noise.draw(state.seed, state.context.frame) * known.temperature
    x = np.clip(sampler.euler(sampler.guided(v, w), x, sampler.times(steps)), -LARGEST, LARGEST)
    foretold = innovation.foretold(state.before, known)
    shut = np.array(heard.shut, np.float32)
    row = innovation.placed(foretold + innovation.straight(x, known), heard.lips, conditions, shut)

    now = innovation.residual(row, heard.lips, conditions)
    before = np.concatenate([state.before[1:], now[None]])
    drawn = np.clip(innovation.bent(now - foretold, known), -LARGEST, LARGEST)
    return FlowState(state.seed, remembered, before, drawn), row
