"""What stands before a face: glasses, strands of hair, hands, and things; with what of the points they hide."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.topology import CHIN, FOREHEAD, OVAL

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Rng = np.random.Generator

EYES = ((33, 133), (362, 263))  # corners
BROW_BRIDGE = 168
SHARE = 0.4  # of the pictures get any
SKINS = ((236, 188, 160), (198, 134, 102), (141, 85, 60), (80, 50, 38))


def _colour(rng: Rng) -> tuple[float, float, float]:
    dark = 60.0 if rng.random() < 0.5 else 255.0
    return (float(rng.uniform(0, dark)), float(rng.uniform(0, dark)), float(rng.uniform(0, dark)))


def _laid(picture: Bytes, colour: tuple[float, float, float] | Floats, alpha: Floats) -> Bytes:
    """A colour over the picture, as much of it as `alpha` [n, n] says."""
    over = picture + alpha[..., None] * (np.asarray(colour, np.float32) - picture)
    return np.asarray(over, np.float32).astype(np.uint8)


def glasses(picture: Bytes, points: Floats, rng: Rng) -> tuple[Bytes, Floats]:
    """Rims around both eyes, sometimes dark; -> picture and what is hidden [n, n]."""
    rims = np.zeros(picture.shape[:2], np.float32)
    panes = np.zeros_like(rims)
    thick = int(rng.integers(1, 4))
    wide, high, square = rng.uniform(0.7, 1.1), rng.uniform(0.55, 0.95), rng.random() < 0.5
    for corners in EYES:
        ends = points[list(corners), :2]
        middle, along = ends.mean(0), ends[1] - ends[0]
        length, angle = float(np.linalg.norm(along)), float(np.degrees(np.arctan2(along[1], along[0])))
        if square:
            box = cv2.boxPoints((middle.tolist(), (2 * wide * length, 1.6 * high * length), angle))
            outline = np.rint(box).astype(np.int32)
        else:
            axes = (max(1, int(wide * length)), max(1, int(high * length)))
            around = cv2.ellipse2Poly(np.rint(middle).astype(int).tolist(), axes, int(angle), 0, 360, 12)
            outline = np.asarray(around, np.int32)
        cv2.fillPoly(panes, [outline], 1.0)
        cv2.polylines(rims, [outline], True, 1.0, thick, cv2.LINE_AA)
    bridge = np.rint(points[[EYES[0][1], EYES[1][0]], :2]).astype(int)
    cv2.line(rims, bridge[0].tolist(), bridge[1].tolist(), 1.0, thick, cv2.LINE_AA)
    shade = float(rng.uniform(0.7, 1)) if rng.random() < 0.25 else float(rng.uniform(0, 0.2))
    tinted = _laid(picture, _colour(rng), panes * shade)
    return _laid(tinted, _colour(rng), rims), np.where(panes > 0, shade, 0).astype(np.float32)


def hair(picture: Bytes, points: Floats, rng: Rng) -> tuple[Bytes, Floats]:
    """Strands that fall from above."""
    hidden = np.zeros(picture.shape[:2], np.float32)
    top, down = points[FOREHEAD, :2], points[CHIN, :2] - points[FOREHEAD, :2]
    across = np.array([down[1], -down[0]])
    root = top + across * rng.uniform(-0.5, 0.5) - 0.15 * down
    tip = top + across * rng.uniform(-0.5, 0.5) + down * rng.uniform(0.1, 0.8)
    for _ in range(int(rng.integers(4, 40))):
        start = root + across * rng.normal(0, 0.12)
        end = tip + across * rng.normal(0, 0.1) + down * rng.normal(0, 0.1)
        bend = (start + end) / 2 + across * rng.normal(0, 0.08)
        t = np.linspace(0, 1, 8)[:, None]
        curve = (1 - t) ** 2 * start + 2 * t * (1 - t) * bend + t**2 * end
        cv2.polylines(hidden, [np.rint(curve).astype(np.int32)], False, 1.0, int(rng.integers(1, 3)), cv2.LINE_AA)
    return _laid(picture, _colour(rng), hidden), hidden


def hand(picture: Bytes, points: Floats, rng: Rng) -> tuple[Bytes, Floats]:
    """Fingers and a palm that come in from below or aside."""
    hidden = np.zeros(picture.shape[:2], np.float32)
    oval = points[list(OVAL), :2]
    size = float(np.ptp(oval[:, 1]))
    edge = oval[int(rng.integers(8, 29))]  # from ear over chin to ear
    inward = points[4, :2] - edge
    turn = np.arctan2(inward[1], inward[0]) + rng.normal(0, 0.4)
    palm = edge - inward * rng.uniform(0.1, 0.5)
    axes = (max(2, int(size * 0.3)), max(2, int(size * 0.22)))
    cv2.ellipse(hidden, np.rint(palm).astype(int).tolist(), axes, float(np.degrees(turn)), 0, 360, 1.0, -1, cv2.LINE_AA)
    for finger in range(int(rng.integers(1, 5))):
        way = turn + (finger - 1.5) * 0.22 + rng.normal(0, 0.05)
        tip = palm + size * rng.uniform(0.35, 0.7) * np.array([np.cos(way), np.sin(way)])
        ends = np.rint(np.stack([palm, tip])).astype(int)
        cv2.line(hidden, ends[0].tolist(), ends[1].tolist(), 1.0, max(2, int(size * 0.09)), cv2.LINE_AA)
    tone = np.array(SKINS[int(rng.integers(len(SKINS)))], np.float32) * np.float32(rng.uniform(0.6, 1.1))
    shade = cv2.GaussianBlur(hidden, (0, 0), 4)[..., None] * 0.4 + 0.6  # rounder than flat
    return _laid(picture, np.minimum(tone * shade, 255), hidden), hidden


def thing(picture: Bytes, points: Floats, rng: Rng) -> tuple[Bytes, Floats]:
    """A box or a disc somewhere, or the lower half of the face behind cloth."""
    hidden = np.zeros(picture.shape[:2], np.float32)
    if rng.random() < 0.3:
        lower = points[[*OVAL[8:29], 5], :2]
        cv2.fillPoly(hidden, [np.rint(lower).astype(np.int32)], 1.0)
    else:
        place = np.rint(points[int(rng.integers(len(points))), :2]).astype(int).tolist()
        axes = rng.integers(4, picture.shape[0] // 5, 2).tolist()
        cv2.ellipse(hidden, place, axes, float(rng.uniform(0, 180)), 0, 360, 1.0, -1, cv2.LINE_AA)
    return _laid(picture, _colour(rng), hidden), hidden


KINDS = (glasses, hair, hand, thing)


def before(picture: Bytes, points: Floats, rng: Rng) -> tuple[Bytes, Floats]:  # -> [n, n, 3], [n, n] 0..1
    """Perhaps something before the face, and how much each pixel of it is hidden."""
    if rng.random() >= SHARE:
        return picture, np.zeros(picture.shape[:2], np.float32)
    return KINDS[int(rng.integers(len(KINDS)))](picture, points, rng)
