"""The page in a real browser: Debian's Chromium, without a screen.

`make test-browser` installs what drives it; without a browser these are skipped.
"""

import shutil
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.server.conftest import Service, furnish, start, stop
from tests.server.test_service import over

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: make test-browser")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium: apt-get install chromium"),
    pytest.mark.skipif(find_spec("espeakng_loader") is None, reason="the extra `say` is not installed"),
]
PICTURE = Path(__file__).parents[2] / "examples" / "portrait_mira.png"
FLAGS = ("--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--use-fake-ui-for-media-stream",
         "--use-fake-device-for-media-stream")  # fmt: skip
LONG = "This sentence is long enough that somebody can interrupt it, since it goes on and on and on. " * 3

# How much the mouth's pixels change from one moment to the next, and how loud it is: over 1.5 s.
WATCH = """async () => {
  const video = document.getElementById("face"), canvas = new OffscreenCanvas(64, 32);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const audio = studio.audio ??= new AudioContext();
  const stream = video.srcObject || (studio.captured ??= video.captureStream());
  const analyser = audio.createAnalyser();
  audio.createMediaStreamSource(stream).connect(analyser);
  await audio.resume();
  const wave = new Float32Array(analyser.fftSize);
  let last = null, moved = 0, loud = 0;
  for (let i = 0; i < 15; i++) {
    const side = video.videoWidth;
    context.drawImage(video, side * 0.38, side * 0.5, side * 0.24, side * 0.16, 0, 0, 64, 32);
    const now = context.getImageData(0, 0, 64, 32).data;
    if (last) moved += now.reduce((sum, value, j) => sum + Math.abs(value - last[j]), 0) / now.length;
    last = now;
    analyser.getFloatTimeDomainData(wave);
    loud = Math.max(loud, ...wave.map(Math.abs));
    await new Promise((done) => setTimeout(done, 100));
  }
  return [moved / 14, loud];
}"""


