"""A worker process: sessions as threads, one pipe to the web side.

What breaks in a session ends that session. What breaks the whole process ends the sessions in it, and the web
side starts another; with as many workers as sessions, every session has a process of its own.
"""

import signal
import sys
import threading
from multiprocessing.connection import Connection

import cv2

from vultus.portrait import Portrait
from vultus.server.live import Live
from vultus.server.messages import Awake, Close, Ended, News, Open, Order, SessionOrder, Stop
from vultus.talker import Talker

SWITCH = 0.0002  # seconds until a thread must let another have Python's lock: a picture takes it dozens of times
FAREWELL = 2.0  # seconds that a session gets to end by itself


def work(pipe: "Connection[News, Order]", warm: str | None) -> None:
    """Serve until the other end of the pipe is closed. `warm` is a portrait file to warm up with."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group: the web side decides
    cv2.setNumThreads(1)
    sys.setswitchinterval(SWITCH)
    if warm is not None:
        Talker(Portrait.load(warm), 128).tick()
    Worker(pipe).serve()


class Worker:
    """The sessions of one process."""

    def __init__(self, pipe: "Connection[News, Order]") -> None:
        self._pipe = pipe
        self._sending = threading.Lock()
        self._lives: dict[str, Live] = {}

    def serve(self) -> None:
        """Hand orders to their sessions."""
        self._tell(Awake())
        while True:
            try:
                order = self._pipe.recv()
            except (EOFError, OSError):
                break
            if isinstance(order, Stop):
                break
            self._hand_over(order)
        for live in list(self._lives.values()):
            live.orders.put(Close(live.session))
            live.join(FAREWELL)

    def _hand_over(self, order: SessionOrder) -> None:
        if isinstance(order, Open):
            live = Live(order.session, order.wanted, self._tell)
            self._lives[order.session] = live
            live.start()
        elif order.session in self._lives:
            self._lives[order.session].orders.put(order)

    def _tell(self, news: News) -> None:
        if isinstance(news, Ended):
            self._lives.pop(news.session, None)
        try:
            with self._sending:
                self._pipe.send(news)
        except (BrokenPipeError, OSError):  # the web side is gone: `serve` finds out and ends
            return
