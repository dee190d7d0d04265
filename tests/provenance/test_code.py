"""The code gives back what it was given, through as many lost signs as Golay promised."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vultus.provenance.code import HALF_BITS, NUMBERS, SCHEME_BITS, SIGNS, WORD, WORDS, decode, encode


def test_words_differ_in_eight_signs_at_least() -> None:
    """The weights of the extended Golay code; it is linear, so they are the distances too."""
    weights, counts = np.unique((WORDS < 0).sum(1), return_counts=True)
    assert dict(zip(weights.tolist(), counts.tolist(), strict=True)) == {0: 1, 8: 759, 12: 2576, 16: 759, 24: 1}
    assert WORDS.shape == (1 << HALF_BITS, WORD)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, NUMBERS - 1), st.data())
def test_three_wrong_signs_in_each_word_do_no_harm(number: int, data: st.DataObject) -> None:
    signs = encode(number).astype(np.float64)
    for start in (SCHEME_BITS, SCHEME_BITS + WORD):
        for wrong in data.draw(st.sets(st.integers(0, WORD - 1), max_size=3)):
            signs[start + wrong] *= -1
    assert decode(signs).number == number


def test_confidence_grows_with_the_signal() -> None:
    noise = np.random.default_rng(3).normal(size=SIGNS)
    weak, strong = (decode(level * encode(77) + noise) for level in (0.2, 3.0))
    assert strong.number == 77
    assert weak.confidence < 0.5 < 0.999 < strong.confidence


@pytest.mark.parametrize("number", [-1, NUMBERS])
def test_numbers_out_of_range_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="number"):
        encode(number)
