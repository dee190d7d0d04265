"""Sentences to speak: of every language, never the same twice."""

# ruff: noqa: RUF001  (a comma of another script is meant here)

import numpy as np
import pytest

from vultus.train import texts


def test_there_are_many_languages_with_many_words_and_many_voices() -> None:
    assert len(texts.WORDS) >= 8
    assert min(len(words.split()) for words in texts.WORDS.values()) >= 30
    assert len(set(texts.VARIANTS)) == len(texts.VARIANTS) >= 40


@pytest.mark.parametrize("language", list(texts.WORDS))
def test_a_sentence_is_made_of_the_languages_words(language: str) -> None:
    words = set(texts.WORDS[language].split())
    rng = np.random.default_rng(0)
    some = [texts.sentence(language, rng) for _ in range(10)]
    assert len(set(some)) == 10
    for sentence in some:
        stripped = [word.strip(",，") for word in sentence.split()]
        assert all(word in words or word.isdigit() for word in stripped)
