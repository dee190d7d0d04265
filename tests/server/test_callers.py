"""The clients of the load test: what they send is a web socket, and what they are sent is counted."""

import importlib
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.conftest import Service
from tests.sounds import babble

ROOT = Path(__file__).parents[2]


@pytest.fixture
def callers(monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401 - a module beside the package
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return importlib.import_module("callers")


@pytest.fixture
def line() -> Iterator[tuple[socket.socket, socket.socket]]:
    here, there = socket.socketpair()
    here.setblocking(False)
    yield here, there
    here.close()
    there.close()


def frame(kind: int, content: bytes) -> bytes:
    """As a server sends it: without a mask."""
    length = len(content)
    if length < 126:
        return bytes([0x80 | kind, length]) + content
    if length < 65536:
        return bytes([0x80 | kind, 126]) + length.to_bytes(2, "big") + content
    return bytes([0x80 | kind, 127]) + length.to_bytes(8, "big") + content


@pytest.mark.parametrize("cut", [1, 2, 7, 1000, 10**6])
def test_frames_are_counted_however_they_are_cut(
    callers: Any,  # noqa: ANN401
    line: tuple[socket.socket, socket.socket],
    cut: int,
) -> None:
    here, there = line
    caller = callers.Caller(here, {"pictures": 0, "late": 0})
    pace = json.dumps({"type": "pace", "pictures": 50, "late": 2, "note": "x" * 200}).encode()
    other = json.dumps({"type": "ready"}).encode()
    sent = b"".join(
        frame(kind, content)
        for kind, content in [(1, other), (2, b"a" * 70_000), (1, pace), (2, b""), (2, b"\x81\x05" * 300), (1, pace)]
    )
    for start in range(0, len(sent), cut):
        there.sendall(sent[start : start + cut])
        if cut > 100 or start % 50 == 0:
            caller.look()
    caller.look()
    assert caller.pictures == 3
    assert caller.counted == {"pictures": 100, "late": 4}


def test_who_is_let_go_says_so(callers: Any, line: tuple[socket.socket, socket.socket]) -> None:  # noqa: ANN401
    here, there = line
    there.close()
    with pytest.raises(ConnectionError):
        callers.Caller(here, {}).look()


def test_a_service_understands_them(service: Service, callers: Any) -> None:  # noqa: ANN401
    called = [callers.call(service.port, {"portrait": "ada", "size": 256}) for _ in range(2)]
    sound = (babble(1.0) * 32767).astype("<i2").tobytes()
    callers.speak(called, sound, 3.0)
    for caller in called:
        caller.socket.close()
        assert caller.pictures > 25
        assert caller.counted["pictures"] >= 50


def test_who_is_asked_whether_still_there_answers(callers: Any, line: tuple[socket.socket, socket.socket]) -> None:  # noqa: ANN401
    here, there = line
    there.sendall(frame(9, b"here?"))
    callers.Caller(here, {}).look()
    assert there.recv(64) == bytes([0x80 | 10, 0x80 | 5]) + bytes(4) + b"here?"
