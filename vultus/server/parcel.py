"""Values between two processes: a head of JSON, then raw bytes. Nothing in it can name code that is to run.

A parcel is two lengths (32 bits each, little-endian: of the head, of the bytes), the head, the bytes. The head
is [class, fields]; where a field holds bytes, their number stands in it. Only frozen dataclasses that the reader
names are built, from the types that their fields declare.
"""

import json
import struct
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

LENGTHS = struct.Struct("<II")
MOST = 1 << 28  # bytes of a head, or of what follows it
_written = json.JSONEncoder(separators=(",", ":")).encode
_WRITTEN_AS: dict[type, tuple[type, ...]] = {str: (str,), int: (int,), float: (int, float), bool: (bool,)}


class Unreadable(Exception):
    """What came is no parcel, or not one of the kinds that were expected."""


def pack(value: object) -> bytes:
    """A parcel that holds a frozen dataclass of numbers, text, bytes, paths, times, and tuples of these."""
    blobs: list[bytes] = []
    head = _written([type(value).__name__, _plain(value, blobs)]).encode()
    blob = b"".join(blobs)
    return LENGTHS.pack(len(head), len(blob)) + head + blob


def lengths(start: bytes) -> tuple[int, int]:
    """The lengths of head and bytes, from a parcel's first `LENGTHS.size` bytes. Raises Unreadable."""
    head, blob = LENGTHS.unpack(start)
    if max(head, blob) > MOST:
        raise Unreadable(f"wanted at most {MOST} bytes, {max(head, blob)} are announced")
    return head, blob


def unpack(head: bytes, blob: bytes, kinds: tuple[type, ...]) -> Any:  # noqa: ANN401 - one of the kinds
    """The value of a parcel without its lengths. Raises Unreadable."""
    try:
        name, plain = json.loads(head)
        kind = {kind.__name__: kind for kind in kinds}[name]
        return _builder(kind)(plain, _Cutter(blob))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as cause:
        raise Unreadable(f"wanted one of {', '.join(kind.__name__ for kind in kinds)}") from cause


class _Cutter:
    """Hands out the bytes of a parcel in their order."""

    def __init__(self, blob: bytes) -> None:
        self._blob = blob
        self._at = 0

    def cut(self, count: int) -> bytes:
        start, self._at = self._at, self._at + count
        if not 0 <= count <= len(self._blob) - start:
            raise ValueError("more bytes are named than came")
        return self._blob[start : self._at]


def _plain(value: Any, blobs: list[bytes]) -> Any:  # noqa: ANN401 - whatever JSON holds
    if type(value) in _WRITTEN_AS:
        return value
    if isinstance(value, bytes):
        blobs.append(value)
        return len(value)
    if is_dataclass(value):
        kind: Any = type(value)
        return {name: _plain(getattr(value, name), blobs) for name in _types(kind)}
    if isinstance(value, tuple | list):
        return [_plain(part, blobs) for part in value]
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return value


Builder = Callable[[Any, _Cutter], Any]  # from what JSON holds, and the bytes that follow it


@cache
def _builder(wanted: Any) -> Builder:  # noqa: ANN401 - the type of a field
    """What builds values of a type; looked into once, since a picture comes forty times a second."""
    if wanted is bytes:
        return lambda plain, rest: rest.cut(plain)
    if is_dataclass(wanted):
        assert isinstance(wanted, type)
        return _of_fields(wanted, [(name, _builder(kind)) for name, kind in _types(wanted).items()])
    if get_origin(wanted) is tuple:
        return _of_parts(get_args(wanted))
    if get_origin(wanted) is UnionType:
        only = _builder(_only(wanted))
        return lambda plain, rest: None if plain is None else only(plain, rest)
    if wanted is Path:
        return lambda plain, rest: Path(plain)
    if wanted is datetime:
        return lambda plain, rest: datetime.fromisoformat(plain)
    return _as_written(wanted, _WRITTEN_AS.get(wanted, (object,)))


def _of_fields(wanted: Any, fields: list[tuple[str, Builder]]) -> Builder:  # noqa: ANN401 - a dataclass
    return lambda plain, rest: wanted(*[build(plain[name], rest) for name, build in fields])


def _of_parts(wanted: tuple[Any, ...]) -> Builder:
    if wanted[-1] is Ellipsis:
        each = _builder(wanted[0])
        return lambda plain, rest: tuple([each(part, rest) for part in plain])
    builders = [_builder(kind) for kind in wanted]
    return lambda plain, rest: tuple([build(part, rest) for build, part in zip(builders, plain, strict=True)])


def _as_written(wanted: Any, kinds: tuple[type, ...]) -> Builder:  # noqa: ANN401 - the type of a field
    def build(plain: Any, _rest: _Cutter) -> Any:  # noqa: ANN401 - of one of the kinds
        if not isinstance(plain, kinds):
            raise TypeError(f"wanted {wanted.__name__}")
        return plain

    return build


def _only(wanted: Any) -> Any:  # noqa: ANN401 - X of X | None
    (kind,) = (kind for kind in get_args(wanted) if kind is not NoneType)
    return kind


@cache
def _types(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}
