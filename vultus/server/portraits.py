"""`/v1/portraits`: the gallery over HTTP, and the films that sessions recorded."""

import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import FileResponse, JSONResponse, Response

from vultus.server.gallery import Entry
from vultus.server.house import House
from vultus.server.problems import Problem
from vultus.server.studio import film_file
from vultus.server.uploads import keep


def portraits(house: House) -> APIRouter:
    """The routes of portraits and films."""
    router = APIRouter(prefix="/v1", tags=["portraits"])

    @router.get("/portraits")
    async def entries() -> Response:
        """Every portrait of the gallery."""
        found = [_described(entry) for entry in house.gallery.entries()]
        return JSONResponse({"object": "list", "data": found, "problem": house.gallery.problem})

    @router.post("/portraits", status_code=201)
    async def add(
        request: Request,
        image: Annotated[UploadFile, File(description="a picture with a face")],
        face: Annotated[int, Form(ge=1, le=20, description="which face, 1 the largest")] = 1,
        likeness: Annotated[str, Form(description="whose: virtual, self, consented or unstated")] = "unstated",
    ) -> Response:
        """Prepare a picture. It takes about two seconds."""
        house.allow_upload(request)
        with tempfile.TemporaryDirectory() as folder:
            picture = await keep(image, Path(folder) / "picture", house.limits.picture_bytes)
            entry = await house.gallery.add(picture, face, likeness)
        return JSONResponse(_described(entry), 201, {"Location": f"/v1/portraits/{entry.id}"})

    @router.post("/portraits/soon", status_code=204)
    async def soon() -> Response:
        """Tell that a picture is about to come, which makes it ready sooner."""
        house.gallery.soon()
        return Response(status_code=204)

    @router.get("/portraits/{id}/picture")
    async def picture(id: str) -> Response:
        """A small picture of a portrait."""
        path = house.gallery.picture(id)
        if path is None:
            raise Problem(404, "there is no such portrait")
        return FileResponse(path, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})

    @router.delete("/portraits/{id}", status_code=204)
    async def remove(id: str) -> Response:
        """Forget a portrait that was brought."""
        if not house.gallery.remove(id):
            raise Problem(404, "there is no such portrait that could be removed")
        return Response(status_code=204)

    @router.get("/films/{id}")
    async def film(id: str) -> Response:
        """What a session recorded; ranges are understood."""
        path = film_file(house.films, id)
        if path is None:
            raise Problem(404, "there is no such film (any more)")
        return FileResponse(path, media_type="video/mp4", filename=f"vultus-{id}.mp4")

    return router


def _described(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.id,
        "object": "portrait",
        "name": entry.name,
        "ready": entry.ready,
        "picture_url": f"/v1/portraits/{entry.id}/picture",
    }
