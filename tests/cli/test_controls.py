"""What is typed to turn a face, and `vultus motion`."""

import argparse
import json
import math
from pathlib import Path

import numpy as np
import pytest

from vultus.cli import main
from vultus.cli.controls import add_controls, controls_of
from vultus.drive import put_on, read_motion
from vultus.errors import OptionRefused
from vultus.face import LOG_DISTANCE, ROTATION, SHIFT, Motion
from vultus.media import listen
from vultus.motion.controls import Controls
from vultus.motion.emotion import Emotion
from vultus.motion.timeline import Keyframe, Timeline
from vultus.portrait import Portrait
from vultus.talker import Talker

Captured = pytest.CaptureFixture[str]


def typed(*arguments: str) -> Controls:
    parser = argparse.ArgumentParser()
    add_controls(parser)
    return controls_of(parser.parse_args(arguments))


def run(*arguments: str | Path) -> int:
    return main([str(argument) for argument in arguments])


def test_the_defaults_of_the_command_line_are_those_of_controls() -> None:
    assert typed() == Controls()


def test_every_control_can_be_typed() -> None:
    turned = typed(
        *("--gaze=-10,5", "--eye-contact", "0.5", "--distance", "1.2", "--pose=-5,10,2", "--head-gain", "0.5"),
        *("--emotion", "happy=0.7, surprised=0.2", "--expression-gain", "1.5", "--articulation", "1.3"),
        *("--blink-rate", "2", "--listening", "1", "--character", "0.1", "--body-gain", "0.4"),
    )
    assert turned == Controls(
        gaze=(math.radians(-10), math.radians(5)),
        distance=math.log(1.2),
        pose=(math.radians(-5), math.radians(10), math.radians(2)),
        emotion=Emotion(happy=0.7, surprised=0.2),
        head_gain=0.5,
        expression_gain=1.5,
        articulation=1.3,
        blink_rate=2,
        listening=1,
        eye_contact=0.5,
        character=0.1,
        body_gain=0.4,
    )
    assert typed("--emotion", "sad").emotion == Emotion(sad=1)


@pytest.mark.parametrize(
    ("argument", "says"),
    [
        ("--pose=1,2", r"--pose 1,2: wanted three numbers of degrees, such as --pose=-5,10,0"),
        ("--pose=1,2,x", "wanted three numbers"),
        ("--pose=1,2,90", "--pose 90: wanted a number from -20 to 20"),
        ("--emotion=glad=1", "--emotion glad=1: wanted some of happy, sad"),
        ("--emotion=happy=2", "--emotion 2: wanted a number from 0 to 1"),
        ("--emotion=happy=much", "'much' is no number"),
        ("--articulation=3", "wanted a number from 0 to 2"),
        ("--eye-contact=nan", "wanted a number from 0 to 1"),
    ],
)
def test_what_makes_no_sense_is_refused(argument: str, says: str) -> None:
    with pytest.raises(OptionRefused, match=says):
        typed(argument)


