"""Whatever leaves is marked: the ways out are known one by one, and a new one fails here until it is.

There are two: pixels, which leave `render` only through `Talker.draw`, and files, which are written only where the
table below says, each for a reason.
"""

import ast
import inspect
from pathlib import Path

import numpy as np
import pytest

from tests import drawn
from tests.laws.test_imports import PACKAGE, files
from vultus.cli.options import parser
from vultus.provenance import find, number_of
from vultus.talker import Talker

UNHEARD = ("render/", "train/")  # the drawing itself, and training, from which nothing leaves
DRAWERS = {
    "talker.py": "marks what it draws",
    "look.py": "sets up drawings; whoever calls them marks what comes",
    "show.py": "drawings for people who look into a portrait: small panels with titles",
}
CHANCE = ("motion/",)  # draws numbers; a stage, it cannot reach `render`
WRITERS = {
    "arkit.py": "motion, as numbers",
    "cli/corpus.py": "labels; its films are those of animate",
    "cli/inspect.py": "drawings for people who look into a portrait",
    "cli/verify.py": "keeps what is verified, while it is",
    "face.py": "motion, as numbers",
    "media/aloud.py": "sound",
    "media/cutout.py": "opened by film.py alone",
    "media/film.py": "signs",
    "media/landing.py": "moves what others wrote",
    "media/mp4.py": "opened by film.py alone",
    "media/picture.py": "bytes of pictures: who writes them is here too",
    "media/pictures.py": "opened by film.py alone",
    "motion/timeline.py": "motion, as numbers",
    "portrait.py": "portraits",
    "provenance/certificate.py": "keys",
    "provenance/last_box.py": "signs",
    "provenance/manifest.py": "signs",
    "server/recording.py": "signs",
}
SIGNERS = {"media/film.py": ("seal", "seal_beside", "seal_frames"), "server/recording.py": ("seal",)}
OPENERS = {"Cutout", "Gif", "Mp4", "Sequence"}  # the films: film.py alone may make them
WRITES = {"write_bytes", "write_picture", "write_text", "imwrite", "imencode", "landing", "landing_files"}


def name(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def calls(path: Path) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]


def called(call: ast.Call) -> str:
    return ast.unparse(call.func)


def watched() -> list[Path]:
    return [path for path in files() if not name(path).startswith(UNHEARD)]


def draws(path: Path) -> bool:
    """Whether a file takes a drawing function of `render`, under any name."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "render" and node.attr.startswith("draw"):
            return True
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("vultus.render"):
            return any(alias.name.startswith(("draw", "compose", "over")) for alias in node.names)
    return False


def writes(path: Path) -> bool:
    """Whether a file writes files: by name, by mode, by what it opens."""
    for call in calls(path):
        if called(call).split(".")[-1] in WRITES:
            return True
        modes = [a for a in (*call.args, *(k.value for k in call.keywords)) if isinstance(a, ast.Constant)]
        opens = called(call).split(".")[-1] in ("open", "fdopen", "NamedTemporaryFile")
        if opens and any(isinstance(a.value, str) and set(a.value) & set("wax+") and len(a.value) < 4 for a in modes):
            return True
    return False


@pytest.mark.parametrize("path", watched(), ids=name)
def test_only_known_files_draw(path: Path) -> None:
    assert not draws(path) or name(path) in DRAWERS, "pixels leave here: take them from Talker.draw, which marks"


@pytest.mark.parametrize("path", watched(), ids=name)
def test_nobody_else_asks_a_drawing_to_draw(path: Path) -> None:
    if name(path) in DRAWERS or name(path).startswith(CHANCE):
        return
    for call in calls(path):
        if isinstance(call.func, ast.Attribute) and call.func.attr == "draw":
            assert "talker" in ast.unparse(call.func.value), "pixels leave here: take them from Talker.draw"


@pytest.mark.parametrize("path", watched(), ids=name)
def test_only_known_files_write(path: Path) -> None:
    if name(path).startswith("server/") and name(path) not in WRITERS:
        assert not any(called(call) in ("av.open", "landing") for call in calls(path)), "a film leaves here: sign it"
        return
    assert not writes(path) or name(path) in WRITERS, "a file leaves here: sign it, and say so in the table above"


@pytest.mark.parametrize("path", watched(), ids=name)
def test_films_are_opened_where_they_are_signed(path: Path) -> None:
    made = {called(call) for call in calls(path)} & OPENERS
    assert not made or name(path) == "media/film.py"


@pytest.mark.parametrize("signer", SIGNERS)
def test_signers_sign(signer: str) -> None:
    assert set(SIGNERS[signer]) <= {called(call) for call in calls(PACKAGE / signer)}


def test_the_tables_hold_nothing_that_is_gone() -> None:
    for table in (DRAWERS, WRITERS, SIGNERS):
        assert all((PACKAGE / entry).exists() for entry in table)


def test_the_talker_marks_all_that_it_shows() -> None:
    """Ticks, iteration, and drawing by hand: the number is in each frame."""
    portrait = drawn.portrait()
    talker = Talker(portrait, 256, seed=3)
    talker.push(np.zeros(3 * 640, np.float32))
    talker.finish()
    shown = [tick.frame for tick in talker] + [talker.tick().frame, talker.draw(talker.beat().moves)]
    for frame in shown:
        found = find([frame], everywhere=False)
        assert found is not None
        assert found.number == number_of(portrait, 3)


def test_nothing_turns_marks_off() -> None:
    words = parser().format_help()
    for action in parser()._subparsers._group_actions[0].choices.values():  # type: ignore[union-attr]
        words += action.format_help()
    for off in ("--no-mark", "--no-watermark", "--no-sign", "--unmarked", "--unsigned", "--no-manifest"):
        assert off not in words
    assert not {"mark", "sign", "watermark"} & set(inspect.signature(Talker.__init__).parameters)
