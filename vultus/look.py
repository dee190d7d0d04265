"""How the frames of a film look beside what they show: rate, background, cut out, or back in the whole picture."""

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vultus import analysis, render
from vultus.body import Drawing
from vultus.clock import FRAME_RATE
from vultus.errors import OptionRefused
from vultus.media.picture import read_picture
from vultus.portrait import Portrait

Bytes = NDArray[np.uint8]

RATES = (25, 30, 50, 60)  # frames a second
BLUR = "blur"
LARGEST = 4096  # pixels of the longer side that an H.264 film may have


@dataclass(frozen=True)
class Look:
    """What a film looks like. The defaults are the portrait's own square before its own background."""

    rate: Fraction = FRAME_RATE
    background: str | None = None  # "#rrggbb", "blur", or the name of a picture file
    alpha: bool = False  # the person cut out
    whole: bool = False  # the frame back in the picture that it was cut from

    def __post_init__(self) -> None:
        if self.rate not in RATES:
            raise OptionRefused(f"{self.rate} frames a second: wanted one of {', '.join(map(str, RATES))}")
        if (self.background is not None) + self.alpha + self.whole > 1:
            raise OptionRefused("of another background, a person cut out and the whole picture only one can be had")


@dataclass(frozen=True)
class Set:
    """A portrait and how its frames are drawn."""

    portrait: Portrait
    size: tuple[int, int]  # width, height of the frames
    draw: Drawing


def set_up(portrait: Portrait, size: int, look: Look) -> Set:
    """A portrait ready to be drawn `size` pixels square. Raises OptionRefused, PictureRefused."""
    scene = render.init(portrait, size)
    if look.alpha:
        return Set(portrait, (size, size), partial(render.draw_cutout, render.cut_out(scene)))
    if look.background is not None:
        scene = _before(scene, look.background)
    return Set(portrait, (size, size), partial(render.draw, scene))


def prepare_whole(
    picture: Bytes,  # [H, W, 3 | 4]
    face: int = 1,
    clicks: analysis.Clicks | None = None,
    reader: analysis.Reader | None = None,
) -> Portrait:
    """A portrait that keeps its whole picture, cut by a row or column where it is odd, at its own resolution.

    Raises NoFace, PictureRefused, OptionRefused, PackageMissing.
    """
    even = np.ascontiguousarray(picture[: len(picture) // 2 * 2, : picture.shape[1] // 2 * 2, :3])
    height, width = even.shape[:2]
    if max(height, width) > LARGEST:
        raise OptionRefused(
            f"a picture of {width} x {height} pixels is too large for a film: wanted at most {LARGEST} on the longer "
            "side: make it smaller, or leave the whole picture out"
        )
    portrait, square = analysis.prepare_in_place(even, face, clicks=clicks, reader=reader)
    return replace(portrait, picture=even, square=square)


def set_up_whole(portrait: Portrait) -> Set:
    """A portrait that keeps its whole picture, ready to move in it. Raises OptionRefused for one that does not."""
    if portrait.picture is None or portrait.square is None:
        raise OptionRefused(
            "this portrait does not hold the whole picture: name the picture itself, or prepare it with --keep-picture"
        )
    height, width = portrait.picture.shape[:2]
    whole = render.into_picture(portrait, portrait.picture, portrait.square)
    return Set(portrait, (width, height), partial(render.draw_whole, whole))


def _before(scene: render.Scene, background: str) -> render.Scene:
    if background == BLUR:
        return render.on_blur(scene)
    if background.startswith("#"):
        if not re.fullmatch("#[0-9a-fA-F]{6}", background):
            raise OptionRefused(f"background {background}: wanted #rrggbb, such as #1e90ff, 'blur' or a picture file")
        red, green, blue = bytes.fromhex(background[1:])
        return render.on_colour(scene, (red, green, blue))
    picture = read_picture(Path(background))
    return render.on_picture(scene, np.ascontiguousarray(picture[..., :3]))
