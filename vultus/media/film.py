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
from vultus.media.seal import FRAMES, seal, seal_beside, seal_frames
from vultus.provenance.manifest import SIDECAR
from vultus.provenance.papers import Papers, plain

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
    *,
    papers: Papers,
) -> Iterator[Film]:
    """The film that `output` names; the body of the `with` fills it, and only a good end puts it in place.

    `name.mp4` is a video with the voice, `name.gif` an animation, `name_%05d.png` numbered pictures, and a
    name without a suffix a folder of them. With `alpha` frames are [H, W, 4], and `name.webm` or `name.mov` are
    videos. All of them say in plain words what they are and are signed last: in the file, or, as WebM and
    numbered pictures, by a manifest beside it. Raises OptionRefused, and SoundRefused for the voice.
    """
    path = Path(output)
    wide = (size, size) if isinstance(size, int) else size
    check_output(path, wide, alpha)
    suffix, words = path.suffix.lower(), plain(papers)
    if suffix == ".webm":
        with landing(path) as part, landing(path.with_suffix(SIDECAR)) as sidecar:
            with _closed(Cutout(part, wide, voice, CUTOUTS[suffix], rate, words)) as film:
                yield film
            seal_beside(part, sidecar, "video/webm", papers)
    elif suffix == ".png":
        with landing_files(path.parent) as folder:
            yield Sequence(folder, path.name, words)
            seal_frames(folder, path.name, papers)
    elif suffix:
        with landing(path) as part:
            with _closed(_film(part, suffix, wide, voice, rate, words)) as film:
                yield film
            seal(part, suffix, papers)
    else:
        with landing_folder(path, ("[0-9]*.png", FRAMES)) as folder:
            yield Sequence(folder, NUMBERED, words)
            seal_frames(folder, NUMBERED, papers)


def _film(
    part: Path, suffix: str, size: tuple[int, int], voice: str | Path | None, rate: Fraction, words: dict[str, str]
) -> Film:
    if suffix == ".mp4":
        return Mp4(part, size, voice, rate, words)
    if suffix == ".gif":
        return Gif(part, size, rate, words)
    return Cutout(part, size, voice, CUTOUTS[suffix], rate, words)


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
