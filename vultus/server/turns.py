"""Whose picture is made next: sessions of one process take turns, and the one that is due first goes first.

Threads that all draw at once pass Python's lock on dozens of times a picture, each time behind the others. One
after the other, with as many at once as there are processors for them, the same pictures take less.
"""

import heapq
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count


class Turns:
    """So many at once."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._lock = threading.Lock()
        self._waiting: list[tuple[float, int, threading.Event]] = []  # a heap: due, order of coming, whom to wake
        self._came = count()
        self._places: set[int] = set()

    def join(self) -> int:
        """The lowest place that no session has."""
        with self._lock:
            place = next(place for place in count() if place not in self._places)
            self._places.add(place)
            return place

    def leave(self, place: int) -> None:
        """The place is free again."""
        with self._lock:
            self._places.discard(place)

    @contextmanager
    def take(self, due: float) -> Iterator[None]:
        """Wait for a turn, hold it, hand it on."""
        self._wait(due)
        try:
            yield
        finally:
            self._hand_on()

    def _wait(self, due: float) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            mine = threading.Event()
            heapq.heappush(self._waiting, (due, next(self._came), mine))
        mine.wait()

    def _hand_on(self) -> None:
        with self._lock:
            if self._waiting:
                heapq.heappop(self._waiting)[2].set()
            else:
                self._free += 1
