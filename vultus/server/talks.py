"""`/v1/talks`: jobs over HTTP."""

import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Header, Request, UploadFile
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse

from vultus.errors import OptionRefused, VultusError
from vultus.provenance.label import LABELS
from vultus.server import jobs
from vultus.server.errands import Broken, Errands
from vultus.server.house import House
from vultus.server.jobs import OVER, Job
from vultus.server.problems import Problem
from vultus.server.runner import Runner
from vultus.server.turning import keyframes, turned
from vultus.server.uploads import keep

SOUND_PATIENCE = 30.0  # seconds to find out how long a sound is
HEARTBEAT = 15.0  # seconds between two signs of life of an event stream
CHOICES = {"size": range(128, 1025, 2), "seed": range(2**32), "face": range(1, 21)}
OPTIONS = (*CHOICES, "controls", "timeline", "label")


def talks(house: House, runner: Runner, hearing: Errands) -> APIRouter:
    """The routes of jobs; sounds are looked into by `hearing`."""
    router, serve = APIRouter(prefix="/v1/talks", tags=["talks"]), _Talks(house, runner, hearing)
    router.add_api_route("", serve.create, methods=["POST"], status_code=201)
    router.add_api_route("", serve.newest, methods=["GET"])
    router.add_api_route("/{id}", serve.show, methods=["GET"])
    router.add_api_route("/{id}/content", serve.content, methods=["GET"])
    router.add_api_route("/{id}/captions", serve.captions, methods=["GET"])
    router.add_api_route("/{id}/events", serve.events, methods=["GET"])
    router.add_api_route("/{id}", serve.remove, methods=["DELETE"])
    return router


class _Talks:
    """What the routes do."""

    def __init__(self, house: House, runner: Runner, hearing: Errands) -> None:
        self._house = house
        self._runner = runner
        self._hearing = hearing

    async def create(
        self,
        request: Request,
        portrait: Annotated[str, Form(description="id of a portrait of the gallery")] = "",
        image: Annotated[UploadFile | None, File(description="a picture, instead of a portrait")] = None,
        audio: Annotated[UploadFile | None, File(description="any sound or video file with speech")] = None,
        text: Annotated[str, Form(description="what to say, instead of audio")] = "",
        options: Annotated[str, Form(description="JSON: size, seed, face, controls, timeline, label")] = "{}",
        idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
    ) -> Response:
        """Ask for a film: a portrait or an image, and audio or text."""
        known = self._runner.jobs.by_key(idempotency_key)
        if known is not None:
            return JSONResponse(known.described(), 200)
        self._house.allow_upload(request)
        if self._runner.jobs.waiting() >= self._house.limits.jobs_waiting:
            raise Problem(503, "too many jobs wait: try again later", 60)
        id = jobs.new_id()
        folder = self._runner.folder(id)
        folder.mkdir(parents=True)
        try:
            wanted = jobs.Request(
                await _portrait(self._house, folder, portrait, image),
                await self._voice(folder, audio, text),
                text,
                _options(options),
            )
        except (Problem, VultusError):
            shutil.rmtree(folder, ignore_errors=True)  # what was refused is not kept
            raise
        job = self._runner.jobs.add(id, wanted, idempotency_key)
        if job.id != id:  # the same request came twice at once
            shutil.rmtree(folder, ignore_errors=True)
        self._runner.wake()
        return JSONResponse(job.described(), 201, {"Location": f"/v1/talks/{job.id}"})

    async def _voice(self, folder: Path, audio: UploadFile | None, text: str) -> str:
        limits = self._house.limits
        if audio is None:
            if not text.strip() or len(text) > limits.text_letters:
                raise Problem(422, f"wanted audio, or text of 1 to {limits.text_letters} letters")
            return ""
        path = await keep(audio, folder / "voice", limits.sound_bytes)
        try:
            seconds = (await self._hearing.run({"sound": str(path)}))["seconds"]
        except Broken as cause:
            raise Problem(422, "the sound could not be read: send it as WAV, FLAC or MP3") from cause
        if seconds is not None and seconds > limits.sound_seconds:
            raise Problem(422, f"audio: {seconds:.0f} seconds are too many: wanted at most {limits.sound_seconds}")
        return str(path)

    async def newest(self, limit: int = 20) -> Response:
        """The newest jobs."""
        found = self._runner.jobs.newest(min(max(limit, 1), 100))
        return JSONResponse({"object": "list", "data": [job.described() for job in found]})

    async def show(self, id: str) -> Response:
        """One job."""
        return JSONResponse(_job(self._runner, id).described())

    async def content(self, id: str) -> Response:
        """The film; ranges are understood."""
        job = _job(self._runner, id)
        if job.status != "completed":
            raise Problem(409, f"the film is not there: the job is {job.status}")
        return FileResponse(self._runner.film(job.id), media_type="video/mp4", filename=f"talk-{job.id}.mp4")

    async def captions(self, id: str) -> Response:
        """What was said, as WebVTT, where the film was made from text."""
        path = self._runner.folder(_job(self._runner, id).id) / jobs.CAPTIONS
        if not path.is_file():
            raise Problem(404, "there are no captions: films made from text have them, once they are made")
        return FileResponse(path, media_type="text/vtt", filename=f"talk-{id}.vtt")

    async def events(self, id: str) -> Response:
        """How the job goes, as server-sent events, until it is over."""
        _job(self._runner, id)
        return StreamingResponse(
            _events(self._runner, id), media_type="text/event-stream", headers={"Cache-Control": "no-cache"}
        )

    async def remove(self, id: str) -> Response:
        """Cancel a job that is not over; forget one that is."""
        job = _job(self._runner, id)
        if job.status in OVER:
            self._runner.forget(job)
            return Response(status_code=204)
        self._runner.cancel(job)
        return JSONResponse(_job(self._runner, id).described())


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


def _options(text: str) -> dict[str, object]:
    try:
        given: dict[str, Any] = json.loads(text)
    except (ValueError, RecursionError) as cause:
        raise OptionRefused("options: wanted JSON") from cause
    if not isinstance(given, dict) or set(given) - set(OPTIONS):
        raise OptionRefused(f"options: wanted an object with some of {', '.join(OPTIONS)}")
    checked: dict[str, object] = {"controls": turned(given.get("controls", {}))}
    for name, choices in CHOICES.items():
        if name in given:
            if not isinstance(given[name], int) or given[name] not in choices:
                raise OptionRefused(f"option {name}: wanted a whole number from {choices[0]} to {choices[-1]}")
            checked[name] = given[name]
    if "timeline" in given:
        checked["timeline"] = keyframes(given["timeline"])
    if "label" in given:
        if given["label"] not in LABELS:
            raise OptionRefused(f"option label: wanted one of {', '.join(LABELS)}")
        checked["label"] = given["label"]
    return checked
