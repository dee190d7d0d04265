"""Running the service: the address, TLS, logs, and an end without loose ends."""

import json
import logging
import socket
import ssl
import sys
from dataclasses import dataclass
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from vultus.errors import OptionRefused
from vultus.server.app import application
from vultus.server.house import Settings

SEND_BUFFER = 64 * 1024  # bytes that the system may hold back for a slow client: about a second
CONNECTIONS = 500  # at once
HEAD_SECONDS = 10  # for a client to say what it wants


@dataclass(frozen=True)
class Address:
    """Where to listen."""

    host: str
    port: int
    certificate: str | None = None  # PEM file
    certificate_key: str | None = None  # PEM file


def serve(settings: Settings, address: Address, listening: socket.socket) -> None:
    """Serve until somebody stops it, on a socket of `listen`."""
    logging.basicConfig(level=logging.WARNING, handlers=[_handler()], force=True)  # others name addresses below that
    logging.getLogger("vultus").setLevel(logging.INFO)
    config = uvicorn.Config(
        application(settings),
        http=PatientProtocol,
        ws_max_size=settings.limits.message_bytes,
        ws_per_message_deflate=False,  # films do not get smaller by it
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=20,
        timeout_graceful_shutdown=5,
        ssl_certfile=address.certificate,
        ssl_keyfile=address.certificate_key,
        server_header=False,
        access_log=False,
        log_config=None,
    )
    uvicorn.Server(config).run(sockets=[listening])


class PatientProtocol(H11Protocol):
    """Patient, but not for ever: whoever connects and does not ask for anything is let go."""

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - as uvicorn has it
        super().connection_made(transport)
        self._asked = False
        self.loop.call_later(HEAD_SECONDS, self._let_go)

    def handle_events(self) -> None:
        super().handle_events()
        self._asked = self._asked or self.cycle is not None

    def handle_websocket_upgrade(self, event: Any) -> None:  # noqa: ANN401 - as uvicorn has it
        self._asked = True
        super().handle_websocket_upgrade(event)

    def _let_go(self) -> None:
        if not self._asked and not self.transport.is_closing():
            self.transport.close()


def listen(address: Address) -> socket.socket:
    """A socket at the address. Raises OptionRefused where there can be none, or its certificate is none."""
    if address.certificate is not None:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(address.certificate, address.certificate_key)
        except OSError as cause:
            raise OptionRefused("--tls-cert, --tls-key: wanted a certificate and its key, two PEM files") from cause
    elif address.certificate_key is not None:
        raise OptionRefused("--tls-key: wanted --tls-cert beside it")
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    try:
        listening.bind((address.host, address.port))
        listening.listen(256)
    except (OSError, OverflowError, UnicodeError) as cause:
        listening.close()
        words = getattr(cause, "strerror", None) or str(cause)
        raise OptionRefused(f"cannot listen on {address.host}, port {address.port}: {words}") from cause
    return listening


class _Json(logging.Formatter):
    """One line of JSON a record: when, how grave, where, what. Never who, nor what was said."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line)


def _handler() -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json())
    return handler
