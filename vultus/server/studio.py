"""Recording a session: what was shown becomes a film, marked and signed as every film is."""

import asyncio
import logging
import re
import secrets
from collections.abc import Callable
from pathlib import Path

import av

from vultus.errors import VultusError
from vultus.server.house import House
from vultus.server.messages import Recorded
from vultus.server.recording import Raw, complete, discard
from vultus.server.session import Session

log = logging.getLogger(__name__)

_NAME = re.compile(r"[0-9a-f]{16}")


class Studio:
    """The recordings of one session."""

    def __init__(self, house: House, session: Session, tell: Callable[[dict[str, object]], None]) -> None:
        self._films = house.films
        self._session = session
        self._tell = tell
        self._tasks: set[asyncio.Task[None]] = set()
        session.on_recorded = self._recorded

    def record(self, *, on: bool) -> None:
        """Start, or stop and complete."""
        if not on:
            self._session.record(None)
            return
        name = secrets.token_hex(8)
        self._session.record(str(self._films / name))
        self._tell({"type": "recording", "id": name})

    def _recorded(self, news: Recorded) -> None:
        task = asyncio.create_task(self._complete(news.raw, news.raw.pictures.stem))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _complete(self, raw: Raw, name: str) -> None:
        film = self._films / f"{name}.mp4"
        if not raw.times:
            discard(raw)
            self._tell({"type": "error", "detail": "nothing was recorded: it ended before a picture was shown"})
            return
        try:
            await asyncio.to_thread(complete, raw, film)
        except (VultusError, OSError, av.FFmpegError):
            log.exception("a recording could not be completed")
            discard(raw)
            self._tell({"type": "error", "detail": "the recording could not be completed"})
            return
        self._tell({"type": "recorded", "id": name, "url": f"/v1/films/{name}", "pictures": len(raw.times)})


def film_file(films: Path, name: str) -> Path | None:
    """The file of a film's id; None when there is none."""
    path = films / f"{name}.mp4"
    return path if _NAME.fullmatch(name) and path.is_file() else None
