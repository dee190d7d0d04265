"""The application: routes, and what they share."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, WebSocket
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from vultus import __version__
from vultus.errors import VultusError
from vultus.server import problems, turning
from vultus.server.assistant import Echo
from vultus.server.bodies import Bodies
from vultus.server.calls import calls
from vultus.server.checks import IDLE, PATIENCE, checks
from vultus.server.errands import Errands
from vultus.server.gallery import BUNDLED
from vultus.server.house import House, Settings
from vultus.server.keys import Guard
from vultus.server.portraits import portraits
from vultus.server.problems import Problem
from vultus.server.runner import Runner
from vultus.server.safe import SafeHeaders
from vultus.server.session import Workers
from vultus.server.socket import serve_socket
from vultus.server.talks import SOUND_PATIENCE, talks
from vultus.server.webrtc import Peers

PAGE = Path(__file__).parent / "page"


def application(settings: Settings) -> FastAPI:
    """The whole service. Its workers start with it and end with it."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        house = House(settings)
        runner = Runner(house)
        peers = Peers(house)
        looking, hearing = Errands("examine", PATIENCE, IDLE), Errands("examine", SOUND_PATIENCE, IDLE)
        app.include_router(checks(house, looking))
        app.include_router(talks(house, runner, hearing))
        _routes(app, house, peers)
        starting = asyncio.create_task(_start(house, runner))
        try:
            yield
        finally:
            starting.cancel()
            await peers.stop()
            await runner.stop()
            await looking.stop()
            await hearing.stop()
            await house.workers.stop()
            await house.gallery.close()

    app = FastAPI(title="Vultus", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.add_middleware(SafeHeaders)
    app.add_middleware(Bodies, most=settings.limits.body_bytes)
    app.add_middleware(Guard, key=settings.key, secure=settings.secure)
    app.add_exception_handler(Problem, problems.on_problem)
    app.add_exception_handler(VultusError, problems.on_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    return app


async def _start(house: House, runner: Runner) -> None:
    """Prepare what is bundled; with the first of it the workers warm up. A picture can be brought meanwhile."""
    await house.gallery.prepare_bundled(most=1)
    first = next((path for id in BUNDLED if (path := house.gallery.portrait(id))), None)
    house.workers.warm = None if first is None else str(first)
    house.workers.start()
    await house.gallery.prepare_bundled()
    runner.start()
    with contextlib.suppress(VultusError):  # who says something is told what is wrong
        await asyncio.to_thread(house.voice)


def _routes(app: FastAPI, house: House, peers: Peers) -> None:
    app.include_router(calls(peers))
    app.include_router(portraits(house))
    app.router.routes += _system(house)
    app.router.routes += _live(house)
    app.mount("/", StaticFiles(directory=PAGE, html=True), name="page")


def _system(house: House) -> list[Route]:
    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_request: Request) -> Response:
        if house.ready:
            return PlainTextResponse("ready\n")
        return PlainTextResponse(f"not yet{_so_far(house.workers)}\n", 503, {"Retry-After": "2"})

    async def metrics(_request: Request) -> Response:
        return PlainTextResponse(house.metrics.text(), media_type="text/plain; version=0.0.4")

    async def about(_request: Request) -> Response:
        limits = house.limits
        facts = {"version": __version__, "controls": turning.known(), "ranges": turning.ranges()}
        echo = isinstance(house.settings.assistant, Echo)
        sizes = {"sizes": limits.sizes, "rates": limits.rates, "assistant": "echo" if echo else "chat"}
        found = house.workers.compiling
        compiling = None if found is None or house.ready else [found.done, found.known]
        state = {"ready": house.ready, "compiling": compiling}
        return JSONResponse({**facts, **sizes, **state, "text_letters": limits.text_letters})

    pages = (("/healthz", healthz), ("/readyz", readyz), ("/metrics", metrics), ("/v1/about", about))
    return [Route(path, serve) for path, serve in pages]


def _so_far(workers: Workers) -> str:
    found = workers.compiling
    return "" if found is None else f": compiled {found.done} of {found.known} for this machine"


def _live(house: House) -> list[WebSocketRoute]:
    async def live(socket: WebSocket) -> None:
        await serve_socket(house, socket)

    return [WebSocketRoute("/v1/live", live)]


async def _on_invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return problems.response(Problem(422, f"{where}: {first['msg']}"))


async def _on_http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return problems.response(Problem(error.status_code, str(error.detail)))
