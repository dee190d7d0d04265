"""The parts of an MP4 or QuickTime file that a C2PA signature leaves out: we sign their digest with the rest.

The standard excludes boxes that programs may rewrite without touching what is shown (C2PA 2.2, BMFF hash). Of
our own files no byte is to change unseen.
"""

from hashlib import sha256
from pathlib import Path

LEFT_OUT = (b"ftyp", b"free", b"skip", b"mfra")
HEADER, WIDE = 8, 16  # bytes of a box's header, without and with a size of 64 bits


def digest(path: Path) -> str:
    """SHA-256, hexadecimal, of the boxes at the top of a file that the signature leaves out."""
    mixed = sha256()
    with path.open("rb") as file:
        end = path.stat().st_size
        start = 0
        while start + HEADER <= end:
            file.seek(start)
            header = file.read(WIDE)
            size, kind = int.from_bytes(header[:4], "big"), header[4:8]
            if size == 1:
                size = int.from_bytes(header[HEADER:WIDE], "big")
            size = size or end - start
            if size < HEADER:
                break
            if kind in LEFT_OUT:
                file.seek(start)
                mixed.update(file.read(min(size, 1 << 24)))
            start += size
    return mixed.hexdigest()
