"""The same work on one item after another, several in hand at once, the results in order."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")

WORKERS = 2  # threads: one core draws while the other encodes, and both draw while the encoder waits
IN_HAND = 6  # items begun and not taken yet, at most: what memory they hold is bounded


def ahead(
    work: Callable[[Item], Made], items: Iterable[Item], workers: int = WORKERS, in_hand: int = IN_HAND
) -> Iterator[Made]:
    """`map(work, items)` on threads. Neither the results nor their order depend on how many.

    `items` are taken on the caller's thread. What `work` raises is raised where its result would have come; work
    that has begun is then ended first, and none is begun any more.
    """
    pending: deque[Future[Made]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="ahead") as pool:
        try:
            for item in items:
                pending.append(pool.submit(work, item))
                if len(pending) >= in_hand:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for left in pending:
                left.cancel()
