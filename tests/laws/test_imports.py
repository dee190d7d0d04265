"""The import law: vocabulary <- stages <- wiring <- doors; stages meet as values, never by import."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "vultus"

VOCABULARY = {
    "body",
    "clock",
    "compiled",
    "errors",
    "face",
    "lab",
    "portrait",
    "pose",
    "topology",
    "vectors",
    "weights",
}
STAGES = {"analysis", "measure", "motion", "provenance", "render", "speech", "voices"}
WIRING = {"actor", "arkit", "drive", "job", "look", "media", "talker"}
DOORS = {"__init__", "__main__", "batch", "cli", "integrations", "server", "show", "train"}

HEAVY = {"aiortc", "fastapi", "matplotlib", "mediapipe", "onnx", "ray", "scipy", "torch"}
UNASKED = {"scipy"}  # numba loads it where it is installed
HOMES = {  # below train/ anything may be imported
    "aiortc": "server/",
    "fastapi": "server/",
    "mediapipe": "analysis/mediapipe_models.py",
    "ray": "batch.py",
}


def files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    """The first name below the package: the stage, or the module, that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """Dotted names that a file imports, inside functions too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{_absolute(path, node)}.{alias.name}" for alias in node.names}
    return names


def _absolute(path: Path, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    base = ["vultus", *path.relative_to(PACKAGE).parts[: -node.level]]
    return ".".join([*base, *([node.module] if node.module else [])])


def rooms_imported(path: Path) -> set[str]:
    parts = [name.split(".") for name in imported(path)]
    return {name[1] for name in parts if name[0] == "vultus" and len(name) > 1}


def allowed(path: Path) -> set[str]:
    own = room(path)
    if own in VOCABULARY:
        return VOCABULARY
    if own in STAGES:
        return VOCABULARY | {own}
    if own in WIRING:
        return VOCABULARY | STAGES | WIRING
    if own == "train":
        return VOCABULARY | STAGES | WIRING | DOORS
    return VOCABULARY | STAGES | WIRING | (DOORS - {"train"}) | {"__version__"}


def test_every_room_has_its_place() -> None:
    assert {room(path) for path in files()} <= VOCABULARY | STAGES | WIRING | DOORS


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_the_import_law(path: Path) -> None:
    assert rooms_imported(path) - allowed(path) == set()


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_heavy_packages_stay_where_they_belong(path: Path) -> None:
    if room(path) == "train":
        return
    name = str(path.relative_to(PACKAGE))
    found = {dotted.split(".")[0] for dotted in imported(path)} & HEAVY
    assert {heavy for heavy in found if not name.startswith(HOMES.get(heavy, "nowhere"))} == set()


SCRIPT = """
import sys, time
start = time.perf_counter()
import vultus
print(time.perf_counter() - start)
vultus.Portrait, vultus.Talker, vultus.Motion, vultus.animate, vultus.Controls
print(*sorted({name.split(".")[0] for name in sys.modules}))
"""


def test_importing_is_quick_and_loads_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], check=True, capture_output=True, text=True)
    seconds, modules = done.stdout.splitlines()
    assert float(seconds) < 0.5
    assert set(modules.split()) & (HEAVY - UNASKED) == set()


def test_public_names_exist() -> None:
    import vultus

    for name in vultus.__all__:
        assert getattr(vultus, name) is not None
    assert set(vultus.__all__) <= set(dir(vultus))
    with pytest.raises(AttributeError, match="no attribute 'sing'"):
        vultus.sing  # noqa: B018
