"""Kokoro, when it is installed and a model file is given; its voices file lies beside the model."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from vultus.errors import OptionRefused, PackageMissing
from vultus.voices.speech import Speech


class KokoroVoice:
    """A voice of a Kokoro .onnx file and the voices*.bin beside it. Raises OptionRefused, PackageMissing."""

    def __init__(self, model: str, name: str) -> None:
        voices = sorted(Path(model).parent.glob("voices*.bin"))
        if not Path(model).is_file() or not voices:
            raise OptionRefused(f"voice model {model or '(none)'}: wanted a Kokoro .onnx file beside its voices*.bin")
        try:
            from kokoro_onnx import Kokoro
        except ImportError as cause:
            raise PackageMissing("Kokoro is not installed: pip install kokoro-onnx") from cause
        self.name = name
        self._engine = Kokoro(model, str(voices[0]))

    def speak(self, text: str) -> Iterator[Speech]:
        """The text in one piece."""
        samples, rate = self._engine.create(text, voice=self.name, speed=1.0, lang="en-us")
        yield Speech(np.asarray(samples, np.float32), rate)
