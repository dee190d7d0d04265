"""What the documents name is there, and what they show runs."""

import re
import shlex
from pathlib import Path

import pytest

from vultus.cli.options import parser
from vultus.motion.controls import RANGES
from vultus.motion.timeline import Timeline

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "examples").glob("*.md")])
HISTORY = {ROOT / "docs" / "log.md", ROOT / "CHANGELOG.md"}  # they tell of files that may be gone
OURS = r"py|md|toml|sh|png|jpg|json|flac|safetensors|onnx"  # suffixes of files that stand in the repository
NOT_OURS = {
    "face.png",
    "motion_stats.json",
    "sheet.png",
    "talk.json",
    "talk.png",
}  # names that a reader would choose, or of data

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)


def prose(page: Path) -> str:
    return BLOCK.sub("", page.read_text())


def blocks(page: Path, language: str) -> list[str]:
    return [body for kind, body in BLOCK.findall(page.read_text()) if kind == language]


def named(page: Path) -> set[str]:
    """Files and folders in backticks and links."""
    quoted = re.findall(r"`([\w.\-/]+)`", prose(page))
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", prose(page))
    files = [name for name in quoted if re.search(rf"\.({OURS})$", name) or name.endswith("/")]
    return ({*files, *linked}) - NOT_OURS


def places(name: str, page: Path) -> list[Path]:
    """Where a name may stand: in the root, beside the page, in the package, in the room of the page, in training."""
    package = ROOT / "vultus"
    return [ROOT / name, page.parent / name, package / name, package / page.stem / name, *_training(name)]


def _training(name: str) -> list[Path]:
    folders = [path for path in (ROOT / "vultus" / "train").rglob("*") if path.is_dir()]
    return [folder / name for folder in (ROOT / "vultus" / "train", ROOT / "vultus" / "trained", *folders)]


@pytest.mark.parametrize("page", [page for page in PAGES if page not in HISTORY], ids=lambda page: page.name)
def test_files_named_in_documents_exist(page: Path) -> None:
    absent = {name for name in named(page) if not any(place.exists() for place in places(name, page))}
    assert absent == set()


def tree() -> list[str]:
    """The paths of the README's tree."""
    (block,) = (body for body in blocks(ROOT / "README.md", "text") if body.startswith("vultus/"))
    paths, folder = [], ""
    for line in block.splitlines():
        name = line.split()[0]
        folder = folder if line.startswith(" ") else name
        paths.append(folder + name if line.startswith(" ") else name)
    return paths


def test_the_tree_of_the_readme_is_the_tree() -> None:
    assert all((ROOT / path).exists() for path in tree())
    entries = [path for path in (ROOT / "vultus").iterdir() if path.is_file() or any(path.iterdir())]
    rooms = {f"vultus/{path.name}{'/' if path.is_dir() else ''}" for path in entries if path.name[0] != "."}
    untold = {"vultus/__pycache__/", "vultus/__main__.py", "vultus/py.typed"}
    assert rooms - untold <= set(tree())


def test_every_room_named_in_the_import_law_is_in_the_architecture() -> None:
    from tests.laws.test_imports import STAGES, VOCABULARY, WIRING

    page = (ROOT / "ARCHITECTURE.md").read_text()
    here = {path.stem for path in (ROOT / "vultus").iterdir()}
    for name in (VOCABULARY | WIRING | STAGES) & here:
        assert f"`{name}.py`" in page or f"`{name}/`" in page, name


@pytest.mark.parametrize("code", blocks(ROOT / "README.md", "python"))
def test_the_python_of_the_readme_runs(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "README.md", "exec"), {})
    assert "0 (256, 256, 3) (640,)" in capsys.readouterr().out


@pytest.fixture
def _a_face_and_a_voice(tmp_path: Path, portrait_file: Path, voice: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "face.vultus").symlink_to(portrait_file)
    (tmp_path / "voice.wav").symlink_to(voice)
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("_a_face_and_a_voice")
@pytest.mark.parametrize("code", blocks(ROOT / "docs" / "controls.md", "python"))
def test_the_python_of_the_page_about_controls_runs(code: str) -> None:
    exec(compile(code, "controls.md", "exec"), {})


def test_the_timeline_of_the_page_about_controls_is_one(tmp_path: Path) -> None:
    (text,) = blocks(ROOT / "docs" / "controls.md", "json")
    (tmp_path / "talk.json").write_text(text)
    assert Timeline.load(tmp_path / "talk.json").at(1.5).emotion.happy == pytest.approx(0.8)


def test_every_control_is_described() -> None:
    described = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "controls.md").read_text(), re.MULTILINE))
    assert described == set(RANGES)


def commands() -> list[str]:
    """What the documents show to be typed, without remarks."""
    lines = "\n".join(body for page in PAGES if page not in HISTORY for body in blocks(page, "sh")).splitlines()
    return sorted({line.partition("  #")[0].strip() for line in lines if line.startswith("vultus ")})


@pytest.mark.parametrize("line", commands())
def test_commands_that_documents_show_can_be_typed(line: str) -> None:
    parser().parse_args(shlex.split(line)[1:])


def test_the_targets_that_documents_name_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for page in PAGES:
        for target in re.findall(r"(?:^|`)make ([a-z][a-z-]*)", page.read_text(), re.MULTILINE):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), (page.name, target)
