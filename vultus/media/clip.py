"""The frames of a driving video with their times, upright and no larger than tracking needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.stream import Stream
from numpy.typing import NDArray

from vultus.errors import VideoRefused

Bytes = NDArray[np.uint8]

LARGEST = 1280  # pixels of the longer side: a face in a larger picture is found no better


def clip(path: str | Path) -> Iterator[tuple[Fraction, Bytes]]:
    """Times in seconds and pictures [H, W, 3] RGB of the first video track.

    Time 0 is where the sound begins, or the first picture of a silent video. Raises VideoRefused.
    """
    with _opened(path) as container:
        pictures = container.streams.video[0]
        pictures.thread_type = "AUTO"
        zero = _start(container.streams.audio[0]) if container.streams.audio else None
        last: Fraction | None = None
        for frame in container.decode(pictures):
            time = _time(frame, last, pictures.average_rate)
            zero = time if zero is None else zero
            if last is None or time > last:  # a frame without a time of its own is no step back
                last = time
                yield time - zero, _upright(frame)
        if last is None:
            raise VideoRefused(f"{path}: no picture in it can be read: wanted a video")


def _start(stream: Stream) -> Fraction | None:
    if stream.start_time is None or stream.time_base is None:
        return None
    return stream.start_time * stream.time_base


def _time(frame: av.VideoFrame, last: Fraction | None, rate: Fraction | None) -> Fraction:
    if frame.pts is not None and frame.time_base is not None:
        return frame.pts * frame.time_base
    return Fraction(0) if last is None else last + 1 / (rate or Fraction(25))


def _upright(frame: av.VideoFrame) -> Bytes:
    scale = min(1.0, LARGEST / max(frame.width, frame.height))
    size = (round(frame.width * scale), round(frame.height * scale))
    picture = frame.to_ndarray(format="rgb24", width=size[0], height=size[1])
    return np.ascontiguousarray(np.rot90(picture, round(frame.rotation / 90)), np.uint8)


@contextmanager
def _opened(path: str | Path) -> Iterator[InputContainer]:
    try:
        container = av.open(str(path))
    except FileNotFoundError as cause:
        raise VideoRefused(f"{path}: there is no such file") from cause
    except (av.FFmpegError, OSError, ValueError) as cause:
        raise VideoRefused(f"{path}: no video that can be read") from cause
    with container:
        cover = av.stream.Disposition.attached_pic
        if not container.streams.video or container.streams.video[0].disposition & cover:
            raise VideoRefused(f"{path}: there are no pictures in it: wanted a video in which a face moves")
        try:
            yield container
        except av.FFmpegError as cause:
            raise VideoRefused(f"{path}: the video is broken and cannot be read to its end") from cause
