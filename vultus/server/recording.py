"""What a session shows, kept: the very packets that were sent and the sound as it was, completed to an MP4.

While it runs, a recording is two files that only grow: pictures as an H.264 stream, sound as 16-bit samples.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from vultus.clock import SAMPLE_RATE
from vultus.media.landing import landing
from vultus.media.seal import seal
from vultus.media.track import AAC
from vultus.provenance import Papers
from vultus.provenance.papers import plain

Packets = Iterator["av.Packet[VideoStream]"]
Floats = NDArray[np.float32]

BLOCK = 1024  # samples of one AAC frame


@dataclass(frozen=True)
class Raw:
    """A recording that is not completed yet."""

    pictures: Path  # H.264, Annex B
    sound: Path  # 16-bit mono at SAMPLE_RATE
    times: tuple[int, ...]  # of each picture, counted in pictures
    rate: int  # pictures a second
    papers: Papers  # what the film says about itself


class Recording:
    """Two files that grow, from the first picture that stands alone on."""

    def __init__(self, path: Path, rate: int, papers: Papers) -> None:
        self._raw = Raw(path.with_suffix(".h264"), path.with_suffix(".pcm"), (), rate, papers)
        self._pictures = self._raw.pictures.open("wb")
        self._sound = self._raw.sound.open("wb")
        self._times: list[int] = []

    @property
    def pictures(self) -> int:
        """How many there are."""
        return len(self._times)

    def show(self, content: bytes, index: int, *, key: bool) -> None:
        """The next picture."""
        if self._times or key:
            self._pictures.write(content)
            self._times.append(index)

    def hear(self, samples: Floats) -> None:  # [n]
        """The sound beside it."""
        self._sound.write((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())

    def close(self) -> Raw:
        """No more: what there is to complete."""
        self._pictures.close()
        self._sound.close()
        first = self._times[0] if self._times else 0
        times = tuple(time - first for time in self._times)
        return replace(self._raw, times=times)


def complete(raw: Raw, output: Path) -> None:
    """Put a recording together as `output`, signed, whole or not at all, and remove its two files."""
    with landing(output) as part:
        options = {"movflags": "+faststart+use_metadata_tags"}
        with (
            av.open(str(raw.pictures), format="h264") as source,
            av.open(str(part), "w", format="mp4", options=options) as container,
        ):
            container.metadata.update(plain(raw.papers))
            _mux(raw, source.streams.video[0], source.demux(video=0), container)
        seal(part, ".mp4", raw.papers)
    discard(raw)


def discard(raw: Raw) -> None:
    """Remove the two files of a recording."""
    raw.pictures.unlink(missing_ok=True)
    raw.sound.unlink(missing_ok=True)


def _mux(raw: Raw, template: VideoStream, packets: Packets, container: OutputContainer) -> None:
    video = container.add_stream_from_template(template)
    audio = container.add_stream("aac", rate=SAMPLE_RATE, layout="mono", options=dict(AAC.options))
    assert isinstance(audio, AudioStream)
    audio.bit_rate = AAC.bits_a_channel
    audio.time_base = Fraction(1, SAMPLE_RATE)
    sound = np.fromfile(raw.sound, "<i2")
    heard = 0
    for time, packet in zip(raw.times, (p for p in packets if p.size), strict=False):
        packet.stream = video
        packet.time_base = Fraction(1, raw.rate)
        packet.pts = packet.dts = time
        packet.duration = 1
        container.mux(packet)
        until = min(len(sound), (time + 1) * SAMPLE_RATE // raw.rate)
        while heard < until:
            heard = _encode_block(sound, heard, audio, container)
    container.mux(audio.encode(None))


def _encode_block(
    sound: NDArray[np.int16],  # [N]
    start: int,
    audio: AudioStream,
    container: OutputContainer,
) -> int:
    block = sound[start : start + BLOCK].astype(np.float32) / np.float32(32768)
    frame = av.AudioFrame.from_ndarray(block[None], format="fltp", layout="mono")
    frame.sample_rate = SAMPLE_RATE
    frame.time_base = Fraction(1, SAMPLE_RATE)
    frame.pts = start
    container.mux(audio.encode(frame))
    return start + len(block)
