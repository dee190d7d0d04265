"""Everything that makes a face alive beside its lips: blinks, gaze, head and brows, frame by frame."""

from dataclasses import dataclass, field

import numpy as np

from vultus.face import EXPRESSIONS, GAZE, LOG_DISTANCE, ROTATION, SHIFT, Floats, neutral
from vultus.motion import blinks, brows, gaze, head, lids
from vultus.motion.prosody import Prosody

LARGE_SHIFT = np.radians(6.0)  # of gaze, which may bring a blink


@dataclass(frozen=True)
class LifeState:
    """The states of the parts, and the frame that comes next."""

    seed: int
    blink: blinks.BlinkState
    gaze: gaze.GazeState
    head: head.HeadState
    brow: brows.BrowState = field(default_factory=brows.BrowState)
    frame: int = 0


def init(seed: int) -> LifeState:
    """The state before frame 0; the same seed lives the same life."""
    return LifeState(seed, blinks.init(seed), gaze.init(seed), head.init(seed))


def _cause(prosody: Prosody, shifted: float) -> float:
    """The chance that what happens at this frame brings a blink."""
    if prosody.phrase_ended:
        return blinks.AFTER_PHRASE
    return blinks.AFTER_SHIFT if shifted > LARGE_SHIFT else 0.0


def step(state: LifeState, prosody: Prosody, blink_rate: float = 1.0) -> tuple[LifeState, Floats]:
    """The state one frame on, and a row [D] with lids, brows, gaze and head, lips at rest.

    Head and gaze are relative to home: 0 is where the portrait's own head stands and its eyes look.
    """
    seed, frame = state.seed, state.frame
    looking = gaze.step(state.gaze, seed, frame, prosody)
    blink = blinks.step(state.blink, seed, frame, _cause(prosody, looking.shifted), blink_rate)
    moved = head.step(state.head, seed, frame, prosody)
    brow = brows.step(state.brow, seed, frame, prosody)

    yaw, pitch = gaze.direction(looking, frame)
    row = neutral()
    row[: len(EXPRESSIONS)] = lids.followed(pitch, blinks.closure(blink, frame))
    for name, weight in brows.weights(brow).items():
        row[EXPRESSIONS.index(name)] = weight
    row[GAZE] = yaw, pitch
    posed = head.pose(moved)
    row[ROTATION], row[SHIFT], row[LOG_DISTANCE] = posed[:3], posed[3:5], posed[5]
    return LifeState(seed, blink, looking, moved, brow, frame + 1), row
