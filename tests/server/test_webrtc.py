"""A WebRTC client beside the server: aiortc itself."""

import asyncio
import itertools
import json
from typing import Any

import pytest

from tests.server.conftest import Service

aiortc = pytest.importorskip("aiortc", reason="the extra `server` is not installed")


class Caller:
    """One peer that watches, listens and reads events."""

    def __init__(self) -> None:
        self.connection = aiortc.RTCPeerConnection()
        self.channel = self.connection.createDataChannel("control")
        self.events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.times: dict[str, list[float]] = {"video": [], "audio": []}
        self.tasks: list[asyncio.Task[None]] = []
        self.channel.on("message", lambda text: self.events.put_nowait(json.loads(text)))
        self.connection.on("track", lambda track: self.tasks.append(asyncio.ensure_future(self.watch(track))))

    async def watch(self, track: Any) -> None:  # noqa: ANN401 - an optional package's
        while True:
            try:
                self.times[track.kind].append(float((await track.recv()).time))
            except aiortc.mediastreams.MediaStreamError:
                return

    async def call(self, service: Service, only: str | None = None) -> str:
        """Offer and take the answer; gives the answer."""
        video = self.connection.addTransceiver("video", direction="recvonly")
        self.connection.addTransceiver("audio", direction="recvonly")
        if only is not None:
            codecs = aiortc.RTCRtpReceiver.getCapabilities("video").codecs
            video.setCodecPreferences([codec for codec in codecs if codec.mimeType.lower() == f"video/{only}"])
        await self.connection.setLocalDescription(await self.connection.createOffer())
        offer = {"sdp": self.connection.localDescription.sdp, "type": "offer", "size": 256}
        answer = await asyncio.to_thread(
            service.ask, "POST", "/v1/offer", json.dumps(offer).encode(), {"Content-Type": "application/json"}
        )
        assert answer.status == 200, answer.body
        sdp = str(answer.json()["sdp"])
        await self.connection.setRemoteDescription(aiortc.RTCSessionDescription(sdp, "answer"))
        return sdp

    async def until(self, kind: str) -> dict[str, Any]:
        while (event := await asyncio.wait_for(self.events.get(), 15))["type"] != kind:
            pass
        return event


@pytest.mark.parametrize("codec", [None, "vp8"])
def test_pictures_sound_and_events_come_through(service: Service, codec: str | None) -> None:
    async def run() -> Caller:
        caller = Caller()
        await caller.call(service, codec)
        await caller.until("pace")
        caller.channel.send(json.dumps({"type": "say", "text": ""}))
        await caller.until("error")
        caller.channel.send(bytes(6400))
        await caller.until("speaking")
        caller.channel.send(json.dumps({"type": "clear"}))
        await caller.until("cleared")
        await caller.connection.close()
        return caller

    caller = asyncio.run(run())
    video, audio = caller.times["video"], caller.times["audio"]
    assert len(video) > 30
    assert len(audio) > 60
    steps = [round((b - a) * 25) for a, b in itertools.pairwise(video)]
    assert set(steps) <= {1, 2, 3}


def test_whep_answers_and_ends(service: Service) -> None:
    async def offer() -> str:
        connection = aiortc.RTCPeerConnection()
        connection.addTransceiver("video", direction="recvonly")
        connection.addTransceiver("audio", direction="recvonly")
        await connection.setLocalDescription(await connection.createOffer())
        sdp = str(connection.localDescription.sdp)
        await connection.close()
        return sdp

    kind = {"Content-Type": "application/sdp"}
    answer = service.ask("POST", "/v1/whep?portrait=mira&size=256", asyncio.run(offer()).encode(), kind)
    assert answer.status == 201
    assert answer.headers["content-type"].startswith("application/sdp")
    assert b"m=video" in answer.body
    assert service.ask("DELETE", answer.headers["location"]).status == 204
    assert service.ask("DELETE", answer.headers["location"]).status == 404


@pytest.mark.parametrize("sdp", ["", "v=0", "nonsense\r\n" * 100, "v=0\r\nm=video 9 X 96\r\n", "x" * 200_000])
def test_what_is_no_offer_is_refused_and_leaves_nothing(service: Service, sdp: str) -> None:
    answer = service.ask("POST", "/v1/whep", sdp.encode(), {"Content-Type": "application/sdp"})
    assert answer.status in (413, 422)
    assert service.ask("POST", "/v1/whep", b"{}", {"Content-Type": "application/json"}).status == 415
    assert service.ask("POST", "/v1/offer", b"[]", {"Content-Type": "application/json"}).status == 422
