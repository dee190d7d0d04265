"""A portrait comes back from its file as it was; other files are refused in one clear line."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save

from tests import drawn
from vultus.errors import PortraitRefused
from vultus.portrait import HEADER, KIND, Portrait


def test_save_and_load_give_the_same_portrait(tmp_path: Path) -> None:
    portrait = drawn.portrait()
    portrait.save(tmp_path / "a.vultus")
    again = Portrait.load(tmp_path / "a.vultus")
    for field in dataclasses.fields(portrait):
        before, after = getattr(portrait, field.name), getattr(again, field.name)
        if isinstance(before, np.ndarray):
            assert before.dtype == after.dtype
            assert np.array_equal(before, after), field.name
        elif field.name != "eyes":
            assert before == after, field.name
    for eye, eye_again in zip(portrait.eyes, again.eyes, strict=True):
        assert (eye.origin, eye.radius) == (eye_again.origin, eye_again.radius)
        assert np.array_equal(eye.iris, eye_again.iris)


def test_a_portrait_can_keep_its_whole_picture(tmp_path: Path) -> None:
    picture = np.pad(drawn.picture(), ((0, 0), (40, 60), (0, 0)), "edge")
    whole = dataclasses.replace(drawn.portrait(), picture=picture, square=(40, 0, drawn.SIDE))
    whole.save(tmp_path / "whole.vultus")
    again = Portrait.load(tmp_path / "whole.vultus")
    assert again.picture is not None
    assert np.array_equal(again.picture, picture)
    assert again.square == (40, 0, drawn.SIDE)


def test_a_portrait_of_before_holds_is_read(tmp_path: Path) -> None:
    content = drawn.portrait().to_bytes()
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    start, end = header.pop("holds")["data_offsets"]
    for entry in (value for key, value in header.items() if key != "__metadata__"):
        entry["data_offsets"] = [at - (end - start if at >= end else 0) for at in entry["data_offsets"]]
    facts = json.loads(header["__metadata__"][HEADER])
    header["__metadata__"][HEADER] = json.dumps(facts | {"version": 2})
    words = json.dumps(header).encode()
    body = content[8 + length :]
    (tmp_path / "old.vultus").write_bytes(len(words).to_bytes(8, "little") + words + body[:start] + body[end:])
    old = Portrait.load(tmp_path / "old.vultus")
    assert np.array_equal(old.outer, drawn.portrait().outer)
    assert not old.holds.any()


def test_glasses_come_back_as_they_were_saved(tmp_path: Path) -> None:
    with_glasses = drawn.portrait_with_glasses()
    assert with_glasses.glasses is not None
    with_glasses.save(tmp_path / "worn.vultus")
    again = Portrait.load(tmp_path / "worn.vultus").glasses
    assert again is not None and again.origin == with_glasses.glasses.origin
    np.testing.assert_array_equal(again.picture, with_glasses.glasses.picture)
    drawn.portrait().save(tmp_path / "bare.vultus")
    assert Portrait.load(tmp_path / "bare.vultus").glasses is None


def test_saving_twice_gives_the_same_bytes_and_leaves_nothing_else(tmp_path: Path) -> None:
    drawn.portrait().save(tmp_path / "a.vultus")
    drawn.portrait().save(tmp_path / "b.vultus")
    assert (tmp_path / "a.vultus").read_bytes() == (tmp_path / "b.vultus").read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.vultus", "b.vultus"]


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    content = save({"rest": np.zeros(52, np.float32)}, {HEADER: json.dumps({"kind": KIND, "version": 999})})
    (tmp_path / "new.vultus").write_bytes(content)
    with pytest.raises(PortraitRefused, match="version 999"):
        Portrait.load(tmp_path / "new.vultus")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not ours", b"\xff" * 4000])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "odd.vultus").write_bytes(content)
    with pytest.raises(PortraitRefused, match=r"odd\.vultus"):
        Portrait.load(tmp_path / "odd.vultus")


def test_a_truncated_portrait_is_refused(tmp_path: Path) -> None:
    drawn.portrait().save(tmp_path / "a.vultus")
    whole = (tmp_path / "a.vultus").read_bytes()
    (tmp_path / "half.vultus").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(PortraitRefused):
        Portrait.load(tmp_path / "half.vultus")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PortraitRefused):
        Portrait.load(tmp_path / "nowhere.vultus")
