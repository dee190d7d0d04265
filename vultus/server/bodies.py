"""Requests that are too large, too slow or too many at once are refused while they come in."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vultus.clock import now
from vultus.server.problems import Problem, response

PATIENCE = 20.0  # seconds without a byte of a body
LEAST_RATE = 10_000  # bytes a second that a body must come with, after the first PATIENCE seconds
LARGE = 1_000_000  # bytes; beyond them a body lies on the disk
MOST_LARGE = 8  # such bodies that come in at once


class _TooLarge(Exception):
    """More came than may."""


class _TooMany(Exception):
    """As many large bodies come in already as may."""


class Bodies:
    """Counts what comes in, and waits only so long for it."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most  # bytes
        self._large = 0  # bodies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, body = False, _Body(self)

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            if _announced(scope) > self._most:
                raise _TooLarge
            await self._app(scope, self._counting(receive, body), sending)
        except (_TooLarge, _TooMany, asyncio.TimeoutError) as refusal:
            if not begun:
                await response(self._problem(refusal))(scope, receive, send)
        finally:
            body.leave()

    def _counting(self, receive: Receive, body: "_Body") -> Receive:
        came, whole, begin = 0, False, now()

        async def counting() -> Message:
            nonlocal came, whole
            if whole:  # what follows a body is the client's leaving, for which nobody sets a time
                return await receive()
            left = begin + PATIENCE + came / LEAST_RATE - now()
            message = await asyncio.wait_for(receive(), min(PATIENCE, left))
            came += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if came > self._most:
                raise _TooLarge
            if came > LARGE:
                body.enter()
            if whole:
                body.leave()
            return message

        return counting

    def _problem(self, refusal: Exception) -> Problem:
        if isinstance(refusal, _TooMany):
            return Problem(503, "too many large files come in: try again in a moment", 10)
        if isinstance(refusal, _TooLarge):
            return Problem(413, f"the request is too large: wanted at most {self._most // 1_000_000} million bytes")
        return Problem(408, "the request did not come, or too slowly")

    def enter(self) -> None:
        """A large body more. Raises _TooMany."""
        if self._large >= MOST_LARGE:
            raise _TooMany
        self._large += 1

    def leave(self) -> None:
        """A large body less."""
        self._large -= 1


class _Body:
    """One body, which takes a place while it comes in, once it is large."""

    def __init__(self, all: Bodies) -> None:
        self._all = all
        self._entered = False

    def enter(self) -> None:
        """Take a place. Raises _TooMany."""
        if not self._entered:
            self._all.enter()
            self._entered = True

    def leave(self) -> None:
        """Give it back."""
        if self._entered:
            self._all.leave()
            self._entered = False


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0
