"""A worker process: sessions as threads, one line to the web side.

What breaks in a session ends that session. What breaks the whole process ends the sessions in it, and the web
side starts another; with as many workers as sessions, every session has a process of its own.
"""

import contextlib
import gc
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2

from vultus.server.line import Line, Silent
from vultus.server.live import Live
from vultus.server.messages import ORDERS, Awake, Close, Compiling, Ended, News, Open, Order, SessionOrder, Stop
from vultus.server.turns import Turns
from vultus.server.warming import warm_up

SWITCH = 0.0002  # seconds until a thread must let another have Python's lock: a picture takes it dozens of times
NAP = 0.008  # seconds that orders may wait, so that many are read at once: they count when a picture is due
FAREWELL = 2.0  # seconds that a session gets to end by itself


def main(at_once: str = "1", warm: str = "") -> None:
    """Serve until the other end of the line is closed: so many pictures at once, warmed up with a portrait file."""
    cv2.setNumThreads(1)
    sys.setswitchinterval(SWITCH)
    line: Line[Order, News] = Line(ORDERS, NAP)
    if warm:
        with _compiling_told(line):
            warm_up(Path(warm))
    gc.freeze()  # what is loaded by now stays: it need not be looked through again and again
    Worker(line, Turns(int(at_once))).serve()
    os._exit(0)  # a session that did not end in time is not waited for


@contextlib.contextmanager
def _compiling_told(line: "Line[Order, News]") -> Iterator[None]:
    log, teller = logging.getLogger("vultus.compiled"), _Teller(line)
    log.addHandler(teller)
    yield
    log.removeHandler(teller)


class _Teller(logging.Handler):
    """Tells the web side how compiling goes."""

    def __init__(self, line: "Line[Order, News]") -> None:
        super().__init__()
        self._line = line

    def emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(Silent):
            self._line.send(Compiling(vars(record)["done"], vars(record)["known"]))


class Worker:
    """The sessions of one process."""

    def __init__(self, line: "Line[Order, News]", turns: Turns) -> None:
        self._line = line
        self._turns = turns
        self._lives: dict[str, Live] = {}

    def serve(self) -> None:
        """Hand orders to their sessions."""
        self._tell(Awake())
        with contextlib.suppress(Silent):
            while not isinstance(order := self._line.receive(), Stop):
                self._hand_over(order)
        for live in list(self._lives.values()):
            live.order(Close(live.session))
            live.join(FAREWELL)

    def _hand_over(self, order: SessionOrder) -> None:
        if isinstance(order, Open):
            live = Live(order.session, order.wanted, self._tell, self._turns)
            self._lives[order.session] = live
            live.start()
        elif order.session in self._lives:
            self._lives[order.session].order(order)

    def _tell(self, news: News) -> None:
        if isinstance(news, Ended):
            self._lives.pop(news.session, None)
        with contextlib.suppress(Silent):  # the web side is gone: `serve` finds out and ends
            self._line.send(news)
