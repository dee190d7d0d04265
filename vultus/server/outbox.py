"""What waits to be sent to one client: bounded. A slow client loses pictures, never the beat.

Sound and pictures carry their own times, so leaving some out shifts nothing. After a gap the first picture
must stand alone, and the worker is asked for one.
"""

import asyncio
from collections import deque

from vultus.server.messages import Shown

MOST_WAITING = 15  # pictures: 0.6 s at 25 a second


class Outbox:
    """A queue between the session and a transport, both on the same event loop."""

    def __init__(self) -> None:
        self.dropped = 0  # pictures, in all
        self._waiting: deque[Shown] = deque()
        self._news = asyncio.Event()
        self._gap = False  # the pictures after the last one sent are lost
        self._over = False

    @property
    def waiting(self) -> int:
        """How many pictures wait."""
        return len(self._waiting)

    def put(self, shown: Shown) -> bool:
        """Append; returns whether a picture that stands alone is wanted, since some were lost."""
        if len(self._waiting) >= MOST_WAITING:
            self.empty()
        if self._gap:
            if not shown.key:
                self.dropped += 1
                return True
            self._gap = False
        self._waiting.append(shown)
        self._news.set()
        return self._gap

    def empty(self) -> int:
        """Drop what waits; returns how many pictures that was."""
        lost = len(self._waiting)
        if lost:
            self._waiting.clear()
            self.dropped += lost
            self._gap = True
        return lost

    def end(self) -> None:
        """There is no more to come."""
        self._over = True
        self._news.set()

    async def get(self) -> Shown | None:
        """The next one; None at the end."""
        while not self._waiting:
            if self._over:
                return None
            self._news.clear()
            await self._news.wait()
        return self._waiting.popleft()
