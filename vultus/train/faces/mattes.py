"""Pictures with the matte that the present analysis makes of them: `python -m vultus.train.faces.mattes`.

The teacher is the whole of today's route: the soft matte of MediaPipe, the face oval, the guided filter, hardened.
"""

import argparse
import os
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

PICTURES = 2000


@dataclass(frozen=True)
class Matted:
    """A picture and its matte, both as JPEG bytes of SIZE x SIZE pixels."""

    picture: Bytes
    matte: Bytes
    part: int  # see `split`


def teachers(picture: Bytes, points: Floats) -> Floats:  # [H, W, 3], [478, 3] -> [H, W]
    """The matte of today's route."""
    rough = mediapipe_models.person(picture)
    oval = np.zeros(rough.shape, np.uint8)
    cv2.fillPoly(oval, [np.rint(points[list(OVAL), :2]).astype(np.int32)], 1)
    return harden(refine(np.maximum(rough, oval.astype(np.float32)), picture))


def matted(face: teacher.Face) -> Matted:
    """One picture with its matte."""
    picture = face.picture()
    matte = np.rint(teachers(picture, face.points) * 255).astype(np.uint8)
    return Matted(_packed(picture), _packed(np.dstack([matte] * 3)), face.part)


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
