from pathlib import Path

import numpy as np
import pytest
from av.audio.frame import AudioFrame
from av.filter import Graph

from tests.sounds import babble, write_sound, write_video
from vultus.errors import SoundRefused
from vultus.media import sound
from vultus.media.sound import listen, sound_facts

KINDS = {
    "8 bit": ("a.wav", "pcm_u8", 16_000, "mono"),
    "16 bit": ("a.wav", "pcm_s16le", 16_000, "mono"),
    "24 bit": ("a.wav", "pcm_s24le", 48_000, "stereo"),
    "float": ("a.wav", "pcm_f32le", 44_100, "mono"),
    "8 kHz": ("a.wav", "pcm_s16le", 8_000, "mono"),
    "192 kHz": ("a.wav", "pcm_s24le", 192_000, "stereo"),
    "5.1": ("a.wav", "pcm_s16le", 48_000, "5.1"),
    "7.1": ("a.flac", "flac", 48_000, "7.1"),
    "flac": ("a.flac", "flac", 22_050, "mono"),
    "mp3": ("a.mp3", "libmp3lame", 44_100, "stereo"),
    "aac": ("a.m4a", "aac", 48_000, "stereo"),
    "opus": ("a.ogg", "libopus", 48_000, "mono"),
}


def heard(path: Path) -> np.ndarray:
    return np.concatenate(list(listen(path)))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_heard_at_16_khz(tmp_path: Path, kind: str) -> None:
    name, codec, rate, layout = KINDS[kind]
    samples = heard(write_sound(tmp_path / name, 0.5, rate=rate, layout=layout, codec=codec))
    assert samples.dtype == np.float32
    padding = 2_200 if codec in ("libmp3lame", "aac", "libopus") else 8
    assert abs(len(samples) - 8_000) <= padding
    assert 0.7 < samples.std() / babble(0.5).std() < 1.1
    assert np.abs(samples).max() <= 1.05


def test_the_sound_is_the_sound(tmp_path: Path) -> None:
    samples = heard(write_sound(tmp_path / "a.wav", 0.5, codec="pcm_f32le"))
    np.testing.assert_allclose(samples, babble(0.5), atol=1e-6)


def test_pieces_are_small(tmp_path: Path) -> None:
    pieces = [len(piece) for piece in listen(write_sound(tmp_path / "a.wav", 3.0))]
    assert max(pieces) <= 8_192


def test_a_tenth_of_a_second_is_enough(tmp_path: Path) -> None:
    assert len(heard(write_sound(tmp_path / "a.wav", 0.1))) == 1_600


def test_the_voice_of_a_video(tmp_path: Path) -> None:
    assert len(heard(write_video(tmp_path / "a.mp4", 5, sound=True))) >= 3_200


def test_facts(tmp_path: Path) -> None:
    facts = sound_facts(write_sound(tmp_path / "a.wav", 0.5, rate=48_000, layout="5.1"))
    assert (facts.rate, facts.channels, facts.layout) == (48_000, 6, "5.1")
    assert facts.seconds == pytest.approx(0.5)


def test_a_video_without_sound_is_refused(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4")
    with pytest.raises(SoundRefused, match="a video without a sound track"):
        sound_facts(path)
    with pytest.raises(SoundRefused, match="a video without a sound track"):
        heard(path)


def test_an_empty_sound_is_refused(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.wav", 0.1)
    path.write_bytes(path.read_bytes()[:-3_200])
    with pytest.raises(SoundRefused):
        heard(path)


@pytest.mark.parametrize("content", [b"", b"hello, is anybody there?", bytes(4_000)])
def test_what_is_no_sound_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.wav").write_bytes(content)
    with pytest.raises(SoundRefused, match=r"a\.wav"):
        heard(tmp_path / "a.wav")


def test_absent_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SoundRefused, match="no such file"):
        heard(tmp_path / "a.wav")


@pytest.mark.parametrize("name", ["a.mp3", "a.flac", "a.ogg"])
def test_a_sound_that_breaks_off_is_heard_as_far_as_it_goes(tmp_path: Path, name: str) -> None:
    codec, rate = {"a.mp3": ("libmp3lame", 44_100), "a.flac": ("flac", 44_100), "a.ogg": ("libopus", 48_000)}[name]
    path = write_sound(tmp_path / name, 2.0, rate=rate, codec=codec)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    assert 8_000 < len(heard(path)) < 30_000


@pytest.mark.parametrize("kind", ["16 bit", "24 bit", "float", "192 kHz", "flac", "aac"])
def test_nothing_is_asked_for_that_has_not_come(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """PyAV raises where nothing has come, and a Ctrl-C that meets it raising is lost."""
    name, codec, rate, layout = KINDS[kind]
    path = write_sound(tmp_path / name, 5.0, rate=rate, layout=layout, codec=codec)
    pulled, in_vain = sound._pulled, []

    def counted(graph: Graph) -> AudioFrame | None:
        found = pulled(graph)
        in_vain.extend([1] if found is None else [])
        return found

    monkeypatch.setattr(sound, "_pulled", counted)
    assert abs(len(heard(path)) - 80_000) <= 2_200
    assert len(in_vain) <= 2
