"""Frames of a video file, for looking at what was made."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from numpy.typing import NDArray

from vultus.errors import InputRefused

Bytes = NDArray[np.uint8]


def frames(path: str | Path) -> Iterator[Bytes]:
    """The pictures of the first video track, uint8 [H, W, 3] RGB, one at a time.

    A packet that cannot be decoded is passed over, as players do; a file of which none can be is no video. Raises
    InputRefused.
    """
    count = 0
    with _opened(path) as container:
        packets = container.demux(video=0)
        while True:
            try:
                made = [frame.to_ndarray(format="rgb24") for frame in next(packets).decode()]
            except av.InvalidDataError:
                continue
            except (StopIteration, EOFError):
                break
            except (av.FFmpegError, OSError) as cause:
                raise InputRefused(f"{path}: the video is broken and cannot be read to its end") from cause
            count += len(made)
            yield from (np.asarray(picture, np.uint8) for picture in made)
    if not count:
        raise InputRefused(f"{path}: no video that can be read: not one of its frames can be decoded")


def spread(path: str | Path, most: int) -> list[Bytes]:  # each [H, W, 3]
    """At most `most` frames at even distances, the first one included. Raises InputRefused."""
    with _opened(path) as container:
        count = sum(1 for packet in container.demux(video=0) if packet.size)
    wanted = set(np.linspace(0, max(count - 1, 0), min(most, max(count, 1))).astype(int).tolist())
    return [frame for index, frame in enumerate(frames(path)) if index in wanted]


def has_pictures(path: str | Path) -> bool:
    """Whether a file holds a video track; the cover of a record is none. Raises InputRefused."""
    try:
        with av.open(str(path)) as container:
            return bool(_tracks(container))
    except (av.FFmpegError, OSError, ValueError) as cause:
        raise InputRefused(f"{path}: neither a portrait, a picture, a video nor a sound that can be read") from cause


def _tracks(container: InputContainer) -> list[int]:
    cover = av.stream.Disposition.attached_pic
    return [stream.index for stream in container.streams.video if not stream.disposition & cover]


@contextmanager
def _opened(path: str | Path) -> Iterator[InputContainer]:
    try:
        container = av.open(str(path))
    except (av.FFmpegError, OSError, ValueError) as cause:
        raise InputRefused(f"{path}: no video that can be read") from cause
    with container:
        if not _tracks(container):
            raise InputRefused(f"{path}: there are no pictures in it: wanted a video")
        yield container
