"""Motion that somebody else made: measured in a video, kept in a file, put on a portrait."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from vultus import arkit
from vultus.analysis import Reader
from vultus.analysis.video import Tracked
from vultus.analysis.video import track as track_pictures
from vultus.body import beside
from vultus.clock import FRAME_RATE
from vultus.errors import OptionRefused
from vultus.face import Floats, Motion
from vultus.media.clip import clip
from vultus.motion import body as bodies
from vultus.motion import controls as placing
from vultus.motion.controls import Controls
from vultus.motion.timeline import Timeline
from vultus.motion.tracks import NO_TRACKS, Tracks, usable
from vultus.portrait import Portrait


def track(video: str | Path, progress: Callable[[int], None] | None = None, reader: Reader | None = None) -> Tracked:
    """The motion of the one face of a video, at 25 rows a second from where its sound begins.

    `progress` is called with the number of frames seen; `reader` is what reads faces, if not the default.
    Raises VideoRefused, PackageMissing.
    """
    return track_pictures(clip(video), progress, reader)


def is_motion_file(path: str | Path) -> bool:
    """Whether a file is meant as motion: by its name."""
    return Path(path).suffix.lower() in (".npz", ".csv")


def read_motion(path: str | Path) -> Motion:
    """Motion from a file: .csv of Live Link Face, else one that `Motion.save` wrote. Raises MotionRefused."""
    return arkit.read(path) if Path(path).suffix.lower() == ".csv" else Motion.load(path)


def write_motion(motion: Motion, path: str | Path) -> None:
    """A motion file of the kind that its name says, whole or not at all. Raises OptionRefused for another name."""
    match Path(path).suffix.lower():
        case ".csv":
            arkit.write(motion, path)
        case ".npz":
            motion.save(path)
        case _:
            raise OptionRefused(f"{path}: wanted a name that ends in .npz or .csv")


def put_on(
    motion: Motion,
    portrait: Portrait,
    controls: Controls,
    timeline: Timeline | None = None,
    tracks: Tracks = NO_TRACKS,
) -> Floats:  # -> [T, D] at FRAME_RATE
    """Rows that make this portrait move so.

    Expression is taken as it is, from neutral; head and gaze move about the portrait's own rest. Raises
    MotionRefused for rows no face can show.
    """
    rows = usable(motion)
    tracks.check()
    if timeline is None and tracks == NO_TRACKS:
        return placing.apply(placing.command(rows, controls), portrait.rest, controls)
    placed = []
    for frame in range(len(rows)):
        now = controls if timeline is None else timeline.at(frame / float(FRAME_RATE), controls)
        row = tracks.put_in(placing.command(rows[frame : frame + 1], now)[0], frame, now)
        placed.append(placing.apply(row[None], portrait.rest, now)[0])
    return np.stack(placed)


def embodied(
    rows: Floats,  # [T, D] at FRAME_RATE, as `put_on` gives them
    portrait: Portrait,
    seed: int = 0,
    controls: Controls = Controls(),  # noqa: B008 - frozen
    timeline: Timeline | None = None,
) -> Floats:  # -> [T, D + BODY]
    """The rows, each with what the body does beside it, as it does for a voice."""
    state, moves = bodies.init(seed), []
    for frame, row in enumerate(rows):
        now = controls if timeline is None else timeline.at(frame / float(FRAME_RATE), controls)
        state, body = bodies.step(state, row, portrait.rest, now.body_gain)
        moves.append(beside(row, body))
    return np.stack(moves)
