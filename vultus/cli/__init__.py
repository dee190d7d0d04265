"""The command line: parses, calls, prints. Exit codes: 0 done, 2 input refused, 1 a bug, 130 stopped by Ctrl-C.

`verify` has more: see there.
"""

import contextlib
import json
import signal
import sys
from types import FrameType

import vultus.cli.threads  # noqa: F401 - before what loads numpy and OpenCV
from vultus.cli.first_use import compiling_said
from vultus.cli.options import parser
from vultus.errors import VultusError

STOPPED = 130  # what shells give for Ctrl-C


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit code."""
    options = parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _interrupt)
    silent = options.quiet or (options.json and not sys.stderr.isatty())  # some read both as one
    try:
        with contextlib.nullcontext() if silent else compiling_said():
            facts, words = options.run(options)
    except VultusError as refusal:
        return _refused(refusal, options.json)
    except KeyboardInterrupt:
        print("stopped: no output was written", file=sys.stderr)
        return STOPPED
    print(json.dumps(facts) if options.json else words)
    return int(getattr(options, "exit_code", 0))


def _refused(refusal: VultusError, as_json: bool) -> int:
    line = " ".join(str(refusal).split())
    if as_json:
        print(json.dumps({"error": line, "kind": type(refusal).__name__}))
    print(f"vultus: {line}", file=sys.stderr)
    return 2


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    """A polite kill is a Ctrl-C: what was begun is taken away again."""
    raise KeyboardInterrupt
