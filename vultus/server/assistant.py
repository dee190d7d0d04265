"""Who answers: any OpenAI-compatible chat server that the operator set, or an echo.

The face does not know who thinks for it. Answers stream, so that the first sentence is said while the next is
still being written.
"""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from vultus.errors import OptionRefused, VoiceFailed

PATIENCE = 60  # seconds without a byte
MOST_TURNS = 40  # of a conversation that the server is told

Turn = dict[str, str]  # {"role": "user" or "assistant", "content": ...}

BRIEFING = (
    "You are spoken aloud by a talking portrait. Answer in a few short, natural sentences, without lists or markup."
)


class Assistant(Protocol):
    """Answers what was asked, in bits."""

    def answer(self, turns: list[Turn]) -> Iterator[str]:
        """The answer to a conversation whose last turn is the user's. Raises VoiceFailed."""


class Echo:
    """Says what it was told: an assistant for trying things out."""

    def answer(self, turns: list[Turn]) -> Iterator[str]:
        """The last turn, word by word."""
        for word in turns[-1]["content"].split():
            yield f"{word} "


@dataclass(frozen=True)
class Chat:
    """A server with `POST /chat/completions`."""

    url: str  # up to and without /chat/completions
    key: str
    model: str
    briefing: str = BRIEFING

    def __post_init__(self) -> None:
        if not self.url.startswith(("http://", "https://")):
            raise OptionRefused("the assistant has no address: set --assistant-url, such as http://127.0.0.1:11434/v1")

    def answer(self, turns: list[Turn]) -> Iterator[str]:
        """The answer as the server streams it."""
        messages = [{"role": "system", "content": self.briefing}, *turns[-MOST_TURNS:]]
        body = {"model": self.model, "messages": messages, "stream": True}
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.key or 'none'}"}
        request = urllib.request.Request(f"{self.url.rstrip('/')}/chat/completions", json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as stream:
                for line in stream:
                    yield from _delta(line.decode("utf-8", "replace").strip())
        except (urllib.error.URLError, http.client.HTTPException, OSError) as cause:
            raise VoiceFailed(f"the assistant did not answer: {getattr(cause, 'reason', cause)}") from cause


def _delta(line: str) -> Iterator[str]:
    if not line.startswith("data:") or line.endswith("[DONE]"):
        return
    try:
        choice = json.loads(line.removeprefix("data:"))["choices"][0]
    except (ValueError, KeyError, IndexError):
        return
    text = choice.get("delta", {}).get("content")
    if isinstance(text, str) and text:
        yield text
