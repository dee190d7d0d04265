"""Who may come in.

On a loopback address without a key: only pages that this server gave out, so that no other web page can reach
it by a name that points to 127.0.0.1. With a key: whoever brings it, as `Authorization: Bearer`, as
`X-API-Key`, or as the cookie that `/?key=...` sets for the page.
"""

import hmac
import secrets
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from vultus.server.problems import Problem, response

COOKIE = "vultus_key"
OPEN = ("/healthz", "/readyz")  # to anyone
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def new_key() -> str:
    """A key that nobody guesses."""
    return secrets.token_urlsafe(24)


def is_loopback(host: str) -> bool:
    """Whether an address to listen on can be reached from this machine only."""
    return host in LOOPBACK


class Guard:
    """Refuses requests and sockets before anything else sees them."""

    def __init__(self, app: ASGIApp, key: str | None, *, secure: bool = False) -> None:
        self._app = app
        self._key = key
        self._secure = secure  # the cookie goes over TLS only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["path"] in OPEN:
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if self._brings_key_to_page(scope):
            await self._welcome(scope, receive, send)
        elif self._allowed(headers):
            await self._app(scope, receive, send)
        else:
            await _refuse(scope, receive, send, self._key is not None)

    def _allowed(self, headers: dict[str, str]) -> bool:
        if self._key is None:
            return _name(headers.get("host", "")) in LOOPBACK and _same_origin(headers)
        bearer = headers.get("authorization", "").removeprefix("Bearer ")
        if self._is_key(bearer) or self._is_key(headers.get("x-api-key", "")):
            return True
        return self._is_key(_cookie(headers.get("cookie", ""))) and _same_origin(headers)

    def _is_key(self, text: str) -> bool:
        return self._key is not None and hmac.compare_digest(text.encode(), self._key.encode())

    def _brings_key_to_page(self, scope: Scope) -> bool:
        if scope["type"] != "http" or scope["path"] != "/" or self._key is None:
            return False
        return self._is_key(parse_qs(scope["query_string"].decode("latin-1")).get("key", [""])[0])

    async def _welcome(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = RedirectResponse("/", 303)
        assert self._key is not None
        answer.set_cookie(COOKIE, self._key, httponly=True, samesite="strict", secure=self._secure)
        await answer(scope, receive, send)


def _name(host: str) -> str:
    try:
        parts = urlsplit(f"//{host}")
        return parts.hostname or "" if parts.port != 0 else ""  # asking for the port refuses what is no number
    except ValueError:
        return ""


def _same_origin(headers: dict[str, str]) -> bool:
    """Whether a browser says that the page which asks came from here; programs say nothing."""
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def _cookie(header: str) -> str:
    try:
        found = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


async def _refuse(scope: Scope, receive: Receive, send: Send, keyed: bool) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 4401, "reason": "no key"})
        return
    hint = "bring the key: Authorization: Bearer ..., or open /?key=..." if keyed else "open this server by 127.0.0.1"
    await response(Problem(401 if keyed else 403, hint))(scope, receive, send)
