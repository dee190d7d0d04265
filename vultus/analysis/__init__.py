"""Picture to Portrait: done once, kept as a file."""

from vultus.analysis.prepare import prepare

__all__ = ["prepare"]
