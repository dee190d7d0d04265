"""The dark line of lashes on a lid that shuts: seen from the front they hang over the seam."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vultus.compiled import kernel
from vultus.portrait import Portrait
from vultus.render.opening import along, rightward
from vultus.render.place import head, shape
from vultus.topology import LOWER_LIDS, UPPER_LIDS

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Points = NDArray[np.int64]

HANG = 0.03  # face units: how far lashes reach below the seam of shut lids
ROOTS = 0.009  # face units: how far their roots reach above it
STRENGTH = 0.84
BEGINS, WHOLE = 0.4, 0.06  # of the opening at rest: the first lashes show, all of them do
AROUND = 0.018  # face units around the upper lid's edge in which the picture's own lashes are looked for
FIRST, LAST = 2, 7  # of the lids' points, where an eye opens
UPPER, LOWER = [np.array(lid) for lid in UPPER_LIDS], [np.array(lid) for lid in LOWER_LIDS]


@dataclass(frozen=True)
class Lashes:
    """The lashes of one upper lid."""

    colour: Doubles  # [3] RGB
    opening: float  # face units between the lids at rest


def lashes(portrait: Portrait, side: int) -> Lashes:
    """What the picture shows along the edge of one upper lid (0 picture left, 1 picture right)."""
    rest = shape(portrait, portrait.rest)
    edge, _ = head(portrait.camera, rest[list(UPPER_LIDS[side][1:-1])].astype(np.float64), portrait.rest)
    reach = AROUND * portrait.camera.focal / portrait.camera.distance
    places = edge[:, None] + np.linspace(-reach, reach, 7)[:, None] * np.array([0.0, 1.0])
    height, width = portrait.fore.shape[:2]
    x = np.clip(np.rint(places[..., 0]).astype(int), 0, width - 1)
    y = np.clip(np.rint(places[..., 1]).astype(int), 0, height - 1)
    colours = portrait.fore[y, x, :3].astype(np.float64)  # [7, 7, 3]
    darkest = np.take_along_axis(colours, colours.sum(-1).argmin(1)[:, None, None], 1)[:, 0]
    return Lashes(np.median(darkest, axis=0), _opening(rest, side))


def _opening(face: Floats, side: int) -> float:
    return float((face[list(UPPER_LIDS[side]), 1] - face[list(LOWER_LIDS[side]), 1])[FIRST:LAST].mean())


def draw_lashes(
    out: Bytes,  # [H, W, 3] the frame so far; drawn into
    line: Lashes,
    side: int,
    placed: Doubles,  # [V, 2]
    face: Floats,  # [478, 3] the shape of this row
    unit: float,  # pixels a face unit
) -> None:
    """Lay the lashes over the seam as far as the lids are shut more than in the picture."""
    if line.opening > 0:
        _draw(out, placed, face, UPPER[side], LOWER[side], line.opening, line.colour, unit)


@kernel
def _draw(
    out: Bytes, placed: Doubles, face: Floats, over: Points, under: Points, whole: float, colour: Doubles, unit: float
) -> None:
    opening = 0.0
    for i in range(FIRST, LAST):
        opening += float(face[over[i], 1] - face[under[i], 1])
    shut = min(1.0, max(0.0, (BEGINS - opening / (LAST - FIRST) / whole) / (BEGINS - WHOLE)))
    if shut == 0:
        return
    edge = np.empty((len(over), 2))
    for i in range(len(over)):
        edge[i] = placed[over[i]]
    edge = rightward(edge)
    first, last = max(0, int(np.ceil(edge[0, 0]))), min(out.shape[1] - 1, int(np.floor(edge[-1, 0])))
    seam = along(edge, first, last)
    strength = np.empty(len(seam))
    for i in range(len(seam)):
        way = float(first + i - edge[0, 0]) / max(float(edge[-1, 0] - edge[0, 0]), 1.0)
        strength[i] = min(1.0, max(0.0, min(way, 1 - way) / 0.12)) * shut * STRENGTH
    _lay_pixels(out, first, seam, strength, colour, ROOTS * unit, HANG * unit * shut)


@kernel
def _lay_pixels(
    out: Bytes, left: int, seam: Doubles, strength: Doubles, colour: Doubles, above: float, below: float
) -> None:
    for i in range(len(seam)):
        top = max(0, int(np.ceil(seam[i] - above - 1)))
        bottom = min(out.shape[0] - 1, int(np.floor(seam[i] + below + 1)))
        for y in range(top, bottom + 1):
            away = y - seam[i]
            fade = 1 + away / (above + 1) if away < 0 else 1 - away / (below + 1)
            thick = min(1.0, max(0.0, 1.15 * fade))  # thick at the seam, single hairs at their tips
            share = strength[i] * thick**1.6
            for c in range(3):
                # Never lighter than what is there: dark lashes on dark skin stay what they are.
                value = min(colour[c], np.float64(out[y, left + i, c]))
                out[y, left + i, c] = int(share * value + (1 - share) * out[y, left + i, c] + 0.5)
