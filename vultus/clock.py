"""Rates, and the arithmetic between frames and samples. The only file that may ask the time.

Time is an integer everywhere else: a sample index at `SAMPLE_RATE`, a frame index at `FRAME_RATE`.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from fractions import Fraction
from threading import Lock
from typing import TypeVar

T = TypeVar("T")


def exact_div(numerator: int, denominator: int) -> int:
    """Integer quotient; raises ValueError where the division leaves a remainder."""
    quotient, remainder = divmod(numerator, denominator)
    if remainder:
        raise ValueError(f"{numerator} is not a multiple of {denominator}")
    return quotient


SAMPLE_RATE = 16_000  # samples a second: what the speech stage hears
FRAME_RATE = Fraction(25)  # frames a second: what the motion stage emits
FEATURE_RATE = 100  # log-mel rows a second

SAMPLES_PER_FRAME = exact_div(SAMPLE_RATE, int(FRAME_RATE))  # 640 samples, 40 ms
SAMPLES_PER_FEATURE = exact_div(SAMPLE_RATE, FEATURE_RATE)  # 160 samples, 10 ms
FEATURES_PER_FRAME = exact_div(FEATURE_RATE, int(FRAME_RATE))  # 4 rows


def frames_covering(samples: int) -> int:
    """How many frames it takes to show `samples` samples of sound: rounded up."""
    return -(-samples // SAMPLES_PER_FRAME)


def now() -> float:
    """Seconds on a clock that never goes back, for measuring and pacing."""
    return time.perf_counter()


def utc() -> datetime:
    """The date and time, for papers and certificates; no frame depends on it."""
    return datetime.now(timezone.utc)


class Stopwatch:
    """Seconds spent on named pieces of work, added up over all threads."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._lock = Lock()

    @contextmanager
    def on(self, name: str) -> Iterator[None]:
        """Count the time that the body of a `with` takes."""
        start = now()
        try:
            yield
        finally:
            with self._lock:
                self.seconds[name] = self.seconds.get(name, 0.0) + now() - start

    def over(self, name: str, items: Iterable[T]) -> Iterator[T]:
        """The same items; the time that it takes to get each is counted."""
        source = iter(items)
        while True:
            with self.on(name):
                item = next(source, _LAST)
            if isinstance(item, _Last):
                return
            yield item


class _Last:
    """Stands for the end of an iterator."""


_LAST = _Last()
