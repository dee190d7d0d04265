"""Phones of any source become kinds, in step with the sound."""

# ruff: noqa: RUF001  (letters of other alphabets are meant here)

import numpy as np
import pytest

from vultus.motion.hearing import PHONES, P
from vultus.train import phones
from vultus.train.espeak import Phone


@pytest.mark.parametrize(
    "table",
    [phones.ARPABET, phones.ITALIAN, phones.CATALAN, phones.RUSSIAN, phones.CZECH, phones.FINNISH, phones.SAMPA],
)
def test_every_label_of_every_alphabet_has_a_kind(table: dict[str, str]) -> None:
    for label, name in table.items():
        assert phones.kinds(name), label


def test_marks_fall_away() -> None:
    assert phones.kinds("ˈaɪ") == [PHONES.index("a"), PHONES.index("ɪ")]
    assert phones.kinds("tʰ") == [PHONES.index("t")] == phones.kinds("ʈ")
    assert phones.kinds("(en)") == phones.kinds("") == []
    assert phones.named(phones.SAMPA, "!t") == "t" and phones.named(phones.SAMPA, "E6") == "ɛɐ"
    assert phones.named(phones.CZECH, "i:") == "i" and phones.named(phones.ITALIAN, "O1") == "ɔ"


def test_labels_are_in_step_and_diphthongs_turn() -> None:
    said = [Phone("m", 0.04, 0.12), Phone("aɪ", 0.12, 0.22)]
    made = phones.labels(said, 8)
    named = [PHONES[kind] for kind in made]
    assert named == ["sil", "sil", *"mmmm", *"aaa", *"ɪɪ", *["sil"] * 5]


def test_each_kind_has_features() -> None:
    table = phones.table()
    assert table.shape == (P, len(phones.FEATURES)) and (table.sum(1) > 0).all()
    closed = table[:, list(phones.FEATURES).index("lips closed")]
    assert {PHONES[i] for i in np.flatnonzero(closed)} == set("pbm")
