"""`POST /v1/verify`: where does a file come from? What is sent is looked at and not kept."""

import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Request, UploadFile
from starlette.responses import JSONResponse, Response

from vultus.errors import InputRefused
from vultus.provenance.manifest import SIDECAR
from vultus.server.errands import Broken, Errands
from vultus.server.house import House
from vultus.server.problems import Problem
from vultus.server.uploads import keep

PATIENCE = 120.0  # seconds for one file
MOST_WAITING = 8  # files at once
IDLE = 20.0  # seconds that the process waits for another file
KINDS = {".mp4", ".mov", ".webm", ".gif", ".png", ".jpg", ".jpeg", ".webp"}  # how a file's name may end


def checks(house: House, looking: Errands) -> APIRouter:
    """The route that verifies."""
    router = APIRouter(prefix="/v1", tags=["verify"])

    @router.post("/verify")
    async def verify(
        request: Request,
        file: Annotated[UploadFile, File(description="a video or a picture")],
        sidecar: Annotated[UploadFile | None, File(description="its .c2pa file, where it came with one")] = None,
    ) -> Response:
        """Say whether a video or picture was made with Vultus. Takes a second, or many where a mark is searched."""
        house.allow_check(request)
        if looking.waiting >= MOST_WAITING:
            raise Problem(503, "too many files wait to be looked at: try again later", 60)
        with tempfile.TemporaryDirectory() as folder:
            path = await keep(file, Path(folder) / f"file{_kind(file.filename)}", house.limits.film_bytes)
            if sidecar is not None:
                await keep(sidecar, path.with_suffix(SIDECAR), house.limits.picture_bytes)
            found = await _looked_at(looking, path)
        house.metrics.checks.add(answer=str(found["answer"]))
        return JSONResponse({"object": "verification", **found})

    return router


async def _looked_at(looking: Errands, path: Path) -> dict[str, object]:
    try:
        return await looking.run({"file": str(path)})
    except Broken as cause:
        raise Problem(422, "the file could not be looked at in time: try a shorter one") from cause
    except InputRefused as cause:
        raise Problem(422, "that is neither a video nor a picture that can be read") from cause


def _kind(name: str | None) -> str:
    """How the file is to be called, as far as its own name can be used."""
    kind = Path(name or "").suffix.lower()
    return kind if kind in KINDS else ".mp4"
