"""Are commands obeyed, and do they move nothing else? Gaze, distance, feelings of every strength, cross-talk."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vultus import measure
from vultus.clock import FRAME_RATE
from vultus.face import CHANNELS, EXPRESSIONS, GAZE, LOG_DISTANCE, ROTATION, D, E, Floats
from vultus.motion.controls import LIDS, Controls
from vultus.motion.emotion import OFFSETS, Emotion
from vultus.train.evaluate import clips, lips
from vultus.train.evaluate.path import USUAL, generated, looking

Array = NDArray[np.float64]

FPS = float(FRAME_RATE)
GAZE_BAR, DISTANCE_BAR = 2.0, 0.005  # degrees, log distance
STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0)
R_BAR = 0.05  # that the lips' r may fall by
CROSS_BAR = 0.05  # of a channel's own spread
STILL = 1e-3  # spread under which a channel does not move at all
LOOKS = tuple((np.radians(yaw), np.radians(pitch)) for yaw, pitch in ((15, 0), (-15, 0), (0, 8), (10, -8)))
DISTANCES = (-0.15, 0.1, 0.25)
_HEAD = [*range(ROTATION.start, D)]
_LOOK = [GAZE.start, GAZE.start + 1]


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
            "met": bool((steps > 0).all() and fallen <= R_BAR),
        }
    return out


def _own(name: str) -> list[int]:
    """The channels that a control may move."""
    lids_and_brows = [i for i, channel in enumerate(EXPRESSIONS) if channel.startswith(("eye", "brow"))]
    if name in Emotion._fields:
        return sorted({*np.flatnonzero(_expected(name)).tolist(), *lids_and_brows, *LIDS})
    if name == "expression_gain":
        return list(range(E))
    return {"gaze": [*_LOOK, *LIDS], "distance": [LOG_DISTANCE], "head_gain": _HEAD, "blink_rate": LIDS}[name]


def _turned() -> dict[str, Controls]:
    told = {
        "gaze": Controls(gaze=(float(np.radians(10)), 0.0)),
        "distance": Controls(distance=0.15),
        "head_gain": Controls(head_gain=1.5),
        "expression_gain": Controls(expression_gain=1.3),
        "blink_rate": Controls(blink_rate=2.0),
    }
    return {**told, **{kind: Controls(emotion=Emotion(**{kind: 0.7})) for kind in Emotion._fields}}


def in_world(rows: Floats) -> Floats:  # [T, D]
    """Rows with the gaze in the world: the eyes turn back against the head by design."""
    out = rows.copy()
    out[:, GAZE] = looking(rows)
    return out


def cross_talk(seeds: Sequence[int], seconds: int) -> dict[str, dict[str, float | bool | str]]:
    """How far the means of other channels move when one control is turned, over their spread."""
    frames = int(seconds * FPS)
    sounds = [clips.talk(seconds, 13 * seed) for seed in seeds]
    usual = [in_world(generated(sound, frames, seed, USUAL)) for sound, seed in zip(sounds, seeds, strict=True)]
    spread = np.mean([rows.std(axis=0, dtype=np.float64) for rows in usual], axis=0)
    out: dict[str, dict[str, float | bool | str]] = {}
    for name, told in _turned().items():
        turned = [in_world(generated(sound, frames, seed, told)) for sound, seed in zip(sounds, seeds, strict=True)]
        moved = np.mean([(b - a).mean(axis=0) for a, b in zip(usual, turned, strict=True)], axis=0)
        others = [i for i in range(D) if i not in _own(name) and spread[i] > STILL]
        share = np.abs(moved[others]) / spread[others]
        worst = int(share.argmax())
        out[name] = {
            "median": float(np.median(share)),
            "worst": float(share[worst]),
            "worst_channel": CHANNELS[others[worst]],
            "met": bool(share[worst] <= CROSS_BAR),
        }
    return out


def lip_reading(seed: int) -> dict[str, float]:
    """What more articulation does to the lips."""
    sound, frames = clips.talk(20), int(20 * FPS)
    plain = measure.lip_aperture(generated(sound, frames, seed))
    clear = measure.lip_aperture(generated(sound, frames, seed, Controls(articulation=1.4)))
    return {"spread_over_plain": float(clear.std() / plain.std()), "r": measure.correlation(plain, clear)}
