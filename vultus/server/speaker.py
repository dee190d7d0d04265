"""Text said by a session: sentence by sentence, a little ahead of the lips, until somebody interrupts."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from typing import Any, TypeVar

from vultus.clock import SAMPLE_RATE, now
from vultus.errors import VultusError
from vultus.server.assistant import MOST_TURNS, Assistant, Turn
from vultus.server.ear import Ear
from vultus.server.elsewhere import Elsewhere
from vultus.server.session import Session
from vultus.voices import Speech, Voice, sentences

T = TypeVar("T")
AHEAD = 8.0  # seconds that may lie ready to be said
MOST_ASIDE = 64  # threads: a server that does not answer holds one for each text that it was sent

_ASIDE: Elsewhere[Any] = Elsewhere(MOST_ASIDE)

log = logging.getLogger(__name__)


class Speaker:
    """One at a time: a new text takes the place of the one that is being said."""

    def __init__(
        self,
        session: Session,
        voice: Callable[[], Voice],
        assistant: Assistant,
        tell: Callable[[dict[str, object]], None],
    ) -> None:
        self._session = session
        self._voice = voice
        self._assistant = assistant
        self._tell = tell
        self._turns: list[Turn] = []
        self._task: asyncio.Task[None] | None = None

    def say(self, text: str) -> None:
        """Read a text aloud."""
        self._start(_once(text))

    def ask(self, text: str) -> None:
        """Put a question to the assistant and read its answer aloud."""
        self._turns = [*self._turns[-MOST_TURNS:], {"role": "user", "content": text}]
        self._start(self._answer())

    def stop(self) -> None:
        """Say no more."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _start(self, bits: Iterator[str]) -> None:
        if self._task is not None and not self._task.done():
            self.stop()
            self._session.clear()
        self._task = asyncio.create_task(self._run(bits))

    def _answer(self) -> Iterator[str]:
        said = ""
        for bit in self._assistant.answer(list(self._turns)):
            said += bit
            yield bit
        self._turns.append({"role": "assistant", "content": said.strip()})

    async def _run(self, bits: Iterator[str]) -> None:
        try:
            voice = await _ASIDE.call(self._voice)
            await self._speak(voice, bits)
        except VultusError as refusal:
            self._tell({"type": "error", "detail": str(refusal)})
        except Exception:  # engines of others raise what they like
            log.exception("a voice broke")
            self._tell({"type": "error", "detail": "the voice broke: try another text"})

    async def _speak(self, voice: Voice, bits: Iterator[str]) -> None:
        ear, begun, given = Ear(), now(), 0.0
        async for sentence in _aside(sentences(bits)):
            start = given
            async for speech in _aside(voice.speak(sentence)):
                self._announce(sentence, speech, given, given == start)
                sound = ear.hear_floats(speech.samples, speech.rate)
                self._session.push(sound, live=False)
                given = max(given, now() - begun) + len(sound) / 2 / SAMPLE_RATE
                await asyncio.sleep(max(0.0, given - (now() - begun) - AHEAD))
        self._session.finish()

    def _announce(self, sentence: str, speech: Speech, at: float, first: bool) -> None:
        words = [[word.text, round(word.start, 3)] for word in speech.words]
        phones = [[phone.symbol, round(phone.start, 3)] for phone in speech.phones]
        event: dict[str, object] = {"type": "sentence", "text": sentence, "at": round(at, 3), "words": words}
        if words or phones:  # the engine gives the sentence in one piece
            event |= {"phones": phones, "seconds": round(len(speech.samples) / speech.rate, 3)}
        if first or words or phones:
            self._tell(event)


def _once(text: str) -> Iterator[str]:
    yield text


async def _aside(items: Iterator[T]) -> AsyncIterator[T]:
    """The same items, each waited for on another thread."""
    while True:
        item: T | _Last = await _ASIDE.call(partial(next, items, _Last()))
        if isinstance(item, _Last):
            return
        yield item


class _Last:
    """Stands for the end of an iterator."""
