"""The command keeps libraries from starting threads of their own, unless somebody asks for them."""

import os
import subprocess
import sys

import pytest

NAMES = ("OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM")
LOOK = "import vultus.cli, cv2, os; print(cv2.getNumThreads(), os.environ['OPENBLAS_NUM_THREADS'])"


@pytest.mark.parametrize(("asked", "found"), [({}, "1 1"), (dict.fromkeys(NAMES, "2"), "2 2")])
def test_one_thread_each_unless_asked(asked: dict[str, str], found: str) -> None:
    rest = {name: value for name, value in os.environ.items() if name not in NAMES}
    said = subprocess.run([sys.executable, "-c", LOOK], env=rest | asked, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == found
