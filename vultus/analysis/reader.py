"""What reads faces: the one seam between the analysis and the networks. `choose.py` has those there are."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Face:
    """One face of a picture."""

    points: Floats  # [478, 3] pixels: x right, y down, z smaller toward the camera
    sure: float  # 0..1 that it is one


Follow = Callable[[Bytes, float], list[Face]]  # a frame [H, W, 3] and its second: the faces in it


class Reader(Protocol):
    """What the analysis asks of networks."""

    def faces(self, picture: Bytes) -> list[Face]:  # [H, W, 3]
        """All faces of a picture, the surest first, none of them twice. Raises PackageMissing."""
        ...

    def person(self, picture: Bytes) -> Floats:  # [H, W, 3] -> [H, W]
        """How sure each pixel belongs to a person, 0..1, softly. Raises PackageMissing."""
        ...

    def follower(self, most: int) -> AbstractContextManager[Follow]:
        """`faces` for the frames of a film in their order, up to `most` of them: quicker, since it follows."""
        ...
