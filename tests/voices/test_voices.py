"""Voices: the embedded one, and one of a server that is played here."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest

from vultus.errors import OptionRefused, PackageMissing, VoiceFailed
from vultus.voices import VoiceChoice, choose


class Server(BaseHTTPRequestHandler):
    """Says every text as 0.2 s of a ramp."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        sound = np.arange(4800, dtype="<i2").tobytes()
        status = 200 if asked["input"] == "hello" and self.path == "/v1/audio/speech" else 500
        self.send_response(status)
        self.end_headers()
        self.wfile.write(sound if status == 200 else b"")

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def url() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_server_streams(url: str) -> None:
    pieces = list(choose(VoiceChoice(url=url)).speak("hello"))
    assert len(pieces) == 2
    assert pieces[0].rate == 24_000
    heard = np.concatenate([piece.samples for piece in pieces])
    assert np.allclose(heard * 32768, np.arange(4800))


def test_a_server_that_fails_says_so(url: str) -> None:
    with pytest.raises(VoiceFailed, match="did not answer"):
        list(choose(VoiceChoice(url=url)).speak("boo"))
    with pytest.raises(OptionRefused, match="address"):
        choose(VoiceChoice(engine="openai", url="file:///etc/passwd"))


def test_espeak_speaks_and_knows_its_words() -> None:
    pytest.importorskip("espeakng_loader", reason="the extra `say` is not installed")
    voice = choose(VoiceChoice(engine="espeak", voice="en"))
    (speech,) = voice.speak("Hello there, friend.")
    assert 0.8 < len(speech.samples) / speech.rate < 3
    assert np.abs(speech.samples).max() > 0.1
    assert [word.text for word in speech.words] == ["Hello", "there", "friend"]
    starts = [word.start for word in speech.words]
    assert starts == sorted(starts)
    phones = [phone.symbol for phone in speech.phones]
    assert phones[0] == "h"
    assert {"ð", "f"} <= set(phones)
    assert 0 <= speech.phones[0].start < speech.phones[-1].start < len(speech.samples) / speech.rate


@pytest.mark.parametrize("name", ["../../x", "en; rm", "", "klingonese-x"])
def test_espeak_refuses_names_that_are_none(name: str) -> None:
    pytest.importorskip("espeakng_loader", reason="the extra `say` is not installed")
    from vultus.voices.espeak import EspeakVoice

    with pytest.raises(OptionRefused, match="voice"):
        EspeakVoice(name)


@pytest.mark.parametrize("engine", ["piper", "kokoro"])
def test_engines_that_need_a_file_say_so(engine: str) -> None:
    with pytest.raises((OptionRefused, PackageMissing), match=r"voice model|not installed"):
        choose(VoiceChoice(engine=engine, model="nowhere.onnx"))


def test_there_is_no_other_engine() -> None:
    with pytest.raises(OptionRefused, match="wanted one of"):
        choose(VoiceChoice(engine="parrot"))
