"""Numbers are drawn from what a film is made of."""

import dataclasses

from tests import drawn
from vultus.provenance.code import NUMBERS, SCHEME
from vultus.provenance.numbers import number_of, payload


def test_the_same_things_give_the_same_number_and_others_another() -> None:
    portrait = drawn.portrait()
    other = dataclasses.replace(portrait, fore=255 - portrait.fore)
    numbers = [number_of(portrait, 0), number_of(portrait, 1), number_of(portrait, 0, b"voice"), number_of(other, 0)]
    assert number_of(portrait, 0) == numbers[0]
    assert len(set(numbers)) == 4
    assert all(0 <= number < NUMBERS for number in numbers)


def test_the_payload_is_the_scheme_and_the_number() -> None:
    assert payload(0x010203) == bytes([SCHEME, 1, 2, 3])
