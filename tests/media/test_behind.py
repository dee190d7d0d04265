import threading

import numpy as np
import pytest
from numpy.typing import NDArray

from vultus.clock import Stopwatch
from vultus.errors import SoundRefused
from vultus.media.behind import WAITING, behind

Bytes = NDArray[np.uint8]


class Shelf:
    """A film that keeps its frames; it may be made to wait, or to fail at one of them."""

    def __init__(self, fails_at: int | None = None) -> None:
        self.kept: list[int] = []
        self.fails_at = fails_at
        self.gate = threading.Event()
        self.gate.set()

    def write(self, frame: Bytes) -> None:
        assert self.gate.wait(10)
        if len(self.kept) == self.fails_at:
            raise SoundRefused("the voice broke")
        self.kept.append(int(frame[0, 0, 0]))

    def close(self) -> None:
        raise AssertionError("whoever opened the film closes it")

    def abandon(self) -> None:
        raise AssertionError("whoever opened the film abandons it")


def frame(value: int) -> Bytes:
    return np.full((1, 1, 3), value, np.uint8)


def test_frames_arrive_in_order_and_all_of_them() -> None:
    shelf = Shelf()
    with behind(shelf, Stopwatch()) as worker:
        for value in range(100):
            worker.write(frame(value))
    assert shelf.kept == list(range(100))


def test_the_queue_is_bounded() -> None:
    shelf = Shelf()
    shelf.gate.clear()
    with behind(shelf, Stopwatch()) as worker:
        late = threading.Timer(0.2, shelf.gate.set)
        late.start()
        for value in range(WAITING + 2):
            worker.write(frame(value))
        assert shelf.gate.is_set()  # the last write had to wait for the gate
    assert len(shelf.kept) == WAITING + 2


def test_a_failure_crosses_the_threads() -> None:
    shelf = Shelf(fails_at=3)
    with pytest.raises(SoundRefused, match="the voice broke"), behind(shelf, Stopwatch()) as worker:
        for value in range(10 * WAITING):
            worker.write(frame(value))
    assert shelf.kept == [0, 1, 2]


def test_a_failure_at_the_last_frame_is_not_lost() -> None:
    with pytest.raises(SoundRefused), behind(Shelf(fails_at=0), Stopwatch()) as worker:
        worker.write(frame(0))


def test_a_failure_outside_ends_the_thread() -> None:
    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt), behind(Shelf(), Stopwatch()) as worker:
        worker.write(frame(0))
        raise KeyboardInterrupt
    assert threading.active_count() == before
