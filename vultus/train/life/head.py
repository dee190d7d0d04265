"""The head of somebody who speaks or rests: postures that it moves between, beats on the voice, small moves, sway.

Every second or so the head sets out for a new posture, more often and farther while it speaks. Where energy
rises the head rises with it, from a dip just before, and falls back more slowly: that is what the heads of
the addresses do, averaged over 320 onsets (docs/log.md). All of it is submovements; the sizes are fitted to
the bands of real talkers in `motion_stats.json`.

Six degrees of freedom: pitch, yaw, roll in degrees; x, y and log distance in hundredths of a face unit.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vultus.clock import FRAME_RATE
from vultus.train.life.course import moves, renewals, wander
from vultus.train.life.voice import Voice

Array = NDArray[np.float64]

FPS = float(FRAME_RATE)
POSTURE = np.array([2.6, 3.4, 2.7, 3.0, 1.6, 0.9])  # spread of the goals
KEEP = 0.45  # share of the old goal in the new one
FARTHEST = np.array([8.0, 12.0, 8.0, 12.0, 7.0, 4.0])
TALKING, SILENT = 1.1, 3.4  # median seconds between postures
CALM = 0.55  # size of postures in silence
JOURNEY = 0.55  # median seconds of a move between postures
BEAT = 5.0  # degrees that a full onset lifts the chin
BEAT_ASIDE = np.array([1.0, 0.85, 0.45, 0.25, 0.2, 0.1])
RISE, FALL = 4.5, 9.0  # frames
DIP = 0.4  # of a beat, before it
SMALL = np.array([1.4, 2.1, 1.05, 0.5, 0.35, 0.12])  # degrees, of the small moves
SMALL_TALKING, SMALL_SILENT = 0.28, 0.9  # median seconds between them
SWAY = np.array([0.16, 0.15, 0.09, 0.25, 0.18, 0.08])
LIFT = 0.5  # degrees a natural log unit of loudness over the phrase's own
NECK_X = 2.1  # hundredths of a face unit sideways a degree of roll: the head tilts about the neck
TURN_X = 0.6  # ... a degree of yaw
NOD_Y = 0.8  # upward a degree of pitch


@dataclass(frozen=True)
class Manner:
    """How one person moves the head."""

    size: float  # of all moves
    axes: Array  # [6] each axis's own share
    tempo: float
    beats: float  # how readily it beats, 0..1
    beat_size: float
    direction: float  # +1 lifts the chin with the voice, as most do


def manner(rng: np.random.Generator) -> Manner:
    """Somebody."""
    return Manner(
        float(rng.lognormal(0, 0.25)),
        rng.lognormal(0, 0.2, 6),
        float(rng.lognormal(0, 0.15)),
        float(rng.uniform(0.55, 1.0)),
        float(rng.lognormal(0, 0.3)),
        1.0 if rng.random() < 0.9 else -1.0,
    )


def _postures(rng: np.random.Generator, voice: Voice, who: Manner, tempo: Array, talking: Array) -> Array:  # [T, 6]
    count = len(talking)
    pause = np.where(talking > 0.5, TALKING, SILENT) * FPS / (tempo * who.tempo)
    starts = set(renewals(rng, count, pause, 0.45, 6))
    starts |= {begin - int(rng.integers(0, 6)) for begin, _ in voice.phrases if rng.random() < 0.6}
    goal = rng.normal(0, 0.5, 6) * POSTURE
    sizes, lengths, first = [], [], goal
    for start in sorted(starts):
        at = int(np.clip(start, 0, count - 1))
        spread = (1.0 if talking[at] > 0.5 else CALM) * float(rng.lognormal(0, 0.4))
        wanted = KEEP * goal + rng.normal(0, 1, 6) * POSTURE * spread
        wanted[2] += 0.2 * wanted[1]  # heads tilt into their turns
        wanted = np.clip(wanted, -FARTHEST, FARTHEST)
        hurry = 1.0 if talking[at] > 0.5 else 1.7
        sizes.append(wanted - goal)
        lengths.append(max(6.0, JOURNEY * FPS * hurry * float(rng.lognormal(0, 0.35)) / tempo[at]))
        goal = wanted
    return np.asarray(first + moves(count, np.array(sorted(starts), float), np.array(lengths), np.array(sizes)))


def _beats(rng: np.random.Generator, voice: Voice, who: Manner, count: int) -> Array:  # [T, 6]
    out = np.zeros((count, 6))
    for onset, strength in zip(voice.onsets, voice.strengths, strict=True):
        if rng.random() > who.beats * min(1.0, 0.35 + strength):
            continue
        up = who.direction if rng.random() < 0.85 else -who.direction
        size = np.minimum(BEAT * who.beat_size * strength * float(rng.lognormal(0, 0.45)), 5.0) * BEAT_ASIDE
        size = size * np.array([up, *rng.normal(0, 1, 5)])
        jitter = float(rng.normal(0, 0.6))
        rise, fall = RISE * float(rng.uniform(0.8, 1.3)), FALL * float(rng.uniform(0.7, 1.6))
        at = onset + jitter
        starts = np.array([at - 4.5, at - 0.3, at + rise - 0.5])
        lengths = np.array([4.5, rise, fall])
        out += moves(count, starts, lengths, np.stack([-DIP * size, size, -(1 - DIP) * size]))
    return out


def _small(rng: np.random.Generator, who: Manner, tempo: Array, talking: Array) -> Array:  # [T, 6]
    """Little moves that nothing explains; each takes most of the last one back."""
    count = len(talking)
    pause = np.where(talking > 0.5, SMALL_TALKING, SMALL_SILENT) * FPS / tempo
    starts = renewals(rng, count, pause, 0.6, 3)
    place, sizes = np.zeros(6), []
    for start in starts:
        loud = 1.0 if talking[start] > 0.5 else 0.5
        wanted = 0.3 * place + rng.standard_t(4, 6) * 0.7 * SMALL * loud
        sizes.append(wanted - place)
        place = wanted
    lengths = np.maximum(3.5, rng.lognormal(np.log(6.0), 0.35, len(starts)))
    return moves(count, np.array(starts, float), lengths, np.array(sizes).reshape(-1, 6))


def talks(
    rng: np.random.Generator,
    voice: Voice,
    who: Manner,
    size: Array,  # [T] range of motion, 1 is usual
    tempo: Array,  # [T] 1 is usual
) -> Array:  # [T, 6]
    """The head's own motion to a voice: pitch, yaw, roll, x, y, log distance, degrees and hundredths."""
    count = len(voice.loudness)
    talking = np.zeros(count)
    for begin, end in voice.phrases:
        talking[begin:end] = 1
    level = np.median(voice.loudness[voice.speaking]) if voice.speaking.any() else 0.0
    lift = np.where(voice.speaking, np.clip(voice.loudness - level, -2, 2), 0.0) * LIFT
    kernel = np.hanning(15) / np.hanning(15).sum()
    out = _postures(rng, voice, who, tempo, talking)
    out[:, 0] += np.convolve(lift, kernel, "same")
    out += _small(rng, who, tempo, talking) + _beats(rng, voice, who, count)
    sway = wander(rng, count, 6, 3.0) * 0.4 + wander(rng, count, 6, 12.0)
    out += sway * SWAY * (0.6 + 0.4 * talking[:, None])
    return np.asarray(out * who.size * who.axes * size[:, None])


def placed(own: Array) -> NDArray[np.float32]:  # [T, 6] -> [T, 6]
    """Radians, face units and log distance of a head that turns and tilts about its neck."""
    x = own[:, 3] + NECK_X * own[:, 2] + TURN_X * own[:, 1]
    y = own[:, 4] + NOD_Y * own[:, 0]
    return np.column_stack([np.radians(own[:, :3]), x / 100, y / 100, own[:, 5] / 100]).astype(np.float32)