# Keeps what the page sends.
WIRETAP = """() => {
  const send = studio.line.send;
  studio.sent = [];
  studio.line.send = (message) => { studio.sent.push(message); send.call(studio.line, message); };
}"""


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A server that prepares its own portraits."""
    running = start(tmp_path_factory.mktemp("studio"))
    yield running
    stop(running)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as play:
        running = play.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield running
        running.close()


@pytest.fixture
def page(browser: Any, studio: Service) -> Iterator[Any]:  # noqa: ANN401 - an optional package's
    """The page, open; whatever it logs as an error fails the test."""
    opened, wrong = browser.new_page(viewport={"width": 1200, "height": 900}), []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.goto(f"http://127.0.0.1:{studio.port}/")
    opened.wait_for_selector("[data-portrait=mira]:enabled")
    yield opened
    opened.close()
    assert wrong == []


def choose(page: Any, way: str) -> None:  # noqa: ANN401 - an optional package's
    page.evaluate(f"document.querySelector('input[name=way][value={way}]').checked = true")


def wait(page: Any, condition: str, seconds: float = 20) -> None:  # noqa: ANN401 - an optional package's
    until = time.monotonic() + seconds
    while not page.evaluate(condition):  # the page forbids evaluating strings: Playwright's own waiting needs that
        assert time.monotonic() < until, f"not so in {seconds:g} s: {condition}"
        page.wait_for_timeout(50)


@pytest.mark.parametrize("way", ["webrtc", "socket"])
def test_the_mouth_moves_with_the_voice_and_rests_without(page: Any, way: str) -> None:  # noqa: ANN401
    choose(page, way)
    page.click("[data-portrait=mira]")
    wait(page, "studio.talked !== null && studio.line !== null")
    assert page.evaluate("studio.talked") < 2000  # milliseconds from the click
    page.fill("#text", LONG)
    page.keyboard.press("Enter")
    wait(page, "document.getElementById('caption').textContent.startsWith('This')")
    page.wait_for_timeout(600)
    moved, loud = page.evaluate(WATCH)
    page.keyboard.press("Escape")
    wait(page, "studio.cleared")
    page.wait_for_timeout(2000)  # the head comes to rest, too
    rested, quiet = page.evaluate(WATCH)
    assert moved > 2 * rested
    assert loud > 0.05
    assert quiet < 0.02


def test_a_picture_can_be_brought_and_filmed(page: Any, studio: Service) -> None:  # noqa: ANN401
    page.set_input_files("#picture-file", str(PICTURE))
    wait(page, "studio.talked !== undefined && studio.talked !== null", 60)
    page.click("#record")
    page.wait_for_timeout(1500)
    page.click("#record")
    wait(page, "studio.film")
    film = studio.ask("GET", page.evaluate("studio.film"))
    assert film.body[4:8] == b"ftyp"
    assert b"c2pa" in film.body


def test_the_microphone_speaks_through_the_face(page: Any) -> None:  # noqa: ANN401
    page.click("[data-portrait=mira]")
    wait(page, "studio.talked !== null && studio.line !== null")
    wait(page, "!document.getElementById('stage').classList.contains('speaking')")
    page.click("#mic")  # Chromium's pretended microphone beeps
    wait(page, "document.getElementById('stage').classList.contains('speaking')")
    assert page.get_attribute("#mic", "aria-pressed") == "true"
    page.click("#mic")


def test_the_eyes_can_be_led_by_keys(page: Any) -> None:  # noqa: ANN401
    page.click("[data-portrait=mira]")
    wait(page, "studio.line !== null")
    page.focus("#gaze")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert "right" in page.get_attribute("#gaze", "aria-valuetext")
    assert page.evaluate("studio.look.values.gaze[0]") > 0.2


def test_feelings_by_keys_and_by_sliders(page: Any) -> None:  # noqa: ANN401
    page.click("[data-portrait=mira]")
    wait(page, "studio.line !== null")
    page.focus("#wheel-handle")
    for key in ("End", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    assert page.get_attribute("#wheel-handle", "aria-valuetext") == "surprised 90 %"
    page.evaluate("document.getElementById('mix').parentElement.open = true")
    page.fill("#feeling-sad", "0.5")
    assert page.get_attribute("#wheel-handle", "aria-valuetext") == "sad 50 %, surprised 90 %"
    assert page.evaluate("studio.look.values.emotion.sad") == 0.5
    page.click("#reset")
    assert page.get_attribute("#wheel-handle", "aria-valuetext") == "neutral"


def test_the_caption_follows_the_words(page: Any) -> None:  # noqa: ANN401
    page.click("[data-portrait=mira]")
    wait(page, "studio.line !== null")
    wait(page, "document.querySelector('#caption .now')?.textContent === 'Mira'")
    page.keyboard.press("Escape")
    wait(page, "document.getElementById('caption').textContent === ''")


def test_what_was_done_is_done_again(page: Any) -> None:  # noqa: ANN401
    page.click("[data-portrait=mira]")
    wait(page, "studio.talked !== null && studio.line !== null")
    page.keyboard.press("Escape")
    page.focus("#gaze")
    page.keyboard.press("ArrowRight")
    page.evaluate(WIRETAP)
    page.evaluate("document.getElementById('timeline').parentElement.open = true")
    page.click("#replay")
    assert page.get_attribute("#replay", "aria-pressed") == "true"
    wait(page, "studio.replaying === null || studio.replaying === undefined", 30)
    kinds = page.evaluate("studio.sent.map((message) => message.type)")
    assert {"timeline", "say", "clear"} <= set(kinds)
    keyframes = page.evaluate("studio.sent.find((message) => message.type === 'timeline').keyframes")
    assert keyframes[0]["seconds"] == 0
    assert keyframes[-1]["controls"]["gaze"][0] > 0


def test_it_listens_and_can_be_interrupted_by_speaking(page: Any) -> None:  # noqa: ANN401
    page.click("[data-portrait=mira]")
    wait(page, "studio.talked !== null && studio.line !== null")
    page.check("input[name=ear][value=listener]", force=True)
    page.fill("#text", LONG)
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)
    page.click("#mic")  # Chromium's pretended microphone beeps
    wait(page, "studio.heard === true")
    wait(page, "studio.cleared")
    page.click("#mic")


def test_the_page_that_verifies_knows_our_film_and_nothing_else(page: Any, studio: Service, tmp_path: Path) -> None:  # noqa: ANN401
    answer = studio.send("/v1/talks", {"portrait": "mira", "text": "Hello.", "options": '{"size": 256}'})
    job = over(studio, answer.json()["id"])
    film = tmp_path / "film.mp4"
    film.write_bytes(studio.ask("GET", str(job["result_url"])).body)
    page.goto(f"http://127.0.0.1:{studio.port}/verify.html")
    page.set_input_files("#file", str(film))
    page.wait_for_selector("#answer.intact", timeout=30_000)
    assert "unchanged" in page.text_content("#words")
    assert "Watermark" in page.text_content("#facts")
    wrong = tmp_path / "wrong.mp4"
    wrong.write_bytes(b"no film")
    page.set_input_files("#file", str(wrong))
    page.wait_for_selector("#answer.refused", timeout=30_000)
    assert "neither" in page.text_content("#words")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_text_is_said_before_anybody_was_chosen(page: Any) -> None:  # noqa: ANN401
    page.fill("#text", "Nobody was chosen.")
    page.keyboard.press("Enter")
    wait(page, "document.getElementById('caption').textContent.startsWith('Nobody')")
    assert page.input_value("#text") == ""
    assert page.get_attribute("[data-portrait=ada]", "aria-current") == "true"
    wait(page, "document.getElementById('caption').textContent === ''")  # once it is said


def test_the_label_is_shown_unless_somebody_takes_it_away(page: Any) -> None:  # noqa: ANN401
    bright = """() => {
      const video = document.getElementById("face"), canvas = new OffscreenCanvas(64, 64), side = video.videoWidth;
      const context = canvas.getContext("2d");
      context.drawImage(video, side * 0.88, 0, side * 0.12, side * 0.12, 0, 0, 64, 64);
      return Math.max(...context.getImageData(0, 0, 64, 64).data.filter((_, i) => i % 4 === 0));
    }"""
    page.click("[data-portrait=otto]")
    wait(page, "studio.talked !== null && studio.line !== null")
    assert page.evaluate(bright) > 245
    page.evaluate("document.querySelector('input[name=label]').closest('details').open = true")
    page.check("input[name=label][value=none]", force=True)
    wait(page, "studio.line !== null && document.getElementById('face').currentTime > 0.5")
    page.wait_for_timeout(500)
    assert page.evaluate(bright) < 235


def test_a_server_that_is_gone_is_told(browser: Any, portrait_file: Path, tmp_path: Path) -> None:  # noqa: ANN401
    furnish(tmp_path, portrait_file)
    service = start(tmp_path, "--workers", "1", "--sessions", "1")
    first, second = browser.new_page(), browser.new_page()
    try:
        for opened in (first, second):
            opened.goto(f"http://127.0.0.1:{service.port}/")
            opened.wait_for_selector("[data-portrait=ada]:enabled")
            opened.click("[data-portrait=ada]")
            wait(opened, "studio.line !== null || !document.getElementById('hint').textContent.startsWith('One')")
        assert "every place is taken" in second.text_content("#hint")
    finally:
        stop(service)
    wait(first, "document.getElementById('hint').textContent.startsWith('The connection is gone')")
    first.click("[data-portrait=ada]")
    wait(first, "document.getElementById('hint').textContent.includes('does not answer')")
    first.close()
    second.close()


def test_what_programs_may_ask_is_a_page(page: Any, studio: Service) -> None:  # noqa: ANN401
    page.goto(f"http://127.0.0.1:{studio.port}/programs.html")
    page.wait_for_selector(".route")
    shown = page.evaluate("[...document.querySelectorAll('.route h3')].map((one) => one.textContent)")
    assert {"POST/v1/talks", "GET/v1/talks/{id}/events", "POST/v1/whep", "POST/v1/verify"} <= set(shown)
    assert "a picture, instead of a portrait" in page.text_content("#routes")


def test_the_readout_is_seen_and_not_read_aloud_each_second(page: Any) -> None:  # noqa: ANN401
    assert page.get_attribute("#readout", "aria-live") == "off"
    page.click("[data-portrait=mira]")
    wait(page, "document.getElementById('readout').textContent.includes('ms behind')")
    live = page.evaluate("[...document.querySelectorAll('output')].filter((one) => one.ariaHidden !== 'true').length")
    assert live == 0


def test_everything_has_a_name_and_nothing_overflows_on_a_phone(page: Any) -> None:  # noqa: ANN401
    page.set_viewport_size({"width": 375, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    nameless = page.evaluate(
        """[...document.querySelectorAll("button, input:not([hidden]), textarea, [role=slider]")].filter(
        (one) => !(one.textContent || one.ariaLabel || one.labels?.length)).map((one) => one.outerHTML)"""
    )
    assert nameless == []
