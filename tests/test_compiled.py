import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "vultus"

SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
import numpy as np
from vultus import compiled
from vultus.media.colour import planes
assert compiled.__file__.startswith(sys.argv[1]), compiled.__file__
print(planes(np.full((2, 2, 3), 255, np.uint8)).max())
"""


def test_kernels_work_where_nothing_can_be_written(tmp_path: Path) -> None:
    """A package that is installed read-only, for a user without a home."""
    place = tmp_path / "vultus"
    shutil.copytree(PACKAGE, place, ignore=shutil.ignore_patterns("__pycache__", "train*"))
    (place / "media" / "__pycache__").write_text("a file where the folder of the cache would be made")
    (tmp_path / "home").write_text("no folder either")
    blocked = {"HOME": str(tmp_path / "home"), "XDG_CACHE_HOME": str(tmp_path / "home" / "cache")}
    environment = {k: v for k, v in os.environ.items() if not k.startswith("NUMBA")} | blocked
    done = subprocess.run(
        [sys.executable, "-B", "-c", SCRIPT, str(tmp_path)],
        env=environment,
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "235\n", done.stderr
    assert list((tmp_path / "vultus").rglob("*.nbi")) == []


def test_the_cache_is_used_where_it_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "twice.py").write_text(
        "from vultus.compiled import kernel\n\n\n@kernel\ndef twice(x):\n    return 2 * x\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    import twice  # type: ignore[import-not-found]

    assert twice.twice(21) == 42
    assert list(tmp_path.rglob("*.nbi"))


READY = """
import sys
import numpy as np
from vultus.media.colour import planes
print(planes(np.full((2, 2, 3), 255, np.uint8)).max(), "numba.np.linalg" in sys.modules)
"""


def test_what_is_kept_is_loaded_without_making_ready_to_compile(tmp_path: Path) -> None:
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-c", READY]
    said = [subprocess.check_output(command, env=environment, cwd=PACKAGE.parent, text=True) for _ in range(2)]
    assert said == ["235 True\n", "235 False\n"]
