"""Who may draw, and when."""

import threading
import time

from vultus.server.turns import Turns


def test_whoever_is_due_first_goes_first() -> None:
    turns, went = Turns(1), []

    def go(due: float) -> None:
        with turns.take(due):
            went.append(due)

    with turns.take(0.0):
        threads = [threading.Thread(target=go, args=(due,)) for due in (3.0, 1.0, 2.0)]
        for thread in threads:
            thread.start()
        time.sleep(0.1)
        assert went == []
    for thread in threads:
        thread.join(5)
    assert went == [1.0, 2.0, 3.0]


def test_so_many_at_once_and_no_more() -> None:
    turns, inside, most = Turns(2), 0, 0
    lock = threading.Lock()

    def go() -> None:
        nonlocal inside, most
        with turns.take(0.0):
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.01)
            with lock:
                inside -= 1

    threads = [threading.Thread(target=go) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert most == 2


def test_a_turn_that_breaks_is_handed_on() -> None:
    turns = Turns(1)
    for _ in range(3):
        try:
            with turns.take(0.0):
                raise ValueError
        except ValueError:
            pass
    with turns.take(0.0):
        pass


def test_a_place_is_free_again_when_its_session_has_left() -> None:
    turns = Turns(1)
    assert [turns.join() for _ in range(3)] == [0, 1, 2]
    turns.leave(1)
    assert (turns.join(), turns.join()) == (1, 3)
