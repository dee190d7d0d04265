"""What the web side and the processes that it starts tell each other: plain frozen values, sent as parcels."""

from dataclasses import dataclass
from typing import Any, get_args

from vultus.server.recording import Raw

MEDIA_RATE = 48_000  # ticks a second of every time stamp that leaves: the clock of Opus


@dataclass(frozen=True)
class Wanted:
    """How a session is to look and to be encoded."""

    portrait: str  # path of a portrait file
    size: int = 512  # pixels a side
    rate: int = 25  # frames a second
    seed: int = 0
    codec: str = "h264"  # or "vp8"
    kilobits: int = 2500  # a second, at most
    label: str = "none"  # what viewers read in the picture, one of `provenance.label.LABELS`


@dataclass(frozen=True)
class Open:
    """A new session."""

    session: str
    wanted: Wanted


@dataclass(frozen=True)
class Push:
    """Sound: 16-bit mono at 16 kHz. Live sound comes as it is spoken, other sound as fast as it can."""

    session: str
    sound: bytes
    live: bool


@dataclass(frozen=True)
class Overhear:
    """Somebody else's voice as it is spoken, 16-bit mono at 16 kHz: the face attends to it and does not say it."""

    session: str
    sound: bytes


@dataclass(frozen=True)
class Finish:
    """The end of an utterance."""

    session: str


@dataclass(frozen=True)
class Clear:
    """Somebody interrupts."""

    session: str


@dataclass(frozen=True)
class Turn:
    """New values of some controls, by the names of `Controls`, checked by the sender."""

    session: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Play:
    """Controls over time, from now on: keyframes (their values are not checked yet), or none to leave a timeline."""

    session: str
    keyframes: list[dict[str, Any]]


@dataclass(frozen=True)
class Key:
    """The next picture must stand alone: somebody has lost the ones before."""

    session: str


@dataclass(frozen=True)
class Record:
    """Keep what is shown from now on in a file; without a name, stop and complete it."""

    session: str
    path: str | None


@dataclass(frozen=True)
class Close:
    """The session is over."""

    session: str


@dataclass(frozen=True)
class Stop:
    """The worker is to end, and every session in it."""


SessionOrder = Open | Push | Overhear | Finish | Clear | Turn | Play | Key | Record | Close
Order = SessionOrder | Stop


@dataclass(frozen=True)
class Piece:
    """One encoded piece of sound: 20 ms of Opus."""

    time: int  # of its first sample, in MEDIA_RATE
    content: bytes


@dataclass(frozen=True)
class Shown:
    """One picture, encoded, and the sound that was due with it."""

    session: str
    index: int  # pictures since the session began, those skipped counted in
    time: int  # of the picture, in MEDIA_RATE
    length: int  # until the next picture, in MEDIA_RATE
    content: bytes  # of the picture
    key: bool  # stands alone
    fresh: bool  # False: there was no time to draw, it is the picture before once more
    sounds: tuple[Piece, ...]
    spent: float  # seconds from when the picture was due until it was encoded


@dataclass(frozen=True)
class Told:
    """Something that happened, as the client is to hear it: {"type": ...}."""

    session: str
    event: dict[str, object]


@dataclass(frozen=True)
class Recorded:
    """A recording has stopped; the web side completes it."""

    session: str
    raw: Raw


@dataclass(frozen=True)
class Ended:
    """The session is over; `why` names an error, None when it was asked to close."""

    session: str
    why: str | None


@dataclass(frozen=True)
class Compiling:
    """The worker compiles its kernels, which a machine does once."""

    done: int
    known: int  # a picture needs most of them


@dataclass(frozen=True)
class Awake:
    """The worker is warm: every kernel is compiled or loaded."""


News = Shown | Told | Recorded | Ended | Compiling | Awake


@dataclass(frozen=True)
class Errand:
    """Something that takes a while, for a process that does such things one after the other."""

    request: dict[str, Any]  # as JSON holds it


@dataclass(frozen=True)
class Went:
    """How far an errand has come."""

    share: float  # 0 .. 1


@dataclass(frozen=True)
class Done:
    """An errand is done."""

    facts: dict[str, Any]


@dataclass(frozen=True)
class Refused:
    """An errand cannot be done."""

    kind: str  # the name of an error of the package
    words: str


Report = Went | Done | Refused

ORDERS: tuple[type, ...] = get_args(Order)
NEWS: tuple[type, ...] = get_args(News)
REPORTS: tuple[type, ...] = get_args(Report)
