"""Which voice reads: what was asked for, else what was set, else the one that is always there."""

import os
from dataclasses import dataclass

from vultus.errors import OptionRefused
from vultus.voices.speech import Voice

ENGINES = ("espeak", "openai", "piper", "kokoro")


@dataclass(frozen=True)
class VoiceChoice:
    """What the operator set; empty strings are not set."""

    engine: str = ""  # one of ENGINES
    voice: str = ""  # a name that the engine knows: en-us, alloy, af_heart ...
    model: str = ""  # of piper and kokoro: a file; of openai: the model's name
    url: str = ""  # of openai: up to and without /audio/speech
    key: str = ""  # of openai


def choose(choice: VoiceChoice = VoiceChoice()) -> Voice:
    """The voice of a choice. Raises OptionRefused, PackageMissing.

    Without an engine: a server when OPENAI_BASE_URL or `url` names one, piper or kokoro when `model` names a
    file for it, otherwise espeak-ng, which needs nothing but the extra `say`.
    """
    engine = choice.engine or _likely(choice)
    if engine == "openai":
        from vultus.voices.openai import OpenAiVoice

        return OpenAiVoice(
            choice.url or os.environ.get("OPENAI_BASE_URL", ""),
            choice.key or os.environ.get("OPENAI_API_KEY", ""),
            choice.model or "tts-1",
            choice.voice or "alloy",
        )
    if engine == "piper":
        from vultus.voices.piper import PiperVoice

        return PiperVoice(choice.model)
    if engine == "kokoro":
        from vultus.voices.kokoro import KokoroVoice

        return KokoroVoice(choice.model, choice.voice or "af_heart")
    if engine == "espeak":
        from vultus.voices.espeak import EspeakVoice

        return EspeakVoice(choice.voice or "en")
    raise OptionRefused(f"voice engine {engine}: wanted one of {', '.join(ENGINES)}")


def _likely(choice: VoiceChoice) -> str:
    if choice.url or (os.environ.get("OPENAI_BASE_URL") and not choice.model):
        return "openai"
    if choice.model:
        return "kokoro" if "kokoro" in os.path.basename(choice.model).lower() else "piper"
    return "espeak"
