"""Where does a file come from? Looked at in a process of its own: it takes seconds, and the file may be hostile."""

from typing import Any

import cv2

from vultus.media.verify import verify
from vultus.server.errand import Tell, serve


def look(request: dict[str, Any], _tell: Tell) -> dict[str, Any]:
    """{"file"}: the answer, as `vultus verify --json` gives it."""
    return verify(request["file"]).facts()


def main() -> None:
    """The process."""
    cv2.setNumThreads(1)
    serve(look)
