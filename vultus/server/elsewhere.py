"""Calls that may hang, each on a thread of its own that nobody waits for.

Executors join their threads when the process ends, so a voice server that does not answer would hold up a shutdown
for as long as we are patient with it.
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Generic, TypeVar

from vultus.errors import VoiceFailed

T = TypeVar("T")


class Elsewhere(Generic[T]):
    """At most so many calls at once."""

    def __init__(self, most: int) -> None:
        self._room = threading.BoundedSemaphore(most)

    async def call(self, work: Callable[[], T]) -> T:
        """What `work` gives or raises. Raises VoiceFailed where too many calls hang already."""
        if not self._room.acquire(blocking=False):
            raise VoiceFailed("too many voices wait for an answer: try again in a minute")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        threading.Thread(target=self._work, args=(work, loop, future), name="elsewhere", daemon=True).start()
        return await future

    def _work(self, work: Callable[[], T], loop: asyncio.AbstractEventLoop, future: "asyncio.Future[T]") -> None:
        try:
            settle: Callable[[], None] = partial(_give, future, work())
        except Exception as cause:  # noqa: BLE001 - raised where the call is waited for
            settle = partial(_raise, future, cause)
        finally:
            self._room.release()
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle)


def _give(future: "asyncio.Future[T]", result: T) -> None:
    if not future.done():  # who waited may have gone
        future.set_result(result)


def _raise(future: "asyncio.Future[T]", cause: Exception) -> None:
    if not future.done():
        future.set_exception(cause)
