"""Jobs: a portrait and a voice to a film, kept in SQLite, so that they outlive the server.

A job is queued, then in_progress, then completed, failed or cancelled. What was in progress when the server
stopped is queued again at its next start.
"""

import json
import secrets
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CAPTIONS = "captions.vtt"  # beside the film of a text
OVER = ("completed", "failed", "cancelled")

TABLE = """
CREATE TABLE IF NOT EXISTS jobs (
    id TEXT PRIMARY KEY,
    status TEXT NOT NULL,
    progress REAL NOT NULL DEFAULT 0,
    request TEXT NOT NULL,
    error TEXT,
    created REAL NOT NULL,
    ended REAL,
    once TEXT UNIQUE
);
"""


@dataclass(frozen=True)
class Request:
    """What a job is to make."""

    portrait: str  # path of a portrait file or a picture
    voice: str  # path of a sound; empty where there is text
    text: str
    options: dict[str, object]  # of `vultus.job.animate`, checked


@dataclass(frozen=True)
class Job:
    """A job as it stands."""

    id: str
    status: str
    progress: float  # 0 .. 1
    request: Request
    error: str | None
    created: float  # seconds since 1970
    ended: float | None

    def described(self) -> dict[str, object]:
        """As the interface shows it."""
        done = self.status == "completed"
        return {
            "id": self.id,
            "object": "talk",
            "status": self.status,
            "progress": round(100 * self.progress),
            "created_at": int(self.created),
            "ended_at": None if self.ended is None else int(self.ended),
            "error": self.error,
            "result_url": f"/v1/talks/{self.id}/content" if done else None,
            "captions_url": f"/v1/talks/{self.id}/captions" if done and not self.request.voice else None,
        }


class Jobs:
    """The table of jobs."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._db = sqlite3.connect(folder / "jobs.sqlite", isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute(TABLE)
        self._db.execute("UPDATE jobs SET status = 'queued', progress = 0 WHERE status = 'in_progress'")

    def add(self, id: str, request: Request, once: str | None) -> Job:
        """A new job, or the one that came with the same Idempotency-Key."""
        known = self.by_key(once)
        if known is not None:
            return known
        self._db.execute(
            "INSERT INTO jobs (id, status, request, created, once) VALUES (?, 'queued', ?, ?, ?)",
            (id, json.dumps(vars(request)), time.time(), once),
        )
        found = self.get(id)
        assert found is not None
        return found

    def get(self, id: str) -> Job | None:
        """The job of an id."""
        return next(self._found("WHERE id = ?", id), None)

    def by_key(self, once: str | None) -> Job | None:
        """The job that came with an Idempotency-Key."""
        return next(self._found("WHERE once = ?", once), None) if once else None

    def newest(self, most: int) -> list[Job]:
        """The newest jobs first."""
        return list(self._found("ORDER BY created DESC LIMIT ?", most))

    def next(self) -> Job | None:
        """The job that has waited longest."""
        return next(self._found("WHERE status = 'queued' ORDER BY created LIMIT 1"), None)

    def waiting(self) -> int:
        """How many jobs wait."""
        return int(self._db.execute("SELECT count(*) FROM jobs WHERE status = 'queued'").fetchone()[0])

    def begin(self, id: str) -> None:
        """It is being made now."""
        self._db.execute("UPDATE jobs SET status = 'in_progress' WHERE id = ?", (id,))

    def proceed(self, id: str, progress: float) -> None:
        """How far it has come, 0 .. 1."""
        self._db.execute("UPDATE jobs SET progress = ? WHERE id = ?", (progress, id))

    def end(self, id: str, status: str, error: str | None = None) -> None:
        """It is over; what is over stays as it is."""
        progress = ", progress = 1" if status == "completed" else ""
        self._db.execute(
            f"UPDATE jobs SET status = ?, error = ?, ended = ?{progress} WHERE id = ? AND ended IS NULL",
            (status, error, time.time(), id),
        )

    def old(self, seconds: float) -> list[Job]:
        """Jobs that ended more than `seconds` ago."""
        return list(self._found("WHERE ended < ?", time.time() - seconds))

    def forget(self, id: str) -> None:
        """Remove a job."""
        self._db.execute("DELETE FROM jobs WHERE id = ?", (id,))

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def _found(self, where: str, *values: object) -> Iterator[Job]:
        rows = self._db.execute(
            f"SELECT id, status, progress, request, error, created, ended FROM jobs {where}", values
        )
        for id, status, progress, request, error, created, ended in rows.fetchall():
            yield Job(id, status, progress, Request(**json.loads(request)), error, created, ended)


def new_id() -> str:
    """A name that nobody guesses."""
    return secrets.token_hex(12)
