"""A person cut out: the alpha that went in comes out, and the sound beside it."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.papers import PAPERS
from vultus.errors import OptionRefused
from vultus.media.film import open_film

Bytes = NDArray[np.uint8]

SIZE = 64
PLANES = {"webm": ("libvpx-vp9", "yuva420p"), "mov": ("prores", "yuva444p10le")}


def frame(index: int) -> Bytes:
    """Left a red half seen through more from frame to frame, right nothing at all."""
    picture = np.zeros((SIZE, SIZE, 4), np.uint8)
    picture[:, : SIZE // 2] = (200, 40, 30, 255 - 10 * index)
    return picture


def alphas(path: Path, codec: str) -> list[NDArray[np.uint8]]:
    with av.open(str(path)) as container:
        decoder = av.CodecContext.create(codec, "r")
        assert isinstance(decoder, av.VideoCodecContext)
        decoder.extradata = container.streams.video[0].codec_context.extradata
        decoder.width = decoder.height = SIZE
        found = []
        for packet in container.demux(video=0):
            for picture in decoder.decode(packet if packet.size else None):
                assert isinstance(picture, av.VideoFrame)
                found.append(picture.to_ndarray(format="rgba")[..., 3].astype(np.uint8))
    return found


@pytest.mark.parametrize("kind", ["webm", "mov"])
def test_alpha_comes_back(tmp_path: Path, voice: Path, kind: str) -> None:
    path = tmp_path / f"cut.{kind}"
    with open_film(path, SIZE, voice, Fraction(50), alpha=True, papers=PAPERS) as film:
        for index in range(6):
            film.write(frame(index))
    found = alphas(path, PLANES[kind][0])
    assert len(found) == 6
    for index, alpha in enumerate(found):
        assert np.abs(alpha[8:-8, 4 : SIZE // 2 - 6].astype(int) - (255 - 10 * index)).max() <= 4
        assert alpha[8:-8, SIZE // 2 + 6 :].max() <= 4
    with av.open(str(path)) as container:
        assert container.streams.video[0].average_rate == 50
        assert container.streams.audio[0].codec_context.channels == 1


def test_numbered_pictures_hold_alpha(tmp_path: Path, voice: Path) -> None:
    with open_film(tmp_path / "frames", SIZE, voice, alpha=True, papers=PAPERS) as film:
        film.write(frame(3))
    from PIL import Image

    with Image.open(tmp_path / "frames" / "00000.png") as picture:
        np.testing.assert_array_equal(np.asarray(picture), frame(3))


@pytest.mark.parametrize(("name", "alpha"), [("a.mp4", True), ("a.gif", True), ("a.webm", False), ("a.mov", False)])
def test_a_name_that_holds_no_alpha_is_refused(tmp_path: Path, voice: Path, name: str, alpha: bool) -> None:
    with (
        pytest.raises(OptionRefused, match="alpha"),
        open_film(tmp_path / name, SIZE, voice, alpha=alpha, papers=PAPERS),
    ):
        pass


@pytest.mark.parametrize("rate", [25, 30, 50, 60])
def test_a_film_without_sound_keeps_its_times(tmp_path: Path, rate: int) -> None:
    with open_film(tmp_path / "a.mp4", (96, 64), None, Fraction(rate), papers=PAPERS) as film:
        for _ in range(rate // 5):
            film.write(np.zeros((64, 96, 3), np.uint8))
    with av.open(str(tmp_path / "a.mp4")) as container:
        times = [picture.time for picture in container.decode(video=0)]
        assert times == pytest.approx([i / rate for i in range(rate // 5)], abs=1e-6)
        assert not container.streams.audio
