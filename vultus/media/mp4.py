"""H.264 and AAC in MP4: the pictures as they come, beside the voice that they were made for."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.container import OutputContainer
from numpy.typing import NDArray

from vultus.clock import FRAME_RATE
from vultus.media.colour import planes
from vultus.media.sound import SoundFacts, converted, decoded, sound_facts

Bytes = NDArray[np.uint8]

# Superfast at crf 19: see docs/log.md for what the other presets cost. The number of threads is fixed, since
# x264 decides differently with another number, and the same frames should give the same file anywhere.
X264 = {"preset": "superfast", "crf": "19", "g": "100"}
X264_THREADS = 1
BT709, LIMITED = 1, 1  # the numbers of ITU-T H.273

AAC_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
AAC_LAYOUTS = ("mono", "stereo", "3.0", "4.0", "5.0", "5.1")
BITS_A_CHANNEL = 80_000  # a second


class Mp4:
    """A video that grows frame by frame. `close` completes it."""

    def __init__(self, path: Path, size: int, voice: str | Path) -> None:
        facts = sound_facts(voice)
        self._container: OutputContainer = av.open(
            str(path), "w", format="mp4", options={"movflags": "+faststart", "fflags": "+bitexact"}
        )
        self._pictures = self._container.add_stream("libx264", rate=FRAME_RATE, options=X264)
        self._pictures.width = self._pictures.height = size
        self._pictures.pix_fmt = "yuv420p"
        self._pictures.time_base = 1 / FRAME_RATE
        self._pictures.thread_count = X264_THREADS
        self._pictures.codec_context.color_primaries = BT709
        self._pictures.codec_context.color_trc = BT709
        self._pictures.codec_context.colorspace = BT709
        self._pictures.codec_context.color_range = LIMITED
        self._track = _Track(self._container, voice, facts)
        self._count = 0

    def write(self, frame: Bytes) -> None:  # [size, size, 3]
        """The next picture, and the sound that belongs beside it."""
        picture = av.VideoFrame.from_ndarray(planes(frame), format="yuv420p")
        picture.pts = self._count
        picture.time_base = 1 / FRAME_RATE
        self._container.mux(self._pictures.encode(picture))
        self._count += 1
        self._track.write_until(self._count / FRAME_RATE)

    def close(self) -> None:
        """Write what is still in the encoders, and the index."""
        self._container.mux(self._pictures.encode(None))
        self._track.write_rest()
        self._container.close()

    def abandon(self) -> None:
        """Let go of the file, which is no video."""
        self._container.close()


class _Track:
    """The voice in its own rate and channels where AAC has them, encoded as far as the pictures have come."""

    def __init__(self, container: OutputContainer, voice: str | Path, facts: SoundFacts) -> None:
        self._container = container
        self._rate = facts.rate if facts.rate in AAC_RATES else AAC_RATES[-1]
        layout = _layout(facts)
        self._stream = container.add_stream("aac", rate=self._rate, layout=layout)
        self._stream.bit_rate = BITS_A_CHANNEL * self._stream.codec_context.channels
        self._stream.time_base = Fraction(1, self._rate)
        self._frames: Iterator[AudioFrame] = converted(decoded(voice), "fltp", layout, self._rate)
        self._count = 0  # samples so far

    def write_until(self, seconds: Fraction) -> None:
        while self._count < seconds * self._rate:
            frame = next(self._frames, None)
            if frame is None:
                return
            self._write(frame)

    def write_rest(self) -> None:
        for frame in self._frames:
            self._write(frame)
        self._container.mux(self._stream.encode(None))

    def _write(self, frame: AudioFrame) -> None:
        frame.pts = self._count
        frame.time_base = Fraction(1, self._rate)
        self._count += frame.samples
        self._container.mux(self._stream.encode(frame))


def _layout(facts: SoundFacts) -> str:
    if facts.layout in AAC_LAYOUTS:
        return facts.layout
    if facts.channels >= 6:
        return "5.1"
    return "stereo" if facts.channels > 1 else "mono"
