"""What is made once for all sessions of a process."""

import os
import shutil
import threading
import time
from pathlib import Path

import pytest

from vultus.errors import PortraitRefused
from vultus.look import Look, Set, set_up
from vultus.portrait import Portrait
from vultus.server import shared
from vultus.server.messages import Wanted


@pytest.fixture
def own_file(portrait_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(portrait_file, tmp_path / "own.vultus"))


def test_sessions_that_come_at_once_wait_for_one_of_them(own_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def slow(portrait: Portrait, size: int, look: Look) -> Set:
        made.append(portrait)
        time.sleep(0.05)
        return set_up(portrait, size, look)

    monkeypatch.setattr("vultus.server.shared.set_up", slow)
    wanted, found = Wanted(str(own_file), size=64), list[shared.Ready]()
    threads = [threading.Thread(target=lambda: found.append(shared.ready(wanted))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(made) == 1
    assert all(one.set is found[0].set for one in found)


def test_papers_tell_their_own_time_and_seed(own_file: Path) -> None:
    one, later = (shared.ready(Wanted(str(own_file), size=64)).papers for _ in range(2))
    other = shared.ready(Wanted(str(own_file), size=64, seed=1)).papers
    assert later.when > one.when
    assert (later.number, later.portrait) == (one.number, one.portrait)
    assert other.number != one.number
    assert other.portrait == one.portrait


def test_a_portrait_that_was_written_anew_is_read_anew(own_file: Path) -> None:
    wanted = Wanted(str(own_file), size=64)
    before = shared.ready(wanted)
    os.utime(own_file, ns=(1, 1))
    assert shared.ready(wanted).set is not before.set


def test_what_cannot_be_read_is_refused_each_time(tmp_path: Path) -> None:
    (tmp_path / "x.vultus").write_bytes(b"nothing")
    for _ in range(2):
        with pytest.raises(PortraitRefused):
            shared.ready(Wanted(str(tmp_path / "x.vultus")))
