"""Requests that come too slowly, or too large too often."""

import asyncio
import json

import pytest

pytest.importorskip("fastapi", reason="the extra `server` is not installed")

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from vultus.server import bodies
from vultus.server.bodies import Bodies

MEGA = 1_000_000


async def reader(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads a body and says how long it was."""
    body = await Request(scope, receive).body()
    await PlainTextResponse(str(len(body)))(scope, receive, send)


async def asked(
    app: Bodies, pieces: list[bytes], pause: float = 0.0, go: asyncio.Event | None = None
) -> tuple[int, str]:
    """Send a body piece by piece, the last one after `go`; the status and words of the answer."""
    told: list[Message] = []
    left = list(pieces)

    async def receive() -> Message:
        await asyncio.sleep(pause)
        if len(left) == 1 and go is not None:
            await go.wait()
        return {"type": "http.request", "body": left.pop(0), "more_body": len(left) > 0}

    async def send(message: Message) -> None:
        told.append(message)

    await app({"type": "http", "method": "POST", "path": "/", "headers": []}, receive, send)
    return told[0]["status"], told[1]["body"].decode()


def test_a_body_passes_as_it_is() -> None:
    assert asyncio.run(asked(Bodies(reader, 10), [b"12345", b"67890"])) == (200, "10")


def test_a_body_that_grows_too_large_is_refused() -> None:
    status, words = asyncio.run(asked(Bodies(reader, MEGA), [bytes(MEGA), b"1", b""]))
    assert status == 413
    assert "at most 1 million" in json.loads(words)["detail"]


def test_a_byte_now_and_then_does_not_hold_a_place_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "PATIENCE", 0.3)
    status, words = asyncio.run(asked(Bodies(reader, MEGA), [b"1"] * 1000, pause=0.05))
    assert status == 408
    assert "slowly" in json.loads(words)["detail"]


def test_a_slow_body_that_goes_on_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "PATIENCE", 0.3)
    assert asyncio.run(asked(Bodies(reader, MEGA), [bytes(1000)] * 20, pause=0.05))[0] == 200


def test_so_many_large_bodies_come_in_at_once_and_no_more() -> None:
    async def crowd() -> list[int]:
        app, go = Bodies(reader, 10 * MEGA), asyncio.Event()
        large = [bytes(MEGA + 1), b""]
        first = [asyncio.create_task(asked(app, large, go=go)) for _ in range(bodies.MOST_LARGE)]
        await asyncio.sleep(0.05)
        found = [(await asked(app, large))[0], (await asked(app, [b"small"]))[0]]
        go.set()
        found += [status for status, _ in await asyncio.gather(*first)]
        return [*found, (await asked(app, large))[0]]

    assert asyncio.run(crowd()) == [503, 200, *[200] * bodies.MOST_LARGE, 200]
