"""Piper and Kokoro as far as they are used here, played by small modules of their names."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from vultus.errors import OptionRefused, VoiceFailed
from vultus.voices import Phone, VoiceChoice, Word, choose, kokoro, piper
from vultus.voices.timed import words_of

RATE = 100  # samples a second; a phone takes ten


@dataclass
class Aligned:
    phoneme: str
    num_samples: int = 10


@dataclass
class Chunk:
    audio_int16_bytes: bytes
    phoneme_alignments: list[Aligned] | None = None
    sample_rate: int = RATE


class Old:
    """Piper before it told times."""

    @classmethod
    def load(cls, _model: str) -> "Old":
        return cls()

    def synthesize(self, text: str) -> Iterator[Chunk]:
        yield Chunk(np.full(10 * len(text), 16384, "<i2").tobytes())


class New(Old):
    """Piper that tells times: every letter is a phone."""

    def synthesize(self, text: str, include_alignments: bool = False) -> Iterator[Chunk]:
        for chunk in super().synthesize(text):
            yield Chunk(chunk.audio_int16_bytes, [Aligned(letter) for letter in text] if include_alignments else None)


@dataclass
class Timing:
    phoneme: str
    start: float


class Kokoro:
    made = 0

    def __init__(self, _model: str, _voices: str) -> None:
        Kokoro.made += 1
        self.voices = {"af_heart": 0, "bf_emma": 0}

    def create_timed(
        self, text: str, voice: str, speed: float, lang: str
    ) -> tuple[np.ndarray[tuple[int], np.dtype[np.float32]], int, list[Timing]]:
        assert (voice, lang) in (("af_heart", "en-us"), ("bf_emma", "en-gb"))
        if not text.strip("!"):
            raise ValueError("no phonemes")
        return np.zeros(10 * len(text), np.float32), RATE, [Timing(letter, i / 10) for i, letter in enumerate(text)]


@pytest.fixture
def model(tmp_path: Path) -> str:
    (tmp_path / "voices-v1.bin").write_bytes(b"")
    path = tmp_path / "kokoro.onnx"
    path.write_bytes(b"")
    return str(path)


@pytest.fixture(autouse=True)
def packages(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, content in (("piper", {"PiperVoice": New}), ("kokoro_onnx", {"Kokoro": Kokoro})):
        module = ModuleType(name)
        vars(module).update(content)
        monkeypatch.setitem(sys.modules, name, module)
    for engines in (piper._engine, kokoro._engine):
        engines.cache_clear()
    yield
    for engines in (piper._engine, kokoro._engine):
        engines.cache_clear()


def test_piper_tells_its_phones_and_words(model: str) -> None:
    (speech,) = choose(VoiceChoice(engine="piper", model=model)).speak("ab c!")
    assert speech.samples[0] == 0.5
    assert [phone.symbol for phone in speech.phones] == ["a", "b", " ", "c", "!"]
    assert speech.words == (Word("ab", 0.0), Word("c", 0.3))


def test_an_older_piper_speaks_without_times(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["piper"], "PiperVoice", Old)
    (speech,) = choose(VoiceChoice(engine="piper", model=model)).speak("ab")
    assert len(speech.samples) == 20
    assert not speech.phones
    assert not speech.words


def test_kokoro_speaks_each_voice_in_its_language_and_is_loaded_once(model: str) -> None:
    made = Kokoro.made
    for name in ("", "bf_emma"):
        (speech,) = choose(VoiceChoice(engine="kokoro", voice=name, model=model)).speak("hi you")
        assert speech.words == (Word("hi", 0.0), Word("you", 0.3))
    assert Kokoro.made == made + 1


def test_kokoro_refuses_in_words(model: str) -> None:
    with pytest.raises(OptionRefused, match="af_heart, bf_emma"):
        choose(VoiceChoice(engine="kokoro", voice="nobody", model=model))
    with pytest.raises(VoiceFailed, match="no phonemes"):
        list(choose(VoiceChoice(engine="kokoro", model=model)).speak("!!"))


@pytest.mark.parametrize(
    ("text", "symbols", "starts"),
    [
        ("one two", "w n  t", [0.0, 0.4]),
        ('"One," two.', '"w, t.', [0.1, 0.4]),
        ("one two three", "w t", []),  # the phones are of fewer words
        ("...", "", []),
    ],
)
def test_words_begin_with_their_first_phone(text: str, symbols: str, starts: list[float]) -> None:
    phones = tuple(Phone(symbol, i / 10) for i, symbol in enumerate(symbols))
    if text == "one two":
        phones = tuple(Phone(symbol, i / 10) for i, symbol in enumerate(("w", "n", "ʌ", " ", "t")))
    assert [word.start for word in words_of(text, phones)] == starts
