"""Sounds and sound files, made on the spot."""

from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from vultus.clock import SAMPLE_RATE

Floats = NDArray[np.float32]


def babble(seconds: float, rate: int = SAMPLE_RATE, seed: int = 0) -> Floats:  # [n]
    """Something like speech: a buzz of changing pitch in syllables, with noise between."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * rate)) / rate
    pitch = 130 + 30 * np.sin(2 * np.pi * 0.7 * t + rng.uniform(0, 6))
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    buzz = sum(np.sin(k * phase) / k for k in range(1, 12))
    syllables = np.clip(np.sin(2 * np.pi * 3.1 * t + rng.uniform(0, 6)), 0, 1)
    return np.asarray(0.2 * syllables * buzz + 0.01 * rng.standard_normal(len(t)), np.float32)


def write_sound(
    path: Path,
    seconds: float,
    *,
    rate: int = SAMPLE_RATE,
    layout: str = "mono",
    codec: str = "pcm_s16le",
) -> Path:
    """A sound file of a kind that the suffix names, every channel the same babble."""
    sound = babble(seconds, rate)
    channels = av.AudioLayout(layout).nb_channels
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        assert isinstance(stream, av.AudioStream)
        frame = av.AudioFrame.from_ndarray(np.repeat(sound, channels)[None], format="flt", layout=layout)
        frame.sample_rate = rate
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    return path


def write_video(path: Path, frames: int = 5, *, sound: bool = False) -> Path:
    """A grey video of 64 x 64 pixels, 25 frames a second, silent or without a sound track."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        track = container.add_stream("aac", rate=SAMPLE_RATE, layout="mono") if sound else None
        for index in range(frames):
            picture = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 10 * index % 256, np.uint8), format="rgb24")
            picture.pts = index
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
        if track is not None:
            frame = av.AudioFrame.from_ndarray(babble(frames / 25)[None], format="fltp", layout="mono")
            frame.sample_rate = SAMPLE_RATE
            container.mux(track.encode(frame))
            container.mux(track.encode(None))
    return path


def decoded_sound(path: Path) -> tuple[int, Floats]:
    """(rate, samples [channels, n]) of a file, as FFmpeg plays it."""
    with av.open(str(path)) as container:
        pieces = [frame.to_ndarray().astype(np.float32) for frame in container.decode(audio=0)]
        return container.streams.audio[0].codec_context.sample_rate, np.concatenate(pieces, axis=1)
