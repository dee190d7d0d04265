"""Brows: a light raise on some accents and at the beginning of some phrases, up quickly, down slowly."""

from dataclasses import dataclass

import numpy as np

from vultus.clock import FRAME_RATE
from vultus.motion.chance import BROW, draw
from vultus.motion.prosody import Prosody

FPS = float(FRAME_RATE)
ON_ACCENT, ON_PHRASE = 0.45, 0.5  # chances of a raise
UP, DOWN = 0.30, 0.12  # share of the way a frame
LEVEL = 0.04  # of the slow restless part, a noise smoothed twice


@dataclass(frozen=True)
class BrowState:
    """The raise under way, and how far the brows have come."""

    goal: float = 0.0
    until: float = -1.0  # frame to which the goal is held
    eased: float = 0.0
    raised: float = 0.0  # 0..1
    drift: float = 0.0
    restless: float = 0.0  # the drift, smoothed
    inner: float = 0.6  # how much of the raise is the inner brow's


def step(state: BrowState, seed: int, frame: int, prosody: Prosody) -> BrowState:
    """The state at `frame`."""
    rng = draw(seed, BROW, frame)
    chance = ON_ACCENT if prosody.accent > 0 else ON_PHRASE if prosody.phrase_began else 0.0
    goal, until, inner = state.goal, state.until, state.inner
    if rng.random() < chance:
        goal = float(np.clip(rng.lognormal(np.log(0.26), 0.45), 0.08, 0.6)) * (0.6 + 0.4 * prosody.accent)
        until = frame + float(rng.uniform(0.2, 0.6)) * FPS
        inner = float(rng.uniform(0.35, 0.8))
    held = goal if frame < until else 0.0
    eased = state.eased + (held - state.eased) * (UP if held > state.eased else DOWN)
    raised = state.raised + (eased - state.raised) * 0.5
    drift = 0.95 * state.drift + float(rng.normal(0, LEVEL)) * (0.12 + 0.3 * prosody.speaking)
    restless = state.restless + (drift - state.restless) * 0.12
    return BrowState(goal, until, eased, raised, drift, restless, inner)


def weights(state: BrowState) -> dict[str, float]:
    """The brow weights by name."""
    up = max(0.0, state.raised + state.restless)
    down = max(0.0, -state.restless) * 0.8
    return {
        "browInnerUp": up * (0.5 + 0.5 * state.inner),
        "browOuterUpLeft": up * (1.1 - 0.6 * state.inner),
        "browOuterUpRight": up * (1.1 - 0.6 * state.inner),
        "browDownLeft": down,
        "browDownRight": down,
    }
