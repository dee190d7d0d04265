"""Which faces are found, small and tilted, what is taken for one, and how well mattes agree."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.analysis import mediapipe_models, own_find, own_matte
from vultus.analysis.own_view import View, around
from vultus.topology import CHIN, FOREHEAD
from vultus.train.faces import teacher
from vultus.train.faces.backgrounds import made
from vultus.train.faces.mattes import teachers

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Finder = Callable[[Bytes], list[View]]

HEIGHTS = (40, 80, 160)  # pixels of a face
ROLLS = (-45, -20, 0, 20, 45)  # degrees
WIDE, HIGH = 640, 480  # pixels of a test picture
WITHOUT = 200  # pictures without a face


def ours(network: own_find.Network) -> Finder:
    """Our network as a finder."""
    return lambda picture: [one.view for one in own_find.find(picture, network)]


def theirs(picture: Bytes) -> list[View]:
    """The teacher as a finder."""
    return [around(points) for points in mediapipe_models.faces(picture)]


def staged(face: teacher.Face, height: float, roll: float, rng: np.random.Generator) -> tuple[Bytes, View]:
    """A picture made so small and turned before another one, and the view of its face."""
    picture = face.picture()
    tall = float(np.linalg.norm(face.points[FOREHEAD, :2] - face.points[CHIN, :2]))
    scale, angle = height / tall, np.radians(roll)
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    middle = np.array([picture.shape[1] / 2, picture.shape[0] / 2])
    place = rng.uniform((0.3 * WIDE, 0.3 * HIGH), (0.7 * WIDE, 0.7 * HIGH))
    turn = np.array([[cos, -sin], [sin, cos]])
    matrix = np.column_stack([turn, place - turn @ middle])
    if scale < 0.7:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.45 * np.sqrt(scale**-2 - 1)), np.uint8)
    canvas = cv2.resize(made(HIGH, rng), (WIDE, HIGH))
    laid = cv2.warpAffine(picture, matrix, (WIDE, HIGH), dst=canvas, borderMode=cv2.BORDER_TRANSPARENT)
    flat = face.points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(laid, np.uint8), around(flat.astype(np.float32))


def _hit(found: list[View], true: View) -> bool:
    return any(
        np.hypot(one.x - true.x, one.y - true.y) < true.side / 4 and 0.6 < one.side / true.side < 1.6 for one in found
    )


def finding(faces: list[teacher.Face], finder: Finder) -> dict[str, float]:
    """The share of faces found at each height and each tilt, per cent."""
    told = {}
    for height in HEIGHTS:
        for roll in ROLLS:
            rng = np.random.default_rng([height, roll + 90])
            shown = [staged(face, height, roll, rng) for face in faces]
            told[f"{height} px {roll:+d}"] = 100 * float(np.mean([_hit(finder(one), true) for one, true in shown]))
    return told


def false_alarms(finder: Finder) -> float:
    """Faces found in pictures without any, per cent of the pictures."""
    rng = np.random.default_rng(0)
    pictures = (np.asarray(cv2.resize(made(HIGH, rng), (WIDE, HIGH)), np.uint8) for _ in range(WITHOUT))
    return 100 * float(np.mean([len(finder(picture)) > 0 for picture in pictures]))


def overlaps(faces: list[teacher.Face], network: own_matte.Network) -> dict[str, float]:
    """Intersection over union with the teacher's mattes: mean, and what nine of ten exceed."""
    each = []
    for face in faces:
        picture = face.picture()
        a, b = own_matte.person(picture, network) > 0.5, teachers(picture, face.points) > 0.5
        each.append(float((a & b).sum() / max((a | b).sum(), 1)))
    return {"mean": float(np.mean(each)), "worst tenth": float(np.quantile(each, 0.1))}
