"""Figures as a table of lines, and as JSON."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

DIGITS = 4


def rounded(value: Any) -> Any:  # noqa: ANN401 - a tree of whatever was measured
    """The same tree, numbers rounded, in types that JSON knows."""
    if isinstance(value, Mapping):
        return {str(name): rounded(part) for name, part in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [rounded(part) for part in value]
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, float | np.floating):
        return round(float(value), DIGITS)
    return int(value) if isinstance(value, np.integer) else value


def _words(figures: Mapping[str, Any]) -> str:
    parts = []
    for name, value in figures.items():
        if name == "met" or isinstance(value, Mapping):
            continue
        parts.append(f"{name} {value:g}" if isinstance(value, float | int) else f"{name} {value}")
    return ", ".join(parts)


def lines(name: str, figures: Mapping[str, Any]) -> Iterator[str]:
    """One line for each table of figures, whether it meets its bar first."""
    if any(not isinstance(value, Mapping) for value in figures.values()):
        verdict = {True: "yes", False: "NO "}.get(figures.get("met", None), "   ")
        yield f"{verdict} {name:30s} {_words(figures)}"
    for part, value in figures.items():
        if isinstance(value, Mapping):
            yield from lines(f"{name} {part}", value)
