"""The body stage: `init(seed)`, then `step(state, row, rest, gain)` once a row; a `Body` comes out.

Shoulders come after the head with a little lag and settle anew every few seconds; chest and shoulders rise and fall
with the breath; hair and earrings swing behind the head, as weights on springs. All of it follows from the rows so far
and the seed. Breath goes by phases, not by a wave: in, out, a rest, each of its own length. Who speaks breathes out
slowly while the lips move and takes a quick deep breath where they pause (Hixon, Respiratory Function in Speech, 1987).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vultus.body import SHARE, Body
from vultus.clock import FRAME_RATE
from vultus.face import LOG_DISTANCE, ROTATION, SHIFT, Floats
from vultus.motion import noise
from vultus.motion.controls import ARTICULATED

Doubles = NDArray[np.float64]

SECONDS = float(1 / FRAME_RATE)
CHANCE = 0x626F6479  # added to the seed, so that the body's chance is not the face's

# Breath, seconds where nothing else is said
IN, OUT, REST = (1.5, 0.25), (2.3, 0.35), (0.6, 0.3)  # at rest: middle and spread of each phase's length
QUICK, SPENT = (0.55, 0.06), (5.0, 0.8)  # while speaking: in, and out
CALM, DEEP = (0.5, 0.1), (0.9, 0.08)  # how full a breath is, at rest and for speaking
LEFT = (0.06, 0.05)  # what stays when it is out
SOONEST = 1.4  # from the end of one breath to a quick one
EMPTY = 0.6  # how full at most, before a quick one
LONGEST = 2.0  # how long a speaker does without, after all is spent
MOVES, STOPS = 0.006, 0.0035  # mean movement of speaking weights a frame, above which somebody speaks, below which not
FADES = 0.65  # of that mean, a frame
PAUSE = 0.2  # of lips that hardly move

# The body settles anew
SETTLES = (4.5, 1.6)  # seconds from one time to the next
SETTLED = (0.02, 0.011)  # spread of where: x in face units, tilt in radians
ROLL_SHARE = 0.12  # of the head's roll that the shoulders take over
PITCH_SHARE = 0.03  # face units that shoulders go up by a radian of the head's pitch

# Springs: lean x, lean y, tilt, hair left, hair right, hair up, pendant
HERTZ = np.array([0.45, 0.5, 0.4, 1.0, 1.15, 1.5, 2.1])
DAMPING = np.array([0.9, 0.9, 0.9, 0.34, 0.34, 0.5, 0.2])
FARTHEST = np.array([0.1, 0.06, 0.05, 0.1, 0.1, 0.04, 0.08])  # what each gives at most, approached softly
HANGS = (-0.45, -0.95)  # depth and height in the head of what hangs, face units: how turns of the head carry it
EARS = (-0.4, -0.5)


def _spring() -> tuple[Doubles, Doubles, Doubles, Doubles]:
    """What place and speed, from the goal, are a frame later: place of place, of speed, speed of place, of speed."""
    stiff = 2 * math.pi * HERTZ
    turning = stiff * np.sqrt(1 - DAMPING**2)
    fade = np.exp(-DAMPING * stiff * SECONDS)
    cos, sin = np.cos(turning * SECONDS), np.sin(turning * SECONDS)
    slow = DAMPING * stiff / turning
    return fade * (cos + slow * sin), fade * sin / turning, -fade * stiff**2 * sin / turning, fade * (cos - slow * sin)


PLACE_PLACE, PLACE_SPEED, SPEED_PLACE, SPEED_SPEED = _spring()


@dataclass(frozen=True)
class Breath:
    """One phase of breathing."""

    kind: str = "rest"  # "in", "out" or "rest"
    begun: float = 0.0  # how full, when it began
    goal: float = 0.0
    length: float = 0.2  # seconds; who is about to speak breathes in
    spent: float = 0.0  # seconds of it

    @property
    def full(self) -> float:
        """How full the chest is now, on a way with the least jerk."""
        t = min(1.0, self.spent / self.length)
        return self.begun + (self.goal - self.begun) * t**3 * (10 - 15 * t + 6 * t * t)


@dataclass(frozen=True)
class BodyState:
    """Everything that the next rows need: owned by the caller, never changed in place."""

    seed: int
    frame: int = 0
    row: Floats | None = None  # [D] the one before
    lively: float = 0.0  # how much speaking weights move
    speaks: bool = False
    paused: float = 0.0  # seconds since they moved last
    since: float = SOONEST  # seconds since the last breath was in
    breath: Breath = Breath()
    settled: tuple[float, float] = (0.0, 0.0)  # x, tilt
    next: float = 0.0  # seconds until the body settles anew
    place: Doubles | None = None  # [7] of the springs' weights
    speed: Doubles | None = None  # [7]


def init(seed: int = 0) -> BodyState:
    """The state before the first row. The same seed and the same rows give the same body."""
    return BodyState(seed)


def step(
    state: BodyState,
    row: Floats,  # [D] absolute, as it is drawn
    rest: Floats,  # [D] of the portrait
    gain: float = 1.0,  # of all that comes out
) -> tuple[BodyState, Body]:
    """The state after this row, and what the body does in it."""
    lively, speaks, paused = _speaking(state, row)
    breath, since = _breathing(state, speaks)
    settled, after = _settling(state)
    goal = _goals(row, rest, settled)
    place, speed = _swung(state, goal)
    own = goal.copy()  # what is drawn without a body: lag is what lies between
    own[:3] = SHARE * (row[SHIFT.start] - rest[SHIFT.start]), SHARE * (row[SHIFT.start + 1] - rest[SHIFT.start + 1]), 0
    off = place - own
    given = gain * off / np.sqrt(1 + (off / FARTHEST) ** 2)
    new = BodyState(
        state.seed, state.frame + 1, row, lively, speaks, paused, since, breath, settled, after, place, speed
    )
    return new, Body(gain * breath.full, *given.tolist())


def _speaking(state: BodyState, row: Floats) -> tuple[float, bool, float]:
    """How lively the lips are, whether that is speech, and for how long they have hardly moved."""
    moved = 0.0 if state.row is None else float(np.abs(row[ARTICULATED] - state.row[ARTICULATED]).mean())
    lively = FADES * state.lively + (1 - FADES) * moved
    paused = state.paused + SECONDS if lively < STOPS else 0.0
    return lively, lively > MOVES or (state.speaks and paused < PAUSE), paused


def _breathing(state: BodyState, speaks: bool) -> tuple[Breath, float]:
    """The phase of breath of this row, and the seconds since a breath was in."""
    old = state.breath
    now = Breath(old.kind, old.begun, old.goal, old.length, old.spent + SECONDS)
    over, since = now.spent >= now.length, state.since + SECONDS
    if now.kind == "in":
        return (_out(state, now.full, speaks), 0.0) if over else (now, 0.0)
    if state.speaks and not speaks and since > SOONEST and now.full < EMPTY:
        return _in(state, now.full, DEEP, QUICK), since
    if now.kind == "out" and speaks and not state.speaks:
        return _out(state, now.full, speaks), since
    if over and now.kind == "out":
        return Breath("rest", now.full, now.full, LONGEST if speaks else _drawn(REST, _chance(state)[0])), since
    if over:
        return _in(state, now.full, DEEP if speaks else CALM, QUICK if speaks else IN), since
    return now, since


def _in(state: BodyState, full: float, goal: tuple[float, float], length: tuple[float, float]) -> Breath:
    chance = _chance(state)
    return Breath("in", full, max(full, _drawn(goal, chance[1])), _drawn(length, chance[0]))


def _out(state: BodyState, full: float, speaks: bool) -> Breath:
    chance = _chance(state)
    length = _drawn(SPENT, chance[0]) * max(full, 0.3) if speaks else _drawn(OUT, chance[0])
    return Breath("out", full, min(full, _drawn(LEFT, chance[1])), length)


def _chance(state: BodyState) -> Floats:  # [D] standard normal
    return noise.draw(state.seed + CHANCE, state.frame)


def _drawn(of: tuple[float, float], chance: np.floating) -> float:
    """A number around the first of `of`, never far below it."""
    middle, spread = of
    return max(middle / 3, middle + spread * float(chance))


def _settling(state: BodyState) -> tuple[tuple[float, float], float]:
    """Where the body settles, and the seconds until it does so anew."""
    if state.next > 0:
        return state.settled, state.next - SECONDS
    chance = _chance(state)
    after = _drawn(SETTLES, chance[2])
    if state.frame == 0:  # as in the picture until the first time
        return state.settled, after
    x, tilt = (spread * float(one) for spread, one in zip(SETTLED, chance[3:5], strict=True))
    return (x, tilt), after


def _goals(row: Floats, rest: Floats, settled: tuple[float, float]) -> Doubles:  # -> [7]
    """Where each spring would have its weight."""
    away = (row - rest)[ROTATION.start : LOG_DISTANCE].astype(np.float64)
    pitch, yaw, roll, x, y = away.tolist()
    hair, ear = (x + depth * math.sin(yaw) + height * math.sin(roll) for depth, height in (HANGS, EARS))
    lean_y = SHARE * y + PITCH_SHARE * pitch
    up = y + HANGS[0] * math.sin(pitch)
    return np.array([SHARE * x + settled[0], lean_y, ROLL_SHARE * roll + settled[1], hair, hair, up, ear])


def _swung(state: BodyState, goal: Doubles) -> tuple[Doubles, Doubles]:
    """Places and speeds of the weights a frame later, exactly as on springs whose other end waits at the goal."""
    if state.place is None or state.speed is None:
        return goal, np.zeros(len(goal))
    off = state.place - goal
    return goal + PLACE_PLACE * off + PLACE_SPEED * state.speed, SPEED_PLACE * off + SPEED_SPEED * state.speed
