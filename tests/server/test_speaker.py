"""Texts and answers said by a session, with a chat server that is played here."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from vultus.server.assistant import Assistant, Chat, Echo
from vultus.server.messages import Clear, Finish, Order, Push, Wanted
from vultus.server.session import Session
from vultus.server.speaker import Speaker
from vultus.voices import Phone, Speech, Voice, Word

PATIENCE = 10.0  # seconds


class Ramp:
    """A voice that takes a tenth of a second for each text and remembers them."""

    name = "ramp"

    def __init__(self) -> None:
        self.texts: list[str] = []

    def speak(self, text: str) -> Iterator[Speech]:
        self.texts.append(text)
        if "breaks" in text:
            raise RuntimeError("an engine's own error")
        sound = np.linspace(-0.5, 0.5, 1600, dtype=np.float32)
        yield Speech(sound, 16_000, (Word(text, 0.0),), (Phone("a", 0.0),))


class Stage:
    """A speaker, what its session was sent, and what its client was told."""

    def __init__(self, assistant: Assistant) -> None:
        self.sent: list[Order] = []
        self.told: list[dict[str, object]] = []
        self.voice = Ramp()
        session = Session("s", Wanted(""), self.sent.append)
        self.speaker = Speaker(session, self._choose, assistant, self.told.append)

    def _choose(self) -> Voice:
        return self.voice

    async def until(self, kind: type[Order], count: int = 1) -> None:
        await self.so(lambda: sum(isinstance(order, kind) for order in self.sent) >= count)

    async def so(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await asyncio.sleep(0.01)


class Server(ThreadingHTTPServer):
    """Streams an answer of two sentences; the second one not before `go`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.asked: list[list[dict[str, str]]] = []
        self.go = threading.Event()

    @property
    def chat(self) -> Chat:
        return Chat(f"http://127.0.0.1:{self.server_port}/v1", "", "tiny")


class Answers(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Server)
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(asked["messages"])
        self.send_response(200 if self.path == "/v1/chat/completions" else 404)
        self.end_headers()
        self._say("One is here. ")
        self._say("Two ")
        self.server.go.wait(PATIENCE)
        self._say("follows.")
        self.wfile.write(b"data: [DONE]\n\n")

    def _say(self, text: str) -> None:
        self.wfile.write(f"data: {json.dumps({'choices': [{'delta': {'content': text}}]})}\n\n".encode())

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield running
    running.go.set()
    running.shutdown()
    thread.join()
    running.server_close()


def test_a_sentence_is_said_while_the_next_is_still_being_written(server: Server) -> None:
    async def talk() -> Stage:
        stage = Stage(server.chat)
        stage.speaker.ask("How many?")
        await stage.until(Push)
        assert stage.voice.texts == ["One is here."]
        server.go.set()
        await stage.until(Finish)
        return stage

    stage = asyncio.run(talk())
    assert stage.voice.texts == ["One is here.", "Two follows."]
    assert [event["text"] for event in stage.told] == stage.voice.texts
    assert stage.told[0]["words"] == [["One is here.", 0.0]]
    assert stage.told[0]["phones"] == [["a", 0.0]]


def test_the_conversation_goes_on(server: Server) -> None:
    async def talk() -> None:
        stage = Stage(server.chat)
        server.go.set()
        for count, question in enumerate(("How many?", "And then?"), 1):
            stage.speaker.ask(question)
            await stage.until(Finish, count)

    asyncio.run(talk())
    assert [turn["role"] for turn in server.asked[1]] == ["system", "user", "assistant", "user"]
    assert server.asked[1][2]["content"] == "One is here. Two follows."


def test_whoever_interrupts_hears_no_more(server: Server) -> None:
    async def talk() -> Stage:
        stage = Stage(server.chat)
        stage.speaker.ask("How many?")
        await stage.until(Push)
        stage.speaker.stop()
        server.go.set()
        await asyncio.sleep(0.2)
        return stage

    assert asyncio.run(talk()).voice.texts == ["One is here."]


def test_a_new_text_takes_the_place_of_the_old_one(server: Server) -> None:
    async def talk() -> Stage:
        stage = Stage(server.chat)
        stage.speaker.ask("How many?")
        await stage.until(Push)
        stage.speaker.say("Something else.")
        await stage.until(Finish)
        return stage

    stage = asyncio.run(talk())
    assert sum(isinstance(order, Clear) for order in stage.sent) == 1
    assert stage.voice.texts == ["One is here.", "Something else."]


def test_what_an_engine_raises_is_told_and_the_next_text_is_said() -> None:
    async def talk() -> Stage:
        stage = Stage(Echo())
        stage.speaker.say("This breaks.")
        await stage.so(lambda: len(stage.told) > 0)
        stage.speaker.ask("This does not.")
        await stage.until(Finish)
        return stage

    stage = asyncio.run(talk())
    assert stage.told[0] == {"type": "error", "detail": "the voice broke: try another text"}
    assert stage.voice.texts[-1] == "This does not."


def test_an_assistant_that_is_not_there_is_told() -> None:
    async def talk() -> Stage:
        stage = Stage(Chat("http://127.0.0.1:9/v1", "", "tiny"))
        stage.speaker.ask("Hello?")
        await stage.so(lambda: len(stage.told) > 0)
        return stage

    assert "the assistant did not answer" in str(asyncio.run(talk()).told[0]["detail"])
