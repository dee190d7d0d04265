"""A closer look: small networks that say where the lips, and the lids and irises, are in a patch of their own.

The reader sees a whole face in few pixels. Here the mouth, and each eye, is cut out as finely as pictures usually
have it, and the points found there replace the reader's, fading out towards the rest of the face (the idea of
Grishchenko et al., Attention Mesh, 2020, with patches of the picture instead of features). The picture-right eye is
looked at in a mirror, so that one network knows both.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from vultus import weights
from vultus.analysis.own_view import View, around
from vultus.face import face_model
from vultus.topology import IRISES, LOWER_LIDS, LOWER_LIP, OUTER_LOWER_LIP, OUTER_UPPER_LIP, UPPER_LIDS, UPPER_LIP

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Numbers = NDArray[np.intp]
Network = Callable[[dict[str, Floats]], dict[str, Floats]]

FULL, NONE = (
    0.03,
    0.15,
)  # face units from the part's own points: up to the first a point is replaced, from the second not


@dataclass(frozen=True)
class Part:
    """What one network looks at."""

    name: str
    own: tuple[int, ...]  # points that it is there for; the picture-left one of two parts
    side: float  # of the patch over that of the face's view
    size: int  # pixels of the patch


MOUTH = Part("mouth", tuple(dict.fromkeys((*UPPER_LIP, *LOWER_LIP, *OUTER_UPPER_LIP, *OUTER_LOWER_LIP))), 0.5, 64)
EYE = Part("eye", tuple(dict.fromkeys((*UPPER_LIDS[0], *LOWER_LIDS[0], *IRISES[0]))), 0.28, 48)
PARTS = (MOUTH, EYE)


@dataclass(frozen=True)
class Region:
    """The points that a part says, and how far each of them is believed against the reader."""

    points: Numbers  # [N]
    share: Floats  # [N] 0..1


@cache
def twins() -> Numbers:  # [478]
    """For each point the number of its twin on the other side of the face."""
    mean = np.asarray(face_model().mean, np.float64)
    return np.asarray(((mean[:, None] - mean[None] * [-1, 1, 1]) ** 2).sum(-1).argmin(1))


@cache
def region(part: Part) -> Region:
    """The part's own points and what lies near them in the mean face."""
    mean = np.asarray(face_model().mean, np.float64)
    away = np.linalg.norm(mean[:, None] - mean[list(part.own)], axis=2).min(1)
    share = np.clip((NONE - away) / (NONE - FULL), 0, 1)
    share = share * share * (3 - 2 * share)
    points = np.flatnonzero(share > 0)
    return Region(points, share[points].astype(np.float32))


def patch(points: Floats, part: Part) -> View:  # [478, 3] pixels of a picture
    """Where the part of this face is, upright."""
    return _patch(points, list(part.own), around(points), part)


def _patch(points: Floats, own: list[int] | Numbers, face: View, part: Part) -> View:
    x, y = points[own, :2].mean(0, dtype=np.float64)
    return View(float(x), float(y), part.side * face.side, face.roll)


def shipped(part: Part) -> Network:
    """The trained network of the package. Raises WeightsBroken where it is not part of it."""
    return weights.network(part.name)


def closer(picture: Bytes, points: Floats, mouth: Network, eye: Network) -> Floats:  # [H, W, 3], [478, 3] -> [478, 3]
    """The points of a face, those of mouth and eyes found again in their patches; depth stays."""
    out, face = points.copy(), around(points)
    for part, network in ((MOUTH, mouth), (EYE, eye)):
        _replace(
            out, region(part).points, _said(picture, _patch(points, list(part.own), face, part), part, network), part
        )
    numbers, own = twins()[region(EYE).points], twins()[list(EYE.own)]
    _replace(out, numbers, _said(picture, _patch(points, own, face, EYE), EYE, eye, mirror=True), EYE)
    return out


def _said(picture: Bytes, view: View, part: Part, network: Network, mirror: bool = False) -> Floats:  # -> [N, 2]
    """The region's points as the network sees them in a patch, or in a mirrored one, in pixels of the picture."""
    seen = view.cut(picture, part.size)
    shown = seen[:, ::-1] if mirror else seen
    said = network({"patch": np.ascontiguousarray(shown, np.float32)[None]})["points"][0]
    if mirror:
        said = np.array([part.size - 1, 0], np.float32) + said * np.array([-1, 1], np.float32)
    return view.out_of(np.column_stack([said, np.zeros(len(said), np.float32)]), part.size)[:, :2]


def mirrored(points: Floats, wide: float) -> Floats:  # [478, 3] -> [478, 3]
    """The points of a mirrored picture whose last column is `wide`."""
    there = points[twins()].copy()
    there[:, 0] = wide - there[:, 0]
    return there


def _replace(points: Floats, numbers: Numbers, said: Floats, part: Part) -> None:
    """Move points toward what was said of them, as far as it is believed."""
    points[numbers, :2] += region(part).share[:, None] * (said - points[numbers, :2])
