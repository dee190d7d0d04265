"""The One-Euro filter: still where things rest, quick where they move.

Source: Casiez, Roussel, Vogel, 1 Euro Filter (CHI 2012). Each number is smoothed by a cutoff that rises with its own
speed, itself smoothed by a constant cutoff.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Settings:
    """How much is smoothed."""

    calm: float  # Hz: the cutoff of what rests
    eager: float  # Hz for each unit a second: how the cutoff rises with the speed
    speed: float  # Hz: the cutoff of the speed


@dataclass(frozen=True)
class State:
    """What the filter keeps from one moment to the next."""

    seconds: float
    value: Doubles  # [...] as it was given out
    speed: Doubles  # [...] units a second


def step(state: State | None, value: Doubles, seconds: float, settings: Settings) -> tuple[State, Doubles]:
    """The smoothed value at a moment; None begins. Moments that do not advance repeat what was."""
    if state is None:
        return State(seconds, value, np.zeros_like(value)), value
    passed = seconds - state.seconds
    if passed <= 0:
        return state, state.value
    speed = state.speed + _share(settings.speed, passed) * ((value - state.value) / passed - state.speed)
    out = state.value + _share(settings.calm + settings.eager * np.abs(speed), passed) * (value - state.value)
    return State(seconds, out, speed), out


def _share(cutoff: Doubles | float, passed: float) -> Doubles:
    """How much of the new value is taken: of a first-order low pass with this cutoff in Hz."""
    return np.asarray(1 / (1 + 1 / (2 * np.pi * np.asarray(cutoff) * passed)))
