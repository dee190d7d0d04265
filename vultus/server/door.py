"""The messages of a client, the same by socket and by data channel: JSON objects with a "type".

docs/wire.md lists them.
"""

import base64
import binascii
import json
from collections.abc import Callable
from typing import Any

from vultus.clock import now
from vultus.errors import OptionRefused, VultusError
from vultus.server.ear import Ear
from vultus.server.house import House
from vultus.server.limits import Rate
from vultus.server.problems import Problem
from vultus.server.session import Session
from vultus.server.speaker import Speaker
from vultus.server.studio import Studio
from vultus.server.turning import shaped, turned
from vultus.voices import Voice

MOST_NUMBER = 1e15  # beyond it, and in what is no number, nothing is counted
MOST_HEARD = 64_000  # bytes of a microphone's message: two seconds
REALTIME_RATE = 24_000  # samples a second of OpenAI's realtime messages

Tell = Callable[[dict[str, object]], None]


class Door:
    """Understands one client. What cannot be used is answered by an error event, and the session goes on."""

    def __init__(self, house: House, session: Session, tell: Tell) -> None:
        self.session = session
        self._house = house
        self._tell = tell
        self._ear = Ear()
        self._voice_name = ""
        self._texts = Rate(house.limits.texts_a_minute)
        self._listens = False  # to the microphone, instead of saying what comes from it
        self._studio = Studio(house, session, tell)
        self.speaker = Speaker(session, self._voice, house.settings.assistant, tell)

    def hear(self, sound: bytes) -> None:
        """A microphone, 16-bit mono at 16 kHz: the face says it, or listens to it."""
        if len(sound) % 2 or len(sound) > MOST_HEARD:
            self._tell(
                {"type": "error", "detail": f"sound: wanted whole samples, at most {MOST_HEARD} bytes a message"}
            )
            return
        if self._listens:
            self.session.overhear(sound)
        else:
            self.session.push(sound, live=True)

    def understand(self, text: str) -> None:
        """A text message."""
        try:
            message = json.loads(text)
            if not isinstance(message, dict) or not isinstance(message.get("type"), str):
                raise OptionRefused('wanted a JSON object with a "type"')
            self._do(message["type"], message)
        except (ValueError, RecursionError):
            self._tell({"type": "error", "detail": "wanted JSON"})
        except (VultusError, Problem) as refusal:
            self._tell({"type": "error", "detail": getattr(refusal, "detail", None) or str(refusal)})

    def leave(self) -> None:
        """The client is gone."""
        self.speaker.stop()
        self.session.close()

    def _do(self, kind: str, message: dict[str, Any]) -> None:
        match kind:
            case "push":
                sound = self._sound(message, _number(message, "rate", 16_000))
                self.session.push(sound, live=bool(message.get("live", False)))
            case "input_audio_buffer.append":
                self.session.push(self._sound(message, REALTIME_RATE), live=False)
            case "finish" | "input_audio_buffer.commit":
                self.session.finish()
            case "clear" | "input_audio_buffer.clear" | "response.cancel":
                self.speaker.stop()
                self.session.clear()
            case "controls":
                self.session.turn(turned(message.get("values")))
            case "timeline":
                self.session.play(shaped(message.get("keyframes") or []))
            case "microphone":
                self._listens = _one_of(message, "to", ("face", "listener")) == "listener"
            case "say":
                self._voice_name = str(message.get("voice", ""))
                self.speaker.say(self._text(message))
            case "ask":
                self.speaker.ask(self._text(message))
            case "record":
                self._studio.record(on=bool(message.get("on")))
            case "key":
                self.session.ask_for_key()
            case "ping":
                self._tell({"type": "pong", "id": _number(message, "id", 0)})
            case _:
                raise OptionRefused(f"{kind[:40]}: there is no such message: docs/wire.md lists them")

    def _sound(self, message: dict[str, Any], rate: float) -> bytes:
        try:
            sound = base64.b64decode(str(message.get("audio", "")), validate=True)
        except binascii.Error as cause:
            raise OptionRefused("audio: wanted base64 of 16-bit mono samples") from cause
        return self._ear.hear(sound, int(rate))

    def _text(self, message: dict[str, Any]) -> str:
        text, most = message.get("text"), self._house.limits.text_letters
        if not isinstance(text, str) or not text.strip() or len(text) > most:
            raise OptionRefused(f"text: wanted 1 to {most} letters")
        if not self._texts.allows("", now()):
            raise OptionRefused("that was too often: wait a minute")
        return text

    def _voice(self) -> Voice:
        return self._house.voice(self._voice_name)


def _number(message: dict[str, Any], name: str, otherwise: float) -> float:
    value = message.get(name, otherwise)
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < MOST_NUMBER:
        raise OptionRefused(f"{name}: wanted a number")
    return value


def _one_of(message: dict[str, Any], name: str, choices: tuple[str, ...]) -> str:
    value = message.get(name)
    if value not in choices:
        raise OptionRefused(f"{name}: wanted one of {', '.join(choices)}")
    return str(value)
