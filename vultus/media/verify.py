"""Where does a file come from? Its manifest is read, its pixels are looked at, and one answer is given."""

from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vultus.errors import InputRefused, PictureRefused
from vultus.media.picture import read_picture
from vultus.media.seal import FRAMES as FRAMES_SIDECAR
from vultus.media.watch import frames, spread
from vultus.provenance.answer import Answer, judge
from vultus.provenance.certificate import anchors
from vultus.provenance.detect import Find, find, luma
from vultus.provenance.manifest import KINDS, SIDECAR, assertion, read
from vultus.provenance.papers import FRAMES

Bytes = NDArray[np.uint8]

MORE_KINDS = {".webm": "video/webm", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp"}
PICTURES = 75  # frames looked at: 3 s of ours


def verify(path: str | Path) -> Answer:
    """Say whether a video or a picture was made with Vultus, and whether it is unchanged.

    A manifest is believed where it holds; without one, or with a broken one, the mark is searched everywhere in
    the pictures, which takes seconds. Raises InputRefused for what is neither a video nor a picture.
    """
    path = Path(path)
    if not path.is_file():
        raise InputRefused(f"{path}: there is no such file")
    papers = _papers(path)
    whole = papers is not None and papers["state"] != "Invalid"
    return judge(papers, _mark(path, everywhere=not whole))


def _papers(path: Path) -> dict[str, Any] | None:
    kind = (KINDS | MORE_KINDS).get(path.suffix.lower(), KINDS[".mp4"])
    beside = path.with_suffix(SIDECAR)
    if beside.is_file():
        return read(path, kind, anchors(), beside.read_bytes())
    if path.suffix.lower() == ".png":
        for sidecar in sorted(path.parent.glob(f"*{FRAMES_SIDECAR}")):
            if path.name.startswith(sidecar.name.removesuffix(FRAMES_SIDECAR)):
                return _of_frames(path, sidecar)
    return read(path, kind, anchors())


def _of_frames(path: Path, sidecar: Path) -> dict[str, Any] | None:
    """The manifest of numbered pictures is bound to the first and lists the digests of all."""
    papers = read(path, KINDS[".png"], anchors(), sidecar.read_bytes())
    listed = {} if papers is None else assertion(papers["active"], FRAMES).get("sha256", {})
    first = path.with_name(min(listed, default=path.name))
    if first == path or not first.is_file() or path.name not in listed:
        return papers
    papers = read(first, KINDS[".png"], anchors(), sidecar.read_bytes())
    if papers is not None and listed[path.name] != sha256(path.read_bytes()).hexdigest():
        return papers | {"state": "Invalid", "failures": [*papers["failures"], f"{FRAMES}.mismatch"]}
    return papers


def _mark(path: Path, *, everywhere: bool) -> Find | None:
    if path.suffix.lower() != ".gif":
        try:
            return find([read_picture(path)[..., :3]], everywhere)
        except PictureRefused:
            pass  # no picture: a video, or nothing of the kind
    first = [luma(frame) for frame in islice(frames(path), PICTURES)]
    found = find(first, everywhere)
    if found is None and everywhere and len(first) == PICTURES:
        return find([luma(frame) for frame in spread(path, PICTURES)])
    return found
