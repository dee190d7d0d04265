"""Four answers, each where it is due: on films of every kind, whole, altered, stripped, cut and taken apart."""

import dataclasses
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import av
import numpy as np
import pytest

from tests import drawn
from tests.papers import PAPERS
from tests.provenance.faces import scene
from vultus.cli import main
from vultus.errors import InputRefused
from vultus.job import animate
from vultus.media.film import open_film
from vultus.media.picture import read_picture, write_picture
from vultus.media.verify import verify
from vultus.portrait import Likeness
from vultus.provenance import Marker
from vultus.provenance.certificate import identity
from vultus.provenance.manifest import sign

SIZE = 256


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, voice: Path) -> Path:
    """The same second of film in every kind."""
    place = tmp_path_factory.mktemp("films")
    portrait = dataclasses.replace(drawn.portrait(), likeness=Likeness("virtual", "drawn by a program"))
    for name in ("a.mp4", "a.gif", "frames", "b_%03d.png"):
        animate(portrait, voice, place / name, size=SIZE)
    return place


def frames_again(path: Path, output: Path, crop: int = 0) -> None:
    """What platforms do: decode, cut, encode, forget the rest."""
    with av.open(str(path)) as source, av.open(str(output), "w") as target:
        stream = target.add_stream("libx264", rate=25, options={"crf": "23"})
        stream.pix_fmt = "yuv420p"
        stream.width = stream.height = SIZE - 2 * crop
        for frame in source.decode(video=0):
            pixels = frame.to_ndarray(format="rgb24")[crop : SIZE - crop, crop : SIZE - crop]
            cut = np.ascontiguousarray(pixels, np.uint8)
            target.mux(stream.encode(av.VideoFrame.from_ndarray(cut, format="rgb24")))
        target.mux(stream.encode(None))


@pytest.mark.parametrize("name", ["a.mp4", "a.gif", "frames/00000.png", "frames/00007.png", "b_004.png"])
def test_every_kind_of_film_is_intact(folder: Path, name: str) -> None:
    answer = verify(folder / name)
    assert answer.kind == "intact"
    assert answer.words.startswith("Made with Vultus ")
    assert answer.words.endswith("unchanged since.")
    assert answer.manifest["state"] == "Trusted"
    assert answer.manifest["likeness"] == "virtual"
    assert answer.manifest["note"] == "drawn by a program"
    if not name.endswith(".gif"):  # 256 colours and their dithering are hard on a mark
        assert answer.mark["payload"] == answer.manifest["payload"]


def test_webm_has_its_manifest_beside_it(tmp_path: Path) -> None:
    with open_film(tmp_path / "a.webm", 128, None, alpha=True, papers=PAPERS) as film:
        for seed in range(3):
            frame = np.dstack([scene(seed, 128), np.full((128, 128), 255, np.uint8)])
            Marker(PAPERS.number).mark(frame)
            film.write(frame)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.c2pa", "a.webm"]
    assert verify(tmp_path / "a.webm").kind == "intact"
    content = bytearray((tmp_path / "a.webm").read_bytes())
    content[-20] ^= 1
    (tmp_path / "a.webm").write_bytes(content)
    assert verify(tmp_path / "a.webm").kind == "broken"


def flips(length: int) -> Iterator[int]:
    yield from np.random.default_rng(0).integers(0, length, 25).tolist()
    yield from (8, 234, length - 40)  # what signatures leave out: the kind of file, names of boxes, our own last box


def test_a_flipped_byte_is_seen(folder: Path, tmp_path: Path) -> None:
    content = (folder / "a.mp4").read_bytes()
    for place in flips(len(content)):
        changed = bytearray(content)
        changed[place] ^= 0x10
        (tmp_path / "a.mp4").write_bytes(changed)
        with suppress(InputRefused):  # no video any more
            assert verify(tmp_path / "a.mp4").kind != "intact", place


def test_a_changed_frame_is_seen(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "frames", tmp_path / "frames")
    pixels = read_picture(tmp_path / "frames" / "00007.png").copy()
    pixels[0, 0] ^= 1
    write_picture(tmp_path / "frames" / "00007.png", pixels)
    assert verify(tmp_path / "frames" / "00007.png").kind == "broken"
    assert verify(tmp_path / "frames" / "00006.png").kind == "intact"


def test_the_watermark_is_left_when_the_manifest_is_stripped(folder: Path, tmp_path: Path) -> None:
    frames_again(folder / "a.mp4", tmp_path / "again.mp4")
    answer = verify(tmp_path / "again.mp4")
    assert answer.kind == "marked"
    assert "manifest was stripped" in answer.words
    assert answer.mark["payload"] == verify(folder / "a.mp4").manifest["payload"]


def test_a_cropped_film_is_found(folder: Path, tmp_path: Path) -> None:
    frames_again(folder / "a.mp4", tmp_path / "cropped.mp4", crop=10)
    answer = verify(tmp_path / "cropped.mp4")
    assert answer.kind == "marked"
    assert answer.mark["place"][2] == pytest.approx(SIZE, rel=0.01)


def test_a_single_frame_is_found_with_its_confidence(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "frames" / "00003.png", tmp_path / "still.png")
    answer = verify(tmp_path / "still.png")
    assert answer.kind == "marked"
    assert "100% sure" in answer.words
    assert answer.mark["confidence"] > 0.999


def test_nothing_is_found_in_other_pictures(tmp_path: Path) -> None:
    write_picture(tmp_path / "other.png", scene(3, 64))
    answer = verify(tmp_path / "other.png")
    assert answer.kind == "nothing"
    assert "proves nothing" in answer.words


def test_a_signature_of_somebody_unknown_is_said_to_be_one(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VULTUS_HOME", str(tmp_path / "elsewhere"))
    assert "does not know" in verify(folder / "a.mp4").words


def test_a_mark_of_another_film_is_said(tmp_path: Path) -> None:
    frame = scene(5)
    Marker(PAPERS.number + 1).mark(frame)
    write_picture(tmp_path / "a.png", frame)
    sign(tmp_path / "a.png", "image/png", PAPERS, identity())
    assert "belongs to another film" in verify(tmp_path / "a.png").words


def test_exit_codes_and_json(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(folder / "a.mp4")]) == 0
    assert "unchanged" in capsys.readouterr().out
    shutil.copy(folder / "frames" / "00003.png", tmp_path / "still.png")
    assert main(["verify", str(tmp_path / "still.png"), "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["answer"] == "marked"
    (tmp_path / "text.txt").write_text("no film")
    assert main(["verify", str(tmp_path / "text.txt")]) == 2
    assert main(["verify", str(tmp_path / "absent.mp4")]) == 2


def test_signing_adds_little_and_names_nobody(folder: Path) -> None:
    content = (folder / "a.mp4").read_bytes()
    for word in (b"drawn.vultus", b"babble", os.environ.get("USER", "nobody at all").encode()):
        assert word not in content
    start = content.index(b"uuid") - 4
    assert int.from_bytes(content[start : start + 4], "big") <= 8192


def test_plain_words_are_in_every_kind(folder: Path) -> None:
    with av.open(str(folder / "a.mp4")) as container:
        assert "AI-generated" in container.metadata["comment"]
        assert json.loads(container.metadata["AIGC"])["Label"] == "1"
    for name in ("a.gif", "frames/00003.png"):
        content = (folder / name).read_bytes()
        assert b"AI-generated" in content
        assert b'"ContentProducer"' in content
