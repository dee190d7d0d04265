"""The readers of faces there are."""

from collections.abc import Callable

from vultus.analysis.mediapipe_models import MediaPipe
from vultus.analysis.own_reader import shipped
from vultus.analysis.reader import Reader
from vultus.errors import OptionRefused

DEFAULT = "own"
READERS: dict[str, Callable[[], Reader]] = {"own": shipped, "mediapipe": MediaPipe}


def reader(name: str = DEFAULT) -> Reader:
    """The reader of a name. Its networks are loaded when they are first used. Raises OptionRefused."""
    if name not in READERS:
        raise OptionRefused(f"reader {name}: wanted one of {', '.join(READERS)}")
    return READERS[name]()
