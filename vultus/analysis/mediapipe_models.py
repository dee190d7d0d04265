"""Face points and person matte from MediaPipe 0.10.21: the teacher of our own networks, and what they are judged by.

Nothing outside this file and `train/` knows MediaPipe. The later releases report to their maker, so the version is
held. It is loaded on first use.
"""

import contextlib
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vultus.analysis.reader import Face, Follow
from vultus.errors import PackageMissing

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

MOST_FACES = 8
CERTAIN = 0.5  # detection score; paintings and drawings pass it
LIKELY = 0.3  # second try: small or odd faces


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """MediaPipe's C++ writes its log straight to file descriptor 2; keep it off the user's terminal."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


@contextlib.contextmanager
def _without_plots() -> Iterator[None]:
    """MediaPipe imports matplotlib for pictures that we never draw: 74 MB of packages that can be absent."""
    absent = [name for name in ("matplotlib", "matplotlib.pyplot") if name not in sys.modules]
    sys.modules.update({name: ModuleType(name) for name in absent})
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


@cache
def _solutions() -> ModuleType:
    try:
        with _quiet(), _without_plots():
            import mediapipe
    except ImportError as cause:
        raise PackageMissing(
            "the reader mediapipe needs MediaPipe 0.10.21 (Python 3.10 to 3.12): pip install 'vultus[train]' and "
            "pip install --no-deps mediapipe==0.10.21, or leave --reader out"
        ) from cause
    solutions: ModuleType = mediapipe.solutions
    return solutions


def faces(picture: Bytes) -> list[Floats]:  # [H, W, 3] -> each [478, 3]
    """Points of every face: x right, y down in pixels, z in pixels too, smaller toward the camera."""
    found = _mesh(picture, CERTAIN) or _mesh(picture, LIKELY)
    return found or _small_faces(picture)


def _mesh(picture: Bytes, score: float) -> list[Floats]:
    with (
        _quiet(),
        _solutions().face_mesh.FaceMesh(
            static_image_mode=True,
            max_num_faces=MOST_FACES,
            refine_landmarks=True,
            min_detection_confidence=score,
        ) as mesh,
    ):
        return _points(mesh, picture)


@contextlib.contextmanager
def _follower(most: int) -> Iterator[Follow]:
    """A face is looked for anew only while fewer than `most` are being followed."""
    with _quiet():
        mesh = _solutions().face_mesh.FaceMesh(
            static_image_mode=False, max_num_faces=most, refine_landmarks=True, min_detection_confidence=CERTAIN
        )
    with mesh:
        yield lambda picture, seconds: [Face(points, 1.0) for points in _points(mesh, picture)]


def _points(mesh: Any, picture: Bytes) -> list[Floats]:  # noqa: ANN401 - MediaPipe has no types
    height, width = picture.shape[:2]
    with _quiet():
        answer: Any = mesh.process(np.ascontiguousarray(picture))
    scale = np.array([width, height, width], np.float32)
    return [
        np.array([(p.x, p.y, p.z) for p in face.landmark], np.float32) * scale
        for face in answer.multi_face_landmarks or []
    ]


def _small_faces(picture: Bytes) -> list[Floats]:
    """Faces too small for the mesh's own detector: found by the far one, read from a crop of each."""
    height, width = picture.shape[:2]
    with (
        _quiet(),
        _solutions().face_detection.FaceDetection(model_selection=1, min_detection_confidence=LIKELY) as detector,
    ):
        answer: Any = detector.process(np.ascontiguousarray(picture))
    found = []
    for detection in (answer.detections or [])[:MOST_FACES]:
        box = detection.location_data.relative_bounding_box
        x, y = (box.xmin + box.width / 2) * width, (box.ymin + box.height / 2) * height
        reach = max(box.width * width, box.height * height)
        left, top = max(0, int(x - reach)), max(0, int(y - reach))
        crop = picture[top : int(y + reach), left : int(x + reach)]
        if min(crop.shape[:2]) >= 32:
            found += [points + np.array([left, top, 0], np.float32) for points in _mesh(crop, LIKELY)[:1]]
    return found


@cache
def _segmenter() -> Any:  # noqa: ANN401 - MediaPipe has no types
    """Kept open: it remembers nothing from one picture to the next, and takes longer to open than to ask."""
    with _quiet():
        return _solutions().selfie_segmentation.SelfieSegmentation(model_selection=0)


def person(picture: Bytes) -> Floats:  # [H, W, 3] -> [H, W]
    """How sure each pixel belongs to a person, 0..1, as smooth as a 256-pixel network makes it."""
    segmenter = _segmenter()
    with _quiet():
        answer: Any = segmenter.process(np.ascontiguousarray(picture))
    return np.asarray(answer.segmentation_mask, np.float32)


@dataclass(frozen=True)
class MediaPipe:
    """The reader that asks MediaPipe; it does not say how sure it is of a face."""

    def faces(self, picture: Bytes) -> list[Face]:  # [H, W, 3]
        """All faces that are sure enough, otherwise the likely ones."""
        return [Face(points, 1.0) for points in faces(picture)]

    def person(self, picture: Bytes) -> Floats:  # [H, W, 3] -> [H, W]
        """How sure each pixel belongs to a person, 0..1."""
        return person(picture)

    def follower(self, most: int) -> AbstractContextManager[Follow]:
        """`faces` of the frames of a film, up to `most`."""
        return _follower(most)
