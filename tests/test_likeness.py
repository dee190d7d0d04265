"""Whose likeness it is stays with the portrait."""

import dataclasses
from pathlib import Path

import pytest

from tests import drawn
from vultus.errors import OptionRefused
from vultus.portrait import MOST_NOTE, Likeness, Portrait


def test_it_comes_back_from_the_file(tmp_path: Path) -> None:
    stated = Likeness("consented", "agreed in writing, 2026")
    dataclasses.replace(drawn.portrait(), likeness=stated).save(tmp_path / "a.vultus")
    assert Portrait.load(tmp_path / "a.vultus").likeness == stated
    assert drawn.portrait().likeness == Likeness("unstated", "")


def test_only_what_can_be_meant_is_taken() -> None:
    with pytest.raises(OptionRefused, match="virtual, self, consented"):
        Likeness("somebody")
    with pytest.raises(OptionRefused, match="long"):
        Likeness("self", "x" * (MOST_NOTE + 1))
