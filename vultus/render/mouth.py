"""The inside of the mouth under the lips: cavity, tongue, lower teeth on the jaw, upper teeth on the skull.

Everything is drawn in face units around the line where the closed lips meet: u to the side, v down.
Proportions are those of ICT-FaceKit's teeth against its outer eye corners.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vultus.compiled import kernel
from vultus.face import channel
from vultus.portrait import Portrait
from vultus.render.opening import coverage, parted
from vultus.render.place import Home, affine, seen
from vultus.topology import LOWER_LIP, UPPER_LIP

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

UPPER, LOWER = np.array(UPPER_LIP), np.array(LOWER_LIP)
BEHIND_LIPS = 0.07  # face units: depth of the teeth behind the line of the lips
JAW = tuple(channel(name) for name in ("jawOpen", "jawForward", "jawLeft", "jawRight"))
JAWBONE = (152, 200)  # skin points near the bone, whose mean the lower teeth move with; lips drop a third farther
TONGUE = channel("tongueOut")
ROUND = (channel("mouthPucker"), channel("mouthFunnel"))  # lips that stand forward of the teeth and shade them
ARCH = 0.25  # face units: half width of the arch of teeth, where it turns out of sight
UPPER_EDGE, LOWER_EDGE = 0.036, 0.012  # face units below the seam: biting edges with the jaw shut
UPPER_TOOTH, LOWER_TOOTH = (0.092, 0.105), (0.06, 0.085)  # width and height, face units
MOUTH = 0.45  # face units: width of a usual mouth, between its inner corners
NARROWEST_WIDEST = (0.86, 1.14)
OWN_GOES = (1.4, 1.7)  # times the source's own opening: its own inside, stretched, gives way to the dark ...
DRAWN_COMES = (1.65, 2.3)  # ... out of which drawn teeth and tongue come: never two sets of teeth at once
GUM_SHOWS = 0.022  # face units of gum that a raised lip bares at most, as far as teeth can be so long
LONGEST = 1.3  # of a tooth's height
PAPILLA = 0.014  # face units that gum reaches farther down between two teeth than over their middles
SPIKE = 0.3  # of an opening's height: ends of rounded lips that are open less are where they press together
CORNERS = np.array([[0, 0, 0], [1, 0, 0], [0, -1, 0]]) * 0.1  # of the plane that faces with the head
UNITS = np.array([[0, 0], [1, 0], [0, 1]]) * 0.1  # the same as (u, v)


@dataclass(frozen=True)
class Inside:
    """What of a portrait the inside of the mouth needs."""

    seam: Doubles  # [3] head axes: middle of the closed lips, at the depth of the teeth
    own_gap: float  # face units the lips stand apart in the source
    colours: Doubles  # [3, 3] RGB of teeth, cavity, tongue
    shown: float  # above 0 where the picture shows an open mouth of its own
    wide: float  # of its teeth, against usual ones: a wide mouth has wide teeth
    bone: Doubles  # [4, 3] how the jaw's bone moves with each of JAW


def inside(portrait: Portrait, rest_shape: Floats) -> Inside:
    """The still facts of a portrait's mouth."""
    middle = (portrait.shape[13] + portrait.shape[14]) / 2
    colours = np.array([portrait.mouth.teeth, portrait.mouth.cavity, portrait.mouth.tongue])
    seam = middle.astype(np.float64) - np.array([0, 0, BEHIND_LIPS])
    gap = float(rest_shape[13, 1] - rest_shape[14, 1])
    width = float(abs(portrait.shape[UPPER_LIP[0], 0] - portrait.shape[UPPER_LIP[-1], 0]))
    bone = portrait.basis[np.ix_(JAW, JAWBONE)].mean(1).astype(np.float64)
    return Inside(seam, gap, colours, portrait.mouth.shown, float(np.clip(width / MOUTH, *NARROWEST_WIDEST)), bone)


def draw_mouth(
    out: Bytes,  # [H, W, 3] the frame so far; drawn into
    mouth: Inside,
    placed: Doubles,  # [V, 2]
    face: Floats,  # [478, 3] see `place.shape`
    home: Home,
    row: Floats,  # [D]
) -> None:
    """Lay the inside over the opening between the lips."""
    camera = home.camera
    gap = float(face[13, 1] - face[14, 1])
    wider = gap / max(mouth.own_gap, 1e-3)
    drawn, teeth = (_grown(wider, *OWN_GOES), _grown(wider, *DRAWN_COMES)) if mouth.shown > 0 else (1.0, 1.0)
    if drawn > 0:
        half_width = float(abs(face[UPPER_LIP[0], 0] - face[UPPER_LIP[-1], 0]) / 2)
        shown = (drawn, teeth)
        _draw(out, placed, mouth.seam, mouth.bone, mouth.colours, row, camera.view, half_width, gap, shown, mouth.wide)


