"""`vultus prepare`: what it says of its certainty, and help from a person who clicks."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from vultus.analysis import clicked, doubt
from vultus.cli import main
from vultus.media import write_picture
from vultus.portrait import Portrait

Captured = pytest.CaptureFixture[str]


def write_clicks(path: Path, at: tuple[tuple[float, float], ...]) -> Path:
    path.write_text(json.dumps(dict(zip(clicked.Clicks.__annotations__, at, strict=True))))
    return path


def test_where_no_face_is_found_a_person_can_show_one(tmp_path: Path, capsys: Captured) -> None:
    picture = np.full((300, 300, 3), 180, np.uint8)
    write_picture(tmp_path / "a.png", picture)
    assert main(["prepare", str(tmp_path / "a.png"), "-o", str(tmp_path / "a.vultus")]) == 2
    assert "--points" in capsys.readouterr().err
    places = ((110.0, 120.0), (190.0, 120.0), (150.0, 165.0), (125.0, 200.0), (175.0, 200.0), (150.0, 250.0))
    clicks = write_clicks(tmp_path / "clicks.json", places)
    command = ["prepare", str(tmp_path / "a.png"), "-o", str(tmp_path / "a.vultus"), "--points", str(clicks)]
    assert main(command) == 0
    assert "may be misread" in capsys.readouterr().out
    portrait = Portrait.load(tmp_path / "a.vultus")
    pixels = portrait.camera.project(portrait.shape.astype(np.float64))
    assert abs(float(np.linalg.norm(pixels[33] - pixels[263])) - 1.3 * 80) < 25  # outer corners of eyes 80 apart


def test_a_picture_that_lies_on_its_side_is_read_through_clicks(
    tmp_path: Path, example_picture: Path, capsys: Captured
) -> None:
    upright = cv2.imread(str(example_picture))
    assert upright is not None
    on_its_side = tmp_path / "side.png"
    cv2.imwrite(str(on_its_side), np.rot90(upright))
    main(["prepare", str(example_picture), "-o", str(tmp_path / "up.vultus"), "--json"])
    facts = json.loads(capsys.readouterr().out)
    assert facts["confidence"] > doubt.DOUBTFUL
    known = Portrait.load(tmp_path / "up.vultus")
    height, width = upright.shape[:2]
    assert facts["pixels"] == min(height, width), "the frame is the whole picture"
    pixels = known.camera.project(known.shape.astype(np.float64))[[468, 473, 4, 61, 291, 152]]
    turned = tuple((float(y), float(width - 1 - x)) for x, y in pixels)
    clicks = write_clicks(tmp_path / "clicks.json", turned)
    capsys.readouterr()
    assert main(["prepare", str(on_its_side), "-o", str(tmp_path / "s.vultus"), "--points", str(clicks), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["confidence"] > doubt.DOUBTFUL
    roll = float(Portrait.load(tmp_path / "s.vultus").rest[48])
    assert abs(roll + np.pi / 2) < 0.15


def test_points_that_are_none_are_refused_in_one_line(tmp_path: Path, example_picture: Path, capsys: Captured) -> None:
    (tmp_path / "clicks.json").write_text("{}")
    command = ["prepare", str(example_picture), "-o", str(tmp_path / "a.vultus")]
    assert main([*command, "--points", str(tmp_path / "clicks.json")]) == 2
    said = capsys.readouterr().err
    assert "left_eye" in said and len(said.splitlines()) == 1
    assert not (tmp_path / "a.vultus").exists()
