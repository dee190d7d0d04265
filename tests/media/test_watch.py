"""Looking at films: every frame in its order, and a film that was damaged on its way as far as it goes."""

from pathlib import Path

import av
import numpy as np
import pytest

from vultus.errors import InputRefused
from vultus.media import frames, has_pictures
from vultus.media.watch import spread

COUNT = 12


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Every frame of its own grey, each one a key frame."""
    path = tmp_path / "grey.mp4"
    with av.open(str(path), "w") as out:
        track = out.add_stream("libx264", rate=25, options={"g": "1", "tune": "zerolatency"})
        track.width = track.height = 64
        grain = np.random.default_rng(0).integers(0, 40, (64, 64, 3))
        for grey in range(COUNT):
            picture = np.asarray(grain + 15 * grey, np.uint8)
            out.mux(track.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        out.mux(track.encode())
    return path


def greys(film: Path) -> list[float]:
    return [float(frame.mean()) for frame in frames(film)]


def test_all_frames_come_in_their_order(film: Path) -> None:
    seen = greys(film)
    assert len(seen) == COUNT and seen == sorted(seen)
    assert has_pictures(film) and len(spread(film, 4)) == 4


def test_a_frame_that_cannot_be_decoded_is_passed_over(film: Path) -> None:
    with av.open(str(film)) as container:
        packets = [(packet.pos or 0, packet.size) for packet in container.demux(video=0) if packet.size]
    content = bytearray(film.read_bytes())
    place, size = packets[5]
    content[place : place + size] = b"\xff" * size
    film.write_bytes(content)
    seen = greys(film)
    assert COUNT - 2 <= len(seen) < COUNT and seen == sorted(seen)


def test_what_is_no_video_is_refused(tmp_path: Path) -> None:
    (tmp_path / "words.mp4").write_text("no video")
    with pytest.raises(InputRefused, match="no video that can be read"):
        next(frames(tmp_path / "words.mp4"))


@pytest.mark.parametrize(
    ("name", "content"),
    [("x.png", b"no film"), ("x.gif", b"GIF89a" + bytes(range(100))), ("x.jpg", b"\xff\xd8\xff\xe0" + bytes(64))],
    ids=["words", "gif", "jpeg"],
)
def test_a_file_without_a_frame_that_can_be_decoded_is_no_video(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputRefused, match=r"no video that can be read|broken"):
        list(frames(tmp_path / name))
