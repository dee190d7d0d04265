"""Driving videos: every picture once, at its time, upright."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.sounds import write_sound
from vultus.errors import VideoRefused
from vultus.media.clip import clip


def write_video(path: Path, rate: int, count: int, size: tuple[int, int] = (96, 64)) -> Path:
    """Pictures whose left upper quarter is white, the rest darker with time."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=rate)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        for index in range(count):
            picture = np.full((size[1], size[0], 3), 40 + index, np.uint8)
            picture[: size[1] // 2, : size[0] // 2] = 250
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def test_each_picture_comes_at_its_time(tmp_path: Path) -> None:
    found = list(clip(write_video(tmp_path / "clip.mp4", 30, 12)))
    assert [time for time, _ in found] == [Fraction(i, 30) for i in range(12)]
    assert found[0][1].shape == (64, 96, 3)


def test_a_large_video_comes_reduced(tmp_path: Path) -> None:
    (_, picture), *_ = clip(write_video(tmp_path / "clip.mp4", 25, 2, (1600, 800)))
    assert picture.shape == (640, 1280, 3)


def test_a_sound_is_no_video(tmp_path: Path) -> None:
    with pytest.raises(VideoRefused, match="no pictures in it"):
        next(clip(write_sound(tmp_path / "voice.wav", 0.2)))


@pytest.mark.parametrize("content", [b"", b"not a video at all" * 50])
def test_what_is_no_video_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "clip.mp4").write_bytes(content)
    with pytest.raises(VideoRefused, match=r"clip\.mp4"):
        next(clip(tmp_path / "clip.mp4"))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(VideoRefused, match="no such file"):
        next(clip(tmp_path / "none.mp4"))
