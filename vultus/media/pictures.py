"""Other films: one PNG a frame, and GIF. Neither holds sound."""

import os
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.filter import Graph
from numpy.typing import NDArray

from vultus.media.picture import png, with_words

Bytes = NDArray[np.uint8]

GIF_END = b"\x3b"


class Sequence:
    """PNG files in a folder, numbered from 0 by a printf pattern such as `%05d.png`."""

    def __init__(self, folder: Path, pattern: str, words: dict[str, str]) -> None:
        self._words = words
        self._folder = folder
        self._pattern = pattern
        self._count = 0

    def write(self, frame: Bytes) -> None:  # [H, W, 3 | 4]
        (self._folder / (self._pattern % self._count)).write_bytes(with_words(png(frame), self._words))
        self._count += 1

    def close(self) -> None:
        """Each file is complete already."""

    def abandon(self) -> None:
        """Whoever made the folder removes it."""


class Gif:
    """An animation that repeats for ever, with 256 colours chosen for each frame."""

    def __init__(self, path: Path, size: tuple[int, int], rate: Fraction, words: dict[str, str]) -> None:
        self._path, self._words = path, words
        self._container = av.open(str(path), "w", format="gif")
        self._stream = self._container.add_stream("gif", rate=rate)
        self._stream.width, self._stream.height = size
        self._stream.pix_fmt = "pal8"
        self._painter = _painter(size, rate)
        self._rate = rate
        self._count = 0

    def write(self, frame: Bytes) -> None:  # [H, W, 3]
        picture = av.VideoFrame.from_ndarray(frame, format="rgb24")
        picture.pts = self._count
        picture.time_base = 1 / self._rate
        self._count += 1
        self._painter.push(picture)
        found = self._painter.pull()
        assert isinstance(found, av.VideoFrame)
        self._container.mux(self._stream.encode(found))

    def close(self) -> None:
        self._container.mux(self._stream.encode(None))
        self._container.close()
        with self._path.open("r+b") as file:  # FFmpeg writes no comments into GIF
            file.seek(-1, os.SEEK_END)
            file.write(b"".join(_comment(f"{key}: {value}") for key, value in self._words.items()) + GIF_END)

    def abandon(self) -> None:
        self._container.close()


def _comment(text: str) -> bytes:
    """A comment extension (GIF89a, section 24): pieces of 255 bytes at most."""
    content = text.encode()
    pieces = (content[start : start + 255] for start in range(0, len(content), 255))
    return b"\x21\xfe" + b"".join(bytes([len(piece)]) + piece for piece in pieces) + b"\x00"


def _painter(size: tuple[int, int], rate: Fraction) -> Graph:
    """Chooses 256 colours for each frame and dithers it to them."""
    graph = Graph()
    source = graph.add_buffer(width=size[0], height=size[1], format=av.VideoFormat("rgb24"), time_base=1 / rate)
    fork = graph.add("split")
    palette = graph.add("palettegen", "stats_mode=single")
    painted = graph.add("paletteuse", "new=1:dither=sierra2_4a")
    sink = graph.add("buffersink")
    source.link_to(fork)
    fork.link_to(painted, 0, 0)
    fork.link_to(palette, 1, 0)
    palette.link_to(painted, 0, 1)
    painted.link_to(sink)
    graph.configure()
    return graph
