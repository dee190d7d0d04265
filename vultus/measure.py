"""How good is a face in motion? Numbers from rows, curves and points: pure functions of arrays.

All curves are at the frame rate. The definitions of the head's figures are those with which the bands of
real talkers were made (`std`, `step`, `jerk` in degrees, after a five-tap mean).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vultus.clock import FRAME_RATE
from vultus.face import EXPRESSIONS, ROTATION, D, E, Floats, face_model

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

UPPER_LIP, LOWER_LIP = 13, 14  # middle of the inner lips
FOREHEAD, CHIN = 10, 152  # ends of the face's height
MOUTH_CORNERS = (61, 291)
OUTER_EYE_CORNERS = (33, 263)
SMOOTHING = 5  # frames
PAUSE = round(0.3 * FRAME_RATE)  # frames of the shortest pause that counts
SHUT = 0.5  # blink weight at which a blink begins and ends
BLINKS = (EXPRESSIONS.index("eyeBlinkLeft"), EXPRESSIONS.index("eyeBlinkRight"))


def point_aperture(points: NDArray[np.floating]) -> Array:  # [T, 478, 3] -> [T]
    """Distance of the inner lips over the height of the face, in any units and any pose."""
    lips = np.linalg.norm(points[:, UPPER_LIP] - points[:, LOWER_LIP], axis=1)
    height = np.linalg.norm(points[:, FOREHEAD] - points[:, CHIN], axis=1)
    return np.asarray(lips / height, np.float64)


def lip_aperture(rows: Floats) -> Array:  # [T, D] -> [T]
    """The opening of the lips that rows ask of the mean face, over its height."""
    assert rows.ndim == 2 and rows.shape[1] == D, rows.shape
    model = face_model()
    needed = [UPPER_LIP, LOWER_LIP, FOREHEAD, CHIN]
    shapes = model.mean[needed] + np.tensordot(rows[:, :E], model.basis[:, needed], 1)
    lips = np.linalg.norm(shapes[:, 0] - shapes[:, 1], axis=1)
    return np.asarray(lips / np.linalg.norm(shapes[:, 2] - shapes[:, 3], axis=1), np.float64)


def lip_width(rows: Floats) -> Array:  # [T, D] -> [T]
    """The distance of the mouth's corners that rows ask of the mean face, face units."""
    model = face_model()
    corners = model.mean[list(MOUTH_CORNERS)] + np.tensordot(rows[:, :E], model.basis[:, MOUTH_CORNERS], 1)
    return np.asarray(np.linalg.norm(corners[:, 0] - corners[:, 1], axis=1), np.float64)


def correlation(a: NDArray[np.floating], b: NDArray[np.floating]) -> float:
    """Pearson's r of two curves of one length; 0 where one of them does not move."""
    assert a.shape == b.shape and a.ndim == 1, (a.shape, b.shape)
    a, b = a - a.mean(), b - b.mean()
    size = float(np.sqrt((a**2).sum() * (b**2).sum()))
    return float((a * b).sum()) / size if size > 0 else 0.0


def best_lag(curve: NDArray[np.floating], reference: NDArray[np.floating], most: int = 8) -> tuple[float, float]:
    """(frames, r): the shift of `curve` against `reference` at which they agree best; + is late.

    Between whole frames the peak is that of a parabola through the three best.
    """
    size = min(len(curve), len(reference))
    assert size > 2 * most + 2, size
    shifts = range(-most, most + 1)
    pairs = [(curve[max(0, s) : size + min(0, s)], reference[max(0, -s) : size - max(0, s)]) for s in shifts]
    rs = np.array([correlation(a, b) for a, b in pairs])
    top = int(rs.argmax())
    if not 0 < top < 2 * most:
        return float(top - most), float(rs[top])
    left, middle, right = rs[top - 1 : top + 2]
    bend = left - 2 * middle + right
    return top - most + (float(0.5 * (left - right) / bend) if bend < 0 else 0.0), float(middle)


def pauses(speaking: Bools, shortest: int = PAUSE) -> list[slice]:
    """Stretches of at least `shortest` frames without speech."""
    edges = np.flatnonzero(np.diff(np.concatenate([[True], speaking, [True]]).astype(np.int8)))
    spans = zip(edges[::2], edges[1::2], strict=True)
    return [slice(int(a), int(b)) for a, b in spans if b - a >= shortest]


def silent_lips(aperture: NDArray[np.floating], silences: list[slice]) -> tuple[float, float]:
    """(median opening, median absolute deviation about each silence's own median), over face height.

    Both are 0 when there is no silence.
    """
    parts = [np.asarray(aperture[silence], np.float64) for silence in silences]
    if not parts:
        return 0.0, 0.0
    off = np.concatenate([np.abs(part - np.median(part)) for part in parts])
    return float(np.median(np.concatenate(parts))), float(np.median(off))


@dataclass(frozen=True)
class HeadFigures:
    """How a head moves, degrees, for pitch, yaw and roll."""

    std: tuple[float, float, float]
    step: tuple[float, float, float]  # mean change from frame to frame
    jerk: tuple[float, float, float]  # mean change of that change


def _three(values: Array) -> tuple[float, float, float]:
    pitch, yaw, roll = (float(value) for value in values)
    return pitch, yaw, roll


def head(rows: Floats) -> HeadFigures:  # [T, D]
    """Figures of the head's rotation over at least a second of rows."""
    assert len(rows) >= SMOOTHING + 2, rows.shape
    degrees = np.degrees(rows[:, ROTATION].astype(np.float64))
    taps = np.ones(SMOOTHING) / SMOOTHING
    smooth = np.stack([np.convolve(degrees[:, i], taps, "valid") for i in range(3)], axis=1)
    change = np.diff(smooth, axis=0)
    return HeadFigures(
        _three(smooth.std(axis=0)),
        _three(np.abs(change).mean(axis=0)),
        _three(np.abs(np.diff(change, axis=0)).mean(axis=0)),
    )


@dataclass(frozen=True)
class Blink:
    """One blink: the stretch for which the lids are more than half shut, by straight lines in time."""

    start: float  # frames
    end: float

    @property
    def milliseconds(self) -> float:
        """How long the lids are more than half shut."""
        return (self.end - self.start) * 1000 / float(FRAME_RATE)


def blinks(rows: Floats) -> list[Blink]:  # [T, D]
    """The blinks that begin and end inside the rows."""
    shut = rows[:, BLINKS].mean(axis=1).astype(np.float64)
    over = shut > SHUT
    rising = np.flatnonzero(~over[:-1] & over[1:])
    falling = np.flatnonzero(over[:-1] & ~over[1:])
    crossed = {int(i): i + (SHUT - shut[i]) / (shut[i + 1] - shut[i]) for i in [*rising, *falling]}
    found = []
    for start in rising:
        after = falling[falling > start]
        if len(after):
            found.append(Blink(float(crossed[int(start)]), float(crossed[int(after[0])])))
    return found


def landmark_error(points: NDArray[np.floating], wanted: NDArray[np.floating]) -> Array:  # [N, 2+] each -> [N]
    """Distance of measured points from those commanded, in the picture, over the eye distance commanded."""
    assert points.shape[0] == wanted.shape[0], (points.shape, wanted.shape)
    eyes = np.linalg.norm(wanted[OUTER_EYE_CORNERS[0], :2] - wanted[OUTER_EYE_CORNERS[1], :2])
    return np.asarray(np.linalg.norm(points[:, :2] - wanted[:, :2], axis=1) / eyes, np.float64)
