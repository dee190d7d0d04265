"""Alignment: the best path finds phones where they are, and pauses only where there are some."""

# ruff: noqa: RUF001  (letters of other alphabets are meant here)

import numpy as np
import pytest

pytest.importorskip("torch", reason="the extra `train` is not installed")

from vultus.motion.hearing import PHONES, P
from vultus.train import readers
from vultus.train.readers import Reading

NEEDS_READERS = pytest.mark.skipif(not readers.FOLDER.exists(), reason="needs the readers in ../shared/speech")


def _scores(names: list[str]) -> np.ndarray:
    out = np.full((len(names), P), -6.0)
    for i, name in enumerate(names):
        out[i, PHONES.index(name)] = -0.1
    return out


def test_phones_are_found_where_they_are_said() -> None:
    reading = Reading(np.zeros(0, np.float32), (("m", "aɪ"), ("k", "æ", "t")))
    said = ["sil"] * 3 + list("mmaaaɪɪ") + ["sil"] * 4 + list("kkæætt") + ["sil"] * 2
    timed, fit = readers.timed(reading, _scores(said))
    found = [(phone.name, round(phone.start / 0.02), round(phone.end / 0.02)) for phone in timed]
    assert found == [
        ("", 0, 3), ("m", 3, 5), ("aɪ", 5, 10), ("", 10, 14), ("k", 14, 16), ("æ", 16, 18), ("t", 18, 20), ("", 20, 22),
    ]  # fmt: skip
    assert fit == pytest.approx(-0.1)


def test_words_without_a_pause_have_none() -> None:
    reading = Reading(np.zeros(0, np.float32), (("m", "a"), ("t", "a")))
    timed, _ = readers.timed(reading, _scores(list("mmmaaattaaa")))
    assert [phone.name for phone in timed] == ["m", "a", "t", "a"]


def test_a_sound_too_short_for_its_text_fits_not_at_all() -> None:
    reading = Reading(np.zeros(0, np.float32), (("m", "a"), ("t", "a")))
    assert readers.timed(reading, _scores(["m", "a"])) == ((), -np.inf)


@NEEDS_READERS
def test_readers_are_split_by_person() -> None:
    trained, held = list(readers.readings(1)), list(readers.readings(1, held_out=True))
    assert len(trained) > 8 * len(held) > 0
    assert all(name for word in trained[0].words for name in word)
