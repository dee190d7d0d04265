"""Where a person shows the face: a few clicked points, from which the landmark network is led to it.

The picture is turned upright and cut around the clicks before it is read. Where the network still sees nothing, or
something else, the mean head is laid on the clicks and bent to meet them.
"""

import json
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vultus.analysis.own_view import View, around
from vultus.analysis.reader import Reader
from vultus.errors import OptionRefused
from vultus.face import face_model
from vultus.pose import rigid_fit
from vultus.topology import CHIN, IRISES

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

SIZE = 512  # pixels of the cut that the network is given
WIDER = (1.8, 2.6, 1.4)  # its side over the face's own, in the order of trying
AGREES = 0.2  # of the distance of the eyes: how far read points may lie from clicked ones, on average
BEND = 0.5  # face units over which a click pulls the points around it
NOSE_TIP, CORNERS = 4, (61, 291)

WANTED = (
    'wanted JSON like {"left_eye": [x, y], "right_eye": [x, y], "nose": [x, y], "mouth_left": [x, y], '
    '"mouth_right": [x, y], "chin": [x, y]}: pixels of the picture, left and right as the picture shows them'
)


@dataclass(frozen=True)
class Clicks:
    """Places (x, y) in pixels of the picture; left and right as the picture shows them."""

    left_eye: tuple[float, float]  # the middle of the eye
    right_eye: tuple[float, float]
    nose: tuple[float, float]  # its tip
    mouth_left: tuple[float, float]  # corners
    mouth_right: tuple[float, float]
    chin: tuple[float, float]  # its lowest point

    def moved(self, x: float, y: float) -> "Clicks":
        """The same places in a picture that begins at pixel (x, y) of this one."""
        return Clicks(*((px - x, py - y) for px, py in self.places()))

    def places(self) -> tuple[tuple[float, float], ...]:
        """All six, in the order of the fields."""
        return tuple(getattr(self, field.name) for field in fields(self))


def read(path: str | Path) -> Clicks:
    """Clicks from a small JSON file. Raises OptionRefused."""
    try:
        told = json.loads(Path(path).read_text(encoding="utf-8"))
        places = [(float(x), float(y)) for x, y in (told[field.name] for field in fields(Clicks))]
    except FileNotFoundError as cause:
        raise OptionRefused(f"{path}: there is no such file: {WANTED}") from cause
    except (OSError, ValueError, KeyError, TypeError) as cause:
        raise OptionRefused(f"{path}: not the points of a face: {WANTED}") from cause
    clicks = Clicks(*places)
    if not np.isfinite(places).all() or _eye_distance(clicks) < 1:
        raise OptionRefused(f"{path}: the points of the eyes lie on each other, or nowhere: {WANTED}")
    return clicks


def _eye_distance(clicks: Clicks) -> float:
    return float(np.hypot(*np.subtract(clicks.right_eye, clicks.left_eye)))


def _of(points: Floats) -> Floats:  # [478, 3] -> [6, 3]
    """The points of a face that are clicked, in the order of `Clicks`; an eye is the middle of its iris."""
    return points[[IRISES[0][0], IRISES[1][0], NOSE_TIP, *CORNERS, CHIN]]


def points(picture: Bytes, clicks: Clicks, reader: Reader) -> Floats:  # [H, W, 3] -> [478, 3]
    """The face at the clicks: as the reader sees it there, or the mean head bent to them. Raises PackageMissing."""
    laid = _laid(clicks)
    view = around(laid)
    for wider in WIDER:
        wide = View(view.x, view.y, wider * view.side, view.roll)
        found = reader.faces(wide.cut(picture, SIZE))
        for one in sorted((wide.out_of(face.points, SIZE) for face in found), key=lambda face: _away(face, clicks)):
            if _away(one, clicks) < AGREES:
                return one
    return laid


def _away(face: Floats, clicks: Clicks) -> float:
    """Mean distance of a face's points from the clicked ones, over that of the eyes."""
    off = np.linalg.norm(_of(face)[:, :2] - np.array(clicks.places()), axis=1)
    return float(off.mean()) / _eye_distance(clicks)


def _laid(clicks: Clicks) -> Floats:  # -> [478, 3]
    """The mean head, turned and sized to the clicks, then bent so that it meets them."""
    mean = np.asarray(face_model().mean, np.float64) * [1, -1, -1]  # y down, z away
    source, target = _of(mean.astype(np.float32)).astype(np.float64), np.array(clicks.places())
    flat = np.column_stack([target, np.zeros(len(target))])
    scale, turn, shift = rigid_fit(source * [1, 1, 0], flat, np.ones(len(flat)))
    placed = scale * mean @ turn.T + shift
    reach = BEND * scale
    pull = target - _of(placed.astype(np.float32))[:, :2]
    distance = np.linalg.norm(placed[:, None, :2] - (target - pull)[None], axis=2)
    share = np.exp(-((distance / reach) ** 2))
    among = np.exp(-((np.linalg.norm((target - pull)[:, None] - (target - pull)[None], axis=2) / reach) ** 2))
    placed[:, :2] += share @ np.linalg.solve(among, pull)
    return placed.astype(np.float32)
