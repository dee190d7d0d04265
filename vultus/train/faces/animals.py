"""Heads of animals drawn by code: what has two eyes and a mouth, and is no person."""

import cv2
import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Colour = tuple[float, float, float]
Place = tuple[float, float]
Rng = np.random.Generator

FURS = ((200, 140, 80), (90, 90, 95), (235, 225, 205), (120, 80, 50), (240, 180, 90), (60, 50, 45), (150, 170, 120))
EYES = ((210, 190, 60), (90, 160, 80), (70, 50, 30), (30, 30, 30), (130, 170, 210))
KINDS = ("cat", "dog", "bear", "owl", "rabbit", "pig")


class _Canvas:
    """Ellipses and polygons by places in -1..1 around the middle of a head."""

    def __init__(self, picture: Bytes, middle: Place, size: float, tilt: float) -> None:
        self.picture, self.size = picture, size
        cos, sin = np.cos(tilt) * size, np.sin(tilt) * size
        self.turn, self.middle, self.tilt = np.array([[cos, -sin], [sin, cos]]), np.array(middle), np.degrees(tilt)

    def oval(self, x: float, y: float, wide: float, high: float, colour: Colour) -> None:
        place = np.rint(self.turn @ [x, y] + self.middle).astype(int).tolist()
        axes = (max(1, round(wide * self.size)), max(1, round(high * self.size)))
        cv2.ellipse(self.picture, place, axes, self.tilt, 0, 360, colour, -1, cv2.LINE_AA)

    def patch(self, places: list[Place], colour: Colour) -> None:
        corners = np.rint(np.array(places) @ self.turn.T + self.middle).astype(np.int32)
        cv2.fillPoly(self.picture, [corners], colour, cv2.LINE_AA)

    def line(self, places: list[Place], colour: Colour, thick: int) -> None:
        corners = np.rint(np.array(places) @ self.turn.T + self.middle).astype(np.int32)
        cv2.polylines(self.picture, [corners], False, colour, thick, cv2.LINE_AA)


def _darker(colour: Colour, share: float) -> Colour:
    return (colour[0] * share, colour[1] * share, colour[2] * share)


def _ears(canvas: _Canvas, kind: str, fur: Colour) -> None:
    inner = (min(255.0, fur[0] + 40), fur[1] * 0.75, fur[2] * 0.75)
    for side in (-1, 1):
        if kind in ("cat", "pig", "owl"):
            tall = {"cat": 1.35, "pig": 1.05, "owl": 1.15}[kind]
            canvas.patch([(side * 0.95, -0.35), (side * 0.8, -tall), (side * 0.2, -0.8)], fur)
            canvas.patch([(side * 0.82, -0.5), (side * 0.74, -tall + 0.2), (side * 0.38, -0.78)], inner)
        elif kind == "bear":
            canvas.oval(side * 0.75, -0.75, 0.35, 0.35, fur)
            canvas.oval(side * 0.75, -0.75, 0.18, 0.18, inner)
        elif kind == "rabbit":
            canvas.oval(side * 0.4, -1.4, 0.2, 0.8, fur)
            canvas.oval(side * 0.4, -1.4, 0.1, 0.6, inner)
        else:
            canvas.oval(side * 1.0, -0.1, 0.28, 0.75, _darker(fur, 0.7))


def _muzzle(canvas: _Canvas, kind: str, fur: Colour, thick: int) -> None:
    pale: Colour = (min(255.0, fur[0] * 1.2), min(255.0, fur[1] * 1.2), min(255.0, fur[2] * 1.2))
    dark: Colour = (30.0, 25.0, 25.0)
    if kind == "owl":
        canvas.patch([(-0.15, 0.05), (0.15, 0.05), (0.0, 0.45)], (220, 160, 40))
        return
    if kind == "pig":
        canvas.oval(0, 0.35, 0.38, 0.27, pale)
        for side in (-1, 1):
            canvas.oval(side * 0.13, 0.35, 0.06, 0.1, dark)
        canvas.line([(-0.3, 0.7), (0, 0.78), (0.3, 0.7)], dark, thick)
        return
    canvas.oval(0, 0.42, 0.45, 0.36, pale)
    canvas.oval(0, 0.24, 0.16, 0.1, dark if kind != "rabbit" else (220, 130, 130))
    canvas.line([(0, 0.3), (0, 0.5)], dark, thick)
    for side in (-1, 1):
        canvas.line([(0, 0.5), (side * 0.16, 0.6), (side * 0.32, 0.52)], dark, thick)
        if kind in ("cat", "rabbit"):
            for up in (-0.1, 0.02, 0.14):
                canvas.line([(side * 0.2, 0.4 + up / 2), (side * 1.1, 0.35 + 1.5 * up)], (235, 235, 235), 1)


def animal(kind: str, behind: Bytes, rng: Rng) -> Bytes:  # one of KINDS, [H, W, 3] -> [H, W, 3]
    """The head of an animal before something."""
    picture = behind.copy()
    height, width = picture.shape[:2]
    size = float(min(height, width) * rng.uniform(0.18, 0.32))
    middle = (width * rng.uniform(0.4, 0.6), height * rng.uniform(0.45, 0.6))
    canvas = _Canvas(picture, middle, size, float(rng.normal(0, 0.15)))
    red, green, blue = (np.array(FURS[int(rng.integers(len(FURS)))]) * rng.uniform(0.7, 1.1)).clip(0, 255)
    fur: Colour = (float(red), float(green), float(blue))
    thick = max(1, round(size / 40))
    canvas.oval(0, 1.6, 0.9, 1.1, _darker(fur, 0.85))
    _ears(canvas, kind, fur)
    canvas.oval(0, 0, 1.0, 0.9, fur)
    eye = EYES[int(rng.integers(len(EYES)))]
    large = 0.34 if kind == "owl" else float(rng.uniform(0.13, 0.2))
    for side in (-1, 1):
        canvas.oval(side * 0.4, -0.15, large, large * (0.8 if kind == "cat" else 1), eye)
        canvas.oval(side * 0.4, -0.15, large * (0.3 if kind == "cat" else 0.55), large * 0.75, (10, 10, 10))
        canvas.oval(side * 0.4 + 0.05, -0.2, large * 0.18, large * 0.18, (250, 250, 250))
    _muzzle(canvas, kind, fur, thick)
    grain = rng.normal(0, rng.uniform(2, 12), (height, width, 1)).astype(np.float32)
    return np.asarray(np.clip(picture + cv2.GaussianBlur(grain, (0, 0), 1.0)[..., None], 0, 255), np.uint8)
