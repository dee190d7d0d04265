"""One job: a portrait and a voice to a film. It is the stream, collected in a file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from hashlib import sha256
from math import ceil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vultus import analysis
from vultus.actor import Actor, Cue
from vultus.clock import FRAME_RATE, SAMPLE_RATE, SAMPLES_PER_FRAME, Stopwatch, frames_covering, now, utc
from vultus.drive import embodied, is_motion_file, put_on, read_motion, track
from vultus.errors import NoFace, OptionRefused, PortraitRefused
from vultus.face import Motion
from vultus.look import Look, Set, prepare_whole, set_up, set_up_whole
from vultus.media.ahead import ahead
from vultus.media.behind import behind
from vultus.media.earlier import earlier
from vultus.media.film import check_output, open_film
from vultus.media.picture import read_picture
from vultus.media.sound import has_sound, listen, sound_facts
from vultus.motion.controls import Controls, as_track
from vultus.motion.pace import paced
from vultus.motion.timeline import Timeline
from vultus.motion.tracks import NO_TRACKS, Tracks
from vultus.portrait import Portrait
from vultus.provenance import Papers, number_of
from vultus.talker import Talker

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
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
    timeline: Timeline | None = None,
    tracks: Tracks = NO_TRACKS,
    face: int = 1,
    label: str = "none",
    look: Look = Look(),  # noqa: B008 - frozen
    drive: bool = False,
    sound: str | Path | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Result:
    """Make `portrait` say what `voice` says, as a film of `size` x `size` pixels at 25 frames a second.

    `voice` is any sound or video file, or with `drive` a video whose face is followed, or a motion file (.npz, or
    .csv of Live Link Face); what is heard beside the last is `sound`. `controls` turn what there is to turn, and
    `timeline` does so over time; what `tracks` hold is taken from them instead of being generated. `output` is a
    name that ends in .mp4 (H.264 with the voice), .gif or _%05d.png, or a folder for numbered PNG files; it is there
    whole or not at all. The same inputs and seed give the same frames. `face` chooses among several faces of a
    picture, 1 the largest. `look` asks for another rate, another background, the person cut out (.webm, .mov and
    PNG) or the whole picture, which has its own size. `progress` is called after every frame. The film is marked
    and signed (docs/provenance.md); `label` is what viewers read: none, corner or start. Raises InputRefused for
    what cannot be used.
    """
    start, watch = now(), Stopwatch()
    check_output(output, size, look.alpha)
    with watch.on("track"):
        motion = _motion(voice, drive, sound)
    part = _Part(Actor(seed, controls, timeline, tracks, recorded=True), voice)
    with earlier(part.cues() if motion is None else ()) as cues:
        with watch.on("prepare"):
            ready = _ready(portrait, size, face, look)
            papers = papers_of(ready.portrait, voice, seed)
            talker = Talker(ready.portrait, size, seed, controls, papers.number, label, ready.draw)
        if motion is None:
            score = _spoken(talker, part, cues)
        else:
            rows = put_on(motion, ready.portrait, controls, timeline, tracks)
            score = _driven(embodied(rows, ready.portrait, seed, controls, timeline), voice, sound)
        count, begun = 0, now()
        film_of = open_film(output, ready.size, score.heard, look.rate, look.alpha, papers=papers)
        with film_of as film, behind(film, watch) as worker:
            for frame in ahead(partial(_draw, talker, look.rate), enumerate(paced(score.rows, look.rate, score.end))):
                with watch.on("wait"):
                    worker.write(frame)
                count += 1
                if progress is not None:
                    expected = None if score.seconds is None else ceil(score.seconds * look.rate)
                    progress(Progress(count, expected, now() - begun))
    spent = watch.seconds | talker.watch.seconds | part.actor.watch.seconds
    took = {stage: seconds for stage, seconds in spent.items() if seconds > 0}
    return Result(Path(output), count, float(count / look.rate), now() - start, took)


def _draw(talker: Talker, rate: Fraction, numbered: tuple[int, Floats]) -> Bytes:  # (frame of the film, [D + BODY])
    count, moves = numbered
    return talker.draw(moves, int(count * FRAME_RATE / rate))


def _ready(source: Source, size: int, face: int, look: Look) -> Set:
    if not look.whole:
        return set_up(portrait_from(source, face), size, look)
    if isinstance(source, Portrait) or (not isinstance(source, np.ndarray) and is_portrait_file(source)):
        return set_up_whole(portrait_from(source))
    return set_up_whole(prepare_whole(source if isinstance(source, np.ndarray) else read_picture(source), face))


@dataclass(frozen=True)
class _Score:
    """How the face moves, and what is heard beside it."""

    rows: Iterator[Floats]  # each [D + BODY], at FRAME_RATE
    end: Callable[[], Fraction]  # seconds of film; known when the rows have run out
    heard: str | Path | None
    seconds: Fraction | None  # the same as far as a header tells


def _motion(voice: str | Path, drive: bool, sound: str | Path | None) -> Motion | None:
    """The motion in a file or in a driving video; None for a voice, which is looked at so far as to be refused."""
    if is_motion_file(voice):
        return read_motion(voice)
    if drive:
        return track(voice).motion
    if sound is not None:
        raise OptionRefused("a sound of its own is for a motion file or a driving video: the voice is heard anyway")
    sound_facts(voice)
    return None


def _driven(rows: Floats, voice: str | Path, sound: str | Path | None) -> _Score:  # [T, D + BODY]
    """Rows beside a sound, if there is one: as long as it is."""
    own = voice if not is_motion_file(voice) and has_sound(voice) else None
    heard = own if sound is None else sound
    samples = len(rows) * SAMPLES_PER_FRAME if heard is None else sum(len(piece) for piece in listen(heard))
    seconds = Fraction(samples, SAMPLE_RATE)
    return _Score(iter(rows[: frames_covering(samples)]), lambda: seconds, heard, seconds)


class _Part:
    """A voice that an actor learns."""

    def __init__(self, actor: Actor, voice: str | Path) -> None:
        self.actor, self.voice = actor, voice
        self.samples = 0  # heard so far

    def cues(self) -> Iterator[Cue]:
        """All of them."""
        for piece in self.actor.watch.over("listen", listen(self.voice)):
            self.samples += len(piece)
            self.actor.push(piece)
            yield from self.actor.cues()
        self.actor.finish()
        yield from self.actor.cues()


def _spoken(talker: Talker, part: _Part, cues: Iterator[Cue]) -> _Score:
    seconds = sound_facts(part.voice).seconds
    rows = (beat.moves for beat in talker.beats(cues))
    expected = None if seconds is None else Fraction(seconds)
    return _Score(rows, lambda: Fraction(part.samples, SAMPLE_RATE), part.voice, expected)


def motion_of(
    voice: str | Path,
    seed: int = 0,
    controls: Controls = Controls(),  # noqa: B008 - frozen
    timeline: Timeline | None = None,
    tracks: Tracks = NO_TRACKS,
) -> Motion:
    """How a face moves to a voice, before any portrait: head and gaze relative to home.

    The same sound, seed and controls move a portrait in the same way. Raises SoundRefused, MotionRefused.
    """
    cues = _Part(Actor(seed, controls, timeline, tracks, recorded=True), voice).cues()
    return Motion(np.stack([as_track(cue.row[None], cue.controls)[0] for cue in cues]))


def portrait_from(source: Source, face: int = 1) -> Portrait:
    """The portrait in `source`: given, loaded, or prepared from a picture. Raises InputRefused, PackageMissing."""
    if isinstance(source, Portrait):
        return source
    if isinstance(source, np.ndarray):
        return analysis.prepare(source, face)
    if is_portrait_file(source):
        return Portrait.load(source)
    picture = read_picture(source)
    try:
        return analysis.prepare(picture, face)
    except NoFace as cause:
        raise NoFace(f"{source}: {cause}") from cause


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
