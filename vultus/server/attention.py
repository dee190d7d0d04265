"""Does somebody speak into the microphone of a face that listens? By loudness against what is usual there."""

import numpy as np
from numpy.typing import NDArray

from vultus.clock import SAMPLE_RATE

Floats = NDArray[np.float32]

PIECE = SAMPLE_RATE * 20 // 1000  # samples judged at once
LOUDER = 9.0  # decibels above the quiet of the place
LEAST = -50.0  # decibels of full scale: nothing softer is speech
QUIETEST = -75.0  # decibels: a microphone that is off gives less, and says nothing about the place
FALL, RISE, RISE_AT_FIRST = 0.3, 0.004, 0.05  # shares of the way that the quiet goes down, and up, with each piece
FIRST = 50  # pieces: a second to get to know the place
BEGIN = 4  # loud pieces of the last eight: 80 ms make speech, a click does not
WINDOW = 8
HOLD = 35  # pieces, 0.7 s: people pause for breath


class Attention:
    """Hears a microphone piece by piece."""

    def __init__(self) -> None:
        self.speaks = False  # somebody does
        self._left = np.zeros(0, np.float32)
        self._quiet = LEAST  # decibels of the place without speech
        self._loud = [False] * WINDOW
        self._since = HOLD  # pieces since the last loud one
        self._heard = 0  # pieces

    def hear(self, samples: Floats) -> None:  # [n]
        """The next sound, of any length."""
        sound = np.concatenate([self._left, samples])
        count = len(sound) // PIECE
        for piece in sound[: count * PIECE].reshape(count, PIECE):
            self._judge(10 * float(np.log10(np.mean(piece * piece) + 1e-9)))
        self._left = sound[count * PIECE :].copy()

    def _judge(self, level: float) -> None:
        loud = level > max(self._quiet + LOUDER, LEAST)
        self._heard += 1
        rise = RISE_AT_FIRST if self._heard <= FIRST else RISE
        share = FALL if level < self._quiet else rise
        self._quiet += share * (max(level, QUIETEST) - self._quiet)
        self._loud = [*self._loud[1:], loud]
        self._since = 0 if loud else self._since + 1
        self.speaks = sum(self._loud) >= BEGIN or (self.speaks and self._since < HOLD)
