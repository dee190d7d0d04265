"""Files that people send: kept under our own names, counted while they come."""

from pathlib import Path

from starlette.datastructures import UploadFile

from vultus.server.problems import Problem

BLOCK = 1 << 20  # bytes


async def keep(upload: UploadFile, path: Path, most: int) -> Path:
    """Write an upload to `path`, whatever it calls itself. Raises Problem when it is too large or empty."""
    count = 0
    with path.open("wb") as file:
        while block := await upload.read(BLOCK):
            count += len(block)
            if count > most:
                break
            file.write(block)
    if not 0 < count <= most:
        path.unlink()
        if count:
            raise Problem(413, f"the file is too large: wanted at most {most // 1_000_000} million bytes")
        raise Problem(422, "the file is empty")
    return path
