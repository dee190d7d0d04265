"""The ends of what two processes say to each other: parcels over the standard pipes of the one that was started.

No pickle, and no state of the starter: a process knows its arguments, its environment, and what it is told.
"""

import asyncio
import io
import os
import sys
import threading
import time
from typing import Any, Generic, TypeVar

from vultus.server.parcel import LENGTHS, Unreadable, lengths, pack, unpack

In = TypeVar("In")
Out = TypeVar("Out")

MOST_WAITING = 8_000_000  # bytes for a process that does not read
BLOCK = 1 << 20  # bytes taken from a pipe at once


class Silent(Exception):
    """The other process is gone, or says what is no parcel."""


class Line(Generic[In, Out]):
    """The end in the process that was started. What anybody prints there goes to standard error from now on.

    With a `nap`, so many seconds go by before it looks for more than it has: what came meanwhile is read at once.
    Waking for each parcel costs both sides 0.1 ms.
    """

    def __init__(self, kinds: tuple[type, ...], nap: float = 0.0) -> None:
        self._kinds = kinds
        self._in, self._out = io.BufferedReader(_Napping(os.dup(0), nap), BLOCK), os.fdopen(os.dup(1), "wb", 0)
        with open(os.devnull, "rb") as nothing:
            os.dup2(nothing.fileno(), 0)
        os.dup2(2, 1)
        self._sending = threading.Lock()

    def receive(self) -> In:
        """The next parcel. Raises Silent at the end."""
        try:
            head, blob = lengths(self._exactly(LENGTHS.size))
            found: In = unpack(self._exactly(head), self._exactly(blob), self._kinds)
        except (OSError, Unreadable) as cause:
            raise Silent from cause
        return found

    def send(self, value: Out) -> None:
        """From any thread. Raises Silent when nobody listens any more."""
        left = memoryview(pack(value))
        try:
            with self._sending:
                while left:
                    left = left[self._out.write(left) :]
        except OSError as cause:
            raise Silent from cause

    def _exactly(self, count: int) -> bytes:
        found = self._in.read(count)
        if len(found) < count:
            raise Silent
        return found


class _Napping(io.FileIO):
    """A pipe that is read after a pause."""

    def __init__(self, pipe: int, nap: float) -> None:
        super().__init__(pipe, "rb")
        self._nap = nap

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - as io has it
        time.sleep(self._nap)
        return super().readinto(buffer)


class Child(Generic[Out, In]):
    """The end on the event loop of a process that `apart.py` runs."""

    def __init__(self, process: asyncio.subprocess.Process, kinds: tuple[type, ...]) -> None:
        assert process.stdin is not None and process.stdout is not None
        self._process = process
        self._in, self._out = process.stdin, process.stdout
        self._kinds = kinds

    @classmethod
    async def start(cls, kinds: tuple[type, ...], work: str, *arguments: str) -> "Child[Out, In]":
        """A process for some `work` of `apart.WORKS`, that finds the same packages as this one."""
        path = os.pathsep.join(part for part in sys.path if part)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "vultus.server.apart",
            work,
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=BLOCK,
            env={**os.environ, "PYTHONPATH": path, "PYTHONSAFEPATH": "1"},
        )
        return cls(process, kinds)

    def send(self, value: Out) -> None:
        """Never waits: what is said to a process that is gone, or reads nothing, is lost."""
        transport = self._in.transport
        if not transport.is_closing() and transport.get_write_buffer_size() < MOST_WAITING:
            self._in.write(pack(value))

    async def receive(self) -> In:
        """The next parcel. Raises Silent at the end."""
        try:
            head, blob = lengths(await self._out.readexactly(LENGTHS.size))
            found: In = unpack(await self._out.readexactly(head), await self._out.readexactly(blob), self._kinds)
        except (asyncio.IncompleteReadError, OSError, Unreadable) as cause:
            raise Silent from cause
        return found

    def kill(self) -> None:
        """End it now."""
        if self._process.returncode is None:
            self._process.kill()

    async def end(self, patience: float) -> int:
        """Tell it that there is no more, wait, and kill it where it does not end; gives its exit code."""
        self._in.close()
        try:
            return await asyncio.wait_for(self._process.wait(), patience)
        except asyncio.TimeoutError:
            self.kill()
            return await self._process.wait()
