"""Sound to placed rows, exactly as a talk goes: speech, motion, controls."""

import hashlib

import numpy as np

from vultus import speech
from vultus.clock import SAMPLES_PER_FRAME
from vultus.face import GAZE, ROTATION, Floats, neutral
from vultus.motion import controls, stream
from vultus.motion.controls import Controls

USUAL = Controls()
_made: dict[tuple[str, int, int, Controls, bool], Floats] = {}  # many figures want the same talk


def generated(
    samples: Floats,  # [N]
    frames: int,
    seed: int = 0,
    told: Controls = USUAL,
    recorded: bool = True,
) -> Floats:  # [frames, D]
    """The rows that the stages make of a sound, placed on a portrait whose rest is neutral, one frame at a time.

    As for films, or, not `recorded`, as for a live talk.
    """
    extra = stream.LOOK_AHEAD_RECORDED if recorded else stream.LOOK_AHEAD_FRAMES
    padded = np.zeros((frames + extra) * SAMPLES_PER_FRAME, np.float32)
    padded[: min(len(samples), len(padded))] = samples[: len(padded)]
    key = (hashlib.sha1(padded.tobytes(), usedforsecurity=False).hexdigest(), frames, seed, told, recorded)
    if key not in _made:
        _made[key] = controls.apply(_streamed(padded, seed, told, recorded)[:frames], neutral(), told)
    return _made[key]


def _streamed(sound: Floats, seed: int, told: Controls, recorded: bool) -> Floats:  # [N] -> [T, D]
    heard, state = speech.init(), stream.init(seed, recorded)
    rows: list[Floats] = []
    for start in range(0, len(sound), SAMPLES_PER_FRAME):
        heard, features = speech.step(heard, sound[start : start + SAMPLES_PER_FRAME])
        state, some = stream.step(state, features, told)
        rows.append(some)
    return np.concatenate(rows)


def looking(rows: Floats) -> Floats:  # [T, D] placed -> [T, 2]
    """Where the eyes look in the world, yaw and pitch: the head's turn and the eyes in it."""
    return np.asarray(rows[:, GAZE] + rows[:, ROTATION][:, [1, 0]], np.float32)
