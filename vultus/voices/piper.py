"""Piper, when it is installed and a voice file is given. Voices that know their times tell them."""

import inspect
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from vultus.errors import OptionRefused, PackageMissing
from vultus.voices.speech import Phone, Speech
from vultus.voices.timed import words_of

_LOCK = threading.Lock()  # an engine reads one text at a time


class PiperVoice:
    """A voice of a Piper .onnx file. Raises OptionRefused, PackageMissing."""

    def __init__(self, model: str) -> None:
        if not Path(model).is_file():
            raise OptionRefused(f"voice model {model or '(none)'}: wanted the .onnx file of a Piper voice")
        self.name = Path(model).stem
        with _LOCK:
            self._engine = _engine(model)

    def speak(self, text: str) -> Iterator[Speech]:
        """The text sentence by sentence."""
        told = "include_alignments" in inspect.signature(self._engine.synthesize).parameters
        chunks = iter(self._engine.synthesize(text, **({"include_alignments": True} if told else {})))
        whole: list[Speech] = []
        while True:
            with _LOCK:
                chunk = next(chunks, None)
            if chunk is None:
                break
            whole.append(_speech(chunk))
        for speech in whole:  # the words of a text are known where it is one sentence
            words = words_of(text, speech.phones) if len(whole) == 1 else ()
            yield Speech(speech.samples, speech.rate, words, speech.phones)


@cache
def _engine(model: str) -> Any:  # noqa: ANN401 - an optional package's
    try:
        from piper import PiperVoice as Engine
    except ImportError as cause:
        raise PackageMissing("Piper is not installed: pip install piper-tts") from cause
    return Engine.load(model)


def _speech(chunk: Any) -> Speech:  # noqa: ANN401 - an optional package's
    sound = np.frombuffer(chunk.audio_int16_bytes, "<i2").astype(np.float32) / np.float32(32768)
    phones, at = [], 0
    for aligned in getattr(chunk, "phoneme_alignments", None) or []:
        phones.append(Phone(aligned.phoneme, at / chunk.sample_rate))
        at += aligned.num_samples
    return Speech(sound, chunk.sample_rate, phones=tuple(phones))
