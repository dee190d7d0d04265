"""Where the eyes look: mostly at the viewer, with saccades away and back, and small moves while they rest.

A saccade takes 20 to 60 ms, so one frame shows it under way at most; its length follows the main sequence
(2.2 ms a degree over 21 ms: Baloh et al., 1975). Glances away come more often at the beginning of a phrase,
when people think, and eyes return toward its end. Between saccades the eyes drift a little and make
microsaccades of a fraction of a degree.
"""

from dataclasses import dataclass, replace

import numpy as np

from vultus.clock import FRAME_RATE
from vultus.motion.chance import FIXATION, GAZE, draw
from vultus.motion.prosody import Prosody

FPS = float(FRAME_RATE)
AWAY = 0.30  # chance that a fixation is a glance away from the viewer
AT_VIEWER, AT_SIDE = 1.7, 0.75  # median seconds of a fixation
TREMOR = np.radians(0.22)  # size of the small moves while the eyes rest
LIMIT = np.radians([16.0, 11.0])  # yaw, pitch


@dataclass(frozen=True)
class GazeState:
    """The fixation now, the saccade that led to it, and when the next is due."""

    index: int  # of the next fixation
    due: int  # frame at which it begins
    start: tuple[float, float] = (0.0, 0.0)  # yaw, pitch before the last saccade, radians
    goal: tuple[float, float] = (0.0, 0.0)
    began: float = -1e9  # frame, of the last saccade
    length: float = 1.0  # frames, of the last saccade
    drift: tuple[float, float] = (0.0, 0.0)
    away: bool = False
    shifted: float = 0.0  # radians moved by the saccade that begins at this frame, else 0


def init(seed: int) -> GazeState:
    """Looking at the viewer."""
    return GazeState(0, int(draw(seed, GAZE, 0).uniform(0.6, 2.5) * FPS))


def _goal(rng: np.random.Generator, away: bool) -> tuple[float, float]:
    if not away:  # eyes, mouth and brow of the viewer
        return float(rng.normal(0, np.radians(0.8))), float(rng.normal(0, np.radians(0.6)))
    side = 1.0 if rng.random() < 0.5 else -1.0
    yaw = side * float(np.clip(rng.lognormal(np.log(5.5), 0.5), 2, 14))
    pitch = float(np.clip(rng.normal(-0.8, 3.5), -8, 6))
    return float(np.radians(yaw)), float(np.radians(pitch))


def _shift(state: GazeState, seed: int, frame: int, prosody: Prosody) -> GazeState:
    rng = draw(seed, GAZE, state.index + 1)
    chance = AWAY * (1.4 if prosody.phrase_began else 0.45 if prosody.phrase_ended else 1.0)
    away = bool(rng.random() < (0.15 if state.away else chance))
    goal = _goal(rng, away)
    here = direction(state, frame)
    moved = float(np.hypot(goal[0] - here[0], goal[1] - here[1]))
    stay = rng.lognormal(np.log(AT_SIDE if away else AT_VIEWER), 0.5)
    return replace(
        state,
        index=state.index + 1,
        due=frame + max(8, round(float(stay) * FPS)),
        start=here,
        goal=goal,
        began=frame - 0.5,
        length=(0.021 + 0.0022 * float(np.degrees(moved))) * FPS,
        away=away,
        shifted=moved,
    )


def direction(state: GazeState, frame: float) -> tuple[float, float]:
    """(yaw, pitch) of the eyes at a frame, radians, relative to a head that faces the viewer."""
    done = float(np.clip((frame - state.began) / state.length, 0, 1))
    done = done * done * (3 - 2 * done)
    yaw, pitch = (a + (b - a) * done + d for a, b, d in zip(state.start, state.goal, state.drift, strict=True))
    return float(np.clip(yaw, -LIMIT[0], LIMIT[0])), float(np.clip(pitch, -LIMIT[1], LIMIT[1]))


def step(state: GazeState, seed: int, frame: int, prosody: Prosody) -> GazeState:
    """The state at `frame`."""
    rng = draw(seed, FIXATION, frame)
    kick = rng.normal(0, TREMOR, 2) if rng.random() < 0.06 else rng.normal(0, TREMOR * 0.06, 2)
    drift = (0.9 * state.drift[0] + float(kick[0]), 0.9 * state.drift[1] + float(kick[1]))
    turn = prosody.phrase_began or (prosody.phrase_ended and state.away)
    if frame >= state.due or (turn and frame - state.began > 8 and rng.random() < 0.5):
        state = _shift(state, seed, frame, prosody)
    else:
        state = replace(state, shifted=0.0)
    return replace(state, drift=drift)
