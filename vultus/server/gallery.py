"""The portraits that a server offers: four of nobody, bundled, and those that people bring.

A picture is read and prepared in a process of its own, so that a hostile one can break nothing, and each has
so many seconds. What was prepared is kept as files: `<id>.vultus` beside `<id>.jpg`.
"""

import asyncio
import multiprocessing
import re
import secrets
import shutil
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path

from vultus.errors import VultusError
from vultus.server.problems import Problem

PICTURES = Path(__file__).parent / "pictures"
BUNDLED = {"ada": "Ada", "mira": "Mira", "ren": "Ren", "otto": "Otto"}
PATIENCE = 60  # seconds for one picture
THUMB = 384  # pixels a side
_ID = re.compile(r"[a-z0-9]{2,24}")


@dataclass(frozen=True)
class Entry:
    """One portrait of the gallery."""

    id: str
    name: str
    ready: bool


class Gallery:
    """A folder of portraits. Everything but `_prepare` runs on the event loop."""

    def __init__(self, folder: Path, most: int) -> None:
        self.problem: str | None = None  # why the bundled portraits could not be prepared
        self._folder = folder
        self._most = most
        self._turn = asyncio.Lock()  # pictures are prepared one after the other
        folder.mkdir(parents=True, exist_ok=True)
        self._pool = _pool()

    def entries(self) -> list[Entry]:
        """The bundled ones first, then the newest."""
        brought = sorted(
            (path for path in self._folder.glob("*.vultus") if path.stem not in BUNDLED),
            key=lambda path: path.stat().st_mtime,
            reverse=True,
        )
        bundled = [Entry(id, name, self.portrait(id) is not None) for id, name in BUNDLED.items()]
        return [*bundled, *(Entry(path.stem, "Yours", True) for path in brought)]

    def portrait(self, id: str) -> Path | None:
        """The portrait file of an id; None when there is none."""
        return self._file(id, ".vultus")

    def picture(self, id: str) -> Path | None:
        """A small picture of it."""
        return PICTURES / f"{id}.jpg" if id in BUNDLED else self._file(id, ".jpg")

    async def prepare_bundled(self) -> None:
        """Prepare what is bundled and not prepared yet. Never raises for what a missing package forbids."""
        for id in BUNDLED:
            if self.portrait(id) is None:
                try:
                    await self._prepared(PICTURES / f"{id}.jpg", id, 1, "virtual")
                except (VultusError, Problem) as problem:
                    self.problem = str(problem)
                    return

    async def add(self, picture: Path, face: int = 1, likeness: str = "unstated") -> Entry:
        """Prepare a picture that somebody brought. Raises InputRefused, PackageMissing, Problem."""
        if len(self.entries()) >= self._most:
            raise Problem(503, "the gallery is full: try again later", 600)
        id = secrets.token_hex(8)
        await self._prepared(picture, id, face, likeness)
        return Entry(id, "Yours", True)

    def remove(self, id: str) -> bool:
        """Forget a portrait that was brought; whether there was one."""
        path = self.portrait(id)
        if path is None or id in BUNDLED:
            return False
        path.unlink()
        path.with_suffix(".jpg").unlink(missing_ok=True)
        return True

    def sweep(self, older: float) -> None:
        """Forget what was brought more than `older` seconds ago."""
        for path in self._folder.glob("*.vultus"):
            if path.stem not in BUNDLED and time.time() - path.stat().st_mtime > older:
                self.remove(path.stem)

    def close(self) -> None:
        """Let the process go."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _prepared(self, picture: Path, id: str, face: int, likeness: str) -> None:
        async with self._turn:
            work = self._pool.submit(_prepare, picture, self._folder / f"{id}.vultus", face, likeness)
            try:
                await asyncio.wait_for(asyncio.wrap_future(work), PATIENCE)
            except (BrokenProcessPool, asyncio.TimeoutError) as cause:
                self._start_again()
                raise Problem(422, "the picture could not be prepared: use another") from cause

    def _start_again(self) -> None:
        for process in list(self._pool._processes.values()):
            process.kill()
        self.close()
        self._pool = _pool()

    def _file(self, id: str, suffix: str) -> Path | None:
        path = self._folder / f"{id}{suffix}"
        return path if _ID.fullmatch(id) and path.is_file() else None


def _pool() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))


def _prepare(picture: Path, portrait: Path, face: int, likeness: str) -> None:
    """Runs in the process of its own."""
    import cv2

    from vultus import analysis
    from vultus.media import read_picture
    from vultus.portrait import Likeness

    cv2.setNumThreads(1)
    prepared = replace(analysis.prepare(read_picture(picture), face), likeness=Likeness(likeness))
    x, y, side = prepared.frame
    fore, plate = (part[y : y + side, x : x + side].astype(float) for part in (prepared.fore, prepared.plate))
    alpha = fore[..., 3:] / 255
    small = cv2.resize((fore[..., :3] * alpha + plate * (1 - alpha)).astype("uint8"), (THUMB, THUMB))
    cv2.imwrite(str(portrait.with_suffix(".jpg")), small[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])
    part = portrait.with_suffix(".part")
    prepared.save(part)
    shutil.move(part, portrait)
