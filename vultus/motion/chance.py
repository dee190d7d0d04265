"""Chance that depends on nothing but a seed and a number: no generator is carried along."""

import numpy as np

BLINK, GAZE, HEAD, NOD, BROW, FIXATION, LEAN = range(7)  # what a draw is for


def draw(seed: int, purpose: int, index: int) -> np.random.Generator:
    """A fresh generator for event `index` of one purpose: the same for the same arguments, anywhere."""
    return np.random.default_rng([seed, purpose, index])
