"""One job: a portrait and a voice to a film. It is the stream, collected in a file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vultus import analysis
from vultus.clock import FRAME_RATE, SAMPLE_RATE, Stopwatch, frames_covering, now, utc
from vultus.errors import PortraitRefused
from vultus.media.behind import behind
from vultus.media.film import check_output, open_film
from vultus.media.picture import read_picture
from vultus.media.sound import listen, sound_facts
from vultus.motion.controls import Controls
from vultus.portrait import Portrait
from vultus.provenance import Papers, number_of
from vultus.talker import Talker, Tick

Bytes = NDArray[np.uint8]
Source = Portrait | Bytes | str | Path  # a portrait, the pixels of a picture, or a file of either


@dataclass(frozen=True)
class Progress:
    """How far a job has come."""

    frames: int
    expected: int | None  # frames in all, as far as the sound's header tells
    seconds: float  # since the first frame was asked for


@dataclass(frozen=True)
class Result:
    """What a job made, and what it took."""

    output: Path
    frames: int
    seconds: float  # of film
    took: float  # seconds of work, from the first line to the file in place
    spent: dict[str, float]  # seconds by stage; "encode" runs beside the others, "wait" is waiting for it


def animate(
    portrait: Source,
    voice: str | Path,
    output: str | Path,
    *,
    size: int = 512,
    seed: int = 0,
    controls: Controls = Controls(),  # noqa: B008 - frozen
    face: int = 1,
    label: str = "none",
    progress: Callable[[Progress], None] | None = None,
) -> Result:
    """Make `portrait` say what `voice` says, as a film of `size` x `size` pixels at 25 frames a second.

    `voice` is any sound or video file. `output` is a name that ends in .mp4 (H.264 with the voice), .gif or
    _%05d.png, or a folder for numbered PNG files; it is there whole or not at all. The same inputs and seed
    give the same frames. `face` chooses among several faces of a picture, 1 the largest. `progress` is called
    after every frame. The film is marked and signed (docs/provenance.md); `label` is what viewers read: none,
    corner or start. Raises InputRefused for what cannot be used, PackageMissing for a picture without
    MediaPipe.
    """
    start, watch = now(), Stopwatch()
    check_output(output, size)
    expected = _expected_frames(voice)
    with watch.on("prepare"):
        person = portrait_from(portrait, face)
        papers = papers_of(person, voice, seed)
        talker = Talker(person, size, seed, controls, papers.number, label)
    count, begun = 0, now()
    with open_film(output, size, voice, papers=papers) as film, behind(film, watch) as worker:
        for tick in _ticks(talker, watch.over("listen", listen(voice))):
            with watch.on("wait"):
                worker.write(tick.frame)
            count += 1
            if progress is not None:
                progress(Progress(count, expected, now() - begun))
    spent = watch.seconds | talker.watch.seconds
    return Result(Path(output), count, float(count / FRAME_RATE), now() - start, spent)


def portrait_from(source: Source, face: int = 1) -> Portrait:
    """The portrait in `source`: given, loaded, or prepared from a picture. Raises InputRefused, PackageMissing."""
    if isinstance(source, Portrait):
        return source
    if isinstance(source, np.ndarray):
        return analysis.prepare(source, face)
    if is_portrait_file(source):
        return Portrait.load(source)
    return analysis.prepare(read_picture(source), face)


def is_portrait_file(path: str | Path) -> bool:
    """Whether a file is one that `Portrait.save` wrote, by its name or its first bytes."""
    if Path(path).suffix == ".vultus":
        return True
    try:
        with open(path, "rb") as file:
            return file.read(9)[8:] == b"{"  # safetensors: eight bytes of length, then JSON
    except FileNotFoundError as cause:
        raise PortraitRefused(f"{path}: there is no such file") from cause
    except OSError as cause:
        raise PortraitRefused(f"{path}: cannot be read: {cause.strerror}") from cause


def papers_of(portrait: Portrait, voice: str | Path | None, seed: int) -> Papers:
    """What a film of this portrait and voice says about itself; without a voice, what a live talk does."""
    heard = None if voice is None else _digest(voice)
    return Papers(
        number=number_of(portrait, seed, b"" if heard is None else bytes.fromhex(heard)),
        when=utc(),
        portrait=sha256(portrait.to_bytes()).hexdigest(),
        voice=heard,
        likeness=portrait.likeness.of,
        note=portrait.likeness.note,
    )


def _digest(voice: str | Path) -> str:
    heard = sha256()
    with open(voice, "rb") as file:
        while piece := file.read(1 << 20):
            heard.update(piece)
    return heard.hexdigest()


def _ticks(talker: Talker, sound: Iterator[NDArray[np.float32]]) -> Iterator[Tick]:
    for samples in sound:
        talker.push(samples)
        yield from talker
    talker.finish()
    yield from talker


def _expected_frames(voice: str | Path) -> int | None:
    seconds = sound_facts(voice).seconds
    return None if seconds is None else frames_covering(round(seconds * SAMPLE_RATE))
