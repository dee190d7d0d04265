import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vultus.voices import sentences
from vultus.voices.sentences import MOST

TEXT = 'One two. "Three?" 3.5 is no end! And\nthen 你好。再见。 the rest'


def test_sentences_end_where_a_voice_may_breathe() -> None:
    assert list(sentences([TEXT])) == [
        "One two.",
        '"Three?"',
        "3.5 is no end!",
        "And",
        "then 你好。",
        "再见。",
        "the rest",
    ]


@given(st.lists(st.integers(0, len(TEXT))))
def test_they_do_not_depend_on_how_the_text_comes(cuts: list[int]) -> None:
    ends = sorted({0, len(TEXT), *cuts})
    bits = [TEXT[a:b] for a, b in itertools.pairwise(ends)]
    assert "".join(sentences(bits)).replace(" ", "") == TEXT.replace(" ", "").replace("\n", "")


def test_a_sentence_is_there_before_the_next_one_is() -> None:
    stream = sentences(iter(["Hello. ", "x"]))
    assert next(stream) == "Hello."


@pytest.mark.parametrize("text", ["", " ", "\n\n"])
def test_nothing_is_nothing(text: str) -> None:
    assert list(sentences([text])) == []


def test_a_text_without_ends_is_cut_all_the_same() -> None:
    found = list(sentences(["word " * 500]))
    assert max(len(sentence) for sentence in found) <= MOST
    assert next(iter(sentences(["x" * 1000]))) == "x" * MOST
