import signal
import subprocess
import sys
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tests.sounds import write_sound, write_video
from vultus.errors import InputRefused, NoFace, OptionRefused, PortraitRefused, SoundRefused
from vultus.face import D, Motion, channel
from vultus.job import Progress, animate, portrait_from
from vultus.look import Look
from vultus.media import frames, read_picture
from vultus.media.picture import write_picture
from vultus.portrait import Portrait

SIZE = 64


def decoded(path: Path) -> str:
    return sha256(b"".join(frame.tobytes() for frame in frames(path))).hexdigest()


def test_a_voice_becomes_a_film_of_its_length(tmp_path: Path, portrait: Portrait, voice: Path) -> None:
    steps: list[Progress] = []
    result = animate(portrait, voice, tmp_path / "a.mp4", size=SIZE, progress=steps.append)
    assert result.frames == 34
    assert result.seconds == pytest.approx(34 / 25)
    assert [step.frames for step in steps] == list(range(1, 35))
    assert steps[0].expected == 34
    assert {"prepare", "listen", "speech", "motion", "render", "encode", "wait"} <= set(result.spent)
    with av.open(str(tmp_path / "a.mp4")) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        assert picture.frames == 34
        assert picture.duration is not None and picture.time_base is not None
        assert sound.duration is not None and sound.time_base is not None
        long = float(picture.duration * picture.time_base - sound.duration * sound.time_base)
        assert 0 <= long < 0.04


def test_the_same_job_gives_the_same_film(tmp_path: Path, portrait: Portrait, voice: Path) -> None:
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        animate(portrait, voice, tmp_path / f"{name}.mp4", size=SIZE, seed=seed)
    assert decoded(tmp_path / "a.mp4") == decoded(tmp_path / "b.mp4") != decoded(tmp_path / "c.mp4")


SOUNDS = {
    "a tenth of a second": ("v.wav", 0.1, 16_000, "mono", "pcm_s16le"),
    "8 bit": ("v.wav", 0.4, 16_000, "mono", "pcm_u8"),
    "24 bit": ("v.wav", 0.4, 48_000, "stereo", "pcm_s24le"),
    "5.1": ("v.wav", 0.4, 48_000, "5.1", "pcm_s16le"),
    "8 kHz": ("v.wav", 0.4, 8_000, "mono", "pcm_s16le"),
    "192 kHz": ("v.wav", 0.4, 192_000, "stereo", "pcm_s24le"),
    "one sample": ("v.wav", 1 / 16_000, 16_000, "mono", "pcm_s16le"),
}


@pytest.mark.parametrize("kind", SOUNDS)
def test_every_kind_of_sound(tmp_path: Path, portrait: Portrait, kind: str) -> None:
    name, seconds, rate, layout, codec = SOUNDS[kind]
    sound = write_sound(tmp_path / name, seconds, rate=rate, layout=layout, codec=codec)
    result = animate(portrait, sound, tmp_path / "a.mp4", size=SIZE)
    assert len(list(frames(tmp_path / "a.mp4"))) == result.frames == max(1, round(seconds * 25 + 0.49))


def test_the_voice_of_a_video(tmp_path: Path, portrait: Portrait) -> None:
    film = write_video(tmp_path / "v.mp4", 10, sound=True)
    assert animate(portrait, film, tmp_path / "a.mp4", size=SIZE).frames >= 10


def test_refusals_leave_no_output(tmp_path: Path, portrait: Portrait, voice: Path) -> None:
    (tmp_path / "empty.wav").touch()
    silent = write_video(tmp_path / "silent.mp4")
    for sound in (tmp_path / "empty.wav", silent, tmp_path / "absent.wav"):
        with pytest.raises(SoundRefused):
            animate(portrait, sound, tmp_path / "a.mp4", size=SIZE)
    with pytest.raises(OptionRefused):
        animate(portrait, voice, tmp_path / "a.avi", size=SIZE)
    with pytest.raises(OptionRefused):
        animate(portrait, voice, tmp_path / "nowhere" / "a.mp4", size=SIZE)
    with pytest.raises(InputRefused):
        animate(tmp_path / "absent.png", voice, tmp_path / "a.mp4", size=SIZE)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty.wav", "silent.mp4"]


def test_a_portrait_is_taken_in_every_form(portrait: Portrait, portrait_file: Path, tmp_path: Path) -> None:
    assert portrait_from(portrait) is portrait
    np.testing.assert_array_equal(portrait_from(portrait_file).rest, portrait.rest)
    renamed = tmp_path / "portrait.bin"
    renamed.write_bytes(portrait_file.read_bytes())
    np.testing.assert_array_equal(portrait_from(renamed).rest, portrait.rest)
    with pytest.raises(PortraitRefused, match="no such file"):
        portrait_from(tmp_path / "absent.png")


