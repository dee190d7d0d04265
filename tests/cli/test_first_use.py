import io
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from vultus.cli.first_use import WORDS, compiling_said

ROOT = Path(__file__).parents[2]
SCRIPT = """
import sys
import numpy as np
from vultus import cli
from vultus.media.colour import planes
def run(options):
    planes(np.zeros((2, 2, 3), np.uint8))
    return {"done": True}, "done"
class Options:
    json, quiet = "--json" in sys.argv, "--quiet" in sys.argv
    run = staticmethod(run)
class Parser:
    def parse_args(self, _arguments):
        return Options
cli.parser = Parser
sys.exit(cli.main())
"""


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def step(done: int, known: int) -> None:
    logging.getLogger("vultus.compiled").info("compiling", extra={"done": done, "known": known})


def test_a_terminal_shows_how_far_it_is_and_forgets_it() -> None:
    stream = Terminal()
    with compiling_said(stream):
        step(0, 9)
        step(4, 9)
    step(5, 9)
    lines = stream.getvalue().split("\r\x1b[K")
    assert lines == ["", f"{WORDS}, 0 of 9", f"{WORDS}, 4 of 9", ""]


def test_a_file_gets_one_line() -> None:
    stream = io.StringIO()
    with compiling_said(stream):
        step(0, 9)
        step(1, 9)
    assert stream.getvalue() == f"{WORDS}\n"


def test_nothing_is_said_where_nothing_is_compiled() -> None:
    stream = Terminal()
    with compiling_said(stream):
        pass
    assert stream.getvalue() == ""


@pytest.mark.parametrize(("option", "first"), [("", f"{WORDS}\n"), ("--json", ""), ("--quiet", "")])
def test_commands_say_it_once_and_never_beside_json(tmp_path: Path, option: str, first: str) -> None:
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-c", SCRIPT, *option.split()]
    runs = [
        subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True) for _ in range(2)
    ]
    assert [run.stderr for run in runs] == [first, ""]
    assert {run.stdout for run in runs} == {'{"done": true}\n' if option == "--json" else "done\n"}
