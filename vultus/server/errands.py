"""Work that takes seconds and may break: in a process apart, which is let go when there is nothing more to do."""

import asyncio
import contextlib
import os
from collections.abc import Callable
from typing import Any

from vultus import errors
from vultus.server.line import Child, Silent
from vultus.server.messages import REPORTS, Done, Errand, Refused, Report, Went


class Broken(Exception):
    """The process ended before the errand was done, or had too much time for it."""


class Errands:
    """One errand at a time. The process starts with the first one and ends `idle` seconds after the last."""

    def __init__(self, work: str, patience: float | None, idle: float = 0.0, *arguments: str) -> None:
        self._work = work
        self._arguments = arguments
        self._patience = patience  # seconds that an errand may take
        self._idle = idle
        self._turn = asyncio.Lock()
        self._child: Child[Errand, Report] | None = None
        self._resting: asyncio.Task[None] | None = None
        self._waking: asyncio.Task[None] | None = None
        self.waiting = 0  # errands that are not done yet

    @property
    def running(self) -> bool:
        """Whether there is a process."""
        return self._child is not None

    async def run(self, request: dict[str, Any], progress: Callable[[float], None] | None = None) -> dict[str, Any]:
        """Have it done; gives its facts. Raises what the work raises on purpose, and Broken."""
        self.waiting += 1
        try:
            async with self._turn:
                return await asyncio.wait_for(self._done(request, progress), self._patience)
        except (Silent, asyncio.TimeoutError) as cause:
            raise Broken from cause
        finally:
            self.waiting -= 1

    def wake(self) -> None:
        """Somebody will ask for something soon: have the process load what it needs."""
        if self._child is None and not self.waiting:
            self._waking = asyncio.create_task(self._wake())

    def kill(self) -> None:
        """Break off what is being done."""
        if self._child is not None:
            self._child.kill()

    async def stop(self) -> None:
        """Let the process go."""
        for task in (self._resting, self._waking):
            if task is not None:
                task.cancel()
        self.kill()
        await self._let_go()

    async def _wake(self) -> None:
        with contextlib.suppress(Broken, errors.VultusError):
            await self.run({})

    async def _done(self, request: dict[str, Any], progress: Callable[[float], None] | None) -> dict[str, Any]:
        if self._resting is not None:
            self._resting.cancel()
        whole = False
        try:
            if self._child is None:
                self._child = await Child.start(REPORTS, self._work, *self._arguments)
            self._child.send(Errand(request))
            while isinstance(report := await self._child.receive(), Went):
                if progress is not None:
                    progress(report.share)
            whole = True
            return _facts(report, request)
        finally:
            if not whole:
                self.kill()
            if whole and self._idle:
                self._resting = asyncio.create_task(self._rest())
            else:
                await self._let_go()

    async def _rest(self) -> None:
        await asyncio.sleep(self._idle)
        async with self._turn:
            await self._let_go()

    async def _let_go(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            await child.end(1.0)


def _facts(report: Done | Refused, request: dict[str, Any]) -> dict[str, Any]:
    if isinstance(report, Done):
        return report.facts
    words = report.words
    for name, value in request.items():  # clients do not hear how we call the files that they sent
        if isinstance(value, str) and len(value) > 1 and os.sep in value:
            words = words.removeprefix(f"{value}: ").replace(value, f"the {name}")
    raise getattr(errors, report.kind, errors.VultusError)(words)
