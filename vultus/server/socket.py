"""A session over one WebSocket: fragmented MP4 and events out, sound and messages in. It passes any proxy."""

import asyncio
import json

from starlette.websockets import WebSocket, WebSocketDisconnect

from vultus.clock import now
from vultus.server.door import Door
from vultus.server.fragments import beginning, fragment, parameters
from vultus.server.house import House
from vultus.server.limits import Flow
from vultus.server.problems import Problem

FIRST_WORD = 10.0  # seconds until the client must have said what it wants
GOODBYE, REFUSED, BUSY = 1000, 4422, 4503  # close codes


async def serve_socket(house: House, socket: WebSocket) -> None:
    """One client, from its first message to its last."""
    await socket.accept()
    try:
        asked = json.loads(await asyncio.wait_for(socket.receive_text(), FIRST_WORD))
        house.allow_session(socket.client.host if socket.client else "")
        wanted = house.wanted(asked if isinstance(asked, dict) else {})
        session = house.open(wanted, "socket")
    except Problem as problem:
        await socket.send_json({"type": "error", "detail": problem.detail})
        await socket.close(BUSY if problem.status == 503 else REFUSED)
        return
    except (WebSocketDisconnect, asyncio.TimeoutError, ValueError, KeyError, RecursionError):
        await _close_quietly(socket)
        return
    await _Line(house, socket, Door(house, session, session.tell)).run()


class _Line:
    """Three tasks on one socket: what comes in, what is shown, what is told."""

    def __init__(self, house: House, socket: WebSocket, door: Door) -> None:
        self._house = house
        self._socket = socket
        self._door = door
        self._session = door.session
        self._sending = asyncio.Lock()

    async def run(self) -> None:
        tasks = [asyncio.create_task(work) for work in (self._listen(), self._show(), self._tell())]
        limit = self._house.limits.session_seconds
        try:
            await asyncio.wait(tasks, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._door.leave()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._last_words()
            await _close_quietly(self._socket)

    async def _listen(self) -> None:
        """What comes faster than any speech is left waiting in the network."""
        flow = Flow(now())
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            sound, text = message.get("bytes"), message.get("text")
            wait = flow.wait(len(sound or text or ""), now())
            if flow.hasty:  # others get their turn; of who speaks it would be a round of the loop for each message
                await asyncio.sleep(wait)
            if sound is not None:
                self._door.hear(sound)
            elif text is not None:
                self._door.understand(text)

    async def _show(self) -> None:
        shown = await self._session.outbox.get()
        if shown is None:
            return
        sets = parameters(shown.content)
        assert sets is not None, "the first picture of a session stands alone"
        await self._send_event({"type": "stream", "mime": f'video/mp4; codecs="{sets.codec}, opus"'})
        await self._send(beginning(self._session.wanted.size, sets))
        sequence = 1
        while shown is not None:
            await self._send(fragment(shown, sequence))
            sequence, shown = sequence + 1, await self._session.outbox.get()

    async def _tell(self) -> None:
        while True:
            event = await self._session.events.get()
            await self._send_event(event)
            if event["type"] == "ended":
                return

    async def _last_words(self) -> None:
        try:
            while not self._session.events.empty():
                await self._send_event(self._session.events.get_nowait())
        except (WebSocketDisconnect, RuntimeError):
            return

    async def _send(self, content: bytes) -> None:
        async with self._sending:
            await self._socket.send_bytes(content)

    async def _send_event(self, event: dict[str, object]) -> None:
        async with self._sending:
            await self._socket.send_text(json.dumps(event))


async def _close_quietly(socket: WebSocket) -> None:
    try:
        await socket.close(GOODBYE)
    except (RuntimeError, WebSocketDisconnect):  # the client closed it first
        return
