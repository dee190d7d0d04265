"""Errands in the process that does them: one after the other, until who asked for them is gone."""

import contextlib
import os
import queue
import threading
from collections.abc import Callable
from typing import Any

from vultus.errors import InputRefused, VultusError
from vultus.server.line import Line, Silent
from vultus.server.messages import Done, Errand, Refused, Report, Went

Tell = Callable[[float], None]  # takes the share that is done
PATIENT = 10  # by so much it is less pressing than a face that somebody watches, in the terms of `nice`
MOST_MEMORY = 6_000_000_000  # bytes of data


def serve(work: Callable[[dict[str, Any], Tell], dict[str, Any]]) -> None:
    """Do `work` for each request. What it raises on purpose is answered; anything else ends the process."""
    _bound_memory()
    _give_way()
    line: Line[Errand, Report] = Line((Errand,))
    asked: queue.Queue[Errand] = queue.Queue()
    threading.Thread(target=_listen, args=(line, asked), name="errands", daemon=True).start()
    while True:
        errand = asked.get()
        try:
            line.send(Done(work(errand.request, lambda share: line.send(Went(share)))))
        except VultusError as refusal:
            line.send(Refused(type(refusal).__name__, str(refusal)))
        except MemoryError:
            line.send(Refused(InputRefused.__name__, "it is too large: wanted something smaller"))


def _listen(line: Line[Errand, Report], asked: "queue.Queue[Errand]") -> None:
    with contextlib.suppress(Silent):
        while True:
            asked.put(line.receive())
    os._exit(0)  # nobody wants the rest


def _give_way() -> None:
    if hasattr(os, "nice"):  # no such thing on Windows
        os.nice(PATIENT)


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:  # no such thing on Windows
        return
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    least = MOST_MEMORY if most == resource.RLIM_INFINITY else min(MOST_MEMORY, most)
    resource.setrlimit(resource.RLIMIT_DATA, (least, most))
