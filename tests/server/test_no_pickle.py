"""Nothing of ours is pickled: not in the source, and not while a server works."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server.conftest import Service, furnish, start, stop

PACKAGE = Path(__file__).parents[2] / "vultus"
PICKLERS = {"pickle", "_pickle", "cPickle", "dill", "cloudpickle", "shelve", "marshal", "joblib", "multiprocessing"}
POOLS = {"ProcessPoolExecutor"}

# Laid before a server: notes whoever unpickles, numba's store of compiled kernels aside.
WITNESS = """
import sys, traceback
def hook(event, arguments):
    if event == "pickle.find_class":
        stack = traceback.format_stack()
        if not any("numba" in line for line in stack):
            with open({path!r}, "a") as file:
                file.write("".join(stack))
sys.addaudithook(hook)
"""


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {(node.module or "").split(".")[0], *(alias.name for alias in node.names)}
    return names


def used() -> list[Path]:
    """Every file that a user runs; training spreads its own data over its own processes."""
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path.relative_to(PACKAGE).parts[0] != "train"]


@pytest.mark.parametrize("path", used(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_file_imports_what_pickles(path: Path) -> None:
    assert not imported(path) & (PICKLERS | POOLS)


@pytest.fixture
def witness(tmp_path: Path) -> tuple[Path, Path]:
    """A folder to find packages in, and the file that a witness in it writes."""
    folder, noted = tmp_path / "witness", tmp_path / "noted"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(WITNESS.format(path=str(noted)))
    return folder, noted


def test_the_witness_sees(witness: tuple[Path, Path]) -> None:
    code = "import pickle, pathlib; pickle.loads(pickle.dumps(pathlib.PurePosixPath('x')))"
    subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(witness[0])}, check=True)
    assert "sitecustomize" in witness[1].read_text()


def test_a_server_that_works_unpickles_nothing(portrait_file: Path, tmp_path: Path, witness: tuple[Path, Path]) -> None:
    pytest.importorskip("fastapi", reason="the extra `server` is not installed")
    client = pytest.importorskip("websockets.sync.client", reason="the extra `server` is not installed")
    data = tmp_path / "data"
    data.mkdir()
    furnish(data, portrait_file)
    service = start(data, "--workers", "1", more=witness[0])
    try:
        with client.connect(service.live, max_size=None) as socket:
            socket.send(json.dumps({"portrait": "ada", "size": 256}))
            while not isinstance(socket.recv(10), bytes):
                pass
        _errands(service)
    finally:
        stop(service)
    assert not witness[1].exists(), witness[1].read_text()


def _errands(service: Service) -> None:
    """Something for each process apart; what they say of it does not matter here."""
    service.send("/v1/portraits", {"image": ("x", b"no picture")})
    job = service.send("/v1/talks", {"portrait": "ada", "text": "hi"}).json()
    events = service.ask("GET", f"/v1/talks/{job['id']}/events").body
    assert b"event: done" in events or b"event: error" in events
    service.send("/v1/verify", {"file": ("x", b"no film")})
