"""Who may come in, without a server around it."""

import asyncio
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the extra `server` is not installed")

from vultus.server.bodies import Bodies
from vultus.server.keys import Guard, is_loopback, new_key

KEY = "a-key-of-some-length"


async def inside(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - as ASGI has it
    if scope["type"] == "http":
        while (await receive()).get("more_body"):
            pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def status(
    app: Any,  # noqa: ANN401 - as ASGI has it
    headers: dict[str, str],
    path: str = "/v1/about",
    query: str = "",
    kind: str = "http",
    bodies: tuple[bytes, ...] = (b"",),
) -> int:
    """What an application answers: a status, or a socket's close code."""
    sent: list[Any] = []
    waiting = [
        {"type": "http.request", "body": body, "more_body": i < len(bodies) - 1} for i, body in enumerate(bodies)
    ]

    async def receive() -> Any:  # noqa: ANN401
        return waiting.pop(0)

    async def send(message: Any) -> None:  # noqa: ANN401
        sent.append(message)

    scope = {
        "type": kind,
        "method": "GET",
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    asyncio.run(app(scope, receive, send))
    return int(sent[0].get("status") or sent[0].get("code"))


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        ({}, 401),
        ({"Authorization": f"Bearer {KEY}"}, 200),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": "Bearer "}, 401),
        ({"X-API-Key": KEY}, 200),
        ({"X-API-Key": "ключ"}, 401),
        ({"Cookie": f"vultus_key={KEY}"}, 200),
        ({"Cookie": f"vultus_key={KEY}", "Host": "a", "Origin": "http://a"}, 200),
        ({"Cookie": f"vultus_key={KEY}", "Host": "a", "Origin": "http://evil"}, 401),
        ({"Cookie": "\x00;;="}, 401),
    ],
)
def test_a_key_opens(headers: dict[str, str], wanted: int) -> None:
    assert status(Guard(inside, KEY), headers) == wanted


def test_health_is_open_and_the_page_takes_the_key() -> None:
    guard = Guard(inside, KEY)
    assert status(guard, {}, "/healthz") == 200
    assert status(guard, {}, "/", f"key={KEY}") == 303
    assert status(guard, {}, "/", "key=wrong") == 401
    assert status(guard, {}, "/v1/live", kind="websocket", bodies=(b"",)) == 4401


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000"])
def test_without_a_key_only_this_machine(host: str) -> None:
    guard = Guard(inside, None)
    assert status(guard, {"Host": host}) == 200
    assert status(guard, {"Host": host, "Origin": "http://evil.example"}) == 403
    assert status(guard, {"Host": f"{host}.evil.example"}) == 403


def test_bodies_are_counted() -> None:
    assert status(Bodies(inside, 10), {}, bodies=(b"12345", b"12345")) == 200
    assert status(Bodies(inside, 10), {}, bodies=(b"12345", b"123456")) == 413
    assert status(Bodies(inside, 10), {"Content-Length": "11"}) == 413


def test_keys_are_long_and_new() -> None:
    assert len(new_key()) >= 32
    assert new_key() != new_key()
    assert [is_loopback(host) for host in ("127.0.0.1", "::1", "0.0.0.0", "192.168.1.2")] == [True, True, False, False]
