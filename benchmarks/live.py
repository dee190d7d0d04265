"""A live session: how late, how steady, how many at once, and what is left when they are gone?

    python benchmarks/live.py [--sessions 4] [--seconds 20] [--minutes 1] [--openings 30] [--only engine ...]

engine    one session in this process: from pushing a sample to the first picture that depends on it; barge-in
sessions  so many at 512 x 512 and 25 pictures a second through sockets, opened in one moment, then one at 40 a second:
          how many pictures were late, and how many were missed: late, or the one before once more
webrtc    from sending a sound to the picture of it, decoded, through WebRTC on this machine
skew      one socket that stalls at random: how far sound and pictures drift apart, and from the clock
memory    sessions opened and closed one after the other: what the server holds on to

Needs the extra server. The server and its clients share the machine (`callers.py` says what a client costs), for
`webrtc` their decoders too. Last line: JSON.
"""

import argparse
import asyncio
import itertools
import json
import os
import queue
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError
from callers import PIECE, call, speak  # type: ignore[import-not-found]  # the file beside this one
from numpy.typing import NDArray
from websockets.asyncio.client import connect

from vultus.clock import SAMPLE_RATE, now
from vultus.media import listen
from vultus.server.live import Live
from vultus.server.messages import Clear, Close, News, Push, Shown, Told, Wanted

Floats = NDArray[np.float32]

ROOT = Path(__file__).parents[1]
PORT = 8765
BURST = 40  # milliseconds of sound that stand out from silence


def spread(seconds: list[float]) -> dict[str, float]:
    """Milliseconds: the middle, the 95th of a hundred, the largest."""
    p50, p95, most = np.percentile(1000 * np.array(seconds), [50, 95, 100]).round(1).tolist()
    return {"p50": p50, "p95": p95, "max": most}


def since(causes: list[float], effect: float) -> float:
    """Seconds from the last cause before an effect; causes lie further apart than effects take."""
    return effect - max(cause for cause in causes if cause < effect)


def voice() -> bytes:
    """The example voice, 16-bit."""
    samples = np.concatenate(list(listen(ROOT / "examples" / "voice_ada.flac")))
    return bytes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


class Traced(Live):
    """A session that notes at which picture each piece of sound was taken in.

    The picture of that moment is the first that depends on the sound: it shows the frame that lies two before,
    and the motion stage has just heard two frames ahead (tests/laws hold that).
    """

    def __init__(self, wanted: Wanted, news: "queue.Queue[tuple[float, News]]") -> None:
        super().__init__("traced", wanted, lambda one: news.put((now(), one)))
        self.loud: list[int] = []  # pictures at which a burst was taken in

    def _hear(self) -> None:
        take = self._intake.take

        def noted() -> Any:  # noqa: ANN401 - what `take` gives
            taken, index = take(), self._pacer.index
            loud = taken is not None and np.abs(taken.samples).max(initial=0) > 0.4
            if loud and index - 1 not in self.loud:  # a burst may lie across two
                self.loud.append(index)
            return taken

        self._intake.take = noted  # type: ignore[method-assign]
        super()._hear()
        self._intake.take = take  # type: ignore[method-assign]


def engine(portrait: Path, seconds: float) -> dict[str, object]:
    """Bursts at random moments into live silence, then a barge-in."""
    news: queue.Queue[tuple[float, News]] = queue.Queue()
    live = Traced(Wanted(str(portrait)), news)
    live.start()
    while not (isinstance((one := news.get()[1]), Told) and one.event["type"] == "ready"):
        pass
    pushed = _bursts(live, seconds)
    left = _barge_in(live, news, pushed)
    live.order(Close("traced"))
    live.join()
    return left


def _bursts(live: Traced, seconds: float) -> list[float]:
    """Push a microphone's pieces at their times; the moments at which bursts were pushed."""
    chance, begun, pushed, wait = random.Random(0), now(), [], 10
    for count in range(int(seconds * 50)):
        while now() < begun + count / 50:
            _sleep(begun + count / 50 - now())
        samples = np.zeros(PIECE, "<i2")
        wait -= 1
        if wait == 0:
            samples[:] = 16_000
            wait = chance.randint(12, 30)
            pushed.append(now())
        live.order(Push("traced", samples.tobytes(), live=True))
    _sleep(0.5)
    return pushed


