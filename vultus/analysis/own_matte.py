"""Our own matte: how sure each pixel belongs to the person, from the network `matte`."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus import weights

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Network = Callable[[dict[str, Floats]], dict[str, Floats]]

SIZE = 192  # pixels a side of what the network sees


def shipped() -> Network:
    """The trained network of the package. Raises WeightsBroken where it is not part of it."""
    return weights.network("matte")


def person(picture: Bytes, network: Network) -> Floats:  # [H, W, 3] -> [H, W]
    """0..1 for each pixel, as smooth as the network's own size makes it."""
    height, width = picture.shape[:2]
    seen = cv2.resize(picture, (SIZE, SIZE), interpolation=cv2.INTER_AREA).astype(np.float32)
    matte = network({"picture": seen[None]})["matte"][0]
    grown = cv2.resize(matte, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.clip(grown, 0, 1), np.float32)
