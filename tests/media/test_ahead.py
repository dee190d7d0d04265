"""Work ahead: in order, bounded, and honest about what goes wrong."""

import threading
from collections.abc import Iterator

import pytest

from vultus.media.ahead import ahead


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_results_come_in_order_whatever_the_number_of_workers(workers: int) -> None:
    gates = [threading.Event() for _ in range(6)]

    def work(index: int) -> int:
        if workers > 1 and index + 1 < len(gates) and index % 2 == 0:
            gates[index + 1].wait(5)  # the next one ends first
        gates[index].set()
        return index * index

    assert list(ahead(work, range(6), workers)) == [0, 1, 4, 9, 16, 25]


def test_no_more_items_are_taken_than_may_be_in_hand() -> None:
    taken = []

    def items() -> Iterator[int]:
        for index in range(100):
            taken.append(index)
            yield index

    results = ahead(lambda index: index, items(), workers=2, in_hand=4)
    assert next(results) == 0
    assert len(taken) == 4
    results.close()  # type: ignore[attr-defined]


def test_what_goes_wrong_is_raised_in_its_place() -> None:
    def work(index: int) -> int:
        if index == 3:
            raise ValueError("the third")
        return index

    results = ahead(work, range(10), workers=2)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="the third"):
        next(results)


def test_nothing_is_begun_after_the_consumer_leaves() -> None:
    begun: list[int] = []
    results = ahead(begun.append, range(1000), workers=2, in_hand=3)
    next(results)
    results.close()  # type: ignore[attr-defined]
    count = len(begun)
    assert count < 10
    assert threading.active_count() < 50
