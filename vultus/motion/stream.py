"""The motion stage: `init(seed)`, then `step(state, features) -> (state, rows)` for as long as there is sound.

One row comes out for every four rows of features, `LOOK_AHEAD_SAMPLES` of sound after the end of the frame
that it is for. Silence is motion too: feed zeros, and the face idles. Each frame is computed by itself from
the state alone, and chance depends on (seed, frame) only, so the rows are the same bytes for any chunking.
"""

from dataclasses import dataclass

import numpy as np

from vultus.clock import FEATURES_PER_FRAME, SAMPLES_PER_FRAME
from vultus.face import D, E, Floats
from vultus.motion import liveliness, mouth, prosody
from vultus.motion.controls import Controls, command

LOOK_AHEAD_FRAMES = mouth.DELAY
LOOK_AHEAD_SAMPLES = LOOK_AHEAD_FRAMES * SAMPLES_PER_FRAME  # 1280 samples, 80 ms, after a frame's own 640


@dataclass(frozen=True)
class MotionState:
    """Everything that the next frames need: owned by the caller, never changed in place."""

    mouth: mouth.MouthState
    life: liveliness.LifeState
    prosody: prosody.Prosody
    pending: Floats  # [0 .. 3, BANDS] rows that do not fill a frame yet
    heard: int = 0  # frames of sound so far, those not yet answered counted in


def init(seed: int = 0) -> MotionState:
    """The state before the first sound. The same seed and the same sound give the same motion."""
    return MotionState(
        mouth.init(),
        liveliness.init(seed),
        prosody.Prosody(),
        np.zeros((0, mouth.BANDS), np.float32),
    )


def _frame(
    state: MotionState, rows: Floats, controls: Controls
) -> tuple[MotionState, Floats | None]:  # [4, BANDS] -> [D]
    """One frame's worth of features; no row while the first frames wait for their look-ahead."""
    lips, expression, certainty = mouth.step(state.mouth, rows)
    heard = state.heard + 1
    if heard <= LOOK_AHEAD_FRAMES:
        return MotionState(lips, state.life, state.prosody, state.pending, heard), None
    voice = prosody.step(state.prosody, prosody.loudness(rows), certainty)
    life, row = liveliness.step(state.life, voice, controls.blink_rate)
    row[:E] = np.clip(row[:E] + expression, 0, 1)
    return MotionState(lips, life, voice, state.pending, heard), command(row[None], controls)[0]


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
    if features.ndim != 2 or features.shape[1] != mouth.BANDS:
        raise TypeError(f"wanted features [t, {mouth.BANDS}], got {list(features.shape)}")
    waiting = np.concatenate([state.pending, features.astype(np.float32)])
    count = len(waiting) // FEATURES_PER_FRAME
    rows = []
    for i in range(count):
        block = waiting[i * FEATURES_PER_FRAME : (i + 1) * FEATURES_PER_FRAME].copy()
        state, row = _frame(state, block, controls)
        if row is not None:
            rows.append(row)
    rest = waiting[count * FEATURES_PER_FRAME :].copy()
    state = MotionState(state.mouth, state.life, state.prosody, rest, state.heard)
    return state, np.stack(rows) if rows else np.zeros((0, D), np.float32)
