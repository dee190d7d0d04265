"""Pictures as they are read: points, eyes and mouth enlarged, the person over a checker board; one row a reader.

    python -m vultus.train.faces.readings --out runs/faces/sheets [--networks runs/faces] [picture ...]

Without pictures those of `../shared/portraits`. `--networks` names a folder `find/find.onnx`, `read/read.onnx` and so
on instead of those of the package. What shows people stays out of the repository.
"""

import argparse
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.analysis import choose, doubt, own_reader
from vultus.analysis.crop import crop
from vultus.analysis.own_view import View, around
from vultus.analysis.prepare import soft_matte
from vultus.analysis.reader import Reader
from vultus.media import write_picture
from vultus.topology import (
    IRISES,
    LOWER_LIDS,
    LOWER_LIP,
    OUTER_LOWER_LIP,
    OUTER_UPPER_LIP,
    UPPER_LIDS,
    UPPER_LIP,
)
from vultus.train.faces import evaluate, teacher

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

TILE = 360  # pixels a side of a panel
CHECKS = ((90, 170, 90), (150, 220, 150))
LINE, DOT = (255, 240, 0), (0, 255, 120)
MOUTH = (UPPER_LIP, LOWER_LIP, OUTER_UPPER_LIP, OUTER_LOWER_LIP)
EYES = tuple((UPPER_LIDS[side], LOWER_LIDS[side], (*IRISES[side][1:], IRISES[side][1])) for side in (0, 1))
AROUND = {"mouth": 1.7, "eyes": 2.2}  # side of the enlarged part over the width of what is in it


def row(picture: Bytes, reader: Reader, title: str) -> Bytes:  # [H, W, 3] -> [TILE, 5 TILE, 3]
    """The largest face of a picture as a reader reads it."""
    found = reader.faces(picture)
    if not found:
        return _titled(np.full((TILE, 5 * TILE, 3), 40, np.uint8), f"{title}: no face")
    face = max(found, key=lambda face: around(face.points).side)
    told = f"{title}: {len(found)} faces, sure {face.sure:.2f}, "
    told += f"confidence {doubt.confidence(picture, face.points, reader):.2f}"
    parts = [_part(picture, face.points, lines, AROUND["eyes"]) for lines in EYES]
    parts.append(_part(picture, face.points, MOUTH, AROUND["mouth"]))
    return np.hstack([_titled(_dots(picture, face.points), told), *parts, _person(picture, face.points, reader)])


def _dots(picture: Bytes, points: Floats) -> Bytes:
    face = around(points)
    view = View(face.x, face.y, 1.1 * face.side, face.roll)
    shown = view.cut(picture, TILE)
    for x, y in np.rint(view.into(points, TILE)[:, :2] * 16).astype(int):
        cv2.circle(shown, (int(x), int(y)), 14, DOT, -1, cv2.LINE_AA, 4)
    return shown


def _part(picture: Bytes, points: Floats, lines: tuple[tuple[int, ...], ...], wider: float) -> Bytes:
    """A part of the face enlarged, with the lines that are known of it."""
    own = points[sorted({point for line in lines for point in line}), :2]
    middle = (own.min(0) + own.max(0)) / 2
    view = View(float(middle[0]), float(middle[1]), wider * float(np.ptp(own, axis=0).max()), around(points).roll)
    shown = view.cut(picture, TILE)
    there = np.rint(view.into(points, TILE)[:, :2] * 16).astype(np.int32)
    for line in lines:
        cv2.polylines(shown, [there[list(line)]], False, LINE, 1, cv2.LINE_AA, 4)
    return shown


def _person(picture: Bytes, points: Floats, reader: Reader) -> Bytes:
    """Who is cut out, over a checker board."""
    cut = crop(picture, points, TILE * 2)
    matte = soft_matte(cut, reader)[..., None]
    y, x = np.mgrid[: matte.shape[0], : matte.shape[1]] // 24
    board = np.array(CHECKS, np.float32)[(x + y) % 2]
    shown = (cut.texture * matte + board * (1 - matte)).astype(np.uint8)
    scale = TILE / max(shown.shape[:2])
    less = cv2.resize(shown, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)[:TILE, :TILE]
    panel = np.full((TILE, TILE, 3), 250, np.uint8)
    panel[: less.shape[0], : less.shape[1]] = less
    return panel


def _titled(picture: Bytes, title: str) -> Bytes:
    picture[:28] //= 3
    cv2.putText(picture, title, (8, 19), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (255, 255, 255), 1, cv2.LINE_AA)
    return picture


def in_folder(networks: Path) -> Reader:
    """Our reader, made of find/find.onnx, read/read.onnx and so on of a folder."""
    return own_reader.made_of(lambda name: evaluate.loaded(networks / name / f"{name}.onnx"))


def main() -> None:
    """Write one sheet a picture."""
    parser = argparse.ArgumentParser(description="Draw what readers read in pictures.")
    parser.add_argument("pictures", nargs="*", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--networks", type=Path)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    ours = choose.reader("own") if options.networks is None else in_folder(options.networks)
    known = {"before": choose.reader("mediapipe"), "after": ours}
    for path in options.pictures or sorted((teacher.SHARED / "portraits").glob("*.jpg")):
        picture = teacher.read_picture(path)
        sheet = np.vstack([row(picture, reader, f"{path.stem}, {name}") for name, reader in known.items()])
        write_picture(options.out / f"{path.stem}.png", sheet)
        print(options.out / f"{path.stem}.png", flush=True)


if __name__ == "__main__":
    main()
