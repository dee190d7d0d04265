"""Are commands obeyed? Gaze, distance, feelings of every strength (`crosstalk.py` asks what else they move)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vultus import measure
from vultus.clock import FRAME_RATE
from vultus.face import EXPRESSIONS, LOG_DISTANCE, E, Floats
from vultus.motion.controls import Controls
from vultus.motion.emotion import OFFSETS, Emotion
from vultus.motion.innovation import BROWS, EASY_LIDS
from vultus.train.evaluate import clips, lips
from vultus.train.evaluate.path import generated, looking

Array = NDArray[np.float64]

FPS = float(FRAME_RATE)
GAZE_BAR, DISTANCE_BAR = 2.0, 0.005  # degrees, log distance
STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0)
R_BAR = 0.05  # that the lips' r may fall by
LOOKS = tuple((np.radians(yaw), np.radians(pitch)) for yaw, pitch in ((15, 0), (-15, 0), (0, 8), (10, -8)))
DISTANCES = (-0.15, 0.1, 0.25)


def look_and_distance(seeds: Sequence[int], seconds: int) -> dict[str, float | bool]:
    """How far the mean gaze and distance are from what was commanded."""
    frames, off, away = int(seconds * FPS), [], []
    for seed in seeds:
        for look in LOOKS:
            rows = generated(clips.talk(seconds, 11 * seed), frames, seed, Controls(gaze=look))
            off.append(np.degrees(np.hypot(*(looking(rows).mean(axis=0) - look))))
        for distance in DISTANCES:
            rows = generated(clips.talk(seconds, 11 * seed), frames, seed, Controls(distance=distance))
            away.append(abs(float(rows[:, LOG_DISTANCE].mean()) - distance))
    worst_look, worst_distance = float(np.max(off)), float(np.max(away))
    return {
        "gaze_off_deg": float(np.median(off)),
        "gaze_worst_deg": worst_look,
        "gaze_bar": GAZE_BAR,
        "distance_off": float(np.median(away)),
        "distance_worst": worst_distance,
        "distance_bar": DISTANCE_BAR,
        "met": bool(worst_look <= GAZE_BAR and np.median(away) <= DISTANCE_BAR),
    }


def _expected(kind: str) -> Array:  # [E]
    return np.asarray(OFFSETS[Emotion._fields.index(kind)], np.float64)


def lopsided(rows: Floats) -> float:  # [T, D]
    """How far brows and lids of one side are from those of the other, at most of the time: the worst pair."""
    left = [i for i in (*BROWS, *EASY_LIDS) if EXPRESSIONS[i].endswith("Left")]
    right = [EXPRESSIONS.index(EXPRESSIONS[i].replace("Left", "Right")) for i in left]
    return float(np.median(np.abs(rows[:, left] - rows[:, right]), axis=0).max())


def feelings(seed: int, seconds: int) -> dict[str, dict[str, float | bool | list[float]]]:
    """Each feeling from nothing to full: what is expected to rise does, and the lips still speak."""
    out: dict[str, dict[str, float | bool | list[float]]] = {}
    judged = [*clips.held_out("grid_other"), *clips.held_out("addresses")[::2]]
    usual = np.array([lips.score(clip, seed)[0].r for clip in judged])
    frames = int(seconds * FPS)
    for kind in Emotion._fields:
        shown = _expected(kind)
        rises, parts = [], []
        for strength in STRENGTHS:
            told = Controls(emotion=Emotion(**{kind: strength}))
            rows = generated(clips.talk(seconds, 5), frames, seed, told)
            means = rows[:, :E].mean(axis=0, dtype=np.float64)
            rises.append(float(means @ shown / (shown @ shown)))
            parts.append(means[shown > 0])
        full = Controls(emotion=Emotion(**{kind: 1.0}))
        fallen = float(np.median(usual - np.array([lips.score(clip, seed, full)[0].r for clip in judged])))
        steps = np.diff(np.array(parts), axis=0)
        out[kind] = {
            "mean_by_strength": [round(value, 3) for value in rises],
            "weights_rising": float((steps > 0).all(axis=0).mean()),
            "r_falls_by": fallen,
            "lopsided": lopsided(rows),
            "met": bool((steps > 0).all() and fallen <= R_BAR),
        }
    return out


def lip_reading(seed: int) -> dict[str, float]:
    """What more articulation does to the lips."""
    sound, frames = clips.talk(20), int(20 * FPS)
    plain = measure.lip_aperture(generated(sound, frames, seed))
    clear = measure.lip_aperture(generated(sound, frames, seed, Controls(articulation=1.4)))
    return {"spread_over_plain": float(clear.std() / plain.std()), "r": measure.correlation(plain, clear)}
