"""Put a trained file where the package finds it, with its digest beside it."""

import hashlib
import os
from pathlib import Path

from vultus.weights import FOLDER


def _replace(path: Path, content: bytes) -> None:
    """Write under a temporary name, then rename: a reader sees the old file or the new one, never half."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(content)
    os.replace(temporary, path)


def ship(name: str, content: bytes, folder: Path = FOLDER) -> Path:
    """Write `folder/name` and its line in `folder/SHA256SUMS`; gives back the path."""
    folder.mkdir(parents=True, exist_ok=True)
    sums = folder / "SHA256SUMS"
    lines = sums.read_text().splitlines() if sums.exists() else []
    digests = {entry: digest for digest, entry in (line.split() for line in lines)}
    digests[name] = hashlib.sha256(content).hexdigest()
    _replace(folder / name, content)
    _replace(sums, "".join(f"{digests[entry]}  {entry}\n" for entry in sorted(digests)).encode())
    return folder / name
