"""Motion that somebody else made: measured in a video, kept in a file, put on a portrait."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from vultus.analysis.video import Tracked
from vultus.analysis.video import track as track_pictures
from vultus.clock import FRAME_RATE
from vultus.errors import MotionRefused
from vultus.face import E, Floats, Motion
from vultus.media.clip import clip
from vultus.motion import controls as placing
from vultus.motion.controls import Controls
from vultus.portrait import Portrait


def track(video: str | Path, progress: Callable[[int], None] | None = None) -> Tracked:
    """The motion of the one face of a video, at 25 rows a second from where its sound begins.

    `progress` is called with the number of frames seen. Raises VideoRefused, PackageMissing.
    """
    return track_pictures(clip(video), progress)


def is_motion_file(path: str | Path) -> bool:
    """Whether a file is meant as motion: by its name."""
    return Path(path).suffix.lower() == ".npz"


def put_on(motion: Motion, portrait: Portrait, controls: Controls) -> Floats:  # -> [T, D] at FRAME_RATE
    """Rows that make this portrait move so.

    Expression is taken as it is, from neutral; head and gaze move about the portrait's own rest. Raises
    MotionRefused for rows no face can show.
    """
    rows = _at_frame_rate(motion)
    if np.abs(rows).max() > 10:
        raise MotionRefused("the motion's rows are no weights and radians: track the video again")
    rows[:, :E] = np.clip(rows[:, :E], 0, 1)
    return placing.apply(placing.command(rows, controls), portrait.rest, controls)


def _at_frame_rate(motion: Motion) -> Floats:  # -> [T, D]
    """Rows at our rate, by straight lines."""
    count = max(1, round(len(motion) / motion.rate * FRAME_RATE))
    place = np.minimum(np.arange(count) * float(motion.rate / FRAME_RATE), len(motion) - 1)
    before = np.minimum(place.astype(int), max(len(motion) - 2, 0))
    after = np.minimum(before + 1, len(motion) - 1)
    part = (place - before)[:, None]
    return np.asarray(motion.rows[before] * (1 - part) + motion.rows[after] * part, np.float32)
