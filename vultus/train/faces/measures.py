"""How far points are off, and which points are what: without any network or library of training."""

import numpy as np
from numpy.typing import NDArray

from vultus.topology import (
    IRISES,
    LOWER_LIDS,
    LOWER_LIP,
    OUTER_CORNERS,
    OUTER_LOWER_LIP,
    OUTER_UPPER_LIP,
    UPPER_LIDS,
    UPPER_LIP,
)

Floats = NDArray[np.float32]

LIPS = (*UPPER_LIP, *LOWER_LIP, *OUTER_UPPER_LIP, *OUTER_LOWER_LIP)
LIDS = tuple(point for curve in (*UPPER_LIDS, *LOWER_LIDS) for point in curve)
RINGS = tuple(point for ring in IRISES for point in ring)


def errors(found: Floats, true: Floats) -> dict[str, float]:  # [N, 478, 3] twice, the same unit
    """Mean point errors in the picture over the distance of the outer eye corners, per cent."""
    apart = np.linalg.norm(true[:, OUTER_CORNERS[0], :2] - true[:, OUTER_CORNERS[1], :2], axis=1)
    away = np.linalg.norm((found - true)[..., :2], axis=2) / apart[:, None] * 100
    parts = {"lips": LIPS, "lids": LIDS, "iris": RINGS}
    return {"all": float(away.mean()), **{name: float(away[:, list(part)].mean()) for name, part in parts.items()}}
