"""MediaPipe is used without what it asks for and we do not need."""

import subprocess
import sys

import pytest

pytest.importorskip("mediapipe", reason="MediaPipe is not installed")

WITHOUT = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "matplotlib":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
import numpy as np
from vultus.analysis import mediapipe_models
assert mediapipe_models.faces(np.zeros((64, 64, 3), np.uint8)) == []
assert not any(name.split(".")[0] == "matplotlib" for name in sys.modules)
"""


def test_faces_are_found_without_matplotlib() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
