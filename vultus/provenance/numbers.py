"""The number that a film's pixels and papers share: drawn from what the film is made of, never from a clock."""

import struct
from hashlib import blake2b

from vultus.portrait import Portrait
from vultus.provenance.code import NUMBERS, SCHEME


def number_of(portrait: Portrait, seed: int, voice: bytes = b"") -> int:
    """0 .. NUMBERS - 1; the same portrait, seed and voice (any hash of it) give the same number."""
    mixed = blake2b(digest_size=8)
    mixed.update(portrait.fore.tobytes())
    mixed.update(portrait.rest.tobytes())
    mixed.update(seed.to_bytes(16, "little", signed=True))
    mixed.update(voice)
    return int.from_bytes(mixed.digest(), "little") % NUMBERS


def payload(number: int) -> bytes:
    """The four bytes that a mark carries: the scheme, then the number."""
    return struct.pack(">I", SCHEME << 24 | number)
