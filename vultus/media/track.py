"""The sound of a film: the voice in its own rate and channels where the film's kind has them."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer

from vultus.media.sound import SoundFacts, converted, decoded, sound_facts


@dataclass(frozen=True)
class Codec:
    """What one kind of sound track can hold."""

    name: str  # FFmpeg's
    form: str  # sample format that it takes
    rates: tuple[int, ...]  # samples a second; the last one stands in for any other
    layouts: tuple[str, ...]
    bits_a_channel: int  # a second; 0 where the codec needs no such wish
    options: tuple[tuple[str, str], ...] = ()  # FFmpeg's names and values


AAC = Codec(
    "aac",
    "fltp",
    (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000),
    ("mono", "stereo", "3.0", "4.0", "5.0", "5.1"),
    80_000,
    # At these bits its errors are no larger than those of the usual search, in any octave, at a third of the time.
    (("aac_coder", "fast"),),
)
OPUS = Codec("libopus", "flt", (48000,), ("mono", "stereo"), 64_000)
PCM = Codec("pcm_s16le", "s16", (16000, 32000, 44100, 48000), ("mono", "stereo", "5.1"), 0)


class Track:
    """A voice that is encoded as far as the pictures have come."""

    def __init__(self, container: OutputContainer, voice: str | Path, codec: Codec = AAC) -> None:
        facts = sound_facts(voice)
        self._container = container
        self._rate = facts.rate if facts.rate in codec.rates else codec.rates[-1]
        layout = _layout(facts, codec)
        stream = container.add_stream(codec.name, rate=self._rate, layout=layout, options=dict(codec.options))
        assert isinstance(stream, AudioStream)
        self._stream = stream
        if codec.bits_a_channel:
            self._stream.bit_rate = codec.bits_a_channel * self._stream.codec_context.channels
        self._stream.time_base = Fraction(1, self._rate)
        self._frames: Iterator[AudioFrame] = converted(decoded(voice), codec.form, layout, self._rate)
        self._count = 0  # samples so far

    def write_until(self, seconds: Fraction) -> None:
        """Everything that is heard before this second, and up to a frame of sound more."""
        while self._count < seconds * self._rate:
            frame = next(self._frames, None)
            if frame is None:
                return
            self._write(frame)

    def write_rest(self) -> None:
        """What is left of the voice."""
        for frame in self._frames:
            self._write(frame)
        self._container.mux(self._stream.encode(None))

    def _write(self, frame: AudioFrame) -> None:
        frame.pts = self._count
        frame.time_base = Fraction(1, self._rate)
        self._count += frame.samples
        self._container.mux(self._stream.encode(frame))


def _layout(facts: SoundFacts, codec: Codec) -> str:
    if facts.layout in codec.layouts:
        return facts.layout
    if facts.channels >= 6 and "5.1" in codec.layouts:
        return "5.1"
    return "stereo" if facts.channels > 1 else "mono"
