"""Files that are there whole or not at all."""

import errno
import glob
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from vultus.clock import utc
from vultus.errors import OptionRefused

STALE = 24 * 60 * 60  # seconds: what nobody has written to for so long was left by a run that was killed
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES)


@contextmanager
def landing(path: Path) -> Iterator[Path]:
    """A name beside `path` to write to; moved to `path` when the body ends well, removed when it does not.

    What was at `path` stays until then. Raises OptionRefused when the folder cannot be written to.
    """
    part = _beside(path)
    try:
        with _room_for(path):
            yield part
            os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def landing_folder(path: Path, ours: tuple[str, ...]) -> Iterator[Path]:
    """The same for a folder, which may be absent, empty, or hold only files that match a glob of `ours`.

    Raises OptionRefused when it holds anything else, so that nobody's files are lost.
    """
    others = [file for file in path.iterdir() if not any(file.match(glob) for glob in ours)] if path.exists() else []
    if others:
        raise OptionRefused(f"{path}: the folder holds other files, {others[0].name} for one: name a new folder")
    part = _beside(path)
    part.mkdir()
    try:
        with _room_for(path):
            yield part
            if path.exists():
                shutil.rmtree(path)
            os.replace(part, path)
    finally:
        shutil.rmtree(part, ignore_errors=True)


@contextmanager
def landing_files(folder: Path) -> Iterator[Path]:
    """The same for files of an existing folder: those written to the folder given out move there at the end."""
    part = _beside(folder / "frames")
    part.mkdir()
    try:
        with _room_for(folder):
            yield part
            for file in sorted(part.iterdir()):
                os.replace(file, folder / file.name)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _beside(path: Path) -> Path:
    folder = path.parent
    if not folder.is_dir():
        raise OptionRefused(f"{path}: there is no folder {folder}: make it first, or name another")
    if not os.access(folder, os.W_OK):
        raise OptionRefused(f"{path}: the folder {folder} cannot be written to: name another")
    _sweep(folder, f".{path.name}.part")
    return folder / f".{path.name}.part{os.getpid()}"


def _sweep(folder: Path, beginning: str) -> None:
    """Take away what runs for the same target left when they were killed."""
    now = utc().timestamp()
    for left in folder.glob(f"{glob.escape(beginning)}[0-9]*"):
        with suppress(OSError):  # somebody else's, or just taken away by another run: no reason to stop
            if now - left.stat().st_mtime < STALE:
                continue
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left)
            else:
                left.unlink()


@contextmanager
def _room_for(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as cause:
        if cause.errno not in NO_ROOM:
            raise
        raise OptionRefused(f"{path}: cannot be written: {os.strerror(cause.errno)}") from cause
