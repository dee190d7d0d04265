"""A film of any kind that an output name asks for, whole in its place or not there at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vultus.clock import FRAME_RATE
from vultus.errors import OptionRefused
from vultus.media.cutout import KINDS as CUTOUTS
from vultus.media.cutout import Cutout
from vultus.media.landing import landing, landing_files, landing_folder
from vultus.media.mp4 import Mp4
from vultus.media.pictures import Gif, Sequence

Bytes = NDArray[np.uint8]

NUMBERED = "%05d.png"  # the frames of a folder
SMALLEST, LARGEST = 64, 2160  # pixels a side


class Film(Protocol):
    """What takes frames one after the other."""

    def write(self, frame: Bytes) -> None:  # [H, W, 3] RGB, or [H, W, 4]
        """The next frame."""

    def close(self) -> None:
        """No more frames: complete the file."""

    def abandon(self) -> None:
        """Something went wrong: let go of the file."""


@contextmanager
def open_film(
    output: str | Path,
    size: int | tuple[int, int],  # pixels a side, or width and height
    voice: str | Path | None,
    rate: Fraction = FRAME_RATE,
    alpha: bool = False,
) -> Iterator[Film]:
    """The film that `output` names; the body of the `with` fills it, and only a good end puts it in place.

    `name.mp4` is a video with the voice, `name.gif` an animation, `name_%05d.png` numbered pictures, and a
    name without a suffix a folder of them. With `alpha` frames are [H, W, 4], and `name.webm` or `name.mov` are
    videos. Raises OptionRefused, and SoundRefused for the voice.
    """
    path = Path(output)
    wide = (size, size) if isinstance(size, int) else size
    check_output(path, wide, alpha)
    suffix = path.suffix.lower()
    if suffix == ".mp4":
        with landing(path) as part, _closed(Mp4(part, wide, voice, rate)) as film:
            yield film
    elif suffix in CUTOUTS:
        with landing(path) as part, _closed(Cutout(part, wide, voice, CUTOUTS[suffix], rate)) as film:
            yield film
    elif suffix == ".gif":
        with landing(path) as part, _closed(Gif(part, wide, rate)) as film:
            yield film
    elif path.suffix:
        with landing_files(path.parent) as folder:
            yield Sequence(folder, path.name)
    else:
        with landing_folder(path, "[0-9]*.png") as folder:
            yield Sequence(folder, NUMBERED)


def check_output(output: str | Path, size: int | tuple[int, int], alpha: bool = False) -> None:
    """Raises OptionRefused for a name or a size that no film can have."""
    path = Path(output)
    if isinstance(size, int) and not (SMALLEST <= size <= LARGEST and size % 2 == 0):
        raise OptionRefused(f"size {size}: wanted an even number of pixels from {SMALLEST} to {LARGEST}")
    suffix = path.suffix.lower()
    numbered = suffix == ".png" and _counts(path.name)
    if alpha and suffix and suffix not in CUTOUTS and not numbered:
        raise OptionRefused(
            f"{path}: that kind of file holds no alpha: wanted a name that ends in .webm, .mov or _%05d.png, "
            "or a folder without a suffix"
        )
    if not alpha and suffix in CUTOUTS:
        raise OptionRefused(f"{path}: {suffix} is for a person cut out: add --alpha, or name an .mp4")
    if suffix and suffix not in (".mp4", ".gif", *CUTOUTS) and not numbered:
        raise OptionRefused(f"{path}: wanted a name that ends in .mp4, .gif or _%05d.png, or a folder without a suffix")
    if path.is_dir() and suffix:
        raise OptionRefused(f"{path}: there is a folder of that name: name a file")


def _counts(pattern: str) -> bool:
    try:
        return pattern % 0 != pattern % 1
    except (TypeError, ValueError):
        return False


@contextmanager
def _closed(film: Film) -> Iterator[Film]:
    try:
        yield film
    except BaseException:
        film.abandon()
        raise
    film.close()
