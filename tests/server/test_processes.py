"""Processes that end without being asked: what they served ends, what they started ends, others take their place."""

import json
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.server.conftest import Service, furnish, start, stop
from tests.server.test_service import over
from tests.sounds import write_sound

client = pytest.importorskip("websockets.sync.client", reason="the extra `server` is not installed")
pytest.importorskip("fastapi", reason="the extra `server` is not installed")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def works(pid: int, work: str) -> bool:
    return work.encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")


def gone(pids: list[int], seconds: float = 20.0) -> bool:
    until = time.monotonic() + seconds
    while any(Path(f"/proc/{pid}").exists() and not zombie(pid) for pid in pids):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def zombie(pid: int) -> bool:
    try:
        return ") Z" in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return True


@pytest.fixture
def own(portrait_file: Path, tmp_path: Path) -> Service:
    furnish(tmp_path, portrait_file)
    return start(tmp_path, "--workers", "1")


def test_a_worker_that_dies_is_replaced_and_its_sessions_end(own: Service) -> None:
    try:
        (worker,) = (pid for pid in children(own.process.pid) if works(pid, "live"))
        with client.connect(own.live, max_size=None) as socket:
            socket.send(json.dumps({"portrait": "ada", "size": 256}))
            while not isinstance(socket.recv(20), bytes):
                pass
            os.kill(worker, signal.SIGKILL)
            told: list[dict[str, object]] = []
            while not told or told[-1]["type"] != "ended":
                message = socket.recv(20)
                told += [json.loads(message)] if isinstance(message, str) else []
        assert told[-1]["why"]
        until = time.monotonic() + 60
        while own.ask("GET", "/readyz").status != 200 and time.monotonic() < until:
            time.sleep(0.1)
        assert own.metric("vultus_worker_restarts_total") == 1
        with client.connect(own.live, max_size=None) as socket:
            socket.send(json.dumps({"portrait": "ada", "size": 256}))
            while not isinstance(socket.recv(20), bytes):
                pass
    finally:
        stop(own)


def test_nothing_outlives_a_server_that_is_killed(own: Service) -> None:
    own.send("/v1/verify", {"file": ("x", b"no film")})
    started = children(own.process.pid)
    assert any(works(pid, "live") for pid in started)
    assert len(started) >= 2
    own.process.kill()
    own.process.wait()
    assert gone(started)


def test_a_film_is_made_although_the_server_was_killed_over_it(own: Service, tmp_path: Path) -> None:
    sound = write_sound(tmp_path / "long.wav", 30.0).read_bytes()
    fields: dict[str, str | tuple[str, bytes]] = {
        "portrait": "ada",
        "audio": ("a.wav", sound),
        "options": '{"size": 128}',
    }
    same = {"Idempotency-Key": "the same"}
    job = own.send("/v1/talks", fields, **same).json()["id"]
    until = time.monotonic() + 60
    while not own.ask("GET", f"/v1/talks/{job}").json()["progress"] and time.monotonic() < until:
        time.sleep(0.05)
    own.process.kill()
    own.process.wait()
    again = start(own.data, "--workers", "1")
    try:
        assert again.ask("GET", f"/v1/talks/{job}").json()["status"] in ("queued", "in_progress")
        assert over(again, job)["status"] == "completed"
        assert again.send("/v1/talks", fields, **same).json()["id"] == job
        assert again.ask("GET", f"/v1/talks/{job}/content", headers={"Range": "bytes=-10"}).status == 206
    finally:
        stop(again)
