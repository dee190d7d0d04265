"""Spread known pixels over unknown ones: smoothly (push-pull: averages of averages, coarse to fine), or with the grain
and the strokes of what is around.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

GRAIN = 0.025  # of the larger side: what is finer than this is carried over as it is, what is coarser goes on smoothly
SMALL = 320  # pixels of the larger side of that smaller picture
HALF = 0.5  # of a pixel there is known: it is known
AROUND, USUAL = 0.06, 2.5  # of the larger side: where grain is measured; how many times its mean it may be
BEND = 0.003  # of the larger side, over which the way to the nearest known pixel is averaged
NEARER = (1.0, 0.4)  # how far beyond the edge grain is taken from, against how far within it is needed


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


def continued(
    picture: Floats,  # [H, W, C]
    known: Floats,  # [H, W] 0 | 1
) -> Floats:  # [H, W, C]
    """The picture with unknown pixels replaced: light and colour go on smoothly, and what is finer is mirrored at the
    edge of what is known, so that strokes and grain do not end there.
    """
    if known.min() > 0 or known.max() == 0:
        return spread(picture, known)
    coarse, behind = _coarse(picture, known)
    grain = np.where(known[..., None] > 0, picture - coarse, np.float32(0))
    return np.where(known[..., None] > 0, picture, behind + _mirrored(_usual(grain, known), known))


def _coarse(picture: Floats, known: Floats) -> tuple[Floats, Floats]:  # [H, W, C], [H, W] -> [H, W, C] twice
    """What is coarser than grain where it is known, and how it goes on where not; found in a smaller picture."""
    height, width = known.shape
    size = (
        max(1, round(width * min(1.0, SMALL / max(known.shape)))),
        max(1, round(height * min(1.0, SMALL / max(known.shape)))),
    )
    weight = cv2.resize(known, size, interpolation=cv2.INTER_AREA)
    small = cv2.resize(picture * known[..., None], size, interpolation=cv2.INTER_AREA)
    sigma = max(1.0, GRAIN * max(size))
    around = cv2.GaussianBlur(weight, (0, 0), sigma)
    blurred = cv2.GaussianBlur(small, (0, 0), sigma) / np.maximum(around, 1e-6)[..., None]
    behind = spread(np.asarray(blurred, np.float32), (weight > HALF).astype(np.float32))
    coarse, beyond = (cv2.resize(one, (width, height), interpolation=cv2.INTER_LINEAR) for one in (blurred, behind))
    return np.asarray(coarse, np.float32), np.asarray(beyond, np.float32)


def _usual(grain: Floats, known: Floats) -> Floats:  # [H, W, C], [H, W] 0 | 1 -> [H, W, C]
    """Grain without what stands out of it: a wisp of hair before a calm wall is not to be seen twice."""
    wide = 2 * round(AROUND * max(known.shape)) + 1
    mean = cv2.blur(np.abs(grain).mean(-1), (wide, wide)) / np.maximum(cv2.blur(known, (wide, wide)), 1e-3)
    most = np.asarray(USUAL * mean, np.float32)[..., None]
    return np.clip(grain, -most, most)


def _mirrored(grain: Floats, known: Floats) -> Floats:  # [H, W, C], [H, W] 0 | 1 -> [H, W, C]
    """Each unknown pixel's counterpart on the other side of the nearest known one; fading where there is none.

    The ways to the nearest are smoothed, so that what is mirrored is not cut into tiles at every bend of the edge.
    """
    height, width = known.shape
    unknown = (known == 0).astype(np.uint8)
    _, labels = cv2.distanceTransformWithLabels(unknown, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    rows, columns = np.nonzero(known > 0)
    near = np.zeros((len(rows) + 1, 2), np.float32)  # labels count from 1
    near[labels[rows, columns]] = np.stack([columns, rows], 1)
    spot = np.stack(np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)), -1)
    way = cv2.GaussianBlur(near[labels] - spot, (0, 0), max(1.0, BEND * max(known.shape)))
    found = np.zeros_like(grain)
    missing = np.ones((height, width, 1), np.float32)
    for share in NEARER:
        at = spot + np.float32(1 + share) * way
        there = cv2.remap(known, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderValue=0)[..., None]
        taken = cv2.remap(grain, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderValue=0)  # 0 where it is not known
        found += missing * taken
        missing = missing * (1 - there)
    return found
