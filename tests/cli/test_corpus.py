"""A corpus holds what it says, of virtual individuals alone."""

import dataclasses
import json
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from tests import drawn
from vultus.cli import main
from vultus.drive import put_on
from vultus.face import Motion
from vultus.job import motion_of
from vultus.media.verify import verify
from vultus.motion.controls import Controls
from vultus.motion.emotion import Emotion
from vultus.portrait import Likeness


def corpus(portrait: Path, voice: Path, output: Path) -> int:
    given = ["corpus", str(portrait), "--voices", str(voice), "-o", str(output)]
    return main([*given, "--clips", "2", "--size", "128"])


def test_films_motion_and_labels_belong_together(tmp_path: Path, voice: Path) -> None:
    dataclasses.replace(drawn.portrait(), likeness=Likeness("virtual")).save(tmp_path / "a.vultus")
    assert corpus(tmp_path / "a.vultus", voice, tmp_path / "set") == 0
    labels = [json.loads(line) for line in (tmp_path / "set" / "labels.jsonl").read_text().splitlines()]
    assert len(labels) == 2
    for label in labels:
        film = tmp_path / "set" / label["film"]
        assert sha256(film.read_bytes()).hexdigest() == label["sha256"]
        truth = Motion.load(tmp_path / "set" / label["motion"])
        assert len(truth) == label["frames"]
        controls = Controls(**label["controls"] | {"emotion": Emotion(**label["controls"]["emotion"])})
        shown = put_on(motion_of(voice, label["seed"], controls), drawn.portrait(), Controls(character=0))
        assert np.abs(shown - truth.rows).max() < 2e-3
        answer = verify(film)
        assert answer.kind == "intact"
        assert int(answer.manifest["payload"], 16) & 0xFFFFFF == label["number"]
    assert labels[0]["controls"] != labels[1]["controls"]


def test_portraits_of_others_are_refused(
    tmp_path: Path, voice: Path, portrait_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert corpus(portrait_file, voice, tmp_path / "set") == 2
    assert "virtual" in capsys.readouterr().err
    assert not (tmp_path / "set").exists()
