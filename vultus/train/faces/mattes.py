"""Pictures with the matte that the present analysis makes of them: `python -m vultus.train.faces.mattes`.

The teacher is the whole of MediaPipe's route: its soft matte, the face oval, the guided filter, hardened. Asked about
a picture cut or mirrored a little otherwise, its answers agree with each other to an intersection over union of only
0.95 and 0.94; so what is learned is the mean of several answers.
"""

import argparse
import os
import zlib
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.analysis import mediapipe_models
from vultus.analysis.matte import harden, refine
from vultus.analysis.own_matte import SIZE
from vultus.topology import OVAL
from vultus.train.faces import split, store, teacher

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

PICTURES = 5000  # at most, of those held out and of the others
ASKED = 4  # times: as it is, in a mirror, and cut both ways
CUT = 0.08  # of the shorter side: how much is cut from each edge at most


@dataclass(frozen=True)
class Matted:
    """A picture and its matte, both as JPEG bytes of SIZE x SIZE pixels."""

    picture: Bytes
    matte: Bytes
    part: int  # see `split`


def routed(rough: Floats, picture: Bytes, points: Floats) -> Floats:  # [H, W], [H, W, 3], [478, 3] -> [H, W]
    """A soft matte with the face oval, drawn to the picture's edges and hardened: what `prepare` makes of it."""
    oval = np.zeros(rough.shape, np.uint8)
    cv2.fillPoly(oval, [np.rint(points[list(OVAL), :2]).astype(np.int32)], 1)
    return harden(refine(np.maximum(rough, oval.astype(np.float32)), picture))


def teachers(picture: Bytes, points: Floats) -> Floats:  # [H, W, 3], [478, 3] -> [H, W]
    """The matte of the teacher's route, asked once."""
    return routed(mediapipe_models.person(picture), picture, points)


def part_of(picture: Bytes, rng: np.random.Generator) -> tuple[slice, slice]:  # [H, W, 3] -> rows, columns
    """The picture cut a little differently: up to `CUT` less on each side."""
    height, width = picture.shape[:2]
    top, bottom, left, right = (int(v) for v in rng.uniform(0, CUT, 4) * min(height, width))
    return slice(top, height - bottom), slice(left, width - right)


def asked(picture: Bytes, rng: np.random.Generator) -> Floats:  # [H, W, 3] -> [H, W]
    """The mean of the teacher's soft mattes of a picture cut and mirrored in several ways."""
    total, count = np.zeros((2, *picture.shape[:2]), np.float32)
    whole = slice(None), slice(None)
    for number in range(ASKED):
        part = whole if number < 2 else part_of(picture, rng)
        way = 1 if number % 2 == 0 else -1
        total[part] += mediapipe_models.person(picture[part][:, ::way])[:, ::way]
        count[part] += 1
    return np.asarray(total / count, np.float32)


def matted(face: teacher.Face) -> Matted:
    """One picture with its matte: held-out pictures with the teacher's usual one, which is what is compared with."""
    picture = face.picture()
    if face.part == split.TRAIN:
        rough = asked(picture, np.random.default_rng(zlib.crc32(face.name.encode())))
        matte = routed(rough, picture, face.points)
    else:
        matte = teachers(picture, face.points)
    return Matted(_packed(picture), _packed(np.dstack([np.rint(matte * 255).astype(np.uint8)] * 3)), face.part)


def _packed(picture: Bytes) -> Bytes:
    resized = cv2.resize(picture, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    return store.encode(np.asarray(resized, np.uint8))


def save(path: Path, kept: list[Matted]) -> None:
    """Write one file, whole or not at all."""
    part = path.with_name(f".{path.name}.part{os.getpid()}")
    with open(part, "wb") as file:
        np.savez(
            file,
            pictures=np.concatenate([one.picture for one in kept]),
            mattes=np.concatenate([one.matte for one in kept]),
            lengths=np.array([(len(one.picture), len(one.matte)) for one in kept], np.int32),
            parts=np.array([one.part for one in kept], np.uint8),
        )
    os.replace(part, path)


def read(path: Path) -> list[Matted]:
    """What `save` wrote."""
    with np.load(path, allow_pickle=False) as stored:
        ends = np.cumsum(stored["lengths"], axis=0)[:-1]
        pictures, mattes = np.split(stored["pictures"], ends[:, 0]), np.split(stored["mattes"], ends[:, 1])
        return [Matted(*each) for each in zip(pictures, mattes, (int(v) for v in stored["parts"]), strict=True)]


def main() -> None:
    """Write the file if it is not there."""
    parser = argparse.ArgumentParser(description="Write pictures with their mattes.")
    parser.add_argument("--out", type=Path, default=Path("runs/faces/mattes.npz"))
    parser.add_argument("--pictures", type=int, default=PICTURES)
    options = parser.parse_args()
    if not options.out.exists():
        faces = teacher.faces()
        held = [face for face in faces if face.part == split.HELD_OUT][: options.pictures]
        own = [face for face in faces if face.part == split.TRAIN]
        chosen = np.random.default_rng(0).permutation(len(own))[: options.pictures]
        options.out.parent.mkdir(parents=True, exist_ok=True)
        save(options.out, [matted(face) for face in (*held, *(own[int(i)] for i in chosen))])
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
