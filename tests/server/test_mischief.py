"""What no well-behaved client sends: refused, and everybody else goes on."""

import json
from typing import Any

import pytest

from tests.server.conftest import Service
from tests.server.test_service import free_again
from vultus.server.limits import Flow

client = pytest.importorskip("websockets.sync.client", reason="the extra `server` is not installed")
pytest.importorskip("aiortc", reason="the extra `server` is not installed")
from websockets.exceptions import ConnectionClosed

DEEP = "[" * 100_000


def answer(service: Service, message: str | bytes) -> dict[str, Any]:
    """What a session says to a message; another picture must come afterwards."""
    with client.connect(service.live, max_size=None) as socket:
        socket.send(json.dumps({"portrait": "ada", "size": 256}))
        while not isinstance(socket.recv(20), bytes):
            pass
        socket.send(message)
        found = None
        while True:
            came = socket.recv(20)
            if isinstance(came, bytes) and found is not None:
                return found
            event: dict[str, Any] = json.loads(came) if isinstance(came, str) else {}
            if event.get("type") in ("error", "ended"):
                assert event["type"] == "error", event
                found = event


@pytest.mark.parametrize(
    "message",
    [
        '{"type": "push", "audio": "", "rate": 1e999}',
        '{"type": "push", "audio": "", "rate": NaN}',
        '{"type": "push", "audio": "", "rate": ' + "9" * 400 + "}",
        '{"type": "ping", "id": ' + "[" * 500 + "]" * 500 + "}",
        '{"type": "controls", "values": {"gaze": [NaN, 0]}}',
        '{"type": "controls", "values": {"distance": 1e400}}',
        '{"type": "timeline", "keyframes": [{"seconds": NaN, "controls": {"gaze": [0, 0]}}]}',
        '{"type": "timeline", "keyframes": [{"seconds": 0, "controls": {"gaze": {"x": 1}}, "ease": {}}]}',
        DEEP,
        b"\0" * 900_000,
        b"\0",
    ],
)
def test_it_is_told_and_the_session_goes_on(service: Service, message: str | bytes) -> None:
    assert answer(service, message)["detail"]


@pytest.mark.parametrize("first", [DEEP, '{"portrait": ' + "[" * 900 + "]" * 900 + "}", b"\0\1", '{"size": true}'])
def test_a_first_message_that_is_none_ends_in_peace(service: Service, first: str | bytes) -> None:
    with client.connect(service.live) as socket:
        socket.send(first)
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                socket.recv(20)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code in (1000, 4422)


def test_a_frame_that_is_too_large_ends_the_socket(service: Service) -> None:
    with client.connect(service.live, max_size=None) as socket:
        socket.send(json.dumps({"portrait": "ada", "size": 256}))
        with pytest.raises(ConnectionClosed) as closed:
            socket.send(bytes(5_000_000))
            while True:
                socket.recv(20)
    assert closed.value.rcvd is None or closed.value.rcvd.code == 1009  # cut off while it was still sending
    free_again(service)


@pytest.mark.parametrize(
    "path",
    ["/v1/films/" + "a" * 5000, "/v1/films/..%2f..%2fetc%2fpasswd", "/v1/portraits/..%2fada/picture",
     "/..%2f..%2fapp.py", "/v1/portraits/%00/picture", "/v1/talks/%27%20OR%201=1/content", "/studio.js%00.html"],
)  # fmt: skip
def test_names_lead_nowhere(service: Service, path: str) -> None:
    assert service.ask("GET", path).status == 404


@pytest.mark.parametrize(
    ("wanted", "status"),
    [("bytes=-1", 206), ("bytes=-99999999999999999", 206), ("bytes=9-2", 400), ("bytes=--5", 416),
     ("bytes=99999999999-", 416), ("bytes=" + ",".join(f"{2 * i}-{2 * i}" for i in range(6000)), 200)],
)  # fmt: skip
def test_ranges_are_what_they_are(service: Service, wanted: str, status: int) -> None:
    found = service.ask("GET", "/v1/portraits/ada/picture", headers={"Range": wanted})
    assert found.status == status
    assert len(found.body) < 1_000_000


@pytest.mark.parametrize("query", ["size=" + "9" * 5000, "rate=%C2%B2", "seed=-1", "label=x"])
def test_numbers_of_a_query_are_small(service: Service, query: str) -> None:
    found = service.ask("POST", f"/v1/whep?{query}", b"v=0", {"Content-Type": "application/sdp"})
    assert found.status == 422


def test_a_flood_is_made_to_wait() -> None:
    flow = Flow(0.0)
    assert flow.wait(Flow.MOST // 2, 0.0) == 0
    assert flow.wait(Flow.MOST, 0.0) == pytest.approx((Flow.MOST / 2 + 2 * Flow.MESSAGE) / Flow.RATE)
    short = Flow(0.0)
    assert sum(short.wait(0, 0.0) > 0 for _ in range(10_000)) == 10_000 - Flow.MOST // Flow.MESSAGE
    steady = Flow(0.0)
    assert all(steady.wait(640, i / 50) == 0 and not steady.hasty for i in range(10_000))  # a microphone


def test_a_flood_lets_others_come_in_between_long_before_it_waits() -> None:
    flow = Flow(0.0)
    found = [(flow.wait(640, 0.0), flow.hasty) for _ in range(Flow.MOST // (Flow.MESSAGE + 640))]
    assert not any(wait for wait, _ in found)
    assert sum(not hasty for _, hasty in found) < 60
    flow.wait(0, 10.0)
    assert not flow.hasty
