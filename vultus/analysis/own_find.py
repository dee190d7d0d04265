"""Our own finder of faces: the network `find` over a picture at several sizes."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus import weights
from vultus.analysis.own_view import View

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Network = Callable[[dict[str, Floats]], dict[str, Floats]]

STRIDE = 8  # pixels of the picture for one cell of the answer
LONGEST = (160, 320, 640, 1280)  # pixels of the longer side, one pass each, as far as the picture has them ...
MORE = 1.25  # ... and a pass shows so much more than the one before
SURE = 0.5  # score of a face where nothing else is asked
SAME = 0.5  # of a view's side: faces nearer to each other are one
LIKE = 1.6  # times as large or as small: still the same face
MOST = 8
AGAIN = 96  # pixels of the square in which a known face is looked for again ...
WIDER = 1.5  # ... and its side over that of the face's view: well within what the network learned


@dataclass(frozen=True)
class Found:
    """One face."""

    view: View
    five: Floats  # [5, 2] eyes, tip of the nose, corners of the mouth; picture left first
    score: float  # 0..1


def shipped() -> Network:
    """The trained network of the package. Raises WeightsBroken where it is not part of it."""
    return weights.network("find")


def find(picture: Bytes, network: Network, sure: float = SURE) -> list[Found]:  # [H, W, 3]
    """All faces, the surest first; none of them twice.

    A place of another size within a face stays, since an open mouth may look like a small face of its own, and surer
    than the whole: who reads both says which of them is one.
    """
    found = sorted(
        (one for size in _sizes(max(picture.shape[:2])) for one in _at(picture, size, network, sure)),
        key=lambda one: -one.score,
    )
    kept: list[Found] = []
    for one in found:
        if len(kept) < MOST and not any(same(one.view, other.view) and alike(one.view, other.view) for other in kept):
            kept.append(one)
    return kept


def _sizes(longest: int) -> list[int]:
    """What a picture with this longer side is made, in pixels: small ones larger, large ones smaller."""
    sizes = [LONGEST[0]]
    for size in LONGEST[1:]:
        if min(size, longest) > MORE * sizes[-1]:
            sizes.append(min(size, longest))
    return sizes


def same(one: View, other: View) -> bool:
    """Whether two views are of one face."""
    return float(np.hypot(one.x - other.x, one.y - other.y)) < SAME * max(one.side, other.side)


def alike(one: View, other: View) -> bool:
    """Whether two views are of about the same size."""
    return bool(abs(np.log(one.side / other.side)) < np.log(LIKE))


def sureness(picture: Bytes, view: View, network: Network) -> float:  # [H, W, 3]
    """0..1 that a view shows a face: the score of the one found there when it is looked for alone and upright."""
    wide = View(view.x, view.y, WIDER * view.side, view.roll)
    cells = network({"picture": wide.cut(picture, AGAIN)[None].astype(np.float32)})["cells"][0]
    middle, side = (AGAIN - 1) / 2, AGAIN / WIDER
    top = cv2.dilate(cells[0], np.ones((3, 3), np.uint8))
    rows, columns = np.nonzero(cells[0] >= top)  # all peaks at once: most are of nothing
    score, x, y, log_side = cells[:4, rows, columns]
    x, y = (columns + x) * STRIDE + (STRIDE - 1) / 2 - middle, (rows + y) * STRIDE + (STRIDE - 1) / 2 - middle
    near = (np.hypot(x, y) < SAME / 2 * side) & (np.abs(log_side + np.log(STRIDE / side)) < np.log(LIKE))
    return float(score[near].max(initial=0.0))


def turned_back(view: View, quarters: int, width: int, height: int) -> View:
    """A view of `np.rot90(picture, quarters)` as one of the picture, which is `width` x `height` pixels."""
    x, y = {
        0: (view.x, view.y),
        1: (width - 1 - view.y, view.x),
        2: (width - 1 - view.x, height - 1 - view.y),
        3: (view.y, height - 1 - view.x),
    }[quarters]
    return View(x, y, view.side, view.roll + quarters * np.pi / 2)


def _at(picture: Bytes, longest: int, network: Network, sure: float) -> list[Found]:
    """What is found in the picture made `longest` pixels long."""
    scale = longest / max(picture.shape[:2])
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=way)
    height, width = (-(-side // 32) * 32 for side in small.shape[:2])
    padded = np.zeros((1, height, width, 3), np.float32)
    padded[0, : small.shape[0], : small.shape[1]] = small
    return [_scaled(one, scale) for one in peaks(network({"picture": padded})["cells"][0], sure)]


def peaks(cells: Floats, sure: float) -> list[Found]:  # [14, h, w] score, x, y, log side, five points
    """The cells that are surer than all their neighbours, as faces in the network's pixels."""
    score = cells[0]
    top = cv2.dilate(score, np.ones((3, 3), np.uint8))
    found = []
    for row, column in np.argwhere((score >= top) & (score > sure)):
        values = cells[1:, row, column]
        cell = np.array([column, row], np.float32) * STRIDE + (STRIDE - 1) / 2
        side = float(np.exp(values[2]) * STRIDE)
        five = cell + values[3:].reshape(5, 2) * side
        across = five[1] - five[0] + five[4] - five[3]
        down = five[3] + five[4] - five[0] - five[1]
        right = across + np.array([down[1], -down[0]])
        x, y = cell + values[:2] * STRIDE
        view = View(float(x), float(y), side, float(np.arctan2(right[1], right[0])))
        found.append(Found(view, five.astype(np.float32), float(score[row, column])))
    return found


def _scaled(one: Found, scale: float) -> Found:
    """In pixels of the picture; whole numbers are pixel centres."""
    view = one.view
    x, y = (view.x + 0.5) / scale - 0.5, (view.y + 0.5) / scale - 0.5
    return Found(View(x, y, view.side / scale, view.roll), (one.five + 0.5) / scale - 0.5, one.score)
