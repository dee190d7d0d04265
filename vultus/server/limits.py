"""How much of everything one server takes, and who has taken how much."""

from collections import OrderedDict
from dataclasses import dataclass

MEGA = 1_000_000


@dataclass(frozen=True)
class Limits:
    """Bounds that an operator may move."""

    sessions: int = 8  # open at once
    session_seconds: int = 3600  # that one may last
    picture_bytes: int = 20 * MEGA
    sound_bytes: int = 60 * MEGA
    sound_seconds: int = 600
    film_bytes: int = 60 * MEGA  # of a file to verify
    text_letters: int = 4000
    sizes: tuple[int, ...] = (256, 384, 512, 640, 768)  # pixels a side of a live face
    rates: tuple[int, ...] = (20, 24, 25, 30, 40, 50)  # pictures a second of a live face
    message_bytes: int = 1 * MEGA  # of one message on a socket
    sessions_a_minute: int = 60  # from one address
    uploads_a_minute: int = 30  # from one address
    texts_a_minute: int = 60  # said or asked in one session
    jobs_waiting: int = 100
    portraits: int = 500  # kept
    keep_seconds: int = 24 * 3600  # that films and uploaded portraits are kept

    @property
    def body_bytes(self) -> int:
        """The largest request."""
        return self.picture_bytes + max(self.sound_bytes, self.film_bytes) + 100_000


class Flow:
    """How fast one client may send: a bucket of bytes, out of which each message takes something besides its length."""

    RATE = 2_000_000  # bytes a second: thirty times what sound takes
    MOST = 8_000_000  # bytes at once
    MESSAGE = 8_000  # bytes that a message counts for, however short
    USUAL = 500_000  # bytes at once of who speaks: beyond it, others come in between

    def __init__(self, now: float) -> None:
        self._left = float(self.MOST)
        self._at = now  # seconds

    def wait(self, length: int, now: float) -> float:
        """Take a message of so many bytes; seconds to wait before it is used."""
        self._left = min(self.MOST, self._left + (now - self._at) * self.RATE) - length - self.MESSAGE
        self._at = now
        return max(0.0, -self._left / self.RATE)

    @property
    def hasty(self) -> bool:
        """Whether more came lately than anybody says."""
        return self._left < self.MOST - self.USUAL


MOST_ADDRESSES = 10_000  # remembered


class Rate:
    """So many a minute from one address: a bucket that fills again."""

    def __init__(self, a_minute: int) -> None:
        self._most = float(a_minute)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # address: (left, at second)

    def allows(self, address: str, now: float) -> bool:
        """Take one from the address's bucket; False when it is empty."""
        left, at = self._buckets.pop(address, (self._most, now))
        left = min(self._most, left + (now - at) * self._most / 60)
        self._buckets[address] = (left - 1 if left >= 1 else left, now)
        if len(self._buckets) > MOST_ADDRESSES:
            self._buckets.popitem(last=False)
        return left >= 1
