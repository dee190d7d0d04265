"""A file is one idea, a function one thought."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path for folder in ("vultus", "tests", "examples", "benchmarks") for path in (ROOT / folder).rglob("*.py")
)
LINES_A_FILE = 400
LINES_A_FUNCTION = 60
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_size_law(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= LINES_A_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < LINES_A_FUNCTION, node.name


def test_no_vague_names() -> None:
    assert {path.stem for path in FILES} & VAGUE == set()
