"""Captions: sentences at their times, words inside them, nothing that a player takes for markup."""

from collections.abc import Iterator

import numpy as np

from vultus.voices import Captioned, Speech, Word


class Reader:
    """A voice that takes a second for a text, in two pieces; it knows the words of the first."""

    name = "reader"

    def speak(self, text: str) -> Iterator[Speech]:
        half = np.zeros(8000, np.float32)
        words = text.split()
        yield Speech(half, 16_000, (Word(words[0], 0.0), Word(words[1], 0.25)) if len(words) > 1 else ())
        yield Speech(half, 16_000)


def said(*texts: str) -> str:
    voice = Captioned(Reader())
    for text in texts:
        assert sum(len(speech.samples) for speech in voice.speak(text)) == 16_000
    return voice.webvtt()


def test_cues_follow_each_other() -> None:
    assert said("One two three.", "Four.") == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nOne <00:00:00.250>two three.\n"
        "\n00:00:01.000 --> 00:00:02.000\nFour.\n"
    )


def test_words_of_later_sentences_have_their_own_times() -> None:
    assert "<00:00:01.250>there" in said("Hello you.", "Hello there.")


def test_nothing_is_taken_for_markup() -> None:
    found = said("a <b> & c --> d\n\ne")
    assert found.count("-->") == 1
    assert "<00:00:00.250>&lt;b&gt; &amp; c --&gt; d e" in found.replace("  ", " ")


def test_what_says_nothing_has_no_cue() -> None:
    assert Captioned(Reader()).webvtt() == "WEBVTT\n"
