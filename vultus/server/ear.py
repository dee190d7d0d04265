"""Sound of any rate to what the session hears: 16-bit mono at 16 kHz, piece by piece without seams."""

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from vultus.clock import SAMPLE_RATE
from vultus.errors import SoundRefused

RATES = range(8_000, 192_001)


class Ear:
    """A resampler for one stream of sound."""

    def __init__(self) -> None:
        self._rate = SAMPLE_RATE
        self._resampler = _resampler()

    def hear(self, sound: bytes, rate: int = SAMPLE_RATE) -> bytes:
        """16-bit mono samples at `rate`. Raises SoundRefused."""
        if rate not in RATES or len(sound) % 2:
            raise SoundRefused("sound: wanted 16-bit mono samples at 8000 to 192000 a second")
        if rate == SAMPLE_RATE and self._rate == rate:
            return sound
        if not sound:
            return b""
        frame = AudioFrame.from_ndarray(np.frombuffer(sound, "<i2")[None], format="s16", layout="mono")
        frame.sample_rate = rate
        return self.hear_frame(frame)

    def hear_floats(self, samples: NDArray[np.float32], rate: int) -> bytes:  # [n]
        """Floats at full scale 1."""
        return self.hear((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes(), rate)

    def hear_frame(self, frame: AudioFrame) -> bytes:
        """A frame of any kind that FFmpeg decodes."""
        if frame.sample_rate != self._rate:
            self._rate = frame.sample_rate
            self._resampler = _resampler()
        frame.pts = None
        return b"".join(piece.to_ndarray().tobytes() for piece in self._resampler.resample(frame))


def _resampler() -> AudioResampler:
    return av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
