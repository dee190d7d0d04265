"""Items taken earlier: in order, bounded, and honest about what goes wrong."""

import threading
from collections.abc import Iterator

import pytest

from vultus.media.earlier import earlier


def counted(taken: list[int], reached: threading.Event, at: int) -> Iterator[int]:
    for index in range(100):
        taken.append(index)
        if index == at:
            reached.set()
        yield index


def test_items_come_in_order_and_are_taken_before_they_are_asked_for() -> None:
    taken, reached = list[int](), threading.Event()
    with earlier(counted(taken, reached, 99)) as items:
        assert reached.wait(5)
        assert list(items) == list(range(100))
        assert list(items) == []


def test_no_more_wait_than_may() -> None:
    taken, reached = list[int](), threading.Event()
    with earlier(counted(taken, reached, 4), most=4) as items:
        assert reached.wait(5)
        assert next(items) == 0
        assert len(taken) <= 6  # four that wait, the one that was handed over, and the one that it made room for


def test_what_goes_wrong_is_raised_in_its_place() -> None:
    def broken() -> Iterator[int]:
        yield 0
        raise ValueError("the second")

    with earlier(broken()) as items:
        assert next(items) == 0
        with pytest.raises(ValueError, match="the second"):
            next(items)


def test_a_body_that_leaves_ends_the_thread_and_the_iterator() -> None:
    before, taken, closed = threading.active_count(), list[int](), threading.Event()

    def endless() -> Iterator[int]:
        try:
            while True:
                taken.append(len(taken))
                yield taken[-1]
        finally:
            closed.set()

    with pytest.raises(KeyboardInterrupt), earlier(endless(), most=3) as items:
        next(items)
        raise KeyboardInterrupt
    assert threading.active_count() == before
    assert closed.wait(5)
    assert len(taken) <= 6


def test_nothing_to_take() -> None:
    nothing: list[int] = []
    with earlier(nothing) as items:
        assert list(items) == []
