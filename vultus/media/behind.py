"""A film filled on a thread of its own, so that drawing the next frame and encoding the last one overlap.

The threads meet in `SimpleQueue`s: ahead.py says why.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue

import numpy as np
from numpy.typing import NDArray

from vultus.clock import Stopwatch
from vultus.media.film import Film

Bytes = NDArray[np.uint8]

WAITING = 8  # frames between the two threads at most


class Behind:
    """Hands frames over in order. What goes wrong on the thread is raised by the next call."""

    def __init__(self, film: Film, watch: Stopwatch) -> None:
        self._film = film
        self._watch = watch
        self._frames: SimpleQueue[Bytes | None] = SimpleQueue()
        self._room: SimpleQueue[None] = SimpleQueue()  # one entry for each frame that may still be handed over
        for _ in range(WAITING):
            self._room.put(None)
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="film", daemon=True)
        self._thread.start()

    def write(self, frame: Bytes) -> None:  # [size, size, 3]
        """Hand over the next frame; waits while the queue is full."""
        self._check()
        self._room.get()
        self._frames.put(frame)

    def finish(self) -> None:
        """Wait until every frame is written."""
        self.stop()
        self._check()

    def stop(self) -> None:
        """No more frames: let the thread end, whatever became of it."""
        self._frames.put(None)
        self._thread.join()

    def _check(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _work(self) -> None:
        while (frame := self._frames.get()) is not None:
            if self._failure is None:  # after a failure the queue is only emptied, so that nobody waits
                self._try(frame)
            self._room.put(None)

    def _try(self, frame: Bytes) -> None:
        try:
            with self._watch.on("encode"):
                self._film.write(frame)
        except BaseException as failure:  # noqa: BLE001 - carried over to the caller's thread, which raises it
            self._failure = failure


@contextmanager
def behind(film: Film, watch: Stopwatch) -> Iterator[Behind]:
    """A `Behind` that is done, or stopped, when the body ends."""
    worker = Behind(film, watch)
    try:
        yield worker
    except BaseException:
        worker.stop()
        raise
    worker.finish()
