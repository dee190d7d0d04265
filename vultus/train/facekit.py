"""The displacements of ICT-FaceKit carried onto our 478 points.

The kit is a head of 26,719 vertices with 57 sculpted expressions (Li et al., "Learning Formation of
Physically-Based Face Attributes", CVPR 2020; USC ICT, MIT licence). Its neutral head is bent onto our mean
face by a thin-plate spline through the 68 landmarks that both have; each of our points then takes the
displacement of the surface nearest to it.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import RBFInterpolator
from scipy.spatial import cKDTree

from vultus.face import EXPRESSIONS, POINTS
from vultus.pose import rigid_fit
from vultus.topology import LOWER_LIDS, UPPER_LIDS

Array = NDArray[np.float64]

KIT = Path(__file__).parents[2].parent / "shared" / "facekit" / "ict_facekit.npz"
FACE_VERTICES = 9409  # the first part of the kit: the skin of the face, without sockets and mouth

# The kit's 68 landmarks as FaceMesh numbers: jaw, brows, nose, eyes, lips.
LANDMARKS_68 = (
    127, 234, 93, 58, 172, 136, 149, 148, 152, 377, 378, 365, 397, 288, 323, 454, 356,
    70, 63, 105, 66, 107, 336, 296, 334, 293, 300,
    168, 197, 5, 4, 75, 97, 2, 326, 305,
    33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380,
    61, 39, 37, 0, 267, 269, 291, 405, 314, 17, 84, 181,
    78, 82, 13, 312, 308, 317, 14, 87,
)  # fmt: skip
SKIN_ABOVE = (  # of the upper lip, from its outline to the inside
    185, 40, 39, 37, 0, 267, 269, 270, 409, 184, 74, 73, 72, 11, 302, 303, 304, 408,
    183, 42, 41, 38, 12, 268, 271, 272, 407, 191, 80, 81, 82, 13, 312, 311, 310, 415,
)  # fmt: skip
SKIN_BELOW = (
    146, 91, 181, 84, 17, 314, 405, 321, 375, 77, 90, 180, 85, 16, 315, 404, 320, 307,
    96, 89, 179, 86, 15, 316, 403, 319, 325, 95, 88, 178, 87, 14, 317, 402, 318, 324,
)  # fmt: skip
LIDS_ABOVE = tuple(point for curve in UPPER_LIDS for point in curve[1:-1])
LIDS_BELOW = tuple(point for curve in LOWER_LIDS for point in curve[1:-1])
IRISES = tuple(range(468, POINTS))  # they turn with the gaze, not with an expression

LIP_SHARE = 0.4  # of the jaw's own movement: skin that follows it more is lower lip, less is upper lip
NEAREST = 3  # vertices mixed for one point, by inverse squared distance


@dataclass(frozen=True)
class Kit:
    """The skin of the kit's face, in its own centimetres."""

    neutral: Array  # [V, 3]
    deltas: dict[str, Array]  # [V, 3] by the kit's names
    landmarks: NDArray[np.int32]  # [68]


def read(path: Path = KIT) -> Kit:
    """The part of the kit that is skin."""
    stored = np.load(path)
    names = [str(name) for name in stored["expression_names"]]
    deltas = np.asarray(stored["expressions"][:, :FACE_VERTICES], np.float64)
    return Kit(
        np.asarray(stored["neutral"][:FACE_VERTICES], np.float64),
        dict(zip(names, deltas, strict=True)),
        stored["landmarks68"],
    )


def delta(kit: Kit, name: str) -> Array:  # [V, 3]
    """The kit's displacement for one ARKit name: sides are added up where ARKit has one weight for both."""
    sided = name.replace("Left", "_L").replace("Right", "_R")
    if sided in kit.deltas:
        return kit.deltas[sided]
    if name in kit.deltas:  # mouthLeft, jawRight: a direction, not a side
        return kit.deltas[name]
    if f"{name}_L" in kit.deltas:
        return kit.deltas[f"{name}_L"] + kit.deltas[f"{name}_R"]
    return np.zeros_like(kit.neutral)  # tongueOut: the skin stays


def candidates(kit: Kit) -> list[NDArray[np.int64]]:
    """For each of our points, the kit's vertices that it may lie on: lips and lids are kept apart."""
    everything = np.arange(FACE_VERTICES)
    jaw = np.linalg.norm(delta(kit, "jawOpen"), axis=1)
    falls = jaw > LIP_SHARE * jaw.max()
    blink = np.linalg.norm(delta(kit, "eyeBlinkLeft") + delta(kit, "eyeBlinkRight"), axis=1)
    shuts = blink > 0.4 * blink.max()
    chosen = [everything] * POINTS
    for points, mask in ((SKIN_ABOVE, ~falls), (SKIN_BELOW, falls), (LIDS_ABOVE, shuts), (LIDS_BELOW, ~shuts)):
        for point in points:
            chosen[point] = np.flatnonzero(mask)
    return chosen


def carry(
    kit: Kit,
    mean: Array,  # [POINTS, 3] face units
) -> Array:  # [E, POINTS, 3]
    """The kit's displacements on the points of `mean`, in face units."""
    return carried(kit, mean, np.stack([delta(kit, name) for name in EXPRESSIONS]))


def carried(
    kit: Kit,
    mean: Array,  # [POINTS, 3] face units
    deltas: Array,  # [K, V, 3] displacements of the kit's skin, its own centimetres
) -> Array:  # [K, POINTS, 3]
    """Any displacements of the kit on the points of `mean`, in face units; irises stay."""
    scale, matrix, _ = laid(kit, mean)
    mixed = attached(kit, mean)
    return np.stack([scale * (mixed @ moved) @ matrix.T for moved in deltas])


def laid(kit: Kit, mean: Array) -> tuple[float, Array, Array]:  # mean [POINTS, 3] face units
    """(scale, rotation, shift) that lay the kit on our mean face as it is, by its landmarks."""
    source, target = kit.neutral[kit.landmarks], mean[list(LANDMARKS_68)]
    return rigid_fit(source, target, np.ones(len(source)))


def bent(kit: Kit, mean: Array) -> Array:  # -> [V, 3] face units
    """The kit's skin bent onto our mean face."""
    scale, matrix, shift = laid(kit, mean)
    aligned = scale * kit.neutral @ matrix.T + shift
    target = mean[list(LANDMARKS_68)]
    bend = RBFInterpolator(aligned[kit.landmarks], target, kernel="thin_plate_spline", smoothing=1e-4)
    return np.asarray(bend(aligned))


def attached(kit: Kit, mean: Array) -> Array:  # -> [POINTS, V]
    """How much each vertex of the kit's skin has of each point; nothing has any of the irises."""
    skin = bent(kit, mean)
    mixed = np.zeros((POINTS, FACE_VERTICES))
    for point, vertices in enumerate(candidates(kit)):
        if point in IRISES:
            continue
        distance, nearest = cKDTree(skin[vertices]).query(mean[point], NEAREST)
        share = 1 / (distance**2 + 1e-6)
        mixed[point, vertices[nearest]] = share / share.sum()
    return mixed


def identities(path: Path = KIT) -> Array:  # [100, V, 3]
    """The kit's identity modes on its skin, each as long as one standard deviation of people."""
    return np.asarray(np.load(path)["identities"][:, :FACE_VERTICES], np.float64)
