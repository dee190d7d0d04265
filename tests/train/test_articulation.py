"""Lips from timed phones: closures close, rounding spreads, pauses rest."""

# ruff: noqa: RUF001  (letters of the phonetic alphabet are meant here)

import numpy as np
import pytest

from vultus import measure
from vultus.face import EXPRESSIONS, D, E
from vultus.train.articulation import BITE, CLOSED, OPEN, ROUND, TEETH, WIDE, Array, lips, segments, weights_of
from vultus.train.espeak import Phone

RATE = 100.0


def said(*names: str, each: float = 0.12) -> list[Phone]:
    return [Phone(name, 0.3 + i * each, 0.3 + (i + 1) * each) for i, name in enumerate(names)]


def at(six: Array, seconds: float) -> Array:
    return np.asarray(six[round(seconds * RATE)])


def aperture(six: Array) -> Array:
    rows = np.zeros((len(six), D), np.float32)
    rows[:, :E] = weights_of(six)
    return np.asarray(measure.lip_aperture(rows))


@pytest.mark.parametrize("closure", ["p", "b", "m"])
def test_lips_meet_on_bilabials_between_open_vowels(closure: str) -> None:
    opening = aperture(lips(said("ˈa", closure, "a"), 100, RATE))
    middle = slice(41, 51)
    assert opening[middle].min() < 0.012
    assert opening[30:40].max() > 0.05 and opening[54:70].max() > 0.05


@pytest.mark.parametrize(
    ("name", "number"), [("f", BITE), ("v", BITE), ("s", TEETH), ("ʃ", ROUND), ("w", ROUND), ("uː", ROUND), ("i", WIDE)]
)
def test_each_phone_asks_for_what_it_is_known_by(name: str, number: int) -> None:
    six = lips(said("ə", name, "ə"), 100, RATE)
    assert at(six, 0.46)[number] > 0.4
    assert at(six, 0.46)[number] > 1.5 * at(six, 0.05)[number] + 0.1


def test_lips_round_before_a_rounded_vowel() -> None:
    before_u = at(lips(said("s", "uː"), 100, RATE), 0.36)
    before_i = at(lips(said("s", "iː"), 100, RATE), 0.36)
    assert before_u[ROUND] > before_i[ROUND] + 0.2


def test_tongue_sounds_leave_the_lips_to_their_neighbours() -> None:
    in_u, in_i = (lips(said(v, "n", v), 100, RATE) for v in ("u", "i"))
    assert at(in_u, 0.47)[ROUND] > 0.5 > 0.2 > at(in_i, 0.47)[ROUND]


def test_open_vowels_open_more_than_close_ones() -> None:
    peak = {v: lips(said("h", v, "h"), 100, RATE)[:, OPEN].max() for v in ("a", "ə", "u")}
    assert peak["a"] > peak["ə"] > peak["u"]


def test_a_mouth_without_phones_rests() -> None:
    opening = aperture(lips([], 50))
    assert opening.max() < 0.012 and np.ptp(opening) < 1e-3


def test_diphthongs_turn_and_unknown_names_are_pauses() -> None:
    first, second = segments([Phone("aʊ", 1.0, 2.0)])
    assert first.end == second.start == pytest.approx(1.6)
    assert segments([Phone("", 0, 0.5)])[0].target.value[CLOSED] > 0
    assert segments([Phone("(en)", 0.0, 0.01)]) == segments([Phone("", 0.0, 0.01)]) == []


def test_weights_are_legal_and_of_the_lower_face() -> None:
    six = np.random.default_rng(0).uniform(0, 1.2, (40, 6))
    weights = weights_of(six)
    assert weights.shape == (40, E) and weights.min() >= 0 and weights.max() <= 1
    others = [i for i, name in enumerate(EXPRESSIONS) if name.startswith(("eye", "brow"))]
    assert not weights[:, others].any()
