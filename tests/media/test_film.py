from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.papers import PAPERS
from tests.sounds import decoded_sound, write_sound
from vultus.errors import OptionRefused
from vultus.media.film import check_output, open_film
from vultus.media.picture import read_picture
from vultus.media.watch import frames, has_pictures, spread

SIZE = 64


def pictures(count: int) -> list[NDArray[np.uint8]]:
    """A bright bar that wanders down."""
    made = []
    for index in range(count):
        picture = np.full((SIZE, SIZE, 3), (40, 90, 160), np.uint8)
        picture[2 * index % SIZE :][:8] = 220, 180, 60
        made.append(picture)
    return made


def fill(output: Path, voice: Path, count: int = 25) -> None:
    with open_film(output, SIZE, voice, papers=PAPERS) as film:
        for picture in pictures(count):
            film.write(picture)


def test_a_video_shows_what_was_written_at_its_time(tmp_path: Path, voice: Path) -> None:
    fill(tmp_path / "a.mp4", voice)
    with av.open(str(tmp_path / "a.mp4")) as container:
        shown = list(container.decode(video=0))
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert [round(25 * (frame.time or 0), 9) for frame in shown] == list(range(25))
    for frame, picture in zip(shown, pictures(25), strict=True):
        assert np.abs(frame.to_ndarray(format="rgb24").astype(int) - picture).mean() < 6
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]


def test_colours_are_tagged_bt709_limited(tmp_path: Path, voice: Path) -> None:
    fill(tmp_path / "a.mp4", voice, 2)
    with av.open(str(tmp_path / "a.mp4")) as container:
        context = container.streams.video[0].codec_context
        tags = (context.colorspace, context.color_primaries, context.color_trc, context.color_range)
        assert tags == (1, 1, 1, 1)


def test_the_index_stands_before_the_pictures(tmp_path: Path, voice: Path) -> None:
    fill(tmp_path / "a.mp4", voice)
    content = (tmp_path / "a.mp4").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


@pytest.mark.parametrize(
    ("rate", "layout", "kept_rate", "channels"),
    [
        (16_000, "mono", 16_000, 1),
        (44_100, "stereo", 44_100, 2),
        (48_000, "5.1", 48_000, 6),
        (8_000, "mono", 8_000, 1),
        (192_000, "stereo", 48_000, 2),
        (48_000, "7.1", 48_000, 6),
    ],
)
def test_the_voice_goes_along_in_its_own_rate_and_channels(
    tmp_path: Path, rate: int, layout: str, kept_rate: int, channels: int
) -> None:
    codec, name = ("flac", "v.flac") if layout == "7.1" else ("pcm_s16le", "v.wav")
    voice = write_sound(tmp_path / name, 1.0, rate=rate, layout=layout, codec=codec)
    fill(tmp_path / "a.mp4", voice)
    found_rate, sound = decoded_sound(tmp_path / "a.mp4")
    assert (found_rate, len(sound)) == (kept_rate, channels)
    with av.open(str(tmp_path / "a.mp4")) as container:
        assert abs((container.streams.audio[0].duration or 0) - kept_rate) <= 2
    assert 0 <= sound.shape[1] - kept_rate < 1024  # FFmpeg plays the last AAC packet to its end
    if layout in ("mono", "stereo") and rate == kept_rate:
        _, original = decoded_sound(voice)
        wanted = original.reshape(-1, channels)[:, 0] / 32768
        assert np.corrcoef(sound[0, : len(wanted)], wanted)[0, 1] > 0.97


def test_the_same_frames_give_the_same_bytes(tmp_path: Path, voice: Path) -> None:
    fill(tmp_path / "a.mp4", voice)
    fill(tmp_path / "b.mp4", voice)
    a, b = ((tmp_path / name).read_bytes() for name in ("a.mp4", "b.mp4"))
    for name in (b"moov", b"mdat"):  # index, pictures and sound; a signature is never twice the same
        assert box(a, name) == box(b, name)


def box(film: bytes, name: bytes) -> bytes:
    """The content of the first box of that name (ISO/IEC 14496-12: its length, its name, its content)."""
    at = film.index(name)
    return film[at : at - 4 + int.from_bytes(film[at - 4 : at], "big")]


def test_an_animation_of_pictures(tmp_path: Path, voice: Path) -> None:
    fill(tmp_path / "a.gif", voice, 10)
    shown = list(frames(tmp_path / "a.gif"))
    assert len(shown) == 10
    for frame, picture in zip(shown, pictures(10), strict=True):
        assert np.abs(frame.astype(int) - picture).max() <= 8
    with av.open(str(tmp_path / "a.gif")) as container:
        times = [float(frame.time or 0) for frame in container.decode(video=0)]
    np.testing.assert_allclose(times, np.arange(10) / 25)


@pytest.mark.parametrize(("output", "third"), [("frames", "frames/00002.png"), ("a_%03d.png", "a_002.png")])
def test_numbered_pictures_are_exact(tmp_path: Path, voice: Path, output: str, third: str) -> None:
    fill(tmp_path / output, voice, 4)
    fill(tmp_path / output, voice, 3)
    np.testing.assert_array_equal(read_picture(tmp_path / third), pictures(3)[2])
    assert not [path for path in tmp_path.rglob("*") if "part" in path.name]


@pytest.mark.parametrize("output", ["a.mp4", "a.gif", "frames", "a_%03d.png"])
@pytest.mark.parametrize("failure", [KeyboardInterrupt, ValueError])
def test_a_failure_leaves_no_output(tmp_path: Path, voice: Path, output: str, failure: type[BaseException]) -> None:
    with pytest.raises(failure), open_film(tmp_path / output, SIZE, voice, papers=PAPERS) as film:
        film.write(pictures(1)[0])
        raise failure
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("output", ["a.avi", "a.png", "a.tar.gz", "a_%q.png", "a.jpg"])
def test_other_names_are_refused(output: str) -> None:
    with pytest.raises(OptionRefused, match="wanted a name that ends in"):
        check_output(output, SIZE)


@pytest.mark.parametrize("size", [0, 62, 65, 2162, -64])
def test_other_sizes_are_refused(size: int) -> None:
    with pytest.raises(OptionRefused, match="even number"):
        check_output("a.mp4", size)


def test_frames_at_even_distances(tmp_path: Path, voice: Path) -> None:
    fill(tmp_path / "a.mp4", voice, 25)
    assert len(spread(tmp_path / "a.mp4", 6)) == 6
    assert len(spread(tmp_path / "a.mp4", 100)) == 25
    assert has_pictures(tmp_path / "a.mp4")
    assert not has_pictures(voice)
