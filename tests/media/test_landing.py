import errno
import os
from pathlib import Path

import pytest

from vultus.errors import OptionRefused
from vultus.media.landing import landing, landing_files, landing_folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_lands_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with landing(target) as part:
        part.write_text("new")
        assert target.read_text() == "old"
        assert part.parent == tmp_path
    assert target.read_text() == "new"
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("failure", [KeyboardInterrupt, ValueError, SystemExit])
def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path, failure: type[BaseException]) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(failure), landing(target) as part:
        part.write_text("half")
        raise failure
    assert target.read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


def test_an_absent_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionRefused, match="there is no folder"), landing(tmp_path / "b" / "a.txt"):
        pass


def test_a_full_disk_is_a_refusal(tmp_path: Path) -> None:
    with pytest.raises(OptionRefused, match="No space left"), landing(tmp_path / "a.txt"):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_folder_lands_whole(tmp_path: Path) -> None:
    target = tmp_path / "frames"
    target.mkdir()
    (target / "00000.png").write_text("old")
    (target / "00001.png").write_text("old")
    with landing_folder(target, ("[0-9]*.png",)) as part:
        (part / "00000.png").write_text("new")
        assert names(target) == ["00000.png", "00001.png"]
    assert names(target) == ["00000.png"]
    assert names(tmp_path) == ["frames"]


def test_nobodys_files_are_lost(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(OptionRefused, match=r"letter\.txt"), landing_folder(tmp_path, ("[0-9]*.png",)):
        pass
    assert names(tmp_path) == ["letter.txt"]


def test_a_failed_folder_leaves_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "frames"
    target.mkdir()
    (target / "00000.png").write_text("old")
    with pytest.raises(KeyboardInterrupt), landing_folder(target, ("[0-9]*.png",)) as part:
        (part / "00000.png").write_text("new")
        raise KeyboardInterrupt
    assert (target / "00000.png").read_text() == "old"
    assert names(tmp_path) == ["frames"]


def test_files_land_together(tmp_path: Path) -> None:
    with landing_files(tmp_path) as part:
        (part / "a_0.png").write_text("new")
        assert not (tmp_path / "a_0.png").exists()
    assert names(tmp_path) == ["a_0.png"]
    with pytest.raises(ValueError, match="no"), landing_files(tmp_path) as part:
        (part / "a_1.png").write_text("half")
        raise ValueError("no")
    assert names(tmp_path) == ["a_0.png"]


def test_what_killed_runs_left_is_swept_after_a_day_and_nothing_else(tmp_path: Path) -> None:
    old, fresh, other = (tmp_path / name for name in (".a.txt.part7", ".a.txt.part8", ".b.txt.part7"))
    folder = tmp_path / ".a.txt.part9"
    folder.mkdir()
    for path in (old, fresh, other, folder / "frame"):
        path.write_text("half")
    long_ago = fresh.stat().st_mtime - 25 * 60 * 60
    for path in (old, other, folder):
        os.utime(path, (long_ago, long_ago))
    with landing(tmp_path / "a.txt") as part:
        part.write_text("new")
    assert names(tmp_path) == [".a.txt.part8", ".b.txt.part7", "a.txt"]
