"""What the present analysis knows: pictures and film frames with the points that MediaPipe found in them."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.analysis import fit
from vultus.face import GAZE, ROTATION, D, E, face_model
from vultus.pose import angles
from vultus.train import tracked
from vultus.train.faces import split, store

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

SHARED = tracked.TALKING.parent
FACES = SHARED / "faces"
DOUBTED = 0.035  # of the eye distance: pictures whose points change more when they are mirrored teach nothing
EVERY = 5  # frames of a film


@dataclass(frozen=True)
class Face:
    """A picture of `../shared/faces`."""

    name: str
    kind: str
    doubt: float
    points: Floats  # [478, 3] pixels

    @property
    def part(self) -> int:
        return split.picture(self.name, self.kind)

    def picture(self) -> Bytes:
        """Its pixels [H, W, 3]."""
        return read_picture(FACES / self.name)


def read_picture(path: Path) -> Bytes:  # -> [H, W, 3]
    """The pixels of a picture file of our own data."""
    return np.ascontiguousarray(np.asarray(cv2.imread(str(path)), np.uint8)[..., ::-1])


def faces() -> list[Face]:
    """All pictures in which the teacher found a face."""
    stored = np.load(FACES / "teacher_points.npz")
    with open(FACES / "index.csv", newline="") as lines:
        known = {row["file"]: row for row in csv.DictReader(lines)}
    return [
        Face(str(name), known[str(name)]["kind"], float(known[str(name)]["flip_err"]), points.astype(np.float32))
        for name, points in zip(stored["files"], stored["points"], strict=True)
    ]


def posed(points: Floats) -> Floats:  # [478, 3] pixels of an upright crop -> [D]
    """What points alone tell of a motion row: gaze and head angles; NaN for the rest."""
    model = face_model()
    row = np.full(D, np.nan, np.float32)
    _, turn, _ = fit.head_pose(points.astype(np.float64), model)
    row[ROTATION] = angles(turn)
    row[GAZE] = fit.gaze(points.astype(np.float64), model)
    return row


def from_picture(face: Face) -> store.Example:
    """One picture's example."""
    one = store.example(face.picture(), face.points, face.kind, face.part, face.name)
    return store.Example(one.picture, one.points, posed(one.points), one.kind, one.part, one.name)


def films() -> list[Path]:
    """The videos whose points are known."""
    return sorted((tracked.TALKING / "video").iterdir())


def frames(film: Path) -> list[Bytes]:
    """All frames [H, W, 3] of a film."""
    with av.open(str(film)) as container:
        return [np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in container.decode(video=0)]


def clips_of(film: Path) -> list[str]:
    """The tracked clips that bear a film's name; two people may have said the same sentence."""
    return [name for name in tracked.clips() if name.endswith(f"/{film.stem}") and tracked.is_tracked(name)]


def from_film(film: Path) -> Iterator[store.Example]:
    """Every few frames of a film whose clip is certain, with the weights that its whole clip tells."""
    names = clips_of(film)
    if len(names) != 1:
        return
    track = tracked.read_points(names[0])
    rows = fit.track(track.points, face_model())
    for index, picture in enumerate(frames(film)[: len(track.points)]):
        if index % EVERY == 0 and track.found[index]:
            one = store.example(picture, track.points[index], "video", split.clip(names[0]), f"{names[0]}:{index}")
            row = posed(one.points)
            row[:E] = rows[index, :E]
            yield store.Example(one.picture, one.points, row, one.kind, one.part, one.name)
