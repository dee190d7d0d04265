"""Files that people send, looked into in a process of its own: it may take seconds, and the file may be hostile."""

from typing import Any

import cv2

from vultus.media.sound import sound_facts
from vultus.media.verify import verify
from vultus.server.errand import Tell, serve


def examine(request: dict[str, Any], _tell: Tell) -> dict[str, Any]:
    """{"file"}: where it comes from, as `vultus verify --json` says it. {"sound"}: how many seconds it has."""
    if "sound" in request:
        seconds = sound_facts(request["sound"]).seconds
        return {"seconds": None if seconds is None else float(seconds)}
    if "file" in request:
        return verify(request["file"]).facts()
    return {}


def main() -> None:
    """The process."""
    cv2.setNumThreads(1)
    serve(examine)