def _barge_in(live: Traced, news: "queue.Queue[tuple[float, News]]", pushed: list[float]) -> dict[str, object]:
    shown: dict[int, tuple[float, Shown]] = {}

    def drain() -> list[tuple[float, dict[str, object]]]:
        told = []
        while not news.empty():
            at, one = news.get()
            if isinstance(one, Shown):
                shown[one.index] = (at, one)
            elif isinstance(one, Told):
                told.append((at, one.event))
        return told

    drain()
    first = [since(pushed, shown[index][0]) for index in live.loud]
    spent = [one.spent for _, one in shown.values()]
    answers: list[float] = []
    old: list[float] = []
    for _ in range(20):
        live.order(Push("traced", np.full(5 * SAMPLE_RATE, 3000, "<i2").tobytes(), live=False))
        _sleep(random.Random(len(old)).uniform(0.3, 0.5))
        drain()
        asked = now()
        live.order(Clear("traced"))
        _sleep(0.2)
        at, event = next(pair for pair in drain() if pair[1]["type"] == "cleared")
        answers.append(at - asked)
        old.append(
            max([0.0, *(when - asked for index, (when, _) in shown.items() if index < int(str(event["picture"])))])
        )
    return {
        "first_picture_ms": spread(first),
        "picture_ms": spread(spent),
        "bursts": len(first),
        "cleared_ms": spread(answers),
        "last_old_picture_ms": spread(old),
    }


def _sleep(seconds: float) -> None:
    queue_timeout: queue.Queue[None] = queue.Queue()
    try:
        queue_timeout.get(timeout=max(0.0, seconds))
    except queue.Empty:
        return


@contextmanager
def server(data: Path) -> Iterator[int]:
    """A server that is ready; gives its process."""
    command = [sys.executable, "-m", "vultus", "serve", "--port", str(PORT), "--data", str(data), "--sessions", "16"]
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)})
    try:
        asyncio.run(_until_ready())
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


async def _ask(method: str, path: str, body: bytes = b"") -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    lines = [
        f"{method} {path} HTTP/1.1",
        f"Host: 127.0.0.1:{PORT}",
        "Connection: close",
        f"Content-Length: {len(body)}",
    ]
    head = "\r\n".join([*lines, "Content-Type: application/json", "", ""])
    writer.write(head.encode() + body)
    answer = await reader.read()
    writer.close()
    return answer


async def _until_ready() -> None:
    while True:
        try:
            if b" 200 " in (await _ask("GET", "/readyz"))[:15]:
                return
        except OSError:
            pass
        await asyncio.sleep(0.2)


def sessions(count: int, rate: int, seconds: float, portraits: tuple[str, ...] = ("ada",)) -> dict[str, object]:
    """So many at once, opened in one moment, saying the example voice over and over."""
    faces = itertools.islice(itertools.cycle(portraits), count)
    callers = [call(PORT, {"portrait": face, "rate": rate}) for face in faces]
    speak(callers, voice(), seconds)
    for caller in callers:
        caller.socket.close()
    total = {name: sum(one.counted[name] for one in callers) for name in callers[0].counted}
    shares = {f"{name}_share": round(total[name] / max(1, total["pictures"]), 4) for name in ("late", "missed")}
    return {"sessions": count, "rate": rate, **total, **shares}


async def skew(pid: int, minutes: float) -> dict[str, object]:
    """A socket whose client stalls now and then."""
    chance, apart, behind, stalls = random.Random(1), [], [], 0
    begin, seen, put_off = now(), list[float](), 0
    end = begin + 60 * minutes
    async with connect(f"ws://127.0.0.1:{PORT}/v1/live", max_size=None, max_queue=4) as socket:
        await socket.send(json.dumps({"portrait": "ada", "size": 256}))
        begun: float | None = None
        while now() < end:
            message = await socket.recv()
            if now() - begin > len(seen) * 6 * minutes:  # ten times
                seen.append(resident(pid))
            if isinstance(message, str) and (event := json.loads(message))["type"] == "pace":
                put_off += event["put_off"]
            if isinstance(message, str) or message[4:8] != b"moof":
                continue
            times = _times(message)
            begun = begun or now()
            if 1 in times and 2 in times:
                apart.append(abs(times[1] - times[2]))
            behind.append(now() - begun - times.get(1, times.get(2, 0.0)))
            if chance.random() < 1 / 250:
                stalls += 1
                await asyncio.sleep(chance.uniform(0.1, 4))
    tail, head = np.min(behind[-250:]), np.min(behind[:250])  # what comes after a stall comes late, and says nothing
    return {
        "minutes": minutes,
        "stalls": stalls,
        "skew_ms": spread(apart),
        "drift_ms": round(1000 * float(tail - head), 1),
        "put_off": put_off,
        "resident_mb": seen,
    }


def _times(moof: bytes) -> dict[int, float]:
    """Seconds at which each track of a fragment begins."""
    found, at = {}, 0
    while (at := moof.find(b"tfhd", at)) >= 0:
        track = int.from_bytes(moof[at + 8 : at + 12], "big")
        when = moof.find(b"tfdt", at)
        found[track] = int.from_bytes(moof[when + 8 : when + 16], "big") / 48_000
        at = when
    return found


