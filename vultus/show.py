"""Pictures for people: what the analysis found, how a motion runs, frames side by side."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus import render
from vultus.face import CHANNELS, Motion, neutral
from vultus.portrait import Portrait
from vultus.render.place import place
from vultus.topology import SKIN

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

PAPER, INK, GRID = (250, 250, 247), (40, 40, 44), (222, 222, 218)
LINES = ((196, 64, 48), (36, 110, 190), (30, 140, 90), (170, 110, 20), (130, 70, 170), (90, 90, 90))
FONT = cv2.FONT_HERSHEY_SIMPLEX
TILE = 384  # pixels a side of one panel of the portrait sheet

PANELS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("expression", ("jawOpen", "mouthClose", "mouthPucker", "mouthFunnel", "mouthSmileLeft", "mouthPressLeft")),
    ("eyes", ("eyeBlinkLeft", "eyeBlinkRight", "browInnerUp", "browOuterUpLeft", "eyeWideLeft")),
    ("gaze (rad)", ("gazeYaw", "gazePitch")),
    ("head (rad)", ("headPitch", "headYaw", "headRoll")),
    ("place (face units)", ("headX", "headY", "logDistance")),
)


def contact_sheet(frames: Sequence[Bytes], columns: int = 6, gap: int = 4) -> Bytes:  # each [h, w, 3]
    """Frames of one size in rows, left to right."""
    if not frames:
        raise ValueError("a contact sheet wants at least one frame, none came")
    height, width = frames[0].shape[:2]
    columns = min(columns, len(frames))
    rows = -(-len(frames) // columns)
    shape = (rows * (height + gap) - gap, columns * (width + gap) - gap, 3)
    sheet = np.full(shape, PAPER, np.uint8)
    for index, frame in enumerate(frames):
        top, left = (height + gap) * (index // columns), (width + gap) * (index % columns)
        sheet[top : top + height, left : left + width] = frame
    return sheet


def portrait_sheet(portrait: Portrait) -> Bytes:
    """Source, landmarks, mesh, matte, plate, eyes without lids, and five test motions."""
    scene = render.init(portrait, TILE)
    source = render.draw(scene, portrait.rest)
    placed, _ = place(scene.home, portrait.rest)
    panels = [
        _titled(source, "as it is"),
        _titled(_dots(source, placed[:SKIN]), "landmarks"),
        _titled(_wires(source, placed, portrait.triangles), "mesh"),
        _titled(_matte(portrait), "matte"),
        _titled(_window(portrait, portrait.plate), "background plate"),
        _titled(_eyes(portrait), "eyes: white, iris"),
    ]
    for title, settings in TEST_MOTIONS:
        panels.append(_titled(render.draw(scene, _row(portrait, settings)), title))
    return contact_sheet(panels)


TEST_MOTIONS: tuple[tuple[str, dict[str, float]], ...] = (
    ("lips closed, neutral", {}),
    ("jaw open", {"jawOpen": 0.6}),
    ("smile", {"mouthSmileLeft": 0.8, "mouthSmileRight": 0.8}),
    ("pucker", {"mouthPucker": 0.8}),
    ("blink", {"eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0}),
    ("head turned", {"headYaw": 0.25}),
)


def _row(portrait: Portrait, settings: dict[str, float]) -> Floats:
    """A neutral expression in the portrait's own pose, with some channels moved from there."""
    row = portrait.rest.copy()
    row[: len(CHANNELS) - 8] = neutral()[: len(CHANNELS) - 8]
    for name, value in settings.items():
        row[CHANNELS.index(name)] += value
    return row


def _titled(picture: Bytes, title: str) -> Bytes:
    titled = picture.copy()
    for colour, thickness in (((0, 0, 0), 3), ((255, 255, 255), 1)):
        cv2.putText(titled, title, (8, 20), FONT, 0.5, colour, thickness, cv2.LINE_AA)
    return titled


def _dots(picture: Bytes, points: NDArray[np.float64]) -> Bytes:
    drawn = picture.copy()
    for x, y in np.rint(points * 16).astype(int):
        cv2.circle(drawn, (int(x), int(y)), 16, (0, 255, 120), -1, cv2.LINE_AA, 4)
    return drawn