@kernel
def _draw(
    out: Bytes,
    placed: Doubles,
    seam: Doubles,
    bone: Doubles,
    colours: Doubles,
    row: Floats,
    view: tuple[float, float, float, float],  # focal length, centre, distance of a Camera
    half_width: float,
    gap: float,
    shown: tuple[float, float],  # 0..1: how much of the inside is drawn, how much of teeth and tongue in it
    wide: float,
) -> None:
    upper, lower = np.empty((len(UPPER), 2)), np.empty((len(LOWER), 2))
    for i in range(len(UPPER)):
        upper[i], lower[i] = placed[UPPER[i]], placed[LOWER[i]]
    left, above, below = parted(upper, lower, out.shape[1])
    if len(above) == 0:
        return
    on_jaw = seam.copy()
    for i in range(len(JAW)):
        for c in range(3):
            on_jaw[c] += row[JAW[i]] * bone[i, c]
    rounded = min(1.0, max(0.0, row[ROUND[0]] + 0.8 * row[ROUND[1]]))
    round_ends(above, below, rounded)
    top, bottom = max(0, int(np.floor(above.min())) - 1), min(out.shape[0] - 1, int(np.ceil(below.max())) + 1)
    skull, jaw = _to_face_units(seam, row, view), _to_face_units(on_jaw, row, view)
    _lay_pixels(
        out, left, top, bottom, above, below, skull, jaw, colours, half_width, gap, row[TONGUE], rounded, shown,
        wide, view[0] / view[3],
    )  # fmt: skip


def _grown(x: float, low: float, high: float) -> float:
    return float(np.clip((x - low) / (high - low), 0, 1))


@kernel
def _to_face_units(origin: Doubles, row: Floats, view: tuple[float, float, float, float]) -> Doubles:  # [2, 3]
    """Frame pixel to (u, v) around `origin`, in the plane that faces with the head."""
    return affine(seen(origin + CORNERS, row, view)[0], UNITS)


@kernel
def _ramp(x: float, low: float, high: float) -> float:
    t = min(1.0, max(0.0, (x - low) / (high - low)))
    return t * t * (3 - 2 * t)


@kernel
def round_ends(above: Doubles, below: Doubles, rounded: float) -> None:
    """An opening of rounded lips, in place, with ends that are round; straight lines between few points end in spikes.

    Its sides grow higher, as an ellipse's are, and what is open less than SPIKE of the highest is nearly shut.
    """
    highest = (below - above).max()
    pressed = min(1.0, 2 * rounded)
    for i in range(len(above)):
        part = (below[i] - above[i]) / highest
        if part > 0:
            end = 1 - _ramp(part, 0.0, SPIKE)
            more = 0.5 * highest * part * (rounded * (1 - part) * (1 - end) - pressed * end)
            above[i] -= more
            below[i] += more


@kernel
def _tooth(u: float, v: float, width: float, height: float, pixel: float) -> tuple[float, float, float]:
    """(light, cover, share of gum) of a row of teeth: v = 0 at the biting edge, growing to the gum at `height`.

    Teeth stand on an arch: light falls off and widths shrink where it turns away. Each has a rounded edge, and gum
    comes down between two.
    """
    side = abs(u)
    if side >= ARCH:
        return 0.0, 0.0, 0.0
    turned = np.sqrt(1 - (side / ARCH) ** 2)
    along = np.arcsin(side / ARCH) * ARCH / width  # teeth passed since the middle
    within = abs(along - np.floor(along) - 0.5) * 2  # 0 mid-tooth .. 1 in the gap
    edge = 0.1 * height * within**4 + (0.06 * height if 1 <= along < 2 else 0.0)
    cover = _ramp(v, edge - pixel, edge + pixel)
    gap = 1 - 0.24 * _ramp(within, 0.86, 1.0) * _ramp(height - v, -0.02, 0.8 * height)
    body = 0.82 + 0.2 * _ramp(v, 0.0, 0.3 * height) - 0.16 * _ramp(v, 0.5 * height, height)
    gum = _ramp(v + PAPILLA * within**3, height - pixel, height + 0.006 + pixel)
    # Gum is round over the roots: a soft light beside each tooth's neck, darker toward the fold of the lip.
    round_ = (1.0 + 0.1 * (1 - within * within)) * (1 - 0.35 * _ramp(v, height, height + 0.09))
    shaped = (1 - gum) * gap * body + gum * round_ * 0.86
    return shaped * (0.25 + 0.75 * turned**1.3), cover, gum


@kernel
def _upper_tooth(u: float, v: float, below_lip: float, wide: float, pixel: float) -> tuple[float, float, float]:
    """`_tooth` of the upper row: what a raised lip bares is tooth first, then gum."""
    long = min(LONGEST * UPPER_TOOTH[1], max(UPPER_TOOTH[1], v + below_lip - GUM_SHOWS))
    return _tooth(u, v, wide * UPPER_TOOTH[0], long, pixel)


