"""The motion stage: `init(seed)`, then `step(state, features, controls)` for as long as there is sound.

One row comes out for every four rows of features, `LOOK_AHEAD_SAMPLES` of sound after the end of the frame that it is
for; of a recording, LOOK_AHEAD_RECORDED frames after it. Silence is motion too: feed zeros, and the face idles. Each
frame is computed by itself from the state alone, with the same shapes, and chance depends on (seed, frame) only, so
the rows are the same bytes for any chunking.
"""

from dataclasses import dataclass, replace

import numpy as np

from vultus.clock import FEATURES_PER_FRAME
from vultus.face import D, Floats
from vultus.motion import flow, hearing, hindsight, settling
from vultus.motion.controls import Controls

LOOK_AHEAD_FRAMES = hearing.LOOK_AHEAD_FRAMES
LOOK_AHEAD_SAMPLES = hearing.LOOK_AHEAD_SAMPLES  # 1280 samples, 80 ms, after a frame's own 640
LOOK_AHEAD_RECORDED = LOOK_AHEAD_FRAMES + hindsight.LATE  # frames


@dataclass(frozen=True)
class MotionState:
    """Everything that the next frames need: owned by the caller, never changed in place."""

    hearing: hearing.HearingState
    flow: flow.FlowState
    pending: Floats  # [0 .. 3, BANDS] rows that do not fill a frame yet
    hindsight: hindsight.HindsightState | None  # of a recording
    heard: int = 0  # frames of sound so far, those not yet answered counted in

    @property
    def look_ahead(self) -> int:
        """How many frames of sound after its own a row waits for."""
        return LOOK_AHEAD_FRAMES if self.hindsight is None else LOOK_AHEAD_RECORDED


def init(seed: int = 0, recorded: bool = False) -> MotionState:
    """The state before the first sound. The same seed and the same sound give the same motion.

    Of a `recorded` sound more is heard before a row is made, and its lips are better.
    """
    nothing = np.zeros((0, hearing.BANDS), np.float32)
    return MotionState(hearing.init(), settling.settled(seed), nothing, hindsight.init() if recorded else None)


def _frame(
    state: MotionState,
    rows: Floats,  # [4, BANDS]
    conditions: Floats,  # [C]
) -> tuple[MotionState, Floats | None]:  # row [D]
    """One frame's worth of features; no row while the first frames wait for their look-ahead."""
    ear, heard = hearing.step(state.hearing, rows)
    later, known = (None, heard) if state.hindsight is None else hindsight.step(state.hindsight, heard)
    now = replace(state, hearing=ear, hindsight=later, heard=state.heard + 1)
    if known is None or now.heard <= now.look_ahead:
        return now, None
    life, row = flow.step(state.flow, known, conditions)
    return replace(now, flow=life), row


def step(
    state: MotionState,
    features: Floats,  # [t, BANDS] log-mel rows, 100 a second
    controls: Controls = Controls(),  # noqa: B008 - frozen
) -> tuple[MotionState, Floats]:  # rows [n, D]
    """The state after these features and the motion rows they complete, 25 a second.

    Head pose, shift and gaze are relative to the portrait's rest: `controls.apply` places them. The rows obey
    the gaze, distance, emotion, gains and blink rate of `controls`, which hold for all of these rows. Raises
    TypeError when the features have another shape.
    """
    if features.ndim != 2 or features.shape[1] != hearing.BANDS:
        raise TypeError(f"wanted features [t, {hearing.BANDS}], got {list(features.shape)}")
    waiting = np.concatenate([state.pending, features.astype(np.float32)])
    count = len(waiting) // FEATURES_PER_FRAME
    conditions, rows = controls.conditions(), []
    for i in range(count):
        block = waiting[i * FEATURES_PER_FRAME : (i + 1) * FEATURES_PER_FRAME].copy()
        state, row = _frame(state, block, conditions)
        if row is not None:
            rows.append(row)
    rest = waiting[count * FEATURES_PER_FRAME :].copy()
    return replace(state, pending=rest), np.stack(rows) if rows else np.zeros((0, D), np.float32)
