"""A session over WebRTC: our own packets in aiortc's hands, both tracks on one clock.

aiortc encodes pictures with settings of its own and paces nothing. Here the worker has encoded and the tracks
hand over packets: pictures as they come, sound in pieces of 20 ms when each is due.
"""

import asyncio
import json
import re
from fractions import Fraction
from typing import Any, TypeAlias

import av
from aiortc import (
    MediaStreamTrack,
    RTCDataChannel,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.exceptions import InvalidStateError
from aiortc.mediastreams import MediaStreamError
from aiortc.rtcrtpparameters import RTCRtpCodecCapability
from av.audio.frame import AudioFrame

from vultus.clock import now
from vultus.server.door import Door
from vultus.server.ear import Ear
from vultus.server.house import House
from vultus.server.limits import Flow
from vultus.server.messages import MEDIA_RATE, Shown
from vultus.server.problems import Problem
from vultus.server.session import Session

CONNECTING = 15.0  # seconds for a peer to come through
MOST_WAITING = 50  # packets a track
Packet: TypeAlias = "av.Packet[Any]"

MOST_UNSENT = 1_000_000  # bytes of events on a data channel

# what aiortc's parser raises for text that is no offer
MALFORMED = (ValueError, AttributeError, IndexError, KeyError, AssertionError, TypeError, InvalidStateError)


class PacketTrack(MediaStreamTrack):
    """A track of packets that are encoded already."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__()
        self._packets: asyncio.Queue[tuple[float, Packet]] = asyncio.Queue(MOST_WAITING)

    def put(self, content: bytes, time: int, due: float) -> None:
        """Hand over a packet for the time `due`; the oldest makes room where nobody takes them."""
        packet = av.Packet(content)
        packet.pts = packet.dts = time
        packet.time_base = Fraction(1, MEDIA_RATE)
        if self._packets.full():
            self._packets.get_nowait()
        self._packets.put_nowait((due, packet))

    async def recv(self) -> Packet:
        """The next packet, when it is due. Raises MediaStreamError at the end."""
        if self.readyState != "live":
            raise MediaStreamError
        due, packet = await self._packets.get()
        await asyncio.sleep(max(0.0, due - now()))
        return packet


class Call:
    """A connection that our two tracks are part of, before there is a session to fill them."""

    def __init__(self) -> None:
        self.connection = RTCPeerConnection()
        self.pictures, self.sound = PacketTrack("video"), PacketTrack("audio")
        video = self.connection.addTransceiver(self.pictures, "sendonly")
        self.connection.addTransceiver(self.sound, "sendrecv")
        video.setCodecPreferences(_by_preference())
        self.sender = video.sender

    async def take(self, offer: str) -> str:
        """Take an offer; gives the codec of the pictures. Raises Problem."""
        try:
            await self.connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
            return _first_codec((await self.connection.createAnswer()).sdp)
        except MALFORMED as cause:
            raise Problem(422, "sdp: wanted a WebRTC offer that receives video and sound") from cause

    async def answer(self) -> str:
        """The answer, with our addresses in it."""
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        return str(self.connection.localDescription.sdp)


class Peer:
    """One browser or program."""

    def __init__(self, house: House, call: Call, session: Session) -> None:
        self._house = house
        self._call = call
        self._session = session
        self._door = Door(house, session, session.tell)
        self._channel: RTCDataChannel | None = None
        self._flow = Flow(now())
        self._connected = asyncio.Event()
        self._over = asyncio.Event()
        self._listening: asyncio.Task[None] | None = None
        # aiortc tells its own encoder of a lost picture: ours is to hear of it instead
        call.sender._send_keyframe = session.ask_for_key  # type: ignore[method-assign]
        call.connection.on("track", self._on_track)
        call.connection.on("datachannel", self._on_channel)
        call.connection.on("connectionstatechange", self._on_state)

    async def run(self) -> None:
        """Until the peer leaves, the session ends or its time is up."""
        try:
            await asyncio.wait_for(self._connected.wait(), CONNECTING)
        except asyncio.TimeoutError:
            await self.close()
            return
        tasks = [asyncio.create_task(work) for work in (self._show(), self._tell(), self._over.wait())]
        try:
            limit = self._house.limits.session_seconds
            await asyncio.wait(tasks, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.close()

    async def close(self) -> None:
        """Let everything go."""
        self._over.set()
        self._door.leave()
        self._call.pictures.stop()
        self._call.sound.stop()
        await self._call.connection.close()

    async def _show(self) -> None:
        """Everything before the peer came through is forgotten; then both tracks begin at one moment."""
        self._session.outbox.empty()
        self._session.ask_for_key()
        start: float | None = None
        while (shown := await self._session.outbox.get()) is not None:
            if start is None:
                if not shown.key:
                    continue
                start = now() - shown.time / MEDIA_RATE
            self._send(shown, start)

    def _send(self, shown: Shown, start: float) -> None:
        self._call.pictures.put(shown.content, shown.time, 0.0)
        for piece in shown.sounds:
            self._call.sound.put(piece.content, piece.time, start + piece.time / MEDIA_RATE)

    async def _tell(self) -> None:
        while True:
            event = await self._session.events.get()
            channel = self._channel
            if channel is not None and channel.readyState == "open" and channel.bufferedAmount < MOST_UNSENT:
                channel.send(json.dumps(event))

    def _on_channel(self, channel: RTCDataChannel) -> None:
        self._channel = channel
        channel.on("message", self._on_message)

    def _on_message(self, message: str | bytes) -> None:
        if self._flow.wait(len(message), now()):
            return  # faster than any speech: a channel cannot be made to wait
        if isinstance(message, str):
            self._door.understand(message)
        else:
            self._door.hear(message)

    def _on_state(self) -> None:
        if self._call.connection.connectionState == "connected":
            self._connected.set()
        elif self._call.connection.connectionState in ("failed", "closed"):
            self._connected.set()
            self._over.set()

    def _on_track(self, track: MediaStreamTrack) -> None:
        if track.kind == "audio":
            self._listening = asyncio.create_task(self._listen(track))

    async def _listen(self, track: MediaStreamTrack) -> None:
        ear = Ear()
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            if isinstance(frame, AudioFrame):
                self._door.hear(ear.hear_frame(frame))


class Peers:
    """Every peer of one server."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._peers: dict[str, Peer] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def offer(self, sdp: str, asked: dict[str, object], address: str) -> tuple[str, str]:
        """A new peer from its offer: (answer, session). Raises Problem."""
        self._house.allow_session(address)
        call = Call()
        try:
            codec = await call.take(sdp)
            session = self._house.open(self._house.wanted(asked, codec), "webrtc")
        except Problem:
            await call.connection.close()
            raise
        peer = Peer(self._house, call, session)
        self._peers[session.name] = peer
        answer = await call.answer()
        task = asyncio.create_task(self._run(peer, session.name))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return answer, session.name

    async def end(self, name: str) -> bool:
        """End a peer; whether there was one."""
        peer = self._peers.get(name)
        if peer is not None:
            await peer.close()
        return peer is not None

    async def stop(self) -> None:
        """End them all."""
        await asyncio.gather(*(peer.close() for peer in list(self._peers.values())), return_exceptions=True)

    async def _run(self, peer: Peer, name: str) -> None:
        try:
            await peer.run()
        finally:
            self._peers.pop(name, None)


def _by_preference() -> list[RTCRtpCodecCapability]:
    """H.264 before VP8."""
    codecs = RTCRtpSender.getCapabilities("video").codecs
    return sorted(codecs, key=lambda codec: codec.mimeType.lower() != "video/h264")


def _first_codec(sdp: str) -> str:
    """What the pictures of an answer are encoded as. Raises IndexError, KeyError where there are none."""
    video = sdp.split("m=video ")[1]
    number = video.split()[2]
    names = dict(re.findall(r"a=rtpmap:(\d+) (\w+)/", video))
    return {"H264": "h264", "VP8": "vp8"}[names[number]]
