"""Films of a person cut out: VP9 with alpha in WebM, ProRes 4444 in QuickTime. Alpha is straight in both."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import OutputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from vultus.media.track import OPUS, PCM, Codec, Track

Bytes = NDArray[np.uint8]

BT709, LIMITED = 1, 1  # the numbers of ITU-T H.273


@dataclass(frozen=True)
class Kind:
    """One kind of film with alpha."""

    container: str
    codec: str
    planes: str  # FFmpeg's name of how pixels are stored
    options: dict[str, str]
    sound: Codec


WEBM = Kind(
    "webm",
    "libvpx-vp9",
    "yuva420p",
    {"crf": "24", "b": "0", "deadline": "realtime", "cpu-used": "6", "auto-alt-ref": "0", "g": "100"},
    OPUS,
)
PRORES = Kind("mov", "prores_ks", "yuva444p10le", {"profile": "4444", "alpha_bits": "8", "vendor": "apl0"}, PCM)
KINDS = {".webm": WEBM, ".mov": PRORES}


class Cutout:
    """A film with alpha that grows frame by frame. `close` completes it."""

    def __init__(
        self,
        path: Path,
        size: tuple[int, int],
        voice: str | Path | None,
        kind: Kind,
        rate: Fraction,
        words: dict[str, str],  # kept beside the streams
    ) -> None:
        flags = {"fflags": "+bitexact"} | ({"movflags": "+use_metadata_tags"} if kind is PRORES else {})
        self._container: OutputContainer = av.open(str(path), "w", format=kind.container, options=flags)
        self._container.metadata.update(words)
        stream = self._container.add_stream(kind.codec, rate=rate, options=kind.options)
        assert isinstance(stream, VideoStream)
        self._pictures = stream
        self._pictures.width, self._pictures.height = size
        self._pictures.pix_fmt = kind.planes
        self._pictures.time_base = 1 / rate
        self._pictures.thread_count = 1  # the same frames give the same file anywhere
        self._pictures.codec_context.colorspace = BT709
        self._pictures.codec_context.color_range = LIMITED
        self._pictures.metadata["alpha_mode"] = "1"
        self._track = None if voice is None else Track(self._container, voice, kind.sound)
        self._kind, self._rate = kind, rate
        self._count = 0

    def write(self, frame: Bytes) -> None:  # [H, W, 4] RGB and straight alpha
        """The next picture, and the sound that belongs beside it."""
        picture = av.VideoFrame.from_ndarray(frame, format="rgba").reformat(
            format=self._kind.planes, dst_colorspace="ITU709", dst_color_range="MPEG"
        )
        picture.pts = self._count
        picture.time_base = 1 / self._rate
        self._container.mux(self._pictures.encode(picture))
        self._count += 1
        if self._track is not None:
            self._track.write_until(self._count / self._rate)

    def close(self) -> None:
        """Write what is still in the encoders, and the index."""
        self._container.mux(self._pictures.encode(None))
        if self._track is not None:
            self._track.write_rest()
        self._container.close()

    def abandon(self) -> None:
        """Let go of the file, which is no video."""
        self._container.close()