class Viewer:
    """A WebRTC peer that notes when each picture and each sound was decoded."""

    def __init__(self) -> None:
        self.connection = RTCPeerConnection()
        self.channel = self.connection.createDataChannel("control")
        self.pictures: list[tuple[float, float]] = []  # media time, arrival
        self.loud: list[float] = []  # media times
        self.connection.on("track", lambda track: asyncio.ensure_future(self._watch(track)))
        self.ready = asyncio.Event()
        self.channel.on("open", self.ready.set)

    async def call(self) -> None:
        self.connection.addTransceiver("video", direction="recvonly")
        self.connection.addTransceiver("audio", direction="recvonly")
        await self.connection.setLocalDescription(await self.connection.createOffer())
        offer = {"sdp": self.connection.localDescription.sdp, "type": "offer", "portrait": "ada"}
        answer = (await _ask("POST", "/v1/offer", json.dumps(offer).encode())).split(b"\r\n\r\n", 1)[1]
        await self.connection.setRemoteDescription(RTCSessionDescription(json.loads(answer)["sdp"], "answer"))
        await self.ready.wait()

    async def _watch(self, track: MediaStreamTrack) -> None:
        while True:
            try:
                frame: Any = await track.recv()
            except MediaStreamError:
                return
            if track.kind == "video":
                self.pictures.append((float(frame.time), now()))
            else:
                loud = np.abs(frame.to_ndarray()).max() > 6000
                if loud and (not self.loud or float(frame.time) - self.loud[-1] > 0.2):
                    self.loud.append(float(frame.time))


async def webrtc(seconds: float) -> dict[str, object]:
    """Bursts through the data channel; the picture that belongs to each, by the time of its sound."""
    viewer, sent, wait = Viewer(), [], 60
    await viewer.call()
    begun, chance = now(), random.Random(2)
    t = np.arange(PIECE) / SAMPLE_RATE
    tone = (16_000 * np.sin(2 * np.pi * 300 * t)).astype("<i2")
    for count in range(int(seconds * 50)):
        await asyncio.sleep(max(0.0, begun + count / 50 - now()))
        wait -= 1
        samples = tone if wait in (0, 1) else np.zeros(PIECE, "<i2")
        if wait == 1:
            sent.append(now())
        if wait == 0:
            wait = chance.randint(25, 45)
        viewer.channel.send(samples.tobytes())
    await asyncio.sleep(1)
    await viewer.connection.close()
    arrivals = [next((at for time, at in viewer.pictures if time >= loud - 0.02), None) for loud in viewer.loud]
    took = [since(sent, at) for at in arrivals if at is not None]
    return {"bursts": len(sent), "heard": len(viewer.loud), "to_screen_ms": spread(took)}


def resident(pid: int) -> float:
    """Megabytes that a process and its children hold for themselves: what they share with files does not count."""
    total = 0
    for process in [pid, *_children(pid)]:
        status = Path(f"/proc/{process}/status").read_text()
        total += int(status.split("RssAnon:")[1].split()[0])
    return round(total / 1024, 1)


def _children(pid: int) -> list[int]:
    found = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [*found, *(grandchild for child in found for grandchild in _children(child))]


async def memory(pid: int, openings: int) -> dict[str, object]:
    """Open, show half a second's pictures, close; once a second, which is as often as one address may."""
    seen = []
    for count in range(openings + 1):
        if count % max(1, openings // 10) == 0:
            await asyncio.sleep(0.5)
            seen.append(resident(pid))
        async with connect(f"ws://127.0.0.1:{PORT}/v1/live", max_size=None) as socket:
            await socket.send(json.dumps({"portrait": "ada"}))
            for _ in range(12):
                await socket.recv()
        await asyncio.sleep(0.7)
    return {"openings": openings, "resident_mb": seen}


PARTS = ("engine", "sessions", "webrtc", "skew", "memory")


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--sessions", type=int, default=4)
    options.add_argument("--seconds", type=float, default=20)
    options.add_argument("--minutes", type=float, default=1)
    options.add_argument("--openings", type=int, default=30)
    options.add_argument("--portraits", nargs="+", default=["ada"], help="that the sessions show, in turn")
    options.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    asked = options.parse_args()
    found: dict[str, object] = {"load_before": os.getloadavg()[0], "cores": len(os.sched_getaffinity(0))}
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as pid:
        if "engine" in asked.only:
            found["engine"] = engine(Path(folder) / "portraits" / "ada.vultus", asked.seconds)
        if "sessions" in asked.only:
            found["sessions"] = sessions(asked.sessions, 25, asked.seconds, tuple(asked.portraits))
            found["fast"] = sessions(1, 40, asked.seconds)
        if "webrtc" in asked.only:
            found["webrtc"] = asyncio.run(webrtc(asked.seconds))
        if "skew" in asked.only:
            found["skew"] = asyncio.run(skew(pid, asked.minutes))
        if "memory" in asked.only:
            found["memory"] = asyncio.run(memory(pid, asked.openings))
    found["load_after"] = os.getloadavg()[0]
    print(json.dumps(found))


if __name__ == "__main__":
    main()
