"""Other builds of a head: the identity modes of ICT-FaceKit on our mesh."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from vultus.face import face_model
from vultus.topology import OVAL, STABLE
from vultus.train import facekit

Array = NDArray[np.float64]
Floats = NDArray[np.float32]

MODES = 40  # the widest ones
SPREAD = 0.8  # of the standard deviation of people


@cache
def modes() -> Array:  # [MODES, 478, 3]
    """What each mode adds to the mean head, its mean shift and the size of the head taken out."""
    mean = np.asarray(face_model().mean, np.float64)
    carried = facekit.carried(facekit.read(), mean, facekit.identities()[:MODES])
    stable = [*STABLE, *OVAL]
    return np.asarray(carried - carried[:, stable].mean(1, keepdims=True))


def another(rng: np.random.Generator) -> Floats:  # -> [478, 3]
    """A random change of build; irises go with their eyes."""
    change = np.tensordot(rng.normal(0, SPREAD, MODES), modes(), 1)
    for iris, corners in ((slice(468, 473), [33, 133]), (slice(473, 478), [362, 263])):
        change[iris] = change[corners].mean(0)
    return np.asarray(change, np.float32)
