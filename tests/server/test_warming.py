"""Nobody waits for what could have been made ready."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("av")

from vultus.server.gallery import BUNDLED
from vultus.server.house import House, Settings
from vultus.server.messages import Compiling, Wanted
from vultus.server.session import NotReady, Workers

ROOT = Path(__file__).parents[2]

# What numba has for each kernel once a session is warm, and after one that does much.
SCRIPT = """
import gc, sys
from pathlib import Path
from numba.core.registry import CPUDispatcher
from tests.sounds import babble
from vultus import Portrait
from vultus.motion.controls import Controls
from vultus.server.warming import warm_up
from vultus.talker import Talker

def ready():
    kernels = (one for one in gc.get_objects() if isinstance(one, CPUDispatcher))
    kernels = (one for one in kernels if one.py_func.__module__.startswith("vultus."))
    return {(one.py_func.__module__, one.py_func.__name__, str(form)) for one in kernels for form in one.overloads}

warm_up(Path(sys.argv[1]))
warm = ready()
talker = Talker(Portrait.load(sys.argv[1]), 256, seed=1, label="corner")
talker.push(babble(4.0))
talker.controls = Controls(emotion={"happy": 1.0, "surprised": 0.5}, gaze=(0.4, -0.2), distance=-0.3, blink_rate=3.0)
for _ in range(100):
    talker.tick()
assert len(warm) > 20
print(sorted(ready() - warm))
"""


def test_a_session_finds_all_its_kernels_ready(portrait_file: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(portrait_file)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "[]\n", done.stderr


def test_before_a_worker_is_warm_there_are_no_sessions() -> None:
    workers = Workers(1, 8)
    assert not workers.ready
    with pytest.raises(NotReady):
        workers.session(Wanted("anybody"))


def test_a_server_is_ready_when_its_workers_and_its_gallery_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(Settings(tmp_path))
    monkeypatch.setattr(Workers, "ready", True)
    assert not house.ready
    for id in BUNDLED:
        (tmp_path / "portraits" / f"{id}.vultus").write_bytes(b"")
    asyncio.run(house.gallery.prepare_bundled(most=1))
    assert not house.ready
    asyncio.run(house.gallery.prepare_bundled())
    assert house.ready


def test_how_far_compiling_is_can_be_asked() -> None:
    from vultus.server.app import _so_far

    workers = Workers(1, 8)
    assert _so_far(workers) == ""
    workers.compiling = Compiling(12, 64)
    assert _so_far(workers) == ": compiled 12 of 64 for this machine"
