"""What crosses between processes: values in, the same values out, and nothing that could run."""

import json
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import pytest

from vultus.provenance import Papers
from vultus.server import messages as m
from vultus.server.parcel import LENGTHS, Unreadable, lengths, pack, unpack
from vultus.server.recording import Raw

PAPERS = Papers(7, datetime(2026, 11, 20, tzinfo=timezone.utc), "ab", None, "virtual", "drawn")
PIECES = (m.Piece(960, b"\0\xff"), m.Piece(1920, b""))
VALUES = [
    m.Open("s", m.Wanted("p.vultus", size=64)), m.Push("s", b"\1\2\3", live=True), m.Finish("s"), m.Clear("s"),
    m.Overhear("s", b"\4"),
    m.Play("s", [{"seconds": 1.0, "controls": {"gaze": [0.1, 0.0]}}]), m.Play("s", []),
    m.Turn("s", {"gaze": [0.1, -0.2], "distance": 0.5}), m.Key("s"), m.Record("s", None), m.Record("s", "film"),
    m.Close("s"), m.Stop(),
    m.Shown("s", 3, 5760, 1920, b"picture", True, False, PIECES, 0.01), m.Told("s", {"type": "ready"}),
    m.Recorded("s", Raw(Path("a.h264"), Path("a.pcm"), (0, 1, 3), 25, PAPERS)), m.Ended("s", "why"), m.Awake(),
    m.Compiling(3, 64),
    m.Errand({"a": [1]}), m.Went(1), m.Done({}), m.Refused("NoFace", "none"),
]  # fmt: skip
KINDS = (*m.ORDERS, *m.NEWS, m.Errand, *m.REPORTS)


def parts(parcel: bytes) -> tuple[bytes, bytes]:
    head, blob = lengths(parcel[: LENGTHS.size])
    assert len(parcel) == LENGTHS.size + head + blob
    return parcel[LENGTHS.size : LENGTHS.size + head], parcel[LENGTHS.size + head :]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_what_goes_in_comes_out(value: object) -> None:
    assert unpack(*parts(pack(value)), KINDS) == value


def test_every_message_is_tried() -> None:
    assert {type(value) for value in VALUES} == set(KINDS)


@dataclass(frozen=True)
class Stranger:
    """No message."""


@pytest.mark.parametrize(
    ("head", "blob"),
    [(b"", b""), (b"[]", b""), (b"{}", b""), (b'["Stop"]', b""), (b'["Nothing", {}]', b""), (b"\xff", b""),
     (b'["Push", {"session": "s", "live": true}]', b""), (b'["Went", {"share": "much"}]', b""),
     (b'["Push", {"session": "s", "sound": 9, "live": true}]', b"short"),
     (b'["Push", {"session": "s", "sound": -1, "live": true}]', b"short"),
     (b'["Record", {"session": 1, "path": null}]', b""), (b"[" * 100_000, b"")],
)  # fmt: skip
def test_what_is_no_parcel_is_refused(head: bytes, blob: bytes) -> None:
    with pytest.raises(Unreadable):
        unpack(head, blob, KINDS)


def test_only_the_kinds_that_are_expected_are_built() -> None:
    with pytest.raises(Unreadable):
        unpack(*parts(pack(Stranger())), KINDS)
    with pytest.raises(Unreadable):
        unpack(*parts(pack(m.Stop())), m.NEWS)


def test_lengths_are_bounded() -> None:
    with pytest.raises(Unreadable):
        lengths(LENGTHS.pack(1 << 29, 0))


def test_the_head_is_plain_json() -> None:
    head, blob = parts(pack(VALUES[1]))
    assert json.loads(head) == ["Push", {"session": "s", "sound": 3, "live": True}]
    assert blob == b"\1\2\3"
