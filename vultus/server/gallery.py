"""The portraits that a server offers: four of nobody, bundled, and those that people bring.

A picture is read and prepared in a process of its own, so that a hostile one can break nothing, and each has
so many seconds. The process ends when nobody has brought a picture for a while: what reads pictures is large.
What was prepared is kept as files: `<id>.vultus` beside `<id>.jpg`.
"""

import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from vultus.errors import VultusError
from vultus.server.errands import Broken, Errands
from vultus.server.problems import Problem

PICTURES = Path(__file__).parent / "pictures"
BUNDLED = {"ada": "Ada", "mira": "Mira", "ren": "Ren", "otto": "Otto"}
PATIENCE = 60  # seconds for one picture
MOST_WAITING = 8  # pictures at once
IDLE = 20  # seconds that somebody may take to bring another picture without waiting longer for it
_ID = re.compile(r"[a-z0-9]{2,24}")


@dataclass(frozen=True)
class Entry:
    """One portrait of the gallery."""

    id: str
    name: str
    ready: bool


class Gallery:
    """A folder of portraits. Everything here runs on the event loop."""

    def __init__(self, folder: Path, most: int) -> None:
        self.problem: str | None = None  # why the bundled portraits could not be prepared
        self.prepared = False  # the bundled ones are, or cannot be
        self._folder = folder
        self._most = most
        self._preparing = Errands("prepare", PATIENCE, IDLE)
        folder.mkdir(parents=True, exist_ok=True)

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

    async def prepare_bundled(self, most: int = len(BUNDLED)) -> None:
        """Prepare what is bundled and not prepared yet. Never raises for what a missing package forbids."""
        for id in list(BUNDLED)[:most]:
            if self.portrait(id) is None:
                try:
                    await self._prepared(PICTURES / f"{id}.jpg", id, 1, "virtual")
                except (VultusError, Problem) as problem:
                    self.problem = str(problem)
                    break
        self.prepared = self.prepared or self.problem is not None or most >= len(BUNDLED)

    async def add(self, picture: Path, face: int = 1, likeness: str = "unstated") -> Entry:
        """Prepare a picture that somebody brought. Raises InputRefused, PackageMissing, Problem."""
        if len(self.entries()) >= self._most:
            raise Problem(503, "the gallery is full: try again later", 600)
        if self._preparing.waiting >= MOST_WAITING:
            raise Problem(503, "too many pictures wait to be prepared: try again later", 30)
        id = secrets.token_hex(8)
        await self._prepared(picture, id, face, likeness)
        return Entry(id, "Yours", True)

    def soon(self) -> None:
        """Somebody is about to bring a picture."""
        self._preparing.wake()

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

    async def close(self) -> None:
        """Let the process go."""
        await self._preparing.stop()

    async def _prepared(self, picture: Path, id: str, face: int, likeness: str) -> None:
        portrait = self._folder / f"{id}.vultus"
        try:
            await self._preparing.run(
                {"picture": str(picture), "portrait": str(portrait), "face": face, "likeness": likeness}
            )
        except Broken as cause:
            raise Problem(422, "the picture could not be prepared: use another") from cause

    def _file(self, id: str, suffix: str) -> Path | None:
        path = self._folder / f"{id}{suffix}"
        return path if _ID.fullmatch(id) and path.is_file() else None
