"""What an operator forbids cannot be had by any way in."""

import dataclasses
import json
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from tests import drawn
from vultus.errors import PolicyRefused
from vultus.job import animate
from vultus.portrait import Likeness, Portrait
from vultus.talker import Talker


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "policy.json"
    monkeypatch.setenv("VULTUS_POLICY", str(path))
    return path


def stated() -> Portrait:
    return dataclasses.replace(drawn.portrait(), likeness=Likeness("virtual", "drawn by a program"))


def test_without_a_policy_all_is_allowed() -> None:
    Talker(drawn.portrait(), 64)


def test_a_likeness_can_be_required(rules: Path, tmp_path: Path, voice: Path) -> None:
    rules.write_text(json.dumps({"require_likeness": True}))
    Talker(stated(), 64)
    with pytest.raises(PolicyRefused, match="--likeness"):
        Talker(drawn.portrait(), 64)
    with pytest.raises(PolicyRefused):
        animate(drawn.portrait(), voice, tmp_path / "a.mp4", size=64)
    assert not (tmp_path / "a.mp4").exists()


def test_portraits_can_be_kept_to_a_gallery(rules: Path, tmp_path: Path) -> None:
    stated().save(tmp_path / "in.vultus")
    rules.write_text(json.dumps({"gallery": [sha256((tmp_path / "in.vultus").read_bytes()).hexdigest()]}))
    Talker(Portrait.load(tmp_path / "in.vultus"), 64)
    with pytest.raises(PolicyRefused, match="gallery"):
        Talker(drawn.portrait(), 64)


def test_a_label_can_be_forced(rules: Path) -> None:
    def frame(label: str) -> np.ndarray:
        return Talker(stated(), 128, label=label).tick().frame

    rules.write_text("{}")
    free, wanted = frame("none"), frame("corner")
    rules.write_text(json.dumps({"label": "corner"}))
    assert np.array_equal(frame("none"), wanted)
    assert not np.array_equal(free, wanted)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"galery": []}', '{"label": "loud"}', '{"require_likeness": 1}', '{"gallery": [1]}']
)
def test_a_policy_that_cannot_be_understood_allows_nothing(rules: Path, text: str) -> None:
    rules.write_text(text)
    with pytest.raises(PolicyRefused, match="cannot be understood"):
        Talker(stated(), 64)


def test_a_policy_that_is_named_must_be_there(rules: Path) -> None:
    with pytest.raises(PolicyRefused):
        Talker(stated(), 64)
