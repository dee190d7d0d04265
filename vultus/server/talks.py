"""`/v1/talks`: jobs over HTTP."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Header, Request, UploadFile
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse

from vultus.errors import OptionRefused
from vultus.media import sound_facts
from vultus.server import jobs
from vultus.server.house import House
from vultus.server.jobs import OVER, Job
from vultus.server.problems import Problem
from vultus.server.runner import Runner
from vultus.server.turning import turned
from vultus.server.uploads import keep

HEARTBEAT = 15.0  # seconds between two signs of life of an event stream
SIZES = range(128, 1025, 2)  # pixels a side


def talks(house: House, runner: Runner) -> APIRouter:
    """The routes of jobs."""
    router = APIRouter(prefix="/v1/talks", tags=["talks"])

    @router.post("", status_code=201)
    async def create(
        request: Request,
        portrait: Annotated[str, Form(description="id of a portrait of the gallery")] = "",
        image: Annotated[UploadFile | None, File(description="a picture, instead of a portrait")] = None,
        audio: Annotated[UploadFile | None, File(description="any sound or video file with speech")] = None,
        text: Annotated[str, Form(description="what to say, instead of audio")] = "",
        options: Annotated[str, Form(description="JSON: size, seed, face, controls")] = "{}",
        idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
    ) -> Response:
        """Ask for a film: a portrait or an image, and audio or text."""
        known = runner.jobs.by_key(idempotency_key)
        if known is not None:
            return JSONResponse(known.described(), 200)
        house.allow_upload(request)
        if runner.jobs.waiting() >= house.limits.jobs_waiting:
            raise Problem(503, "too many jobs wait: try again later", 60)
        id = jobs.new_id()
        runner.folder(id).mkdir(parents=True)
        wanted = jobs.Request(
            await _portrait(house, runner.folder(id), portrait, image),
            await _voice(house, runner.folder(id), audio, text),
            text,
            _options(options),
        )
        job = runner.jobs.add(id, wanted, idempotency_key)
        runner.wake()
        return JSONResponse(job.described(), 201, {"Location": f"/v1/talks/{job.id}"})

    @router.get("")
    async def newest(limit: int = 20) -> Response:
        """The newest jobs."""
        found = runner.jobs.newest(min(max(limit, 1), 100))
        return JSONResponse({"object": "list", "data": [job.described() for job in found]})

    @router.get("/{id}")
    async def show(id: str) -> Response:
        """One job."""
        return JSONResponse(_job(runner, id).described())

    @router.get("/{id}/content")
    async def content(id: str) -> Response:
        """The film; ranges are understood."""
        job = _job(runner, id)
        if job.status != "completed":
            raise Problem(409, f"the film is not there: the job is {job.status}")
        return FileResponse(runner.film(job.id), media_type="video/mp4", filename=f"talk-{job.id}.mp4")

    @router.get("/{id}/events")
    async def events(id: str) -> Response:
        """How the job goes, as server-sent events, until it is over."""
        _job(runner, id)
        return StreamingResponse(_events(runner, id), media_type="text/event-stream", headers={"Cache-Control": "no-cache"})

    @router.delete("/{id}")
    async def remove(id: str) -> Response:
        """Cancel a job that is not over; forget one that is."""
        job = _job(runner, id)
        if job.status in OVER:
            runner.forget(job)
            return Response(status_code=204)
        runner.cancel(job)
        return JSONResponse(_job(runner, id).described())

    return router


def _job(runner: Runner, id: str) -> Job:
    job = runner.jobs.get(id)
    if job is None:
        raise Problem(404, "there is no such job")
    return job


async def _events(runner: Runner, id: str) -> AsyncIterator[str]:
    count = 0
    while (job := runner.jobs.get(id)) is not None:
        kind = {"completed": "done", "failed": "error", "cancelled": "error"}.get(job.status, "progress")
        count += 1
        yield f"id: {count}\nevent: {kind}\ndata: {json.dumps(job.described())}\n\n"
        if job.status in OVER:
            return
        while not await runner.changed(id, HEARTBEAT):
            yield ": still here\n\n"


async def _portrait(house: House, folder: Path, portrait: str, image: UploadFile | None) -> str:
    if image is not None:
        return str(await keep(image, folder / "picture", house.limits.picture_bytes))
    path = house.gallery.portrait(portrait)
    if path is None:
        raise Problem(422, "portrait: wanted the id of a ready portrait, or an image")
    return str(path)


async def _voice(house: House, folder: Path, audio: UploadFile | None, text: str) -> str:
    if audio is None:
        if not text.strip() or len(text) > house.limits.text_letters:
            raise Problem(422, f"wanted audio, or text of 1 to {house.limits.text_letters} letters")
        return ""
    path = await keep(audio, folder / "voice", house.limits.sound_bytes)
    seconds = sound_facts(path).seconds
    if seconds is not None and seconds > house.limits.sound_seconds:
        raise Problem(422, f"audio: {seconds:.0f} seconds are too many: wanted at most {house.limits.sound_seconds}")
    return str(path)


def _options(text: str) -> dict[str, object]:
    try:
        given: dict[str, Any] = json.loads(text)
    except (ValueError, RecursionError) as cause:
        raise OptionRefused("options: wanted JSON") from cause
    if not isinstance(given, dict) or set(given) - {"size", "seed", "face", "controls"}:
        raise OptionRefused("options: wanted an object with some of size, seed, face, controls")
    checked: dict[str, object] = {"controls": turned(given.get("controls", {}))}
    for name, choices in (("size", SIZES), ("seed", range(2**32)), ("face", range(1, 21))):
        if name in given:
            if not isinstance(given[name], int) or given[name] not in choices:
                raise OptionRefused(f"option {name}: wanted a whole number from {choices[0]} to {choices[-1]}")
            checked[name] = given[name]
    return checked
