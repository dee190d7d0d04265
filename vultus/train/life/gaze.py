"""Where the eyes look: mostly at the viewer, with saccades away and back, and small moves while they rest.

A saccade takes 20 to 60 ms (2.2 ms a degree over 21 ms: Baloh et al., 1975), so one frame shows it under way
at most. Glances away come more often at the beginning of a phrase, when people think, and eyes return toward
its end (Kendon, 1967); who listens looks at the speaker.
"""

import numpy as np
from numpy.typing import NDArray

from vultus.clock import FRAME_RATE
from vultus.train.life.course import wander
from vultus.train.life.voice import Voice

Array = NDArray[np.float64]

FPS = float(FRAME_RATE)
AWAY = 0.30  # chance that a fixation is a glance away from the viewer
AT_VIEWER, AT_SIDE = 1.5, 0.7  # median seconds of a fixation
TREMOR = 0.12  # degrees, of the drift while the eyes rest
LIMIT = np.array([18.0, 12.0])  # yaw, pitch, degrees


def _goal(rng: np.random.Generator, away: bool, down: float) -> Array:  # degrees
    if not away:  # eyes, mouth and brow of the viewer
        return np.array([rng.normal(0, 1.1), rng.normal(0, 0.8)])
    side = 1.0 if rng.random() < 0.5 else -1.0
    yaw = side * np.clip(rng.lognormal(np.log(5.5), 0.5), 2, 16)
    return np.array([yaw, np.clip(rng.normal(-0.8 - down, 3.5), -10, 7)])


def _crossed(path: Array, start: float, goal: Array) -> float:
    """Move the eyes to a goal at a frame, in place; degrees that they moved."""
    first = int(np.floor(start))
    here = path[first].copy()
    moved = float(np.hypot(*(goal - here)))
    length = (0.021 + 0.0022 * moved) * FPS
    part = np.clip((np.arange(first + 1, len(path)) - start) / length, 0, 1)
    path[first + 1 :] = here + (goal - here) * (part * part * (3 - 2 * part))[:, None]
    return moved


def looks(
    rng: np.random.Generator,
    voice: Voice,
    aversion: Array,  # [T] of glances away, 1 is usual
    down: Array,  # [T] degrees that glances away go lower
) -> tuple[Array, list[tuple[int, float]]]:  # [T, 2] degrees, and (frame, degrees) of each shift
    """Yaw and pitch of the eyes, relative to the viewer."""
    count = len(aversion)
    path, shifts = np.zeros((count, 2)), []
    begins = {begin: 1.5 for begin, _ in voice.phrases}
    ends = {max(0, end - 4): 0.4 for _, end in voice.phrases}
    away, frame = False, int(rng.uniform(5, 40))
    while frame < count - 1:
        near = [factor for at, factor in {**begins, **ends}.items() if abs(at - frame) < 8]
        chance = AWAY * aversion[frame] * (near[0] if near else 1.0)
        away = bool(rng.random() < (0.2 if away else min(chance, 0.85)))
        shifts.append((frame, _crossed(path, frame + float(rng.uniform(-0.5, 0.4)), _goal(rng, away, down[frame]))))
        stay = float(rng.lognormal(np.log(AT_SIDE if away else AT_VIEWER), 0.5)) * FPS
        due = frame + max(7, round(stay))
        turns = [at for at in (*begins, *ends) if frame + 8 < at < due and rng.random() < 0.4]
        frame = min([*turns, due])
    path += wander(rng, count, 2, 6.0) * TREMOR
    return np.clip(path, -LIMIT, LIMIT), shifts