@kernel
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
    rounded: float,
    shown: tuple[float, float],  # see `_draw`
    wide: float,  # see `Inside`
    unit: float,  # pixels a face unit
) -> None:
    pixel, (strength, teeth) = 1 / unit, shown
    light_in = (0.82 + 0.18 * _ramp(gap, 0.0, 0.14)) * (1 - 0.6 * rounded)
    sunk = LOWER_EDGE + 0.09 * rounded
    last = len(upper) - 1
    for column in range(len(upper)):
        x = left + column
        # The round end of an o runs nearly upright: a pixel is as much of the opening as both its halves are.
        before, after = max(0, column - 1), min(last, column + 1)
        up_before, up_after = 0.5 * (upper[before] + upper[column]), 0.5 * (upper[after] + upper[column])
        low_before, low_after = 0.5 * (lower[before] + lower[column]), 0.5 * (lower[after] + lower[column])
        first = max(top, int(np.floor(min(up_before, up_after))) - 2)
        for y in range(first, min(bottom, int(np.ceil(max(low_before, low_after))) + 2) + 1):
            share = 0.5 * strength * (coverage(y, up_before, low_before, 1.4) + coverage(y, up_after, low_after, 1.4))
            if share <= 0:
                continue
            u = skull[0, 0] * x + skull[0, 1] * y + skull[0, 2]
            v_skull = skull[1, 0] * x + skull[1, 1] * y + skull[1, 2]
            u_jaw = jaw[0, 0] * x + jaw[0, 1] * y + jaw[0, 2]
            v_jaw = jaw[1, 0] * x + jaw[1, 1] * y + jaw[1, 2]
            below_lip = (y - upper[column]) * pixel
            corner = 1 - _ramp(abs(u) / max(half_width, 1e-3), 0.45, 1.05)
            lit = light_in * (0.35 + 0.65 * corner)
            shade = lit * (0.8 + 0.2 * _ramp(below_lip, -0.01, 0.04))
            back, tip, far = _tongue(u_jaw, v_jaw, v_skull, tongue_out)
            low_edge = v_jaw - sunk - 0.3 * u_jaw**2
            low_light, low, _ = _tooth(u_jaw, low_edge, wide * LOWER_TOOTH[0], LOWER_TOOTH[1], pixel)
            up_light, up, gum = _upper_tooth(u, UPPER_EDGE - 0.5 * u**2 - v_skull, below_lip, wide, pixel)
            back, tip, low, up = teeth * back, teeth * tip, teeth * low, teeth * up
            groove = 1 - 0.12 * (1 - _ramp(abs(u_jaw), 0.0, 0.04)) * _ramp(v_jaw, -0.12, -0.02)
            # Teeth cast their shade on what lies behind them: the palate above, the foot of the tongue below.
            throat = 0.45 + 0.55 * _ramp(below_lip, 0.0, 0.22)
            far *= 0.4 + 0.6 * _ramp(v_skull - UPPER_EDGE, -0.01, 0.12)
            for c in range(3):
                deep = colours[1, c] * throat * (0.4 + 0.6 * lit)
                colour = deep + back * (colours[2, c] * lit * far * groove - deep)
                # What light does not reach looks like the mouth around it, not like grey teeth.
                colour += low * (deep + 0.85 * low_light * shade * (colours[0, c] - deep) - colour)
                colour += tip * (1.12 * colours[2, c] * (0.4 + 0.6 * shade) * groove - colour)
                light = (1 - gum) * colours[0, c] + gum * 1.25 * colours[2, c]
                colour += up * (deep + up_light * shade * (light - deep) - colour)
                out[y, x, c] = int(share * colour + (1 - share) * out[y, x, c] + 0.5)


@kernel
def _tongue(u: float, v: float, v_skull: float, out: float) -> tuple[float, float, float]:
    """(cover of the tongue at rest, cover of its tip at the upper teeth, light on it); u, v on the jaw.

    It lies as a dome behind the lower teeth, darker toward the throat and its sides; put out, its tip reaches over the
    lower teeth to the edge of the upper ones.
    """
    back = _ramp(v - 1.8 * u**2, -0.14, -0.07) * (1 - _ramp(abs(u), 0.14, 0.22))
    light = (0.4 + 0.75 * _ramp(v - u**2, -0.13, -0.01)) * (1 - 6 * min(u**2, 0.04))
    raised = _ramp(out, 0.02, 0.35)
    if raised <= 0:
        return back, 0.0, light
    dome = v_skull - UPPER_EDGE - 1.2 * u**2 + 0.03 * out
    tip = raised * _ramp(dome, -0.005, 0.02) * (1 - _ramp(abs(u), 0.1, 0.17))
    return back, tip, light
