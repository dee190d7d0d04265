"""People who call a service: one web socket each, a microphone that never pauses, and eyes that see only reports.

A client shares the machine with the service here, which elsewhere it does not. So it does as little as a client can: it
does not decode, looks at its sockets when it speaks and not for each picture, and reads no more of a picture than how
long it is. What it sends is what a browser sends: a piece of sound of 20 ms every 20 ms, and no two at the same moment.
"""

import json
import socket
import struct
import time
from dataclasses import dataclass, field

from vultus.clock import SAMPLE_RATE, now

PIECE = SAMPLE_RATE // 50  # samples that a microphone gives at once
PATIENCE = 30.0  # seconds for the first answer
TEXT, BINARY, PING, PONG = 1, 2, 9, 10  # kinds of frames: RFC 6455, section 5.2
KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # any 16 bytes will do


@dataclass
class Caller:
    """One of them."""

    socket: socket.socket
    counted: dict[str, int]
    pictures: int = 0
    said: int = 0  # bytes of the sound
    _came: bytearray = field(default_factory=bytearray)
    _to_skip: int = 0  # bytes of a frame that are of no interest

    def say(self, sound: bytes) -> None:
        """The next piece of a sound that is said over and over."""
        piece = sound[self.said : self.said + 2 * PIECE]
        self.said = (self.said + 2 * PIECE) % (len(sound) - 2 * PIECE)
        self.socket.sendall(_frame(BINARY, piece))

    def look(self) -> None:
        """Take what has come."""
        try:
            while True:
                came = self.socket.recv(1 << 18)
                if not came:
                    raise ConnectionError("the service has let go")
                self._came += came
        except BlockingIOError:
            self._understand()

    def _understand(self) -> None:
        at = 0
        while True:
            skipped = min(self._to_skip, len(self._came) - at)
            at, self._to_skip = at + skipped, self._to_skip - skipped
            head = _head(self._came, at)
            if self._to_skip or head is None:
                break
            kind, start, length = head
            if kind in (TEXT, PING):
                if len(self._came) < start + length:
                    break
                content = bytes(self._came[start : start + length])
                if kind == TEXT:
                    self._report(json.loads(content))
                else:  # who does not answer is thought to have gone
                    self.socket.sendall(_frame(PONG, content))
            self.pictures += kind == BINARY
            at, self._to_skip = start, length
        del self._came[:at]

    def _report(self, event: dict[str, int]) -> None:
        if event["type"] == "pace":  # type: ignore[comparison-overlap]
            for name in self.counted:
                self.counted[name] += event[name]


def call(port: int, wanted: dict[str, object]) -> Caller:
    """A session, asked for and not waited for."""
    line = socket.create_connection(("127.0.0.1", port))
    head = (
        f"GET /v1/live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n\r\n"
    )
    line.sendall(head.encode())
    line.settimeout(PATIENCE)
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        answer += line.recv(1)
    assert b" 101 " in answer.split(b"\r\n", 1)[0] + b" ", answer
    line.sendall(_frame(TEXT, json.dumps(wanted).encode()))
    line.setblocking(False)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Caller(line, dict.fromkeys(("pictures", "late", "skipped", "missed", "put_off"), 0))


def speak(callers: list[Caller], sound: bytes, seconds: float) -> None:
    """All of them, each in turn, so that a round takes 20 ms."""
    begun, gap = now(), PIECE / SAMPLE_RATE / len(callers)
    for count in range(int(seconds / gap)):
        time.sleep(max(0.0, begun + count * gap - now()))
        caller = callers[count % len(callers)]
        caller.say(sound)
        caller.look()


def _frame(kind: int, content: bytes) -> bytes:
    """A frame under a mask of zeros."""
    length = struct.pack(">B", 0x80 | len(content)) if len(content) < 126 else struct.pack(">BH", 0xFE, len(content))
    return bytes([0x80 | kind]) + length + bytes(4) + content


def _head(came: bytearray, at: int) -> tuple[int, int, int] | None:
    """The kind of the frame that begins there, where its content begins, and how long that is."""
    if len(came) < at + 2:
        return None
    kind, short = came[at] & 15, came[at + 1] & 127
    wide = {126: 2, 127: 8}.get(short, 0)
    if len(came) < at + 2 + wide:
        return None
    length = int.from_bytes(came[at + 2 : at + 2 + wide], "big") if wide else short
    return kind, at + 2 + wide, length
