"""`vultus serve`."""

import argparse
import contextlib
import os
import socket
import sys
from pathlib import Path

from vultus.cli.say import add_voice, voice_choice
from vultus.errors import OptionRefused, PackageMissing

SERVE = """\
examples:
  vultus serve                                           the studio on http://127.0.0.1:8000
  vultus serve --host 0.0.0.0 --tls-cert c.pem --tls-key k.pem    for others; prints the key that lets them in
  vultus serve --voice-url http://127.0.0.1:8880/v1      texts are read by an OpenAI-like voice server
  vultus serve --assistant-url http://127.0.0.1:11434/v1 --assistant-model llama3    questions are answered
  vultus serve --workers 4 --sessions 4                  every session in a process of its own

environment: VULTUS_KEY, OPENAI_API_KEY (for the voice and the assistant), OPENAI_BASE_URL (for the voice)
"""

EVERYWHERE = ("0.0.0.0", "::")  # to listen on; no browser opens them


def add_serve(command: argparse.ArgumentParser) -> None:
    """The options of the service."""
    command.set_defaults(run=run_serve)
    command.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    command.add_argument("--port", type=int, default=8000, help="port to listen on (default 8000)")
    command.add_argument("--key", default="", help="what clients must bring; made up for other hosts than 127.0.0.1")
    command.add_argument("--tls-cert", metavar="FILE", help="serve over TLS with this certificate (PEM)")
    command.add_argument("--tls-key", metavar="FILE", help="the key of the certificate (PEM)")
    command.add_argument("--workers", type=int, default=os.cpu_count() or 2, help="processes (default: one a core)")
    command.add_argument("--sessions", type=int, default=8, help="live faces at once (default 8)")
    command.add_argument("--data", default="", metavar="FOLDER", help="where portraits, jobs and films are kept")
    command.add_argument("--keep-hours", type=float, default=24, help="how long films are kept (default 24)")
    command.add_argument("--assistant-url", default="", metavar="URL", help="an OpenAI-like chat server, up to /v1")
    command.add_argument("--assistant-model", default="default", metavar="NAME", help="the model to ask it for")
    add_voice(command)


def run_serve(options: argparse.Namespace) -> tuple[dict[str, object], str]:
    """Serve until somebody stops it."""
    try:
        from vultus.server.run import Address, listen, serve
    except ImportError as cause:
        raise PackageMissing("the service needs more packages: pip install 'vultus[server,say]'") from cause
    from vultus.server.assistant import Chat, Echo
    from vultus.server.house import Settings
    from vultus.server.limits import Limits

    for name, least in (("workers", 1), ("sessions", 1), ("keep_hours", 0)):
        if getattr(options, name) < least:
            raise OptionRefused(f"--{name.replace('_', '-')}: wanted at least {least}")
    key = _key(options)
    assistant = (
        Chat(options.assistant_url, os.environ.get("OPENAI_API_KEY", ""), options.assistant_model)
        if options.assistant_url
        else Echo()
    )
    settings = Settings(
        data=Path(options.data) if options.data else data_folder(),
        workers=options.workers,
        limits=Limits(sessions=options.sessions, keep_seconds=round(options.keep_hours * 3600)),
        voice=voice_choice(options),
        assistant=assistant,
        key=key,
        secure=options.tls_cert is not None,
    )
    address = Address(options.host, options.port, options.tls_cert, options.tls_key)
    listening = listen(address)
    _welcome(options, key)
    with contextlib.suppress(KeyboardInterrupt):  # that is how a service is stopped
        serve(settings, address, listening)
    return {"stopped": True}, "stopped"


def data_folder() -> Path:
    """Where a user's programs keep their data."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "vultus"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "vultus"


def _key(options: argparse.Namespace) -> str | None:
    from vultus.server.keys import is_loopback, new_key

    given = options.key or os.environ.get("VULTUS_KEY", "")
    if given:
        if len(given) < 16:
            raise OptionRefused("--key: wanted at least 16 letters, so that nobody guesses it")
        return str(given)
    return None if is_loopback(options.host) else new_key()


def _welcome(options: argparse.Namespace, key: str | None) -> None:
    scheme = "https" if options.tls_cert else "http"
    named = socket.gethostname() if options.host in EVERYWHERE else options.host
    host = f"[{named}]" if ":" in named else named
    address = f"{scheme}://{host}:{options.port}/"
    if key is not None and not options.key and not os.environ.get("VULTUS_KEY"):
        print(f"the key of this run, shown once: {key}\nopen {address}?key={key}", file=sys.stderr, flush=True)
    else:
        print(f"open {address}", file=sys.stderr, flush=True)
