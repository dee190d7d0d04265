"""Requests that are too large, or that never end, are refused while they come in."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vultus.server.problems import Problem, response

PATIENCE = 20.0  # seconds without a byte of a body


class _TooLarge(Exception):
    """More came than may."""


class Bodies:
    """Counts what comes in, and waits only so long for it."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most  # bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            if _announced(scope) > self._most:
                raise _TooLarge
            await self._app(scope, self._counting(receive), sending)
        except (_TooLarge, asyncio.TimeoutError) as refusal:
            if not begun:
                await response(self._problem(refusal))(scope, receive, send)

    def _counting(self, receive: Receive) -> Receive:
        came, whole = 0, False

        async def counting() -> Message:
            nonlocal came, whole
            if whole:  # what follows a body is the client's leaving, for which nobody sets a time
                return await receive()
            message = await asyncio.wait_for(receive(), PATIENCE)
            came += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if came > self._most:
                raise _TooLarge
            return message

        return counting

    def _problem(self, refusal: Exception) -> Problem:
        if isinstance(refusal, _TooLarge):
            return Problem(413, f"the request is too large: wanted at most {self._most // 1_000_000} million bytes")
        return Problem(408, f"the request did not come: nothing for {PATIENCE:g} seconds")


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0
