"""Our own reading of a face: the network `read`, twice, each time through an upright view."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vultus import weights
from vultus.analysis.own_view import View, around

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Network = Callable[[dict[str, Floats]], dict[str, Floats]]

SIZE = 96  # pixels of a view, as the network sees it; `own_detail` looks closer
PASSES = 2


@dataclass(frozen=True)
class Reading:
    """What is read of one face."""

    points: Floats  # [478, 3] pixels of the picture, z away from the camera
    seen: Floats  # [478] 0..1: how sure each point is in sight
    weights: Floats  # [E] 0..1
    gaze: Floats  # [2] yaw, pitch in radians
    view: View  # the last one looked through; head angles are against its tilt
    head: Floats  # [3] pitch, yaw, roll in radians, of the upright view


def shipped() -> Network:
    """The trained network of the package. Raises WeightsBroken where it is not part of it."""
    return weights.network("read")


def read(picture: Bytes, first: View, network: Network, passes: int = PASSES) -> Reading:  # [H, W, 3]
    """Read the face that `first` roughly shows; each pass looks through the view that the one before found."""
    view = first
    for step in range(passes):
        seen = view.cut(picture, SIZE)[None].astype(np.float32)
        said = network({"view": seen})
        points = view.out_of(said["points"][0], SIZE)
        if step < passes - 1:
            view = around(points)
    return Reading(points, said["seen"][0], said["weights"][0], said["gaze"][0], view, said["head"][0])
