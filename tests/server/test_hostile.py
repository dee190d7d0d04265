"""Those who mean no good: many offers, half sentences, silence."""

import asyncio
import json
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="the extra `server` is not installed")
pytest.importorskip("aiortc", reason="the extra `server` is not installed")

import uvicorn

from tests.server.conftest import free_port, furnish, start, stop
from vultus.server import run

OFFERS = 1000


def test_many_offers_are_refused_and_leave_nothing(portrait_file: Path, tmp_path: Path) -> None:
    furnish(tmp_path, portrait_file)
    service = start(tmp_path, "--workers", "1")
    try:
        body = json.dumps({"sdp": "v=0\r\nnonsense", "type": "offer"}).encode()
        found = [service.ask("POST", "/v1/offer", body).status for _ in range(OFFERS)]
        assert set(found) == {422, 429}
        assert found.count(422) < OFFERS / 2
        assert service.metric("vultus_sessions_active") == 0
        assert service.ask("GET", "/healthz").status == 200
    finally:
        code = stop(service)
    assert code == 0


def test_whoever_says_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "HEAD_SECONDS", 0.3)

    async def app(scope: object, receive: object, send: object) -> None:
        raise AssertionError("nobody asked for anything")

    async def first_byte(said: bytes) -> bytes:
        """What a server answers to half a sentence: nothing, and it hangs up."""
        port = free_port()
        config = uvicorn.Config(app, port=port, http=run.PatientProtocol, log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said)
        answer = await asyncio.wait_for(reader.read(1), 5)
        writer.close()
        server.should_exit = True
        await serving
        return answer

    assert asyncio.run(first_byte(b"")) == b""
    assert asyncio.run(first_byte(b"GET / HTTP/1.1\r\nHost: 127")) == b""