def test_a_voice_becomes_a_motion_file_that_moves_a_portrait_as_the_voice_does(
    tmp_path: Path, portrait: Portrait, voice: Path, capsys: Captured
) -> None:
    options = ("--emotion", "happy=0.5", "--pose=3,-5,0", "--articulation", "1.2", "--seed", "2", "--character", "0")
    assert run("motion", voice, "-o", tmp_path / "a.npz", *options, "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["rows"], facts["rate"]) == (34, "25")
    turned = typed(*options[:2], *options[2:5], *options[-2:])
    talker = Talker(portrait, 64, 2, turned, recorded=True)
    for samples in listen(voice):
        talker.push(samples)
    talker.finish()
    spoken = np.stack([beat.row for beat in talker.beats()])
    moved = put_on(Motion.load(tmp_path / "a.npz"), portrait, Controls(character=0))
    assert len(spoken) == len(moved)
    np.testing.assert_allclose(moved, spoken, atol=2e-3)


def test_a_motion_file_goes_into_the_other_kind_and_another_rate(tmp_path: Path, voice: Path) -> None:
    assert run("motion", voice, "-o", tmp_path / "a.npz") == 0
    assert run("motion", tmp_path / "a.npz", "-o", tmp_path / "b.csv", "--fps", "50") == 0
    assert run("motion", tmp_path / "b.csv", "-o", tmp_path / "c.npz", "--fps", "25") == 0
    a, b, c = (read_motion(tmp_path / name) for name in ("a.npz", "b.csv", "c.npz"))
    assert a.rate == c.rate == 25 and b.rate == 50
    assert len(a) == len(c) == 34 and len(b) == 68
    kept = [i for i in range(a.rows.shape[1]) if i not in (SHIFT.start, SHIFT.start + 1, LOG_DISTANCE)]
    np.testing.assert_allclose(c.rows[:, kept], a.rows[:, kept], atol=1e-5)


@pytest.mark.usefixtures("obedient")
def test_a_timeline_reaches_the_motion(tmp_path: Path, voice: Path) -> None:
    Timeline([Keyframe(0, {"gaze": [0.0, 0.0]}), Keyframe(1, {"gaze": [0.3, 0.0]})]).save(tmp_path / "line.json")
    assert run("motion", voice, "-o", tmp_path / "a.npz", "--timeline", tmp_path / "line.json") == 0
    yaw = read_motion(tmp_path / "a.npz")["gazeYaw"]
    assert yaw[0] == 0 and yaw[-1] == pytest.approx(0.3, abs=1e-5) and (np.diff(yaw) >= -1e-6).all()


def test_a_track_reaches_the_motion(tmp_path: Path, voice: Path) -> None:
    assert run("motion", voice, "-o", tmp_path / "a.npz") == 0
    assert run("motion", voice, "-o", tmp_path / "b.csv", "--seed", "5", "--pose-from", tmp_path / "a.npz") == 0
    a, b = (read_motion(tmp_path / name) for name in ("a.npz", "b.csv"))
    np.testing.assert_allclose(b.rows[:, ROTATION], a.rows[:, ROTATION], atol=1e-5)
    assert not np.allclose(b["gazeYaw"], a["gazeYaw"])


def test_a_film_of_a_take_with_its_voice(tmp_path: Path, portrait_file: Path, voice: Path, capsys: Captured) -> None:
    assert run("motion", voice, "-o", tmp_path / "a.csv") == 0
    film = tmp_path / "a.mp4"
    line = ("animate", portrait_file, tmp_path / "a.csv", "--voice", voice, "-o", film, "--size", "64", "--json")
    capsys.readouterr()
    assert run(*line) == 0
    assert json.loads(capsys.readouterr().out)["frames"] == 34


def test_a_film_led_by_a_timeline(tmp_path: Path, portrait_file: Path, voice: Path) -> None:
    Timeline([Keyframe(0.5, {"distance": 0.0}), Keyframe(0.6, {"distance": 0.3})]).save(tmp_path / "line.json")
    for name, options in (("a", ()), ("b", ("--timeline", tmp_path / "line.json"))):
        assert run("animate", portrait_file, voice, "-o", tmp_path / name, "--size", "64", *options) == 0
    first, last = ([(tmp_path / name / f"{i:05d}.png").read_bytes() for name in "ab"] for i in (5, 25))
    assert first[0] == first[1] and last[0] != last[1]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["-o", "a.txt"], "a.txt: wanted a name that ends in .npz or .csv"),
        (["-o", "a.csv", "--fps", "31"], "--fps 31: wanted one of 25, 30, 50, 60"),
        (["-o", "a.csv", "--timeline", "absent.json"], "absent.json: cannot be read"),
        (["-o", "a.csv", "--gaze-from", "absent.csv"], "absent.csv: there is no such file"),
    ],
)
def test_refusals_are_one_line(
    tmp_path: Path, voice: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch, arguments: list[str], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("motion", voice, *arguments) == 2
    said = capsys.readouterr().err
    assert says in said and len(said.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_controls_for_motion_that_is_there_already_are_refused(tmp_path: Path, voice: Path, capsys: Captured) -> None:
    assert run("motion", voice, "-o", tmp_path / "a.npz") == 0
    assert run("motion", tmp_path / "a.npz", "-o", tmp_path / "b.csv", "--distance", "1.2") == 2
    assert "is motion already" in capsys.readouterr().err


def test_help_teaches(capsys: Captured) -> None:
    with pytest.raises(SystemExit):
        run("motion", "--help")
    said = capsys.readouterr().out
    assert "  vultus motion voice.wav -o motion.csv" in said and "--emotion NAME=0..1" in said
