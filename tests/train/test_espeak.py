"""Timed synthetic speech."""

import numpy as np
import pytest

from vultus.train import espeak, texts
from vultus.train.articulation import segments

pytest.importorskip("espeakng_loader", reason="the extra `train` is not installed")


def test_phones_cover_the_sound_in_order() -> None:
    said = espeak.speak("papa and a big moon", espeak.Voice("en"))
    assert said.samples.dtype == np.float32 and 0.05 < np.abs(said.samples).max() <= 1
    assert [phone.name.strip("ˈˌ") for phone in said.phones][:3] == ["p", "ɐ", "p"]
    assert all(a.end == b.start for a, b in zip(said.phones, said.phones[1:], strict=False))
    assert said.phones[-1].end == pytest.approx(len(said.samples) / espeak.RATE)


def test_phones_stand_where_they_sound() -> None:
    said = espeak.speak("aa sss aa", espeak.Voice("en", speed=120))
    hiss = next(phone for phone in said.phones if phone.name == "s")
    middle = said.samples[int((hiss.start + 0.03) * espeak.RATE) : int(hiss.end * espeak.RATE)]
    crossings = (np.diff(np.sign(middle)) != 0).mean() * espeak.RATE / 2
    assert crossings > 2500  # Hz: only a hiss is that high


def test_the_same_words_take_the_same_time_and_speed_changes_it() -> None:
    one, again = (espeak.speak("hello there", espeak.Voice("en")) for _ in range(2))
    assert len(again.samples) == pytest.approx(len(one.samples), rel=0.01)  # espeak-ng is not exactly repeatable
    assert len(espeak.speak("hello there", espeak.Voice("en", speed=110)).samples) > len(one.samples)


@pytest.mark.parametrize("language", list(texts.WORDS))
def test_every_language_speaks_phones_that_we_know(language: str) -> None:
    said = espeak.speak(texts.sentence(language, np.random.default_rng(1)), espeak.Voice(language))
    spoken = [phone for phone in said.phones if phone.name]
    assert len(spoken) > 8
    known = segments(spoken)
    assert len(known) >= 0.9 * len(spoken)


@pytest.mark.parametrize("variant", texts.VARIANTS)
def test_every_variant_exists(variant: str) -> None:
    assert len(espeak.speak("hi", espeak.Voice("en", variant)).samples)


def test_an_unknown_voice_is_refused() -> None:
    with pytest.raises(ValueError, match="no voice 'xx-nowhere'"):
        espeak.speak("hello", espeak.Voice("xx-nowhere"))
