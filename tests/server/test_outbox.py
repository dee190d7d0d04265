import asyncio

from vultus.server.messages import Shown
from vultus.server.outbox import MOST_WAITING, Outbox


def shown(index: int, *, key: bool = False) -> Shown:
    return Shown("s", index, index * 1920, 1920, b"x", key, True, (), 0.0)


def test_a_slow_client_loses_pictures_and_goes_on_with_one_that_stands_alone() -> None:
    async def run() -> list[int]:
        outbox = Outbox()
        wanted = [outbox.put(shown(index)) for index in range(MOST_WAITING + 3)]
        assert wanted == [False] * MOST_WAITING + [True] * 3
        outbox.put(shown(40, key=True))
        outbox.put(shown(41))
        outbox.end()
        seen = []
        while (one := await outbox.get()) is not None:
            seen.append(one.index)
        assert outbox.dropped == MOST_WAITING + 3
        return seen

    assert asyncio.run(run()) == [40, 41]


def test_it_never_holds_more_than_it_may() -> None:
    outbox = Outbox()
    for index in range(1000):
        outbox.put(shown(index, key=index % 7 == 0))
        assert outbox.waiting <= MOST_WAITING


def test_emptied_it_waits_for_a_picture_that_stands_alone() -> None:
    outbox = Outbox()
    outbox.put(shown(0, key=True))
    assert outbox.empty() == 1
    assert outbox.put(shown(1)) is True
    assert outbox.put(shown(2, key=True)) is False
    assert outbox.waiting == 1
