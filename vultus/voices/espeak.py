"""espeak-ng (extra `say`): robotic, tiny, offline, a hundred languages; it knows when each word begins.

The library is loaded at run time through ctypes and is GPL-3; nothing of it is part of this package. It keeps
global state, so the whole process shares one lock.
"""

import ctypes
import re
import threading
from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from vultus.errors import OptionRefused, PackageMissing
from vultus.voices.speech import Phone, Speech, Word

Floats = NDArray[np.float32]

RATE = 22_050  # samples a second that espeak-ng speaks at
SPEED = 160  # words a minute
_NAME = re.compile(r"[a-z]{2,3}(-[a-z0-9]+)*(\+[A-Za-z0-9]+)?")
_SYNCHRONOUS, _NO_EXIT, _UTF8 = 2, 0x8000, 1
_SPEED = 1  # espeak_PARAMETER
_LIST_END, _WORD, _PHONE = 0, 1, 7  # espeak_EVENT_TYPE
_PHONES, _IPA = 1, 2  # options of espeak_Initialize: events for phones, named in IPA
_LOCK = threading.Lock()


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


class EspeakVoice:
    """A voice by its espeak-ng name, `language` or `language+variant`. Raises OptionRefused, PackageMissing."""

    def __init__(self, name: str = "en") -> None:
        self.name = name
        if not _NAME.fullmatch(name):
            raise OptionRefused(f"voice {name[:40]}: wanted a language such as en-us, de or fr+f3")
        with _LOCK:
            self._select()

    def speak(self, text: str) -> Iterator[Speech]:
        """The text in one piece, with the times of its words."""
        heard = _Heard()
        callback = _Callback(heard.take)  # must outlive the speaking
        encoded = text.encode() + b"\0"
        with _LOCK:
            self._select()
            library = _library()
            library.espeak_SetSynthCallback(callback)
            library.espeak_Synth(encoded, len(encoded), 0, 1, 0, _UTF8, None, None)
            library.espeak_Synchronize()
        words = tuple(Word(text[at : at + length], start) for at, length, start in heard.words)
        yield Speech(np.concatenate([np.zeros(0, np.float32), *heard.sound]), RATE, words, tuple(heard.phones))

    def _select(self) -> None:
        library = _library()
        if library.espeak_SetVoiceByName(self.name.encode()) != 0:
            raise OptionRefused(f"voice {self.name[:40]}: espeak-ng does not know it: wanted en-us, de, fr ...")
        library.espeak_SetParameter(_SPEED, SPEED, 0)


class _Heard:
    """What espeak-ng calls back with while it speaks."""

    def __init__(self) -> None:
        self.sound: list[Floats] = []
        self.words: list[tuple[int, int, float]] = []  # where in the text, characters, second
        self.phones: list[Phone] = []

    def take(self, wave: "ctypes._Pointer[ctypes.c_short]", count: int, events: "ctypes._Pointer[_Event]") -> int:
        index = 0
        while events[index].type != _LIST_END:
            event = events[index]
            if event.type == _WORD:
                self.words.append((event.text_position - 1, event.length, event.audio_position / 1000))
            elif event.type == _PHONE and event.id:
                self.phones.append(Phone(event.id.decode(errors="ignore"), event.audio_position / 1000))
            index += 1
        if wave and count > 0:
            self.sound.append(np.ctypeslib.as_array(wave, (count,)).astype(np.float32) / np.float32(32768))
        return 0


@cache
def _library() -> ctypes.CDLL:
    try:
        import espeakng_loader
    except ImportError as cause:
        raise PackageMissing("espeak-ng is not installed: pip install 'vultus[say]'") from cause
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    data = str(espeakng_loader.get_data_path()).encode()
    if library.espeak_Initialize(_SYNCHRONOUS, 0, data, _NO_EXIT | _PHONES | _IPA) < 0:
        raise PackageMissing("espeak-ng could not read its data: install espeakng-loader again")
    return library