def test_a_picture_without_a_face_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def faceless(*_: object) -> Portrait:
        raise NoFace("no face was found")

    write_picture(tmp_path / "wall.png", np.zeros((64, 64, 3), np.uint8))
    monkeypatch.setattr("vultus.job.analysis.prepare", faceless)
    with pytest.raises(NoFace, match=r"wall\.png: no face"):
        portrait_from(tmp_path / "wall.png")


JOB = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a suite run in the background hands on that it is ignored
from vultus.face import D, Motion, channel
from vultus.job import animate
animate(sys.argv[1], sys.argv[2], sys.argv[3], size=64, progress=lambda p: print(p.frames, flush=True))
"""


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_job_leaves_nothing_under_the_name(tmp_path: Path, portrait_file: Path, blow: signal.Signals) -> None:
    voice = write_sound(tmp_path / "long.wav", 120.0)
    target = tmp_path / "a.mp4"
    command = [sys.executable, "-c", JOB, str(portrait_file), str(voice), str(target)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as job:
        assert job.stdout is not None
        assert job.stdout.readline() == b"1\n"
        job.send_signal(blow)  # once: none may be lost
        job.stdout.read()
        job.wait(60)
    assert job.returncode != 0
    assert not target.exists()
    left = [path.name for path in tmp_path.iterdir() if "part" in path.name]
    assert blow == signal.SIGKILL or left == []


def moving(path: Path, count: int = 20) -> Path:
    rows = np.zeros((count, D), np.float32)
    rows[:, channel("jawOpen")] = np.linspace(0, 0.6, count)
    Motion(rows).save(path)
    return path


def test_a_motion_file_becomes_a_silent_film(tmp_path: Path, portrait: Portrait) -> None:
    result = animate(portrait, moving(tmp_path / "m.npz"), tmp_path / "a.mp4", size=SIZE)
    assert (result.frames, result.seconds) == (20, 0.8)
    with av.open(str(tmp_path / "a.mp4")) as container:
        assert not container.streams.audio


def test_a_motion_lasts_as_long_as_the_sound_beside_it(tmp_path: Path, portrait: Portrait, voice: Path) -> None:
    result = animate(portrait, moving(tmp_path / "m.npz"), tmp_path / "a.mp4", size=SIZE, sound=voice)
    assert result.frames == 34
    with av.open(str(tmp_path / "a.mp4")) as container:
        assert container.streams.audio


@pytest.mark.parametrize(("rate", "count"), [(30, 40), (50, 67), (60, 80)])
def test_other_rates_keep_the_length(tmp_path: Path, portrait: Portrait, voice: Path, rate: int, count: int) -> None:
    result = animate(portrait, voice, tmp_path / "a.mp4", size=SIZE, look=Look(rate=Fraction(rate)))
    assert result.frames == count  # of 1.33 s
    assert len(list(frames(tmp_path / "a.mp4"))) == count


def test_a_person_cut_out_has_alpha_in_every_picture(tmp_path: Path, portrait: Portrait, voice: Path) -> None:
    animate(portrait, voice, tmp_path / "cut", size=SIZE, look=Look(alpha=True), label="corner")
    pictures = sorted((tmp_path / "cut").glob("*.png"))
    assert len(pictures) == 34
    alpha = read_picture(pictures[7])[..., 3]
    assert alpha[0, 0] == 0
    assert alpha[SIZE // 2, SIZE // 2] == 255
    assert alpha[: SIZE // 8, SIZE * 3 // 4 :].max() == 255  # the label is seen before nothing, too


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"look": Look(whole=True)}, "does not hold the whole picture"),
        ({"look": Look(background="#12")}, "wanted #rrggbb"),
        ({"look": Look(alpha=True)}, "holds no alpha"),
        ({"sound": "other.wav"}, "for a motion file"),
        ({"drive": True}, "no pictures in it"),
    ],
)
def test_what_cannot_be_made_is_refused(
    tmp_path: Path, portrait: Portrait, voice: Path, wanted: dict[str, Any], says: str
) -> None:
    with pytest.raises(InputRefused, match=says):
        animate(portrait, voice, tmp_path / "a.mp4", size=SIZE, **wanted)
    assert list(tmp_path.glob("*a.mp4*")) == []
