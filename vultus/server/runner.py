"""Makes the queued films one after the other, and sweeps away what is old."""

import asyncio
import shutil
from pathlib import Path

from vultus.errors import VultusError
from vultus.server.errands import Broken, Errands
from vultus.server.house import House
from vultus.server.jobs import OVER, Job, Jobs

SWEEP_SECONDS = 300


class Runner:
    """Runs on the event loop; each film has a process."""

    def __init__(self, house: House) -> None:
        self.jobs = Jobs(house.settings.data / "jobs")
        self._house = house
        self._news: dict[str, asyncio.Event] = {}
        self._more = asyncio.Event()
        self._filming = Errands("talk", patience=None)
        self._current = ""  # the id of the job that is being made
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin with what waits."""
        self._tasks = [asyncio.create_task(self._run()), asyncio.create_task(self._sweep())]

    def wake(self) -> None:
        """There is more to do."""
        self._more.set()

    def folder(self, id: str) -> Path:
        """The files of a job."""
        return self.jobs.folder / id

    def film(self, id: str) -> Path:
        """The film of a job, made or not."""
        return self.folder(id) / "talk.mp4"

    def cancel(self, job: Job) -> None:
        """End a job, whatever it is doing."""
        if job.status in OVER:
            return
        self.jobs.end(job.id, "cancelled")
        if self._current == job.id:
            self._filming.kill()
        self._house.metrics.jobs.add(status="cancelled")
        self._changed(job.id)

    def forget(self, job: Job) -> None:
        """Remove a job and its files."""
        self.cancel(job)
        self.jobs.forget(job.id)
        shutil.rmtree(self.folder(job.id), ignore_errors=True)

    async def changed(self, id: str, timeout: float) -> bool:
        """Wait until a job changes; False when it has not for `timeout` seconds."""
        event = self._news.setdefault(id, asyncio.Event())
        try:
            await asyncio.wait_for(event.wait(), timeout)
        except asyncio.TimeoutError:
            return False
        return True

    async def stop(self) -> None:
        """Leave what is queued for the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._filming.stop()
        self.jobs.close()

    async def _run(self) -> None:
        while True:
            job = self.jobs.next()
            if job is None:
                self._more.clear()
                await self._more.wait()
            else:
                await self._make(job)

    async def _make(self, job: Job) -> None:
        self.jobs.begin(job.id)
        self._changed(job.id)
        self._current = job.id
        engine = vars(self._house.settings.voice)
        request = {**vars(job.request), "output": str(self.film(job.id)), "engine": engine}
        try:
            await self._filming.run(request, lambda share: self._went(job.id, share))
        except VultusError as refusal:
            self._end(job.id, "failed", str(refusal))
        except Broken:
            self._end(job.id, "failed", "the job broke: try another portrait or voice")
        else:
            self._end(job.id, "completed", None)
        finally:
            self._current = ""

    def _went(self, id: str, share: float) -> None:
        self.jobs.proceed(id, share)
        self._changed(id)

    def _end(self, id: str, status: str, error: str | None) -> None:
        known = self.jobs.get(id)
        if known is None or known.status in OVER:
            return
        self.jobs.end(id, status, error)
        self._house.metrics.jobs.add(status=status)
        self._changed(id)

    async def _sweep(self) -> None:
        keep = self._house.limits.keep_seconds
        while True:
            for job in self.jobs.old(keep):
                self.forget(job)
            self._house.sweep()
            await asyncio.sleep(SWEEP_SECONDS)

    def _changed(self, id: str) -> None:
        event = self._news.pop(id, None)
        if event is not None:
            event.set()
