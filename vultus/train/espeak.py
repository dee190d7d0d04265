"""Timed synthetic speech: espeak-ng through ctypes (training only; the package never ships it).

espeak-ng reports the IPA name and the millisecond of every phone as it speaks. It keeps global state, so one
process speaks with one voice at a time.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

RATE = 22_050  # samples a second that espeak-ng speaks at
_SYNCHRONOUS = 2
_PHONES_IN_IPA = 1 | 2  # phone events, named in IPA
_NO_EXIT = 0x8000
_UTF8 = 1
_SPEED, _PITCH, _RANGE = 1, 3, 4  # espeak_PARAMETER
_PHONE, _END = 7, 5  # espeak_EVENT_TYPE


class _Identity(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Identity),
    )


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@dataclass(frozen=True)
class Phone:
    """One phone of an utterance; an empty name is a pause."""

    name: str  # IPA, with stress and length marks
    start: float  # seconds
    end: float


@dataclass(frozen=True)
class Utterance:
    """Speech and its phones."""

    samples: Floats  # [N]
    phones: tuple[Phone, ...]
    rate: int = RATE


@dataclass(frozen=True)
class Voice:
    """How to speak: an espeak-ng language and variant, words a minute, pitch and its range 0..99."""

    language: str
    variant: str = ""
    speed: int = 165
    pitch: int = 50
    range: int = 50

    @property
    def name(self) -> str:
        """As espeak-ng calls it, `language+variant`."""
        return f"{self.language}+{self.variant}" if self.variant else self.language


@cache
def _library() -> ctypes.CDLL:
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    data = str(espeakng_loader.get_data_path()).encode()
    if library.espeak_Initialize(_SYNCHRONOUS, 0, data, _PHONES_IN_IPA | _NO_EXIT) < 0:
        raise RuntimeError("espeak-ng could not read its data: install espeakng-loader again")
    return library


@contextmanager
def _collecting() -> Iterator[tuple[list[Floats], list[tuple[float, str]]]]:
    """Sound and (second, phone) pairs that arrive while the body runs."""
    sound: list[Floats] = []
    marks: list[tuple[float, str]] = []

    def hear(wave: "ctypes._Pointer[ctypes.c_short]", count: int, events: "ctypes._Pointer[_Event]") -> int:
        i = 0
        while events[i].type != 0:
            if events[i].type == _PHONE:
                name = bytes(events[i].id.string).decode("utf-8", "ignore")
                marks.append((events[i].audio_position / 1000, name))
            i += 1
        if wave and count > 0:
            heard = np.ctypeslib.as_array(wave, (count,)).astype(np.float32)
            sound.append(heard / np.float32(32768))
        return 0

    callback = _Callback(hear)  # must outlive the speaking
    _library().espeak_SetSynthCallback(callback)
    yield sound, marks


def speak(text: str, voice: Voice) -> Utterance:
    """The text spoken, with its phones. Raises ValueError when espeak-ng does not know the voice."""
    library = _library()
    if library.espeak_SetVoiceByName(voice.name.encode()) != 0:
        raise ValueError(f"espeak-ng has no voice {voice.name!r}")
    for parameter, value in ((_SPEED, voice.speed), (_PITCH, voice.pitch), (_RANGE, voice.range)):
        library.espeak_SetParameter(parameter, value, 0)
    encoded = text.encode() + b"\0"
    with _collecting() as (sound, marks):
        library.espeak_Synth(encoded, len(encoded), 0, 1, 0, _UTF8, None, None)
        library.espeak_Synchronize()
    samples = np.concatenate(sound) if sound else np.zeros(0, np.float32)
    ends = [start for start, _ in marks[1:]] + [len(samples) / RATE]
    phones = tuple(Phone(name, start, end) for (start, name), end in zip(marks, ends, strict=True))
    return Utterance(samples, phones)
