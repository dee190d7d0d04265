"""Any server with OpenAI's `POST /audio/speech`: sound streams as it is made."""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Iterator

import numpy as np

from vultus.errors import OptionRefused, VoiceFailed
from vultus.voices.speech import Speech

RATE = 24_000  # samples a second of the format "pcm": 16-bit mono
PIECE = RATE * 2 // 10  # bytes: 100 ms
PATIENCE = 30  # seconds without a byte


class OpenAiVoice:
    """A voice of a server that the operator set. Raises OptionRefused without a web address."""

    def __init__(self, url: str, key: str, model: str, name: str) -> None:
        if not url.startswith(("http://", "https://")):
            raise OptionRefused("the voice server has no address: set --voice-url, such as http://127.0.0.1:8880/v1")
        self.name = name
        self._url = f"{url.rstrip('/')}/audio/speech"
        self._key = key
        self._model = model

    def speak(self, text: str) -> Iterator[Speech]:
        """The text in pieces of 100 ms as they come."""
        body = {"model": self._model, "input": text, "voice": self.name, "response_format": "pcm"}
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._key or 'none'}"}
        request = urllib.request.Request(self._url, json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                while piece := answer.read(PIECE):  # as much as was asked for, but for the last
                    whole = piece[: len(piece) // 2 * 2]
                    yield Speech(np.frombuffer(whole, "<i2").astype(np.float32) / np.float32(32768), RATE)
        except (urllib.error.URLError, http.client.HTTPException, OSError) as cause:
            raise VoiceFailed(f"the voice server did not answer: {getattr(cause, 'reason', cause)}") from cause
