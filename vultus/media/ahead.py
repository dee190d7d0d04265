"""The same work on one item after another, several in hand at once, the results in order.

Threads meet in `SimpleQueue`s. Those of `queue.Queue` and of executors take their locks in Python code, and a Ctrl-C
in that moment leaves them locked for ever.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")

WORKERS = 2  # threads: one core draws while the other encodes, and both draw while the encoder waits
IN_HAND = 6  # items begun and not taken yet, at most: what memory they hold is bounded


@dataclass(frozen=True)
class _Failed:
    """Comes where a result would have come."""

    cause: BaseException


class _Task(Generic[Item, Made]):
    """An item, and where what becomes of it is put."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.made: SimpleQueue[Made | _Failed] = SimpleQueue()

    def result(self) -> Made:
        made = self.made.get()
        if isinstance(made, _Failed):
            raise made.cause
        return made


def ahead(
    work: Callable[[Item], Made], items: Iterable[Item], workers: int = WORKERS, in_hand: int = IN_HAND
) -> Iterator[Made]:
    """`map(work, items)` on threads. Neither the results nor their order depend on how many.

    `items` are taken on the caller's thread. What `work` raises is raised where its result would have come; work
    that has begun is then ended first, and none is begun any more.
    """
    todo: SimpleQueue[_Task[Item, Made] | None] = SimpleQueue()
    threads = [threading.Thread(target=_work, args=(work, todo), name="ahead", daemon=True) for _ in range(workers)]
    for thread in threads:
        thread.start()
    pending: deque[_Task[Item, Made]] = deque()
    try:
        for item in items:
            pending.append(_Task(item))
            todo.put(pending[-1])
            if len(pending) >= in_hand:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        _end(todo, threads)


def _work(work: Callable[[Item], Made], todo: "SimpleQueue[_Task[Item, Made] | None]") -> None:
    while (task := todo.get()) is not None:
        try:
            task.made.put(work(task.item))
        except BaseException as cause:  # noqa: BLE001 - carried over to the caller's thread, which raises it
            task.made.put(_Failed(cause))


def _end(todo: "SimpleQueue[_Task[Item, Made] | None]", threads: list[threading.Thread]) -> None:
    with suppress(Empty):
        while True:
            todo.get_nowait()
    for _ in threads:
        todo.put(None)
    for thread in threads:
        thread.join()
