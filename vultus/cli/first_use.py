"""The first use on a machine compiles for half a minute: that is said, on standard error, while it lasts."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

WORDS = "compiling for this machine, once: about half a minute"


@contextmanager
def compiling_said(stream: TextIO | None = None) -> Iterator[None]:
    """While this lasts, compiling is said on `stream`, standard error: on a terminal how far it is, else once."""
    log, handler = logging.getLogger("vultus.compiled"), _Said(sys.stderr if stream is None else stream)
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)
        handler.clear()


class _Said(logging.Handler):
    """One line, which a terminal shows anew at each step."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._shown = False

    def emit(self, record: logging.LogRecord) -> None:
        done, known = vars(record)["done"], vars(record)["known"]
        if self._stream.isatty():
            print(f"\r\x1b[K{WORDS}, {done} of {known}", end="", file=self._stream, flush=True)
        elif not self._shown:
            print(WORDS, file=self._stream, flush=True)
        self._shown = True

    def clear(self) -> None:
        """It is over: a terminal forgets the line."""
        if self._shown and self._stream.isatty():
            print(end="\r\x1b[K", file=self._stream, flush=True)
