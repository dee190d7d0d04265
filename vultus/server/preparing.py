"""Pictures that people bring, made portraits: a process of its own, so that a hostile one can break nothing else.

Beside each portrait lies a small picture of it, as it is shown in the gallery.
"""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from vultus import analysis
from vultus.media.picture import read_picture
from vultus.portrait import Likeness, Portrait
from vultus.server.errand import Tell, serve

THUMB = 384  # pixels a side
NOBODY = np.full((256, 256, 3), 128, np.uint8)


def prepare(request: dict[str, Any], _tell: Tell) -> dict[str, Any]:
    """{"picture", "portrait": files, "face", "likeness"}: write the portrait, whole or not at all. {}: get ready."""
    if not request:
        analysis.prepare(NOBODY)  # finds no face, and has loaded what finds faces
    picture, portrait = read_picture(request["picture"]), Path(request["portrait"])
    prepared = replace(analysis.prepare(picture, request["face"]), likeness=Likeness(request["likeness"]))
    cv2.imwrite(str(portrait.with_suffix(".jpg")), _small(prepared)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])
    part = portrait.with_suffix(".part")
    prepared.save(part)
    shutil.move(part, portrait)
    return {}


def _small(portrait: Portrait) -> Any:  # noqa: ANN401 - uint8 [THUMB, THUMB, 3] RGB
    x, y, side = portrait.frame
    fore, plate = (part[y : y + side, x : x + side].astype(float) for part in (portrait.fore, portrait.plate))
    alpha = fore[..., 3:] / 255
    return cv2.resize((fore[..., :3] * alpha + plate * (1 - alpha)).astype("uint8"), (THUMB, THUMB))


def main() -> None:
    """The process."""
    cv2.setNumThreads(1)
    serve(prepare)
