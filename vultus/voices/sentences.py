"""Text that arrives in bits, cut where a voice can begin to read."""

import re
from collections.abc import Iterable, Iterator

MOST = 300  # characters without an end after which a comma, or a space, will do
_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+|(?<=[。！？])|\n+")  # noqa: RUF001 - Chinese has marks of its own
_PAUSE = re.compile(r"(?<=[,;:，；])\s*|\s+")  # noqa: RUF001


def sentences(bits: Iterable[str]) -> Iterator[str]:
    """Whole sentences as soon as they are complete; what is left at the end is the last one."""
    waiting = ""
    for bit in bits:
        waiting += bit
        *whole, waiting = _cut(waiting)
        yield from whole
    if waiting.strip():
        yield waiting.strip()


def _cut(text: str) -> list[str]:
    """Complete sentences, then the rest."""
    found, start = [], 0
    for end in _END.finditer(text):
        found.append(text[start : end.start()].strip() + end.group().strip())
        start = end.end()
    rest = text[start:]
    while len(rest) > MOST:
        pauses = [pause.start() for pause in _PAUSE.finditer(rest[:MOST]) if pause.start()]
        at = pauses[-1] if pauses else MOST
        found.append(rest[:at].strip())
        rest = rest[at:]
    return [*(sentence for sentence in found if sentence), rest]
