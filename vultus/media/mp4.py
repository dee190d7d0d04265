"""H.264 and AAC in MP4: the pictures as they come, beside the voice that they were made for."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import OutputContainer
from numpy.typing import NDArray

from vultus.media.colour import planes
from vultus.media.track import Track

Bytes = NDArray[np.uint8]

# Superfast at crf 18 without what hardly shrinks a talking face: see docs/log.md for what each costs. A portrait has no
# cuts to be looked for, and bits go to the face rather than to the wall. The number of threads is fixed by the size of
# the frame, since x264 decides differently with another number, and the same frames should give the same file anywhere.
X264 = {
    "preset": "superfast",
    "crf": "18",
    "g": "100",
    "x264-params": "b-adapt=0:scenecut=0:aq-mode=0:weightp=0:bframes=5:8x8dct=0:cabac=0",
}
LARGE = 720  # pixels a side: larger frames are encoded by two threads, or encoding would set the pace
BT709, LIMITED = 1, 1  # the numbers of ITU-T H.273


class Mp4:
    """A video that grows frame by frame. `close` completes it."""

    def __init__(
        self,
        path: Path,
        size: tuple[int, int],
        voice: str | Path | None,
        rate: Fraction,
        words: dict[str, str],  # kept beside the streams
    ) -> None:
        flags = {"movflags": "+faststart+use_metadata_tags", "fflags": "+bitexact"}
        self._container: OutputContainer = av.open(str(path), "w", format="mp4", options=flags)
        self._container.metadata.update(words)
        self._pictures = self._container.add_stream("libx264", rate=rate, options=X264)
        self._pictures.width, self._pictures.height = size
        self._pictures.pix_fmt = "yuv420p"
        self._pictures.time_base = 1 / rate
        self._pictures.thread_count = 1 if max(size) <= LARGE else 2
        self._pictures.codec_context.color_primaries = BT709
        self._pictures.codec_context.color_trc = BT709
        self._pictures.codec_context.colorspace = BT709
        self._pictures.codec_context.color_range = LIMITED
        self._track = None if voice is None else Track(self._container, voice)
        self._rate = rate
        self._count = 0

    def write(self, frame: Bytes) -> None:  # [H, W, 3]
        """The next picture, and the sound that belongs beside it."""
        picture = av.VideoFrame.from_numpy_buffer(planes(frame), format="yuv420p")
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
