"""Sound files: any container that FFmpeg reads, decoded piece by piece."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.container import InputContainer
from av.filter import Graph
from numpy.typing import NDArray

from vultus.clock import SAMPLE_RATE
from vultus.errors import SoundRefused

Floats = NDArray[np.float32]

Setup = tuple[str, str, int]  # sample format, layout, rate

# Seconds that a resampler may hold back. Nothing is pulled until more is owed: PyAV raises where nothing has come,
# and while it raises, a Ctrl-C of that moment is lost (its traceback runs Python code whose errors it drops).
HELD = 0.01


@dataclass(frozen=True)
class SoundFacts:
    """What the header of a sound says."""

    rate: int  # samples a second
    channels: int
    layout: str  # FFmpeg's name, such as "stereo" or "5.1"
    seconds: float | None  # None where the header does not say


def sound_facts(path: str | Path) -> SoundFacts:
    """The header of the first sound track. Raises SoundRefused."""
    with _opened(path) as container:
        stream = container.streams.audio[0]
        context = stream.codec_context
        seconds = None
        if stream.duration is not None and stream.time_base is not None:
            seconds = float(stream.duration * stream.time_base)
        elif container.duration is not None:
            seconds = container.duration / 1_000_000  # FFmpeg's own unit
        return SoundFacts(context.sample_rate, context.channels, context.layout.name, seconds)


def has_sound(path: str | Path) -> bool:
    """Whether a file holds a sound track that can be read."""
    try:
        sound_facts(path)
    except SoundRefused:
        return False
    return True


def listen(path: str | Path) -> Iterator[Floats]:
    """The sound as the speech stage hears it: mono, 16 kHz, full scale 1, in pieces [n].

    Only a piece at a time is held. Raises SoundRefused, for a file without any sample too.
    """
    heard = 0
    for frame in converted(decoded(path), "fltp", "mono", SAMPLE_RATE):
        piece = frame.to_ndarray()[0].astype(np.float32, copy=False)
        heard += len(piece)
        yield piece
    if not heard:
        raise SoundRefused(f"{path}: the sound track is empty: use a file with sound in it")


def decoded(path: str | Path) -> Iterator[AudioFrame]:
    """The frames of the first sound track as the file holds them.

    A packet that cannot be decoded is passed over, as players do. Raises SoundRefused.
    """
    with _opened(path) as container:
        packets = container.demux(container.streams.audio[0])
        while True:
            try:
                packet = next(packets)
                frames = packet.decode()
            except av.InvalidDataError:
                continue
            except (StopIteration, EOFError):
                return
            except (av.FFmpegError, OSError) as cause:
                raise _broken(path) from cause
            for frame in frames:
                if isinstance(frame, AudioFrame) and frame.samples:
                    yield frame


def converted(frames: Iterator[AudioFrame], form: str, layout: str, rate: int) -> Iterator[AudioFrame]:
    """Frames of one form from frames of any: tracks may change theirs on the way.

    Where channels are mixed, their shares add up to 1 at most: nothing clips.
    """
    graph: Graph | None = None
    setup: Setup | None = None
    owed = 0.0  # samples that went in and did not come out yet
    for frame in frames:
        if setup != (setup := _setup(frame)):
            if graph is not None:
                yield from _rest(graph)
            graph, owed = _converter(setup, f"osf={form}:ochl={layout}:osr={rate}:rematrix_maxval=1.0"), 0.0
        assert graph is not None
        frame.pts = None  # gaps and overlaps of the file's own clock are not ours to repeat
        graph.push(frame)
        owed += frame.samples * rate / frame.sample_rate
        while owed > HELD * rate and (found := _pulled(graph)) is not None:
            owed -= found.samples
            yield found
    if graph is not None:
        yield from _rest(graph)


def _setup(frame: AudioFrame) -> Setup:
    return frame.format.name, frame.layout.name, frame.sample_rate


def _converter(setup: Setup, wanted: str) -> Graph:
    form, layout, rate = setup
    graph = Graph()
    source = graph.add_abuffer(sample_rate=rate, format=form, layout=layout, time_base=Fraction(1, rate))
    graph.link_nodes(source, graph.add("aresample", wanted), graph.add("abuffersink")).configure()
    return graph


def _rest(graph: Graph) -> Iterator[AudioFrame]:
    graph.push(None)
    while (found := _pulled(graph)) is not None:
        yield found


def _pulled(graph: Graph) -> AudioFrame | None:
    """What has come through; None where more sound is wanted first, or there is no more."""
    try:
        found = graph.pull()
    except (BlockingIOError, EOFError):
        return None
    assert isinstance(found, AudioFrame)
    return found


@contextmanager
def _opened(path: str | Path) -> Iterator[InputContainer]:
    try:
        container = av.open(str(path))
    except FileNotFoundError as cause:
        raise SoundRefused(f"{path}: there is no such file") from cause
    except (av.FFmpegError, OSError, ValueError) as cause:
        raise _broken(path) from cause
    with container:
        if not container.streams.audio:
            what = "a video without a sound track" if container.streams.video else "there is no sound in it"
            raise SoundRefused(f"{path}: {what}: use a file in which somebody speaks")
        if not container.streams.audio[0].codec_context.sample_rate:
            raise _broken(path)
        yield container


def _broken(path: str | Path) -> SoundRefused:
    return SoundRefused(
        f"{path}: no sound that can be read: wanted WAV, FLAC, MP3, M4A, OGG or another sound or video file"
    )
