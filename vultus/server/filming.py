"""What makes one film, in a process of its own: it can be cancelled by ending the process, and break alone."""

from pathlib import Path
from typing import Any

import cv2

from vultus.job import Progress, animate
from vultus.media.aloud import read_aloud
from vultus.motion.controls import Controls
from vultus.server.errand import Tell, serve
from vultus.server.jobs import CAPTIONS
from vultus.server.turning import timeline
from vultus.voices import Captioned, VoiceChoice, choose

EVERY = 10  # frames between two messages


def film(request: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """{"portrait", "voice", "text", "options", "output", "engine"}: make the film and tell how it goes."""
    options: dict[str, Any] = dict(request["options"])
    sound = request["voice"] or str(Path(request["output"]).with_name("voice.wav"))
    if not request["voice"]:
        voice = Captioned(choose(VoiceChoice(**request["engine"])))
        read_aloud(request["text"], voice, sound)
        Path(sound).with_name(CAPTIONS).write_text(voice.webvtt(), encoding="utf-8")
    result = animate(
        request["portrait"],
        sound,
        request["output"],
        controls=Controls(**options.pop("controls", {})),
        timeline=timeline(keyframes) if (keyframes := options.pop("timeline", None)) else None,
        progress=lambda progress: _went(progress, tell),
        **options,
    )
    return {"frames": result.frames}


def _went(progress: Progress, tell: Tell) -> None:
    if progress.expected and progress.frames % EVERY == 0:
        tell(min(1.0, progress.frames / progress.expected))


def main() -> None:
    """The process."""
    cv2.setNumThreads(1)
    serve(film)
