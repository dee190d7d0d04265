"""`vultus say`."""

import argparse
import tempfile
from pathlib import Path

from vultus.cli.animate import run_animate
from vultus.errors import OptionRefused
from vultus.media.aloud import read_aloud
from vultus.voices import VoiceChoice, choose
from vultus.voices.choose import ENGINES

SAY = """\
examples:
  vultus say "Hello, I am new here." face.png -o talk.mp4      espeak-ng reads (pip install 'vultus[say]')
  vultus say @speech.txt face.png -o talk.mp4 --voice de       the text of a file, in German
  vultus say "Hello." face.png -o talk.mp4 --voice-url http://127.0.0.1:8880/v1 --voice af_heart
  vultus say "Hello." face.png -o talk.mp4 --voice-model en_GB-alba-medium.onnx    a voice of Piper
"""


def run_say(options: argparse.Namespace) -> tuple[dict[str, object], str]:
    """Read the text aloud, then animate with that sound."""
    text = _text(options.text)
    with tempfile.TemporaryDirectory() as folder:
        options.voice = str(Path(folder) / "voice.wav")
        read_aloud(text, choose(voice_choice(options)), options.voice)
        return run_animate(options)


def add_voice(command: argparse.ArgumentParser) -> None:
    """The options that say who reads."""
    command.add_argument("--voice-engine", default="", choices=["", *ENGINES], help="who reads (default: what is set)")
    command.add_argument("--voice", dest="voice_name", default="", help="a name that the engine knows: en, de ...")
    command.add_argument("--voice-url", default="", metavar="URL", help="an OpenAI-like server, up to /v1")
    command.add_argument("--voice-model", default="", metavar="NAME", help="a Piper or Kokoro file, a server's model")


def voice_choice(options: argparse.Namespace) -> VoiceChoice:
    """What the options of `add_voice` say."""
    return VoiceChoice(options.voice_engine, options.voice_name, options.voice_model, options.voice_url)


def _text(text: str) -> str:
    if not text.startswith("@"):
        return text
    try:
        return Path(text[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as cause:
        raise OptionRefused(f"{text[1:]}: no text that can be read") from cause
