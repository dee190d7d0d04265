"""What a voice is, and what it gives."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Word:
    """When a word begins."""

    text: str
    start: float  # seconds since the beginning of the speech that it belongs to


@dataclass(frozen=True)
class Phone:
    """When a sound of speech begins."""

    symbol: str  # IPA
    start: float  # seconds since the beginning of the speech that it belongs to


@dataclass(frozen=True)
class Speech:
    """A piece of speech: as much as the engine gives at once."""

    samples: Floats  # [n] mono, full scale 1
    rate: int  # samples a second
    words: tuple[Word, ...] = ()  # where the engine knows their times
    phones: tuple[Phone, ...] = ()  # the same


class Voice(Protocol):
    """Reads text aloud. May be used by one thread at a time."""

    name: str

    def speak(self, text: str) -> Iterator[Speech]:
        """The text, piece by piece, as it is made. Raises VoiceFailed."""
