"""Motion from elsewhere: a track at our frame rate, and the parts of a face that it takes over."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from vultus.clock import FRAME_RATE
from vultus.errors import MotionRefused
from vultus.face import GAZE, LOG_DISTANCE, ROTATION, E, Floats, Motion
from vultus.motion.controls import Controls, command

FADE_FRAMES = round(0.5 * FRAME_RATE)  # from the last row of a track back to what is generated
EXPRESSION, POSE = slice(0, E), slice(ROTATION.start, LOG_DISTANCE + 1)


def usable(motion: Motion) -> Floats:  # -> [T, D] at FRAME_RATE
    """Rows at our rate, by straight lines, weights in 0..1. Raises MotionRefused for rows no face can show."""
    rows = _at_frame_rate(motion)
    if np.abs(rows).max() > 10:
        raise MotionRefused("the motion's rows are no weights and radians: track the video again")
    rows[:, :E] = np.clip(rows[:, :E], 0, 1)
    return rows


def _at_frame_rate(motion: Motion) -> Floats:  # -> [T, D]
    count = max(1, round(len(motion) / motion.rate * FRAME_RATE))
    place = np.minimum(np.arange(count) * float(motion.rate / FRAME_RATE), len(motion) - 1)
    before = np.minimum(place.astype(int), max(len(motion) - 2, 0))
    after = np.minimum(before + 1, len(motion) - 1)
    part = (place - before)[:, None]
    return np.asarray(motion.rows[before] * (1 - part) + motion.rows[after] * part, np.float32)


@dataclass(frozen=True)
class Tracks:
    """What is taken from tracks instead of being generated, from the first frame on.

    A track is motion as `vultus track` measures it: relative to home. Where it ends, the face goes over to
    what is generated within half a second.
    """

    pose: Motion | None = None  # head angles, place and distance
    expression: Motion | None = None  # all weights: lips, brows, lids ...
    gaze: Motion | None = None

    @cached_property
    def _parts(self) -> list[tuple[slice, Floats]]:  # columns and rows [T, D]
        named = ((POSE, self.pose), (EXPRESSION, self.expression), (GAZE, self.gaze))
        return [(columns, usable(track)) for columns, track in named if track is not None]

    def check(self) -> None:
        """Raises MotionRefused for a track that no face can show."""
        _ = self._parts

    def put_in(self, row: Floats, frame: int, controls: Controls) -> Floats:  # [D] -> [D]
        """A generated row with the parts that the tracks have for this frame; they obey the same controls."""
        if not self._parts:
            return row
        row = row.copy()
        for columns, rows in self._parts:
            kept = min(1.0, max(0.0, 1 - (frame - len(rows) + 1) / FADE_FRAMES))
            if kept > 0:
                share = kept * kept * (3 - 2 * kept)
                taken = command(rows[None, min(frame, len(rows) - 1)], controls)[0]
                row[columns] = (1 - share) * row[columns] + share * taken[columns]
        return row


NO_TRACKS = Tracks()
