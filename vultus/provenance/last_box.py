"""The last box of an MP4 or QuickTime film: a digest of every byte before it.

A C2PA signature leaves out bytes that carry no meaning: padding, names of boxes, the kind of file (C2PA 2.2, BMFF
hash). Of our films no byte is to change unseen, so a digest follows in a `skip` box, which the signature leaves
out too; FFmpeg writes a `free` box already, and there are readers that know a box by its name when there is one of
it only. The manifest says that it must be there. It is no signature: it catches accidents, where the signature
catches intent.
"""

from hashlib import sha256
from pathlib import Path

NAME = b"vultus: sha256 of all before"
SIZE = 8 + len(NAME) + 32  # bytes: size and kind, name, digest


def add_last_box(path: Path) -> None:
    """Append the digest to a signed file."""
    digest = _digest(path, path.stat().st_size)
    with path.open("ab") as file:
        file.write(SIZE.to_bytes(4, "big") + b"skip" + NAME + digest)


def last_box_holds(path: Path) -> bool:
    """Whether the file ends in a digest, and is what the digest says."""
    length = path.stat().st_size - SIZE
    if length < 0:
        return False
    with path.open("rb") as file:
        file.seek(length)
        box = file.read()
    return box == SIZE.to_bytes(4, "big") + b"skip" + NAME + _digest(path, length)


def _digest(path: Path, length: int) -> bytes:
    mixed = sha256()
    with path.open("rb") as file:
        while length and (piece := file.read(min(length, 1 << 20))):
            mixed.update(piece)
            length -= len(piece)
    return mixed.digest()
