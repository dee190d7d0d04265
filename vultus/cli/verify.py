"""`vultus verify`."""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from vultus.media.verify import verify
from vultus.provenance.answer import EXIT_CODES, Answer

VERIFY = """\
examples:
  vultus verify talk.mp4
  vultus verify frame.png --json
  curl -s https://example.org/clip.mp4 | vultus verify -

exit codes: 0 made with vultus and unchanged, 3 only the watermark is left, 4 altered after signing,
            5 nothing found (that proves nothing), 2 input refused, 1 a bug in vultus
"""


def run_verify(options: argparse.Namespace) -> tuple[dict[str, object], str]:
    """Say where a file comes from; the facts for JSON and the words for people."""
    answer = _verified(options.thing)
    options.exit_code = EXIT_CODES[answer.kind]
    return answer.facts(), answer.words


def _verified(thing: str) -> Answer:
    if thing != "-":
        return verify(thing)
    with tempfile.NamedTemporaryFile(suffix=".mp4") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
        file.flush()
        return verify(Path(file.name))
