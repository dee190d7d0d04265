"""What makes one film, in a process of its own: it can be cancelled by ending the process, and break alone."""

from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import cv2

from vultus.errors import VultusError
from vultus.job import Progress, animate
from vultus.media.aloud import read_aloud
from vultus.motion.controls import Controls
from vultus.server.jobs import Request
from vultus.voices import VoiceChoice, choose

News = tuple[str, Any]  # ("progress", share), ("done", None), ("refused", words)
EVERY = 10  # frames between two messages


def make(pipe: "Connection[News, None]", request: Request, output: str, voice: VoiceChoice) -> None:
    """Make the film and tell how it goes."""
    cv2.setNumThreads(1)
    options: dict[str, Any] = dict(request.options)
    given: dict[str, Any] = options.pop("controls", {})
    controls = {name: _tuple(value) for name, value in given.items()}
    try:
        sound = request.voice or str(Path(output).with_name("voice.wav"))
        if not request.voice:
            read_aloud(request.text, choose(voice), sound)
        animate(
            request.portrait,
            sound,
            output,
            controls=Controls(**controls),
            progress=lambda progress: _tell(pipe, progress),
            **options,
        )
        pipe.send(("done", None))
    except VultusError as refusal:
        pipe.send(("refused", str(refusal)))


def _tuple(value: Any) -> Any:  # noqa: ANN401 - a number, or several as JSON holds them
    return tuple(value) if isinstance(value, list) else value


def _tell(pipe: "Connection[News, None]", progress: Progress) -> None:
    if progress.expected and progress.frames % EVERY == 0:
        pipe.send(("progress", min(1.0, progress.frames / progress.expected)))
