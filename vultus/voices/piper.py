"""Piper, when it is installed and a voice file is given."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from vultus.errors import OptionRefused, PackageMissing
from vultus.voices.speech import Speech


class PiperVoice:
    """A voice of a Piper .onnx file. Raises OptionRefused, PackageMissing."""

    def __init__(self, model: str) -> None:
        if not Path(model).is_file():
            raise OptionRefused(f"voice model {model or '(none)'}: wanted the .onnx file of a Piper voice")
        try:
            from piper import PiperVoice as Engine
        except ImportError as cause:
            raise PackageMissing("Piper is not installed: pip install piper-tts") from cause
        self.name = Path(model).stem
        self._engine = Engine.load(model)

    def speak(self, text: str) -> Iterator[Speech]:
        """The text sentence by sentence."""
        for chunk in self._engine.synthesize(text):
            sound = np.frombuffer(chunk.audio_int16_bytes, "<i2").astype(np.float32) / np.float32(32768)
            yield Speech(sound, chunk.sample_rate)
