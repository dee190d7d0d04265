"""Spread known pixels smoothly over unknown ones (push-pull: averages of averages, coarse to fine)."""

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def spread(
    picture: Floats,  # [H, W, C]
    known: Floats,  # [H, W] 0..1: how far each pixel is to be believed
) -> Floats:  # [H, W, C]
    """The picture with unknown pixels replaced by a smooth blend of the known ones around them.

    Source: Gortler et al., The Lumigraph (1996), section 3.5.
    """
    height, width = known.shape
    if min(height, width) <= 2:
        weight = known[..., None]
        mean = (picture * weight).sum((0, 1)) / max(float(weight.sum()), 1e-6)
        return np.asarray(weight * picture + (1 - weight) * mean, np.float32)
    half = ((width + 1) // 2, (height + 1) // 2)
    coarse_known = cv2.resize(known, half, interpolation=cv2.INTER_AREA)
    coarse = cv2.resize(picture * known[..., None], half, interpolation=cv2.INTER_AREA)
    coarse = coarse.reshape(half[1], half[0], -1) / np.maximum(coarse_known, 1e-6)[..., None]
    # Saturate: an area with a few known pixels is known well enough to stand for itself.
    below = spread(coarse.astype(np.float32), np.minimum(coarse_known * 4, 1).astype(np.float32))
    above = cv2.resize(below, (width, height), interpolation=cv2.INTER_LINEAR).reshape(picture.shape)
    weight = known[..., None]
    return np.asarray(weight * picture + (1 - weight) * above, np.float32)
