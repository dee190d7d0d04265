"""How far the points of a face can be believed: they should not move when the picture is mirrored."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from vultus.analysis import choose
from vultus.analysis.own_view import View, around
from vultus.analysis.reader import Reader
from vultus.face import ROTATION, E, face_model
from vultus.portrait import Portrait
from vultus.pose import rotation
from vultus.topology import OUTER_CORNERS, SKIN

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

WIDER = 2.2  # side of what is looked at again over that of the face's view: as much as the finder wants around
SIZE = 384  # pixels of that
DOUBTFUL = 0.75  # confidence below which a person should look: fewer than 5 of 100 good pictures have less
BELIEVED = 0.65  # how sure a reader is of 9 in 10 faces and more; of drawn animals it is less sure
NONE = 0.10  # of the eye distance: points that move so far are no reading at all


@cache
def twins() -> NDArray[np.intp]:  # [468]
    """For each skin point the number of its twin on the other side of the face."""
    mean = np.asarray(face_model().mean[:SKIN], np.float64)
    return np.asarray(((mean[:, None] - mean[None] * [-1, 1, 1]) ** 2).sum(-1).argmin(1))


def of(portrait: Portrait, reader: Reader | None = None) -> float:
    """The `confidence` of the points that a portrait was made of.

    `reader` is what reads faces, if not the default. Raises PackageMissing.
    """
    colour, alpha = portrait.fore[..., :3].astype(np.float32), portrait.fore[..., 3:].astype(np.float32) / 255
    picture = np.rint(alpha * colour + (1 - alpha) * portrait.plate).astype(np.uint8)
    shape = portrait.shape + np.tensordot(portrait.rest[:E], portrait.basis, 1) + portrait.gape
    turned = shape.astype(np.float64) @ rotation(*portrait.rest[ROTATION].astype(np.float64)).T
    flat = portrait.camera.project(turned)
    points = np.column_stack([flat, -turned[:, 2]]).astype(np.float32)
    return confidence(picture, points, reader or choose.reader())


def confidence(picture: Bytes, points: Floats, reader: Reader) -> float:  # [H, W, 3], [478, 3] its pixels
    """0..1: how near the points stay when the face is cut out, mirrored and read again; less where it is hardly a face.

    Raises PackageMissing.
    """
    view = around(points)
    wide = View(view.x, view.y, WIDER * view.side, view.roll)
    mirrored = np.ascontiguousarray(wide.cut(picture, SIZE)[:, ::-1])
    found = reader.faces(mirrored)
    if not found:
        return 0.0
    there = wide.into(points, SIZE)[:SKIN, :2]
    away, sure = min((float(np.linalg.norm(_back(one.points) - there, axis=1).mean()), one.sure) for one in found)
    apart = float(np.linalg.norm(there[OUTER_CORNERS[0]] - there[OUTER_CORNERS[1]]))
    return float(np.clip(1 - away / max(apart, 1e-6) / NONE, 0, 1) * min(1.0, sure / BELIEVED))


def _back(points: Floats) -> Floats:  # [478, 3] of the mirrored picture -> [468, 2] of the picture
    skin = points[twins(), :2].copy()
    skin[:, 0] = SIZE - 1 - skin[:, 0]
    return skin
