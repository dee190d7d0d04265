"""How alive is the rest of the face? Head, blinks, gaze and brows over minutes of talk, beside real talkers."""

import json
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from vultus import measure
from vultus.clock import FRAME_RATE
from vultus.face import GAZE, Floats, face_model
from vultus.train import tracked
from vultus.train.evaluate import clips
from vultus.train.evaluate.path import generated, looking
from vultus.train.life import borrowed

Array = NDArray[np.float64]
Figures = dict[str, float | bool | list[float] | list[bool] | None]

FPS = float(FRAME_RATE)
PIECE = 375  # frames, 15 s: about as long as the real clips
SHIFT = 3.0  # degrees in two frames that are a shift of the gaze
APART = 5  # frames between shifts
BROWS = (70, 63, 105, 66, 107, 336, 296, 334, 293, 300)
LEAST = 200  # frames of a real clip that counts


def brow_height(rows: Floats) -> Array:  # [T, D] -> [T]
    """How far the brows are up, face units."""
    up = face_model().basis[:, BROWS, 1].mean(axis=1)
    return np.asarray(rows[:, : len(up)] @ up, np.float64)


def gaze_shifts(look: NDArray[np.floating]) -> int:  # [T, 2] radians in the world
    """How often the gaze jumps."""
    degrees = np.degrees(np.asarray(look, np.float64))
    moved = np.hypot(*(degrees[2:] - degrees[:-2]).T)
    count, last = 0, -APART
    for i in range(1, len(moved) - 1):
        if moved[i] > SHIFT and moved[i] >= moved[i - 1] and moved[i] > moved[i + 1] and i - last >= APART:
            count, last = count + 1, i
    return count


def _minute(count: int, frames: int) -> float:
    return count * 60 * FPS / frames


@cache
def real() -> dict[str, list[float]]:
    """10, 50 and 90 % of the real clips (heads and addresses; their statistics, nothing else) by our own measures."""
    names = [name for group in ("heads", "addresses") for name in tracked.clips(f"{group}/")]
    found: dict[str, list[float]] = {"blinks": [], "shifts": [], "brows": []}
    for name in names:
        rows = tracked.example(name).rows
        if len(rows) < LEAST:
            continue
        home = borrowed.homed(np.asarray(rows, np.float64))
        found["blinks"].append(_minute(len(measure.blinks(rows)), len(rows)))
        found["brows"].append(float(brow_height(rows).std()))
        if (home[:, GAZE].std(axis=0) < borrowed.WILDEST_GAZE).all():
            found["shifts"].append(_minute(gaze_shifts(home[:, GAZE]), len(rows)))
    return {name: np.quantile(values, [0.1, 0.5, 0.9]).tolist() for name, values in found.items()}


def figures(seeds: Sequence[int], seconds: int) -> dict[str, Figures]:
    """Everything that moves, of minutes of talk, in pieces of 15 s."""
    frames = int(seconds * FPS)
    talks = [generated(clips.talk(seconds, 7 * seed), frames, seed) for seed in seeds]
    pieces = [talk[i : i + PIECE] for talk in talks for i in range(0, frames - PIECE + 1, PIECE)]
    bands = json.loads((tracked.TALKING / "motion_stats.json").read_text())["free_talkers"]
    out: dict[str, Figures] = {}
    for name in ("std", "step", "jerk"):
        value = np.median([getattr(measure.head(piece), name) for piece in pieces], axis=0)
        band = bands[f"head_{name}_deg"]
        inside = [bool(a <= v <= b) for v, a, b in zip(value, band["p10"], band["p90"], strict=True)]
        out[f"head_{name}"] = {
            "value": value.round(3).tolist(),
            "p10": band["p10"],
            "p50": band["p50"],
            "p90": band["p90"],
            "met": all(inside),
        }
    seen = [blink.milliseconds for talk in talks for blink in measure.blinks(talk)]
    total = frames * len(talks)
    values = {
        "blinks": _minute(len(seen), total),
        "shifts": _minute(sum(gaze_shifts(looking(talk)) for talk in talks), total),
        "brows": float(np.median([brow_height(piece).std() for piece in pieces])),
    }
    for name, one in values.items():
        low, middle, high = real()[name]
        out[name] = {"value": one, "p10": low, "p50": middle, "p90": high, "met": bool(low <= one <= high)}
    lengths = np.quantile(seen or [0], [0.1, 0.5, 0.9])
    low, middle, high = bands["blink_ms"]
    inside_ms = bool(low <= lengths[1] <= high)
    out["blink_ms"] = {"value": lengths.round(0).tolist(), "p10": low, "p50": middle, "p90": high, "met": inside_ms}
    return out
