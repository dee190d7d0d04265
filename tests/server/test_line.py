"""The pipe between two processes, read by who naps."""

import io
import os
import time

from vultus.server.line import BLOCK, _Napping


def test_what_came_during_a_nap_is_read_at_once() -> None:
    there, here = os.pipe()
    pipe = io.BufferedReader(_Napping(there, 0.05), BLOCK)
    with os.fdopen(here, "wb", 0) as writing:
        for piece in (b"one.", b"two.", b"six."):
            writing.write(piece)
        begun = time.monotonic()
        assert [pipe.read(4) for _ in range(3)] == [b"one.", b"two.", b"six."]
        assert 0.05 <= time.monotonic() - begun < 0.1
        writing.write(b"ten.")
        assert pipe.read(4) == b"ten."
        assert time.monotonic() - begun >= 0.1
    assert pipe.read(4) == b""
    pipe.close()


def test_without_naps_nothing_waits() -> None:
    there, here = os.pipe()
    with io.BufferedReader(_Napping(there, 0.0), BLOCK) as pipe, os.fdopen(here, "wb", 0) as writing:
        begun = time.monotonic()
        for _ in range(20):
            writing.write(b"word")
            assert pipe.read(4) == b"word"
        assert time.monotonic() - begun < 0.5
