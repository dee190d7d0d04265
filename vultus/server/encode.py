"""Pictures and sound to packets that every transport hands on: encoded once, here."""

from fractions import Fraction
from typing import Protocol

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType
from numpy.typing import NDArray

from vultus.clock import SAMPLE_RATE
from vultus.media.colour import planes
from vultus.server.messages import MEDIA_RATE, Piece

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

BT709, LIMITED = 1, 1  # the numbers of ITU-T H.273
KEY_SECONDS = 10  # between two pictures that stand alone, unless one is asked for
QUALITY = "23"  # x264's crf: 46.5 dB, half the bytes of 20 and three quarters of the time
OPUS_BITS = 32_000  # a second: transparent for one voice at 16 kHz
OPUS_EFFORT = "3"  # of 10: half the time, the same sound at these rates
OPUS_SAMPLES = SAMPLE_RATE * 20 // 1000  # 320: a piece of 20 ms
SCALE = MEDIA_RATE // SAMPLE_RATE


class PictureEncoder(Protocol):
    """Takes pictures one by one and keeps none back."""

    def encode(self, frame: Bytes, index: int, *, key: bool) -> tuple[bytes, bool]:  # [size, size, 3]
        """The packet of a picture, and whether it stands alone."""


class H264:
    """x264, superfast and zerolatency, in the profile that every peer decodes; an Annex B stream.

    1.3 ms a picture of 512 pixels square; the high profile takes 1.5 and saves a twelfth of the bytes.
    """

    def __init__(self, size: int, rate: int, kilobits: int) -> None:
        self._codec = _video("libx264", size, rate)
        self._codec.options = {
            "preset": "superfast",
            "tune": "zerolatency",
            "crf": QUALITY,
            "x264-params": "aq-mode=0",  # bits for smooth walls: a fifth of the time, and nothing that is seen
            "maxrate": f"{kilobits}k",
            "bufsize": f"{kilobits // 2}k",
            "g": str(KEY_SECONDS * rate),
            "forced-idr": "1",
            "profile": "baseline",
        }
        self._codec.open()

    def encode(self, frame: Bytes, index: int, *, key: bool) -> tuple[bytes, bool]:
        return _encoded(self._codec, frame, index, key)


class Vp8:
    """libvpx in its real-time mode, for peers without H.264."""

    def __init__(self, size: int, rate: int, kilobits: int) -> None:
        self._codec = _video("libvpx", size, rate)
        self._codec.bit_rate = kilobits * 1000
        self._codec.options = {
            "deadline": "realtime",
            "cpu-used": "8",
            "lag-in-frames": "0",
            "error-resilient": "1",
            "g": str(KEY_SECONDS * rate),
        }
        self._codec.open()

    def encode(self, frame: Bytes, index: int, *, key: bool) -> tuple[bytes, bool]:
        return _encoded(self._codec, frame, index, key)


class Opus:
    """Sound in pieces of 20 ms, as it comes."""

    def __init__(self) -> None:
        codec = av.CodecContext.create("libopus", "w")
        assert isinstance(codec, AudioCodecContext)
        self._codec = codec
        self._codec.sample_rate = SAMPLE_RATE
        self._codec.layout = "mono"
        self._codec.format = "s16"
        self._codec.time_base = Fraction(1, SAMPLE_RATE)
        self._codec.bit_rate = OPUS_BITS
        self._codec.options = {"application": "lowdelay", "frame_duration": "20", "compression_level": OPUS_EFFORT}
        self._codec.open()
        self._count = 0

    def encode(self, samples: Floats) -> list[Piece]:  # [n], n a multiple of OPUS_SAMPLES
        """The pieces that these samples fill, with the time that they are heard at."""
        pieces: list[Piece] = []
        for start in range(0, len(samples), OPUS_SAMPLES):
            block = (np.clip(samples[start : start + OPUS_SAMPLES], -1, 1) * 32767).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(block[None], format="s16", layout="mono")
            frame.sample_rate = SAMPLE_RATE
            frame.time_base = Fraction(1, SAMPLE_RATE)
            frame.pts = self._count
            pieces += [Piece(self._count * SCALE, bytes(packet)) for packet in self._codec.encode(frame)]
            self._count += len(block)
        return pieces


def picture_encoder(codec: str, size: int, rate: int, kilobits: int) -> PictureEncoder:
    """The encoder of a name: "h264" or "vp8"."""
    if codec == "vp8":
        return Vp8(size, rate, kilobits)
    return H264(size, rate, kilobits)


def _video(name: str, size: int, rate: int) -> VideoCodecContext:
    codec = av.CodecContext.create(name, "w")
    assert isinstance(codec, VideoCodecContext)
    codec.width = codec.height = size
    codec.pix_fmt = "yuv420p"
    codec.framerate = Fraction(rate)
    codec.time_base = Fraction(1, rate)
    codec.thread_count = 1
    codec.color_primaries = codec.color_trc = codec.colorspace = BT709
    codec.color_range = LIMITED
    return codec


def _encoded(codec: VideoCodecContext, frame: Bytes, index: int, key: bool) -> tuple[bytes, bool]:
    picture = av.VideoFrame.from_numpy_buffer(planes(frame), format="yuv420p")
    picture.pts = index
    picture.time_base = codec.time_base
    if key:
        picture.pict_type = PictureType.I
    (packet,) = codec.encode(picture)
    return bytes(packet), packet.is_keyframe
