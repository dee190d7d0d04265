"""Faces to learn from, kept compactly: upright crops as JPEG bytes, their points in sixteenths of a pixel."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.analysis.own_view import View, around
from vultus.face import POINTS, D

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

SIDE = 224  # pixels of a kept crop: most pictures have no more
WIDER = 1.6  # its side over that of the face's view: room to turn by 45 degrees and to move
QUALITY = 82  # of JPEG
FINE = 16  # steps of a pixel that points are kept in
KINDS = ("generated", "painting", "drawing", "render", "video", "virtual", "head")


@dataclass(frozen=True)
class Example:
    """One face in its crop, upright."""

    picture: Bytes  # JPEG bytes of [SIDE, SIDE, 3]
    points: Floats  # [478, 3] pixels of the crop
    row: Floats  # [D] what is known of its motion row, NaN where nothing is
    kind: str  # one of KINDS
    part: int  # see `split`
    name: str
    seen: Floats = field(default_factory=lambda: np.ones(POINTS, np.float32))  # [478] 0 where the face hides it itself


def wide(points: Floats) -> View:  # [478, 3] pixels of the picture
    """The view that is kept of a face."""
    view = around(points)
    return View(view.x, view.y, WIDER * view.side, view.roll)


def example(
    picture: Bytes,  # [H, W, 3]
    points: Floats,  # [478, 3] its pixels
    kind: str,
    part: int,
    name: str,
    row: Floats | None = None,
) -> Example:
    """Cut one face out of a picture; head roll in `row` becomes relative to the crop."""
    view = wide(points)
    kept = np.full(D, np.nan, np.float32) if row is None else row
    return Example(encode(view.cut(picture, SIDE)), view.into(points, SIDE), kept, kind, part, name)


def encode(picture: Bytes) -> Bytes:  # [H, W, 3] RGB -> [N]
    """JPEG bytes of a picture."""
    _, packed = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return np.asarray(packed, np.uint8).ravel()


def decode(packed: Bytes) -> Bytes:  # [N] -> [H, W, 3] RGB
    """The picture of JPEG bytes."""
    return np.ascontiguousarray(np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)[..., ::-1])


def save(path: Path, examples: Sequence[Example]) -> None:
    """Write one file, whole or not at all."""
    points = np.stack([one.points for one in examples])
    middle = np.rint(points.mean(0) * FINE).astype(np.int16)
    columns = {
        "pictures": np.concatenate([one.picture for one in examples]),
        "lengths": np.array([len(one.picture) for one in examples], np.int32),
        "middle": middle,
        # By coordinate, then by example: neighbours are alike, and pack well.
        "points": (np.rint(points * FINE).astype(np.int16) - middle).transpose(1, 2, 0),
        "rows": np.stack([one.row for one in examples]).astype(np.float16),
        "kinds": np.array([KINDS.index(one.kind) for one in examples], np.uint8),
        "parts": np.array([one.part for one in examples], np.uint8),
        "names": np.array([one.name for one in examples]),
        "seen": np.packbits(np.stack([one.seen for one in examples]) > 0.5, axis=1),
    }
    part = path.with_name(f".{path.name}.part{os.getpid()}")
    with open(part, "wb") as file:
        np.savez_compressed(file, **columns)
    os.replace(part, path)


def read(path: Path) -> list[Example]:
    """What `save` wrote."""
    with np.load(path, allow_pickle=False) as stored:
        columns = {name: stored[name] for name in stored.files}
    points = (columns["points"].transpose(2, 0, 1) + columns["middle"]).astype(np.float32) / FINE
    assert points.shape[1:] == (POINTS, 3), points.shape
    pictures = np.split(columns["pictures"], np.cumsum(columns["lengths"])[:-1])
    return [
        Example(picture, where, row, KINDS[kind], int(part), str(name), seen)
        for picture, where, row, kind, part, name, seen in zip(
            pictures,
            points,
            columns["rows"].astype(np.float32),
            columns["kinds"],
            columns["parts"],
            columns["names"],
            np.unpackbits(columns["seen"], axis=1)[:, :POINTS].astype(np.float32),
            strict=True,
        )
    ]


def read_all(folder: Path) -> list[Example]:
    """All files of a folder that `data` wrote, in the order of their names."""
    return [one for path in sorted(folder.glob("*.npz")) for one in read(path)]
