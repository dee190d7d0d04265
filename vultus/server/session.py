"""A session as the web side sees it, and the worker processes that sessions are spread over."""

import asyncio
import contextlib
import logging
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from vultus.server.line import Child, Silent
from vultus.server.messages import (
    NEWS,
    Awake,
    Clear,
    Close,
    Compiling,
    Ended,
    Finish,
    Key,
    News,
    Open,
    Order,
    Overhear,
    Play,
    Push,
    Record,
    Recorded,
    Shown,
    Stop,
    Told,
    Turn,
    Wanted,
)
from vultus.server.outbox import Outbox

log = logging.getLogger(__name__)

FAREWELL = 5.0  # seconds that a worker gets to end by itself
BREATH = 1.0  # seconds until another takes the place of a worker that died


class Full(Exception):
    """There is no room for another session now."""


class NotReady(Exception):
    """No worker is warm yet."""


class Session:
    """One person, one face. Everything here runs on the event loop."""

    def __init__(self, name: str, wanted: Wanted, send: Callable[[Order], None]) -> None:
        self.name = name
        self.wanted = wanted
        self.outbox = Outbox()
        self.events: asyncio.Queue[dict[str, object]] = asyncio.Queue(200)
        self.over = asyncio.Event()
        self.on_recorded: Callable[[Recorded], None] | None = None
        self.on_shown: Callable[[Shown], None] | None = None
        self._send = send

    def push(self, sound: bytes, *, live: bool) -> None:
        """Sound, 16-bit mono at 16 kHz."""
        self._send(Push(self.name, sound, live))

    def overhear(self, sound: bytes) -> None:
        """Somebody else's voice: the face attends to it."""
        self._send(Overhear(self.name, sound))

    def finish(self) -> None:
        """The end of an utterance."""
        self._send(Finish(self.name))

    def clear(self) -> None:
        """Barge-in: nothing that was said before this is heard after it."""
        self._send(Clear(self.name))

    def turn(self, values: dict[str, object]) -> None:
        """New values of controls, checked before."""
        self._send(Turn(self.name, values))

    def play(self, keyframes: list[dict[str, Any]]) -> None:
        """Controls over time, keyframes by their shape; none to leave a timeline."""
        self._send(Play(self.name, keyframes))

    def ask_for_key(self) -> None:
        """The next picture is to stand alone."""
        self._send(Key(self.name))

    def record(self, path: str | None) -> None:
        """Start a recording, or stop it."""
        self._send(Record(self.name, path))

    def close(self) -> None:
        """End it; `over` is set when the worker has let go."""
        if not self.over.is_set():
            self._send(Close(self.name))

    def take(self, news: News) -> None:
        """What the worker tells."""
        if isinstance(news, Shown):
            if self.on_shown is not None:
                self.on_shown(news)
            if self.outbox.put(news):
                self.ask_for_key()
        elif isinstance(news, Told):
            if news.event["type"] == "cleared" and self.outbox.empty():
                self.ask_for_key()
            self.tell(news.event)
        elif isinstance(news, Recorded) and self.on_recorded is not None:
            self.on_recorded(news)
        elif isinstance(news, Ended):
            self.tell({"type": "ended", "why": news.why})
            self.over.set()
            self.outbox.end()

    def tell(self, event: dict[str, object]) -> None:
        """Something that the client is to hear."""
        if self.events.full():
            self.events.get_nowait()  # somebody who does not listen misses the oldest
        self.events.put_nowait(event)


@dataclass
class _Worker:
    """One process, seen from here."""

    child: Child[Order, News]
    awake: bool = False
    sessions: dict[str, Session] = field(default_factory=dict)


class Workers:
    """Starts processes, spreads sessions over them, replaces those that die."""

    def __init__(self, count: int, most_sessions: int) -> None:
        self.warm: str | None = None  # a portrait file to warm up with
        self.restarts = 0
        self.compiling: Compiling | None = None  # how far the first worker is, on a machine that is new to it
        self._count = count
        self._most = most_sessions
        self._workers: list[_Worker] = []
        self._places: list[asyncio.Task[None]] = []
        self._closing = False
        self._one_awake = asyncio.Event()

    def start(self) -> None:
        """Start the processes; call on the running event loop. What the first compiles, the others load."""
        self._places = [asyncio.create_task(self._fill_place(first=not place)) for place in range(self._count)]

    @property
    def ready(self) -> bool:
        """Whether every worker is warm."""
        return len(self._workers) == self._count and all(worker.awake for worker in self._workers)

    @property
    def open(self) -> int:
        """How many sessions there are."""
        return sum(len(worker.sessions) for worker in self._workers)

    def session(self, wanted: Wanted) -> Session:
        """Open a session where the fewest are. Raises Full, NotReady."""
        if self._closing or self.open >= self._most:
            raise Full
        awake = [worker for worker in self._workers if worker.awake]
        if not awake:
            raise NotReady
        worker = min(awake, key=lambda worker: len(worker.sessions))
        name = secrets.token_urlsafe(12)
        session = Session(name, wanted, worker.child.send)
        worker.sessions[name] = session
        worker.child.send(Open(name, wanted))
        return session

    async def stop(self) -> None:
        """Close every session, then every process."""
        self._closing = True
        sessions = [session for worker in self._workers for session in worker.sessions.values()]
        for session in sessions:
            session.close()
        waits = [asyncio.create_task(session.over.wait()) for session in sessions]
        if waits:
            await asyncio.wait(waits, timeout=FAREWELL)
        for place in self._places:
            place.cancel()
        await asyncio.gather(*self._places, return_exceptions=True)

    async def _fill_place(self, *, first: bool) -> None:
        if not first:
            await self._one_awake.wait()
        while True:
            at_once = max(1, (os.cpu_count() or 1) // self._count)
            worker = _Worker(await Child.start(NEWS, "live", str(at_once), self.warm or ""))
            self._workers.append(worker)
            try:
                await self._listen(worker)
            finally:
                self._workers.remove(worker)
                worker.child.send(Stop())
                code = await worker.child.end(FAREWELL)
            log.error("a worker ended with code %s: another is started", code)
            self.restarts += 1
            await asyncio.sleep(BREATH)

    async def _listen(self, worker: _Worker) -> None:
        """Until the process is gone: its sessions end."""
        with contextlib.suppress(Silent):
            while True:
                self._hand_over(worker, await worker.child.receive())
        for name, session in list(worker.sessions.items()):
            session.take(Ended(name, "the session broke: open another"))
        worker.sessions.clear()

    def _hand_over(self, worker: _Worker, news: News) -> None:
        if isinstance(news, Compiling):
            if self.compiling is None:
                log.info("compiling for this machine, once: about half a minute")
            self.compiling = news
        elif isinstance(news, Awake):
            worker.awake = True
            self._one_awake.set()
            if self.ready:
                log.info("ready")
        elif news.session in worker.sessions:
            worker.sessions[news.session].take(news)
            if isinstance(news, Ended):
                del worker.sessions[news.session]
