"""Text read aloud into a sound file, sentence by sentence."""

from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer

from vultus.errors import SoundRefused
from vultus.voices import Speech, Voice, sentences


def read_aloud(text: str, voice: Voice, path: str | Path) -> None:
    """Write a WAV file at the voice's own rate. Raises VoiceFailed, and SoundRefused when nothing was said."""
    with av.open(str(path), "w", format="wav") as container:
        stream: AudioStream | None = None
        for sentence in sentences([text]):
            for speech in voice.speak(sentence):
                stream = stream or container.add_stream("pcm_s16le", rate=speech.rate, layout="mono")
                _write(speech, stream, container)
        if stream is None:
            raise SoundRefused("the text: there is nothing to say in it")


def _write(speech: Speech, stream: AudioStream, container: OutputContainer) -> None:
    if not len(speech.samples):
        return
    block = (np.clip(speech.samples, -1, 1) * 32767).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(block[None], format="s16", layout="mono")
    frame.sample_rate = speech.rate
    container.mux(stream.encode(frame))
