"""The default reader: our networks, and nothing of MediaPipe."""

import subprocess
import sys
from pathlib import Path

from vultus.analysis import choose
from vultus.analysis.own_reader import Own

WITHOUT = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("mediapipe", "absl", "attrs", "matplotlib", "torch", "scipy"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
import vultus
portrait = vultus.prepare(vultus.read_picture(sys.argv[1]))
print(portrait.frame[2])
"""


def test_the_default_reader_is_our_own() -> None:
    assert isinstance(choose.reader(), Own)


def test_pictures_are_read_without_what_training_needs(example_picture: Path) -> None:
    command = [sys.executable, "-c", WITHOUT, str(example_picture)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 200
