"""The noise that motion is made from: of a seed and a frame, so that no generator is carried along."""

import numpy as np

from vultus.face import D, Floats

FARTHEST = 3.5  # standard deviations: one frame in two thousand would be as rare as nothing a face does


def draw(seed: int, frame: int) -> Floats:  # [D]
    """Standard normal numbers, the same for the same seed and frame, anywhere."""
    fresh = np.random.default_rng([seed, frame]).standard_normal(D, np.float32)
    return np.clip(fresh, -FARTHEST, FARTHEST)
