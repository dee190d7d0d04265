"""What a voice said, as WebVTT: a cue a sentence, with the times of its words where the voice knows them."""

from collections.abc import Iterator
from dataclasses import dataclass

from vultus.voices.speech import Speech, Voice, Word


@dataclass
class _Cue:
    """One text that was spoken."""

    text: str
    start: float  # seconds
    end: float
    words: list[Word]  # their times count from the beginning of everything


class Captioned:
    """A voice that remembers what it said, and when, one text after the other."""

    def __init__(self, voice: Voice) -> None:
        self.name = voice.name
        self._voice = voice
        self._cues: list[_Cue] = []
        self._said = 0.0  # seconds so far

    def speak(self, text: str) -> Iterator[Speech]:
        """The text, as the voice speaks it. Raises VoiceFailed."""
        cue = _Cue(text, self._said, self._said, [])
        self._cues.append(cue)
        for speech in self._voice.speak(text):
            cue.words += [Word(word.text, self._said + word.start) for word in speech.words]
            self._said += len(speech.samples) / speech.rate
            cue.end = self._said
            yield speech

    def webvtt(self) -> str:
        """The file (W3C WebVTT)."""
        cues = [
            f"{_time(cue.start)} --> {_time(cue.end)}\n{_marked(cue)}\n" for cue in self._cues if cue.end > cue.start
        ]
        return "\n".join(["WEBVTT\n", *cues])


def _marked(cue: _Cue) -> str:
    """The text of a cue with a time before every word but the first."""
    parts, at = [], 0
    for word in cue.words:
        found = cue.text.find(word.text, at)
        if found < 0:
            continue
        parts.append(_plain(cue.text[at:found]))
        if cue.start < word.start < cue.end:
            parts.append(f"<{_time(word.start)}>")
        parts.append(_plain(word.text))
        at = found + len(word.text)
    return "".join([*parts, _plain(cue.text[at:])])


def _plain(text: str) -> str:
    """Text without what WebVTT would take for something else."""
    one_line = " ".join(text.splitlines()) if "\n" in text or "\r" in text else text
    return one_line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _time(seconds: float) -> str:
    milliseconds = round(1000 * seconds)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
