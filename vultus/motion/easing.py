"""Controls that move to where they are asked: a slider may jump, a face may not.

Each number follows what is asked like a mass on a critically damped spring: it leaves gently, does not
overshoot, and settles. Eyes are quick, a feeling comes and goes more slowly, and a head slower still.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vultus.motion.controls import PLACES, VALUES, Controls

Doubles = NDArray[np.float64]

USUAL = 10.0  # a second: the stiffness; nine tenths of the way after 3.9 / stiffness seconds
_STIFFNESS = {"gaze": 20.0, "eye_contact": 20.0, "emotion": 8.0, "pose": 6.0, "distance": 6.0}
CLOSE = 1e-4  # nearer than this is there

STIFFNESS = np.full(VALUES, USUAL)  # [VALUES]
for _name, _stiffness in _STIFFNESS.items():
    STIFFNESS[PLACES[_name]] = _stiffness


@dataclass(frozen=True)
class Eased:
    """Where the controls are and how they move."""

    controls: Controls
    speed: Doubles  # [VALUES] a second


def begin(controls: Controls) -> Eased:
    """At rest."""
    return Eased(controls, np.zeros(VALUES))


def step(state: Eased, asked: Controls, seconds: float) -> Eased:
    """The state `seconds` later on the way to what is asked; the way does not depend on how time is cut."""
    if state.controls == asked and not state.speed.any():
        return state
    goal = asked.values()
    away = state.controls.values() - goal
    push = state.speed + STIFFNESS * away
    decay = np.exp(-STIFFNESS * seconds)
    moved, speed = (away + push * seconds) * decay, (state.speed - STIFFNESS * push * seconds) * decay
    if np.abs(moved).max() < CLOSE and np.abs(speed).max() < CLOSE * STIFFNESS.max():
        return begin(asked)
    return Eased(Controls.of(goal + moved), speed)
