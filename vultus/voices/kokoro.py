"""Kokoro, when it is installed and a model file is given; its voices file lies beside the model."""

import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from vultus.errors import OptionRefused, PackageMissing, VoiceFailed
from vultus.voices.speech import Phone, Speech
from vultus.voices.timed import words_of

LANGUAGES = {  # by the first letter of a voice's name
    "a": "en-us", "b": "en-gb", "e": "es", "f": "fr-fr", "h": "hi", "i": "it", "j": "ja", "p": "pt-br", "z": "cmn",
}  # fmt: skip
_LOCK = threading.Lock()  # an engine reads one text at a time


class KokoroVoice:
    """A voice of a Kokoro .onnx file and the voices*.bin beside it. Raises OptionRefused, PackageMissing."""

    def __init__(self, model: str, name: str) -> None:
        voices = sorted(Path(model).parent.glob("voices*.bin"))
        if not Path(model).is_file() or not voices:
            raise OptionRefused(f"voice model {model or '(none)'}: wanted a Kokoro .onnx file beside its voices*.bin")
        with _LOCK:
            self._engine = _engine(model, str(voices[0]))
        if name not in self._engine.voices:
            raise OptionRefused(f"voice {name[:40]}: wanted one of {', '.join(sorted(self._engine.voices))}")
        self.name = name

    def speak(self, text: str) -> Iterator[Speech]:
        """The text in one piece, with its times where the model tells them. Raises VoiceFailed."""
        language = LANGUAGES.get(self.name[0], "en-us")
        timed = getattr(self._engine, "create_timed", None)
        try:
            with _LOCK:
                samples, rate, *rest = (timed or self._engine.create)(text, voice=self.name, speed=1.0, lang=language)
        except ValueError as cause:  # it has no phones for the text
            raise VoiceFailed(f"Kokoro cannot read this: {cause}") from cause
        phones = tuple(Phone(one.phoneme, float(one.start)) for one in (rest[0] if rest else ()))
        yield Speech(np.asarray(samples, np.float32), rate, words_of(text, phones), phones)


@cache
def _engine(model: str, voices: str) -> Any:  # noqa: ANN401 - an optional package's
    try:
        from kokoro_onnx import Kokoro
    except ImportError as cause:
        raise PackageMissing("Kokoro is not installed: pip install kokoro-onnx") from cause
    return Kokoro(model, voices)
