import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.sounds import write_sound, write_video
from vultus import __version__
from vultus.cli import main
from vultus.media import read_picture, write_picture
from vultus.portrait import Portrait

Captured = pytest.CaptureFixture[str]


def run(*arguments: str | Path) -> int:
    return main([str(argument) for argument in arguments])


def test_animate_makes_a_film_and_says_how_fast(
    tmp_path: Path, portrait_file: Path, voice: Path, capsys: Captured
) -> None:
    assert run("animate", portrait_file, voice, "-o", tmp_path / "a.mp4", "--size", "64") == 0
    said = capsys.readouterr()
    assert re.search(r"a\.mp4: 1\.4 s of film in .* s \(\d+ frames/s, .* x real time\)", said.out)
    assert said.err == ""
    assert (tmp_path / "a.mp4").exists()


def test_json_is_one_line_with_the_figures(tmp_path: Path, portrait_file: Path, voice: Path, capsys: Captured) -> None:
    assert run("animate", portrait_file, voice, "-o", tmp_path / "a.mp4", "--size", "64", "--json") == 0
    (line,) = capsys.readouterr().out.splitlines()
    facts = json.loads(line)
    assert facts["frames"] == 34
    assert facts["seconds"] == 1.36
    assert facts["spent"]["render"] > 0


def test_options_reach_the_film(tmp_path: Path, portrait_file: Path, voice: Path) -> None:
    def first(name: str, *options: str) -> bytes:
        output = tmp_path / name
        assert run("animate", portrait_file, voice, "-o", output, "--size", "64", *options) == 0
        return (output / "00020.png").read_bytes()

    plain = first("plain")
    assert first("again") == plain
    changed = {
        first("seed", "--seed", "1"),
        first("gaze", "--gaze=20,-10"),
        first("far", "--distance", "1.3"),
        first("head", "--head-gain", "0"),
        first("face", "--expression-gain", "0"),
    }
    assert plain not in changed
    assert len(changed) == 5


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (["--gaze", "left"], "--gaze left: wanted two numbers"),
        (["--gaze=1,2,3"], "wanted two numbers"),
        (["--gaze=90,0"], "--gaze 90: wanted a number from -30 to 30"),
        (["--gaze=nan,0"], "--gaze nan: wanted a number"),
        (["--distance", "0"], "--distance 0: wanted a number from 0.5 to 2"),
        (["--head-gain", "-1"], "wanted a number from 0 to 3"),
        (["--expression-gain", "9"], "wanted a number from 0 to 3"),
        (["--size", "63"], "size 63: wanted an even number"),
    ],
)
def test_options_out_of_range_are_refused(
    tmp_path: Path, portrait_file: Path, voice: Path, capsys: Captured, options: list[str], line: str
) -> None:
    assert run("animate", portrait_file, voice, "-o", tmp_path / "a.mp4", *options) == 2
    said = capsys.readouterr()
    assert line in said.err
    assert len(said.err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_refused_input_is_one_line_and_exit_2(tmp_path: Path, portrait_file: Path, capsys: Captured) -> None:
    silent = write_video(tmp_path / "silent.mp4")
    assert run("animate", portrait_file, silent, "-o", tmp_path / "a.mp4") == 2
    said = capsys.readouterr()
    assert said.err.startswith("vultus: ") and "a video without a sound track" in said.err
    assert said.out == ""
    assert run("animate", portrait_file, silent, "-o", tmp_path / "a.mp4", "--json") == 2
    assert json.loads(capsys.readouterr().out)["kind"] == "SoundRefused"
    assert not (tmp_path / "a.mp4").exists()


def test_ctrl_c_is_130_and_leaves_nothing(
    tmp_path: Path, portrait_file: Path, voice: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_self: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("vultus.actor.Actor.finish", interrupted)
    assert run("animate", portrait_file, voice, "-o", tmp_path / "a.mp4", "--size", "64") == 130
    assert capsys.readouterr().err == "stopped: no output was written\n"
    assert list(tmp_path.iterdir()) == []


def test_a_bug_is_exit_1(portrait_file: Path, voice: Path) -> None:
    """Whatever nobody foresaw goes to Python, which prints where it happened."""
    script = "import sys, vultus.actor; del vultus.actor.SILENCE; from vultus.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", script, "animate", str(portrait_file), str(voice), "-o", "a.mp4", "--size", "64"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=voice.parent)
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert not (voice.parent / "a.mp4").exists()


@pytest.mark.parametrize("command", ["prepare", "animate", "inspect"])
def test_help_teaches_with_examples(command: str, capsys: Captured) -> None:
    with pytest.raises(SystemExit) as done:
        run(command, "--help")
    assert done.value.code == 0
    assert f"  vultus {command} " in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [[], ["sing"], ["animate", "a.png"], ["animate", "a", "b", "-o", "c", "--size", "x"]]
)
def test_a_wrong_command_line_is_exit_2(arguments: list[str], capsys: Captured) -> None:
    with pytest.raises(SystemExit) as done:
        run(*arguments)
    assert done.value.code == 2
    assert "usage: vultus" in capsys.readouterr().err


