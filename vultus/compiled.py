"""Inner loops compiled by numba: kept on disk where there is a place for that, and never holding Python's lock."""

from collections.abc import Callable
from typing import Any, Literal, TypeVar

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compile a function on its first call."""
    return _compiled(function, "never")


def inlined(function: F) -> F:
    """Compile a function into every kernel that calls it."""
    return _compiled(function, "always")


def _compiled(function: F, inline: Literal["never", "always"]) -> F:
    try:
        made: Any = njit(cache=True, nogil=True, inline=inline)(function)
    except RuntimeError:  # neither the package's folder nor the user's cache can be written to: compile every time
        made = njit(nogil=True, inline=inline)(function)
    compiled: F = made
    return compiled
