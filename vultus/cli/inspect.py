"""`vultus inspect`."""

import argparse
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus import analysis, show
from vultus.drive import is_motion_file, read_motion
from vultus.errors import OptionRefused, PictureRefused
from vultus.job import is_portrait_file, motion_of
from vultus.media import has_pictures, read_picture, spread, write_picture
from vultus.portrait import Portrait

Bytes = NDArray[np.uint8]

TILE = 256  # pixels a side of a frame on the contact sheet, at most
COLUMNS = 6


def run_inspect(options: argparse.Namespace) -> tuple[dict[str, object], str]:
    """Draw what is inside a file; the facts for JSON and the words for people."""
    if options.frames < 1:
        raise OptionRefused(f"--frames {options.frames}: wanted at least 1")
    kind, sheet = _draw(options)
    write_picture(options.output, sheet)
    return {"output": options.output, "shows": kind}, f"{options.output}: {kind} of {options.thing}"


def _draw(options: argparse.Namespace) -> tuple[str, Bytes]:
    path = options.thing
    if is_motion_file(path):
        return "motion", show.motion_curves(read_motion(path))
    if is_portrait_file(path):
        return "portrait", show.portrait_sheet(Portrait.load(path))
    picture = _picture(path)
    if picture is not None:
        return "portrait", show.portrait_sheet(analysis.prepare(picture, options.face))
    if has_pictures(path):
        return "frames", show.contact_sheet([_small(frame) for frame in spread(path, options.frames)], COLUMNS)
    return "motion", show.motion_curves(motion_of(path, options.seed))


def _picture(path: str) -> Bytes | None:
    """The picture in a file, None where it is no picture; a GIF counts as a film."""
    if Path(path).suffix.lower() == ".gif":
        return None
    try:
        return read_picture(path)
    except PictureRefused:
        return None


def _small(frame: Bytes) -> Bytes:
    height, width = frame.shape[:2]
    scale = min(1.0, TILE / max(height, width))
    size = (round(width * scale), round(height * scale))
    return np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), np.uint8)
