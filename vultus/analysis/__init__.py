"""Picture to Portrait: done once, kept as a file."""

from vultus.analysis.clicked import Clicks
from vultus.analysis.prepare import prepare, prepare_in_place
from vultus.analysis.reader import Reader

__all__ = ["Clicks", "Reader", "prepare", "prepare_in_place"]
