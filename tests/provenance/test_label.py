"""Labels are large enough to read, and where they are said to be."""

import numpy as np
import pytest

from vultus.provenance import put_label
from vultus.provenance.label import SHOWN


def changed(label: str, index: int = 0, size: int = 512, grey: int = 128) -> np.ndarray:
    frame = np.full((size, size, 3), grey, np.uint8)
    put_label(frame, label, index)
    return np.asarray((frame != grey).any(2))


@pytest.mark.parametrize("size", [64, 512, 1080])
def test_letters_are_five_percent_high_at_least(size: int) -> None:
    for label in ("corner", "start"):
        rows = np.flatnonzero(changed(label, size=size).any(1))
        assert np.ptp(rows) + 1 >= 0.05 * size


def test_the_corner_is_the_upper_right_one_and_stays() -> None:
    for index in (0, 10_000):
        where = changed("corner", index)
        assert where[:64, 400:].any()
        assert not where[64:].any()
        assert not where[:, :400].any()


def test_the_start_label_stands_below_and_goes() -> None:
    assert changed("start")[400:].any()
    assert changed("start", SHOWN - 1).any()
    assert not changed("start", SHOWN).any()
    assert SHOWN >= 50  # two seconds


def test_no_label_is_no_change() -> None:
    assert not changed("none").any()


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_it_can_be_read_on_any_ground(grey: int) -> None:
    frame = np.full((512, 512, 3), grey, np.uint8)
    put_label(frame, "corner", 0)
    assert np.ptp(frame) > 100
