"""Head motion: a posture that seeks new goals, nods on the accents, a body that never stands quite still.

Every second or so the head sets out for a new posture, more often and farther while it speaks; a third-order
critically damped follower brings it there without a jerk. Accents of the voice nod it, louder speech lifts
it a little (Munhall et al., Psychological Science 15, 2004: head motion goes with loudness and pitch). The
sizes were fitted to the bands of real talkers in `motion_stats.json` (docs/log.md).

Six degrees of freedom: pitch, yaw, roll in degrees; x, y and log distance in hundredths of a face unit.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vultus.clock import FRAME_RATE
from vultus.motion.chance import HEAD, LEAN, NOD, draw
from vultus.motion.prosody import Prosody

Doubles = NDArray[np.float64]

DT = 1 / float(FRAME_RATE)
POSTURE = np.array([2.5, 3.4, 2.0, 3.2, 1.8, 1.2])  # spread of the goals
KEEP = 0.35  # share of the old goal in the new one
EASE = 0.07  # seconds by which a goal is smoothed before the follower sees it
TALKING, SILENT = 1.0, 3.2  # median seconds between goals
CALM = 0.45  # size of goals in silence
LIFT = 1.1  # degrees of pitch a unit of effort
NOD_SIZE = 78.0  # degrees a second, downward, at a full accent
BEAT = 0.085  # chance a frame of a small move of the talking head that no accent explains
BEAT_SIZE = np.array([33.0, 42.0, 22.0])  # degrees a second
NOD_RATE = 2 * np.pi * 1.6  # radians a second, of the nod's own swing
NOD_DAMPING = 0.8
HARDEST = np.array([80.0, 75.0, 45.0])  # degrees a second: kicks are softly limited to this
PUSH = 0.05  # seconds over which a kick is given
SWAY = np.array([0.47, 0.36, 0.22, 0.40, 0.28, 0.10])  # of the small restless motion
SWAY_KEEP = 0.7
NECK_X = 2.1  # hundredths of a face unit sideways a degree of roll: the head tilts about the neck
TURN_X = 0.6  # ... a degree of yaw
NOD_Y = 0.8  # upward a degree of pitch


@dataclass(frozen=True)
class HeadState:
    """Where the head is, where it goes, and the swing of its nod."""

    index: int  # of the next goal
    due: int  # frame at which it is set
    goal: Doubles  # [6]
    eased: Doubles  # [6] the goal, smoothed
    place: Doubles  # [6]
    speed: Doubles  # [6] a second
    nod: Doubles  # [3, 3] swing, its speed, the push it is under, of pitch, yaw, roll
    sway: Doubles  # [2, 6] the restless motion: a smoothed noise, smoothed again
    haste: float = 5.0  # radians a second, of the follower


def init(seed: int) -> HeadState:
    """At home and at rest."""
    zero = np.zeros(6)
    first = int(draw(seed, HEAD, 0).uniform(0.3, 1.5) / DT)
    return HeadState(0, first, zero, zero, zero, zero, np.zeros((3, 3)), np.zeros((2, 6)))


def _new_goal(state: HeadState, seed: int, frame: int, prosody: Prosody) -> HeadState:
    rng = draw(seed, HEAD, state.index + 1)
    talking = prosody.in_phrase
    size = (1.0 if talking else CALM) * float(rng.lognormal(0, 0.35))
    goal = KEEP * state.goal + rng.normal(0, 1, 6) * POSTURE * size
    goal[2] += 0.22 * goal[1]  # heads tilt into their turns
    goal[:3] = np.clip(goal[:3], [-7, -10, -7], [6, 10, 7])
    pause = float(rng.lognormal(np.log(TALKING if talking else SILENT), 0.45))
    return replace(
        state,
        index=state.index + 1,
        due=frame + max(8, round(pause / DT)),
        goal=goal,
        haste=float(np.clip(rng.lognormal(np.log(6.5 if talking else 2.6), 0.3), 1.8, 10)),
    )


def _follow(state: HeadState, goal: Doubles) -> HeadState:
    """One frame of the critically damped spring, in closed form."""
    eased = goal + (state.eased - goal) * np.exp(-DT / EASE)
    rate, fade = state.haste, np.exp(-state.haste * DT)
    gap = state.place - eased
    drive = state.speed + rate * gap
    place = eased + (gap + drive * DT) * fade
    speed = (state.speed - rate * drive * DT) * fade
    return replace(state, eased=eased, place=place, speed=speed)


def _swing(nod: Doubles, kick: Doubles) -> Doubles:
    """One frame of a damped swing [3, 3] under a kick of its speed, given gently."""
    swing, speed, push = nod[0], nod[1], nod[2] + kick
    given = push * (1 - np.exp(-DT / PUSH))
    speed = speed + given + DT * (-(NOD_RATE**2) * swing - 2 * NOD_DAMPING * NOD_RATE * speed)
    return np.stack([swing + DT * speed, speed, push - given])


def _kick(seed: int, frame: int, prosody: Prosody) -> Doubles:  # [3] degrees a second
    rng = draw(seed, NOD, frame)
    kick = np.zeros(3)
    if prosody.in_phrase and rng.random() < BEAT:
        kick += rng.normal(0, 1, 3) * BEAT_SIZE
    if prosody.accent > 0:
        size = prosody.accent * NOD_SIZE * float(rng.lognormal(0, 0.35))
        down = -1.0 if rng.random() < 0.8 else 0.7
        kick += size * np.array([down, rng.normal(0, 0.35), rng.normal(0, 0.25)])
    return np.asarray(HARDEST * np.tanh(kick / HARDEST))


def step(state: HeadState, seed: int, frame: int, prosody: Prosody) -> HeadState:
    """The state at `frame`."""
    if frame >= state.due or (prosody.phrase_began and state.due - frame > 6):
        state = _new_goal(state, seed, frame, prosody)
    lift = np.array([LIFT * prosody.effort, 0, 0, 0, 0, 0])
    state = _follow(state, state.goal + lift)
    fresh = draw(seed, LEAN, frame).normal(0, 1, 6) * SWAY * (0.5 + 0.5 * prosody.speaking)
    first = SWAY_KEEP * state.sway[0] + (1 - SWAY_KEEP) * 3.6 * fresh
    sway = np.stack([first, SWAY_KEEP * state.sway[1] + (1 - SWAY_KEEP) * 2.0 * first])
    return replace(state, nod=_swing(state.nod, _kick(seed, frame, prosody)), sway=sway)


def pose(state: HeadState) -> Doubles:  # [6]
    """Pitch, yaw, roll (radians), x, y (face units) and log distance, relative to home."""
    place = state.place + state.sway[1]
    turn = place[:3] + state.nod[0]
    x = place[3] + NECK_X * turn[2] + TURN_X * turn[1]
    y = place[4] + NOD_Y * turn[0]
    return np.concatenate([np.radians(turn), np.array([x, y, place[5]]) / 100])
