"""A real server in a process of its own, with a drawn face in place of the bundled portraits."""

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PATIENCE = 180.0  # seconds until it is ready: every kernel may have to be compiled first
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict[str, object]:
        found = json.loads(self.body)
        assert isinstance(found, dict)
        return found


@dataclass(frozen=True)
class Service:
    """A running server."""

    port: int
    data: Path
    process: "subprocess.Popen[bytes]"

    @property
    def live(self) -> str:
        return f"ws://127.0.0.1:{self.port}/v1/live"

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found, answer.read())
        finally:
            connection.close()

    def send(self, path: str, fields: dict[str, str | tuple[str, bytes]], **headers: str) -> Answer:
        """POST a form with files."""
        parts = []
        for name, value in fields.items():
            named = f'; filename="{value[0]}"' if isinstance(value, tuple) else ""
            content = value[1] if isinstance(value, tuple) else value.encode()
            head = f'--limit\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
            parts.append(head.encode() + content + b"\r\n")
        kind = {"Content-Type": "multipart/form-data; boundary=limit"}
        return self.ask("POST", path, b"".join(parts) + b"--limit--\r\n", kind | headers)

    def metric(self, name: str) -> float:
        for line in self.ask("GET", "/metrics").body.decode().splitlines():
            if line.startswith(f"{name} "):
                return float(line.split()[1])
        raise AssertionError(f"there is no {name}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(data: Path, *options: str, more: Path = ROOT) -> Service:
    """A server that is ready; it finds packages in `more`, too."""
    port = free_port()
    command = [sys.executable, "-m", "vultus", "serve", "--port", str(port), "--data", str(data), *options]
    path = os.pathsep.join([str(more), str(ROOT)])
    service = Service(port, data, subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": path}))
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            if service.ask("GET", "/readyz").status == 200:
                return service
        except OSError:
            pass
        assert service.process.poll() is None, "the server ended"
        time.sleep(0.1)
    service.process.kill()
    raise AssertionError("the server was not ready in time")


def stop(service: Service) -> int:
    """End it as an operator does; gives its exit code."""
    service.process.terminate()
    return service.process.wait(30)


def furnish(data: Path, portrait_file: Path) -> None:
    """Put a drawn face in place of every bundled portrait."""
    (data / "portraits").mkdir()
    for name in ("ada", "mira", "ren", "otto"):
        shutil.copy(portrait_file, data / "portraits" / f"{name}.vultus")


@pytest.fixture(scope="session")
def service(portrait_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    pytest.importorskip("fastapi", reason="the extra `server` is not installed")
    pytest.importorskip("aiortc", reason="the extra `server` is not installed")
    data = tmp_path_factory.mktemp("data")
    furnish(data, portrait_file)
    running = start(data, "--sessions", "4")
    yield running
    stop(running)
