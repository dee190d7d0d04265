"""The teacher and the networks that learned from it, on the pictures of examples/, which neither was trained on."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mediapipe", reason="MediaPipe, the teacher, is not installed: make test-train")

from vultus.analysis import choose
from vultus.media import read_picture
from vultus.train.faces.measures import errors

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.png"))
FAR = 4.0  # per cent of the eye distance


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_both_read_the_same_face(path: Path) -> None:
    picture = np.ascontiguousarray(read_picture(path)[..., :3])
    (ours,), (teachers,) = (choose.reader(name).faces(picture) for name in ("own", "mediapipe"))
    assert errors(ours.points[None], teachers.points[None])["all"] < FAR
