"""Inner loops compiled by numba: kept on disk where there is a place for that, and never holding Python's lock.

The first picture on a machine has them all compiled, which takes about half a minute. Who wants to know of it
listens to the logger `vultus.compiled`: a record at each step, with `done` and `known`, of which a picture needs
most. Where kept kernels are loaded there is none.
"""

import logging
from collections.abc import Callable
from typing import Any, Literal, TypeVar

from numba import njit
from numba.core import event
from numba.core.caching import FunctionCache
from numba.core.runtime.nrt import rtsys

F = TypeVar("F", bound=Callable[..., Any])

log = logging.getLogger(__name__)
log.setLevel(logging.INFO)
log.addHandler(logging.NullHandler())  # nobody hears of it who has not asked


def kernel(function: F) -> F:
    """Compile a function on its first call."""
    return _compiled(function, "never")


def inlined(function: F) -> F:
    """Compile a function into every kernel that calls it."""
    return _compiled(function, "always")


def _compiled(function: F, inline: Literal["never", "always"]) -> F:
    _progress.known.add(function)
    try:
        made: Any = njit(cache=True, nogil=True, inline=inline, error_model="numpy")(function)
        made._cache = _kept(function)
    except RuntimeError:  # neither the package's folder nor the user's cache can be written to: compile every time
        made = njit(nogil=True, inline=inline, error_model="numpy")(function)
    compiled: F = made
    return compiled


class _Kept(FunctionCache):
    """What is kept on disk, looked at before numba makes ready to compile: half a second, mostly for nothing."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:  # noqa: ANN401
        rtsys.initialize(target_context)  # the memory of arrays that kernels make
        look: Any = getattr(self, "_load_overload", None)  # numba's own business: another numba may name it otherwise
        prepare: Any = super().load_overload
        found = None
        if look is not None:
            with self._guard_against_spurious_io_errors():
                found = look(sig, target_context)
        return prepare(sig, target_context) if found is None else found


_kept: Callable[[Callable[..., Any]], Any] = _Kept


class _Progress(event.Listener):
    """Tells the log how compiling goes. What numba compiles of its own for a kernel is not counted."""

    def __init__(self) -> None:
        self.known: set[Callable[..., Any]] = set()
        self._done: set[Callable[..., Any]] = set()

    def on_start(self, event: Any) -> None:  # noqa: ANN401
        self._tell(event, self._done)

    def on_end(self, event: Any) -> None:  # noqa: ANN401
        self._tell(event, self._done | {event.data["dispatcher"].py_func})

    def _tell(self, event: Any, done: set[Callable[..., Any]]) -> None:  # noqa: ANN401
        if event.data["dispatcher"].py_func in self.known:
            self._done = done
            log.info("compiling", extra={"done": len(done), "known": len(self.known)})


_progress = _Progress()
event.register("numba:compile", _progress)  # type: ignore[no-untyped-call]
