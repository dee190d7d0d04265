"""Picture to Portrait: done once, kept as a file."""

from vultus.analysis.clicked import Clicks
from vultus.analysis.prepare import prepare, prepare_in_place

__all__ = ["Clicks", "prepare", "prepare_in_place"]