def test_version(capsys: Captured) -> None:
    with pytest.raises(SystemExit):
        run("--version")
    assert capsys.readouterr().out == f"vultus {__version__}\n"


def test_python_m_vultus_is_the_same_program() -> None:
    done = subprocess.run([sys.executable, "-m", "vultus", "--version"], check=True, capture_output=True, text=True)
    assert done.stdout == f"vultus {__version__}\n"


def test_inspect_draws_what_it_is_given(tmp_path: Path, portrait_file: Path, voice: Path, capsys: Captured) -> None:
    film = tmp_path / "a.gif"
    assert run("animate", portrait_file, voice, "-o", film, "--size", "64") == 0
    for thing, kind in ((portrait_file, "portrait"), (film, "frames"), (voice, "motion")):
        capsys.readouterr()
        assert run("inspect", thing, "-o", tmp_path / "sheet.png", "--json") == 0
        assert json.loads(capsys.readouterr().out)["shows"] == kind
        assert min(read_picture(tmp_path / "sheet.png").shape[:2]) >= 64


def test_inspect_refuses_what_it_cannot_draw(tmp_path: Path, voice: Path, capsys: Captured) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    assert run("inspect", tmp_path / "letter.txt", "-o", tmp_path / "a.png") == 2
    assert "neither a portrait, a picture, a video nor a sound" in capsys.readouterr().err
    assert run("inspect", voice, "-o", tmp_path / "a.jpg") == 2
    assert run("inspect", voice, "-o", tmp_path / "a.png", "--frames", "0") == 2
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_prepare_then_animate(tmp_path: Path, example_picture: Path, capsys: Captured) -> None:
    assert run("prepare", example_picture, "-o", tmp_path / "ada.vultus") == 0
    assert "a portrait" in capsys.readouterr().out
    assert Portrait.load(tmp_path / "ada.vultus").fore.shape[2] == 4
    sound = write_sound(tmp_path / "v.wav", 0.2)
    assert run("animate", tmp_path / "ada.vultus", sound, "-o", tmp_path / "a.mp4", "--size", "64") == 0
    assert run("prepare", example_picture, "-o", tmp_path / "b.vultus", "--face", "2") == 2
    assert "the picture shows 1" in capsys.readouterr().err
    assert not (tmp_path / "b.vultus").exists()


def test_pictures_without_a_face_are_refused(tmp_path: Path, capsys: Captured) -> None:
    wall = np.tile(np.linspace(0, 200, 300).astype(np.uint8)[:, None, None], (1, 300, 3))
    write_picture(tmp_path / "wall.png", wall)
    (tmp_path / "broken.png").write_bytes((tmp_path / "wall.png").read_bytes()[:200])
    (tmp_path / "empty.png").touch()
    for name, word in (("wall", "no face"), ("broken", "broken or cut off"), ("empty", "not a picture")):
        assert run("prepare", tmp_path / f"{name}.png", "-o", tmp_path / "a.vultus") == 2
        said = capsys.readouterr().err
        assert word in said
        assert len(said.splitlines()) == 1
    assert not (tmp_path / "a.vultus").exists()
