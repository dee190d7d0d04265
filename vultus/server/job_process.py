"""What makes one film, in a process of its own: it can be cancelled by ending the process, and break alone."""

from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from vultus.errors import VultusError
from vultus.job import Progress, animate
from vultus.motion.controls import Controls
from vultus.server.jobs import Request
from vultus.voices import VoiceChoice, choose, sentences

News = tuple[str, Any]  # ("progress", share), ("done", None), ("refused", words)
EVERY = 10  # frames between two messages


def make(pipe: "Connection[News, None]", request: Request, output: str, voice: VoiceChoice) -> None:
    """Make the film and tell how it goes."""
    cv2.setNumThreads(1)
    options: dict[str, Any] = dict(request.options)
    controls = options.pop("controls", {})
    try:
        sound = request.voice or _read(request.text, voice, Path(output).with_suffix(".wav"))
        animate(
            request.portrait,
            sound,
            output,
            controls=Controls(**{name: _tuple(value) for name, value in controls.items()}),
            progress=lambda progress: _tell(pipe, progress),
            **options,
        )
        pipe.send(("done", None))
    except VultusError as refusal:
        pipe.send(("refused", str(refusal)))


def _tell(pipe: "Connection[News, None]", progress: Progress) -> None:
    if progress.expected and progress.frames % EVERY == 0:
        pipe.send(("progress", min(1.0, progress.frames / progress.expected)))


def _tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _read(text: str, choice: VoiceChoice, output: Path) -> str:
    """The text as a WAV file, at the rate of the voice."""
    voice, container, stream = choose(choice), None, None
    for sentence in sentences([text]):
        for speech in voice.speak(sentence):
            if container is None or stream is None:
                container = av.open(str(output), "w", format="wav")
                stream = container.add_stream("pcm_s16le", rate=speech.rate, layout="mono")
            block = (np.clip(speech.samples, -1, 1) * 32767).astype(np.int16)
            if len(block):
                frame = av.AudioFrame.from_ndarray(block[None], format="s16", layout="mono")
                frame.sample_rate = speech.rate
                container.mux(stream.encode(frame))
    if container is not None:
        container.close()
    return str(output)
