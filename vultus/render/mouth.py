"""The inside of the mouth under the lips: cavity, tongue, lower teeth on the jaw, upper teeth on the skull.

Everything is drawn in face units around the line where the closed lips meet: u to the side, v down.
Proportions are those of ICT-FaceKit's teeth against its outer eye corners.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vultus.face import E, channel
from vultus.portrait import Portrait
from vultus.pose import Camera
from vultus.render.opening import between, coverage
from vultus.render.place import head
from vultus.topology import LOWER_LIP, UPPER_LIP

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

BEHIND_LIPS = 0.07  # face units: depth of the teeth behind the line of the lips
JAW = tuple(channel(name) for name in ("jawOpen", "jawForward", "jawLeft", "jawRight"))
BELOW_LIP = 17  # the skin point that the lower front teeth move with
TONGUE = channel("tongueOut")


@dataclass(frozen=True)
class Inside:
    """What of a portrait the inside of the mouth needs."""

    seam: Doubles  # [3] head axes: middle of the closed lips, at the depth of the teeth
    own_gap: float  # face units the lips stand apart in the source
    colours: Doubles  # [3, 3] RGB of teeth, cavity, tongue
    shown: float


def inside(portrait: Portrait, rest_shape: Floats) -> Inside:
    """The still facts of a portrait's mouth."""
    middle = (portrait.shape[13] + portrait.shape[14]) / 2
    colours = np.array([portrait.mouth.teeth, portrait.mouth.cavity, portrait.mouth.tongue])
    seam = middle.astype(np.float64) - np.array([0, 0, BEHIND_LIPS])
    gap = float(rest_shape[13, 1] - rest_shape[14, 1])
    return Inside(seam, gap, colours, portrait.mouth.shown)


def draw_mouth(
    out: Bytes,  # [H, W, 3] the frame so far; drawn into
    mouth: Inside,
    placed: Doubles,  # [V, 2]
    face: Floats,  # [478, 3] the head's shape now
    portrait: Portrait,
    camera: Camera,
    row: Floats,  # [D]
) -> None:
    """Lay the inside over the opening between the lips."""
    upper, lower = placed[list(UPPER_LIP)], placed[list(LOWER_LIP)]
    opening = between(upper, lower, out.shape[1])
    if opening is None:
        return
    gap = float(face[13, 1] - face[14, 1])
    own = mouth.shown * _fade(gap / max(mouth.own_gap, 1e-3), 1.5, 2.2)
    if own >= 1:
        return
    jaw = np.tensordot(row[list(JAW)], portrait.basis[list(JAW), BELOW_LIP], 1).astype(np.float64)
    _lay_pixels(
        out,
        opening.left,
        max(0, opening.top),
        min(out.shape[0] - 1, opening.bottom),
        opening.upper,
        opening.lower,
        _to_face_units(mouth.seam, camera, row),
        _to_face_units(mouth.seam + jaw, camera, row),
        mouth.colours,
        float(abs(face[UPPER_LIP[0], 0] - face[UPPER_LIP[-1], 0]) / 2),
        gap,
        float(row[TONGUE]),
        1 - own,
        camera.focal / camera.distance,
    )


def _fade(x: float, low: float, high: float) -> float:
    return float(np.clip((high - x) / (high - low), 0, 1))


def _to_face_units(origin: Doubles, camera: Camera, row: Floats) -> Doubles:  # [2, 3]
    """Frame pixel to (u, v) around `origin`, in the plane that faces with the head."""
    corners = origin + np.array([[0, 0, 0], [1, 0, 0], [0, -1, 0]]) * 0.1
    pixels, _ = head(camera, corners, row)
    return np.asarray(np.linalg.solve(np.column_stack([pixels, np.ones(3)]), np.array([[0, 0], [0.1, 0], [0, 0.1]])).T)


@njit(cache=True, nogil=True)
def _ramp(x: float, low: float, high: float) -> float:
    t = min(1.0, max(0.0, (x - low) / (high - low)))
    return t * t * (3 - 2 * t)


@njit(cache=True, nogil=True)
def _tooth(u: float, width: float) -> float:
    """Light on a row of teeth: 1 on a tooth, a little less in the gap between two, darker to the sides."""
    side = abs(u)
    arch = 0.24  # half width of the arch, where the row turns out of sight
    if side >= arch:
        return 0.0
    along = np.arcsin(side / arch) * arch / width  # teeth passed since the middle
    within = abs(along - np.floor(along) - 0.5) * 2  # 0 mid-tooth .. 1 in the gap
    return (1 - 0.22 * _ramp(within, 0.75, 1.0)) * (0.35 + 0.65 * np.sqrt(1 - (side / arch) ** 2))


@njit(cache=True, nogil=True)
def _lay_pixels(
    out: Bytes,
    left: int,
    top: int,
    bottom: int,
    upper: Doubles,
    lower: Doubles,
    skull: Doubles,  # [2, 3] frame pixel to face units around the seam, fixed to the skull
    jaw: Doubles,  # [2, 3] the same, moving with the jaw
    colours: Doubles,
    half_width: float,
    gap: float,
    tongue_out: float,
    strength: float,
    unit: float,  # pixels a face unit
) -> None:
    pixel = 1 / unit
    light_in = 0.55 + 0.45 * _ramp(gap, 0.0, 0.14)
    for column in range(len(upper)):
        x = left + column
        for y in range(top, bottom + 1):
            share = strength * coverage(y, upper[column], lower[column], 1.4)
            if share <= 0:
                continue
            u = skull[0, 0] * x + skull[0, 1] * y + skull[0, 2]
            v_skull = skull[1, 0] * x + skull[1, 1] * y + skull[1, 2]
            u_jaw = jaw[0, 0] * x + jaw[0, 1] * y + jaw[0, 2]
            v_jaw = jaw[1, 0] * x + jaw[1, 1] * y + jaw[1, 2]
            below_lip = (y - upper[column]) * pixel
            corner = 1 - _ramp(abs(u) / max(half_width, 1e-3), 0.55, 1.05)
            shade = light_in * (0.35 + 0.65 * _ramp(below_lip, -0.01, 0.07)) * (0.3 + 0.7 * corner)
            tongue = _ramp(v_jaw, 0.02 - 0.14 * tongue_out, 0.12) * (1 - _ramp(abs(u_jaw), 0.08, 0.22))
            low_edge = 0.012 + 0.35 * u_jaw * u_jaw
            low_teeth = _ramp(v_jaw, low_edge - pixel, low_edge + pixel) * _tooth(u_jaw, 0.058) * 0.8
            up_edge = 0.036 - 0.55 * u * u
            up_teeth = (1 - _ramp(v_skull, up_edge - pixel, up_edge + pixel)) * _tooth(u, 0.088)
            for c in range(3):
                colour = colours[1, c] * (0.35 + 0.65 * shade)
                colour += tongue * (colours[2, c] * shade - colour)
                if low_teeth > 0:
                    colour += min(1.0, 1.6 * low_teeth) * (colours[0, c] * low_teeth * shade - colour)
                if up_teeth > 0:
                    colour += min(1.0, 1.6 * up_teeth) * (colours[0, c] * up_teeth * shade - colour)
                out[y, x, c] = int(share * colour + (1 - share) * out[y, x, c] + 0.5)
