"""What the sessions of a process share: portraits ready to be drawn, and what their films say about themselves.

Nothing in it ever changes. Each is made once, by the first session that wants it, and the others wait for it instead of
making it too; who comes later makes nobody's picture late.
"""

import threading
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from vultus.clock import utc
from vultus.job import papers_of
from vultus.look import Look, Set, set_up
from vultus.portrait import Portrait
from vultus.provenance import Papers
from vultus.server.messages import Wanted

KEPT = 8  # portraits in a process

_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Ready:
    """All that a session needs of its portrait."""

    set: Set
    papers: Papers


def ready(wanted: Wanted) -> Ready:
    """The portrait file, as it was written last, ready to be drawn. Raises PortraitRefused."""
    written = Path(wanted.portrait).stat().st_mtime_ns
    with _one_at_a_time:
        set = _set(wanted.portrait, written, wanted.size)
        papers = _papers(wanted.portrait, written, wanted.seed)
    return Ready(set, replace(papers, when=utc()))


@lru_cache(maxsize=KEPT)
def _set(path: str, written: int, size: int) -> Set:
    return set_up(Portrait.load(path), size, Look())


@lru_cache(maxsize=KEPT)
def _papers(path: str, written: int, seed: int) -> Papers:
    return papers_of(Portrait.load(path), None, seed)
