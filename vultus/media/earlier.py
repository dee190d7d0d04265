"""An iterator that is drained on a thread of its own, so that its items are there before they are asked for.

The threads meet in `SimpleQueue`s: ahead.py says why.
"""

import threading
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Generic, TypeVar

Item = TypeVar("Item")

MOST = 1024  # items that wait at most: as many cues as are learned while a picture is made ready, and memory is bounded


class _Earlier(Generic[Item]):
    """The items in order. What goes wrong on the thread is raised where the next item would have come."""

    def __init__(self, items: Iterable[Item], most: int) -> None:
        self._items = items
        self._ready: SimpleQueue[Item | _End] = SimpleQueue()
        self._room: SimpleQueue[bool] = SimpleQueue()  # True for each item that may still wait, False for no more
        for _ in range(most):
            self._room.put(True)
        self._stopped = False
        self._thread = threading.Thread(target=self._work, name="earlier", daemon=True)
        self._thread.start()

    def __iter__(self) -> Iterator[Item]:
        while not isinstance(item := self._ready.get(), _End):
            self._room.put(True)
            yield item
        self._ready.put(item)  # for who asks again
        if item.cause is not None:
            raise item.cause

    def stop(self) -> None:
        """Let the thread end after the item in hand."""
        self._stopped = True
        self._room.put(False)
        self._thread.join()

    def _work(self) -> None:
        cause: BaseException | None = None
        try:
            for item in self._items:
                self._ready.put(item)
                if not self._room.get() or self._stopped:
                    return
        except BaseException as failure:  # noqa: BLE001 - carried over to the caller's thread, which raises it
            cause = failure
        finally:
            if isinstance(self._items, Generator):
                self._items.close()  # what it holds open is let go here and now
            self._ready.put(_End(cause))


class _End:
    """Comes after the last item."""

    def __init__(self, cause: BaseException | None) -> None:
        self.cause = cause


@contextmanager
def earlier(items: Iterable[Item], most: int = MOST) -> Iterator[Iterator[Item]]:
    """The same items; they are taken on another thread, `most` of them ahead, until the body ends."""
    worker = _Earlier(items, most)
    try:
        yield iter(worker)
    finally:
        worker.stop()