def _wires(picture: Bytes, points: NDArray[np.float64], triangles: NDArray[np.int32]) -> Bytes:
    drawn = (picture * 0.6).astype(np.uint8)
    corners = np.rint(points[triangles] * 16).astype(np.int32)
    cv2.polylines(drawn, list(corners), True, (120, 220, 255), 1, cv2.LINE_AA, 4)
    return drawn


def _window(portrait: Portrait, image: Bytes) -> Bytes:
    x, y, side = portrait.frame
    return np.asarray(
        cv2.resize(image[y : y + side, x : x + side], (TILE, TILE), interpolation=cv2.INTER_AREA), np.uint8
    )


def _matte(portrait: Portrait) -> Bytes:
    return np.repeat(_window(portrait, portrait.fore[..., 3])[..., None], 3, axis=2)


def _eyes(portrait: Portrait) -> Bytes:
    panel = np.full((TILE, TILE, 3), PAPER, np.uint8)
    half = TILE // 2
    for side, eye in enumerate(portrait.eyes):
        alpha = eye.iris[..., 3:] / 255
        iris = (eye.iris[..., :3] * alpha + np.array(PAPER) * (1 - alpha)).astype(np.uint8)
        for row, picture in enumerate((eye.white, iris)):
            scale = min((half - 8) / picture.shape[1], (half - 8) / picture.shape[0])
            large = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
            top, left = row * half + 4, side * half + 4
            panel[top : top + large.shape[0], left : left + large.shape[1]] = large
    return panel


def motion_curves(motion: Motion, width: int = 1400) -> Bytes:
    """Curves of the channels that tell most, one panel a kind, seconds below."""
    high, left = 190, 60
    sheet = np.full((high * len(PANELS) + 30, width, 3), PAPER, np.uint8)
    seconds = len(motion) / float(motion.rate)
    for index, (title, names) in enumerate(PANELS):
        top = index * high
        curves = np.stack([motion[name] for name in names])  # [N, T]
        low, high_value = min(0.0, float(curves.min())), max(0.1, float(curves.max()))
        box = (left, top + 26, width - 20, top + high - 12)
        _axes(sheet, box, (low, high_value), seconds)
        cv2.putText(sheet, title, (left, top + 18), FONT, 0.5, INK, 1, cv2.LINE_AA)
        for curve, name, colour in zip(curves, names, LINES, strict=False):
            _line(sheet, curve, box, (low, high_value), colour)
            place_x = left + 200 + 190 * names.index(name)
            cv2.putText(sheet, name, (place_x, top + 18), FONT, 0.45, colour, 1, cv2.LINE_AA)
    return sheet


Box = tuple[int, int, int, int]  # left, top, right, bottom


def _axes(sheet: Bytes, box: Box, span: tuple[float, float], seconds: float) -> None:
    left, top, right, bottom = box
    cv2.rectangle(sheet, (left, top), (right, bottom), GRID, 1)
    for value in span:
        y = _height_of(value, box, span)
        cv2.putText(sheet, f"{value:.2f}", (6, y + 4), FONT, 0.4, INK, 1, cv2.LINE_AA)
    step = max(1, round(seconds / 12))
    for second in range(0, int(seconds) + 1, step):
        x = int(left + (right - left) * second / max(seconds, 1e-6))
        cv2.line(sheet, (x, top), (x, bottom), GRID, 1)
        cv2.putText(sheet, str(second), (x + 2, bottom + 11), FONT, 0.35, INK, 1, cv2.LINE_AA)


def _height_of(value: float, box: Box, span: tuple[float, float]) -> int:
    _, top, _, bottom = box
    return round(bottom - (bottom - top) * (value - span[0]) / max(span[1] - span[0], 1e-6))


def _line(sheet: Bytes, curve: Floats, box: Box, span: tuple[float, float], colour: tuple[int, int, int]) -> None:
    left, _, right, _ = box
    x = np.linspace(left, right, len(curve))
    y = [_height_of(float(value), box, span) for value in curve]
    points = np.rint(np.stack([x, y], 1)).astype(np.int32)
    cv2.polylines(sheet, [points], False, colour, 1, cv2.LINE_AA)
