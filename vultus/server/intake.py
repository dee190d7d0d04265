"""Sound that has come and is not heard yet: bounded, and live sound neither stutters nor piles up.

Sound from a voice engine comes faster than it is said and is taken in whole frames. Live sound comes as it is
spoken, in bursts: it first fills a cushion, and what piles up beyond `MOST_BEHIND` is dropped, oldest first,
since a face that answers late is worse than one that loses a syllable.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vultus.clock import SAMPLE_RATE, SAMPLES_PER_FRAME

Floats = NDArray[np.float32]

CUSHION = SAMPLES_PER_FRAME + SAMPLE_RATE * 20 // 1000  # a frame and one burst of a browser: 60 ms
MOST_BEHIND = CUSHION + SAMPLE_RATE * 80 // 1000  # 140 ms


@dataclass(frozen=True)
class Taken:
    """The next sound to hear."""

    samples: Floats  # [1 .. SAMPLES_PER_FRAME], or none at all where an utterance ended on the frame before
    end: bool  # the utterance ends here


class Intake:
    """A queue of samples. `push` and `finish` at one end, `take` once a frame at the other."""

    def __init__(self, most: int) -> None:
        self._most = most  # samples
        self._pieces: deque[Floats] = deque()
        self._queued = 0
        self._came = 0  # samples since the beginning; marks count on it
        self._gone = 0
        self._ends: deque[int] = deque()
        self._live = False
        self._filling = True  # live sound is waiting for its cushion

    @property
    def queued(self) -> int:
        """Samples that wait."""
        return self._queued

    def push(self, samples: Floats, *, live: bool) -> int:  # [n]
        """Append sound; returns how many samples found no room (0 when all did; live sound makes its own)."""
        self._live = live
        if live:
            self._append(samples)
            if self._queued > MOST_BEHIND:
                self._drop(self._queued - CUSHION)
            return 0
        fits = samples[: max(0, self._most - self._queued)]
        self._append(fits)
        return len(samples) - len(fits)

    def finish(self) -> None:
        """The utterance ends with the sound pushed so far."""
        if not self._ends or self._ends[-1] != self._came:
            self._ends.append(self._came)

    def clear(self) -> int:
        """Drop everything; returns how many samples that was."""
        dropped = self._queued
        self._drop(dropped)
        self._ends.clear()
        self._filling = True
        return dropped

    def take(self) -> Taken | None:
        """The next frame's sound, or None: there is not enough, and the face idles."""
        left = self._ends[0] - self._gone if self._ends else None
        if left is not None and left <= SAMPLES_PER_FRAME:
            self._ends.popleft()
            self._filling = True
            return Taken(self._cut(left), end=True)
        wanted = CUSHION if self._live and self._filling and left is None else SAMPLES_PER_FRAME
        if self._queued < wanted:
            self._filling = True
            return None
        self._filling = False
        return Taken(self._cut(SAMPLES_PER_FRAME), end=False)

    def _append(self, samples: Floats) -> None:
        if len(samples):
            self._pieces.append(samples)
            self._queued += len(samples)
            self._came += len(samples)

    def _drop(self, count: int) -> None:
        self._cut(count)
        while self._ends and self._ends[0] < self._gone:
            self._ends.popleft()

    def _cut(self, count: int) -> Floats:
        taken: list[Floats] = []
        missing = count
        while missing:
            piece = self._pieces.popleft()
            if len(piece) > missing:
                self._pieces.appendleft(piece[missing:])
            taken.append(piece[:missing])
            missing -= len(taken[-1])
        self._queued -= count
        self._gone += count
        return np.concatenate(taken) if taken else np.zeros(0, np.float32)
