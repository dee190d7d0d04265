"""Do the lips do what real lips did? Openings against the tracked truth, closures on p b m, pauses, two seeds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vultus import measure
from vultus.clock import FRAME_RATE, SAMPLES_PER_FRAME
from vultus.face import Floats
from vultus.motion.controls import Controls
from vultus.train import emodb, tracked
from vultus.train.evaluate import clips
from vultus.train.evaluate.path import USUAL, generated
from vultus.train.speech_data import in_words, loud_enough

Array = NDArray[np.float64]
Figures = dict[str, float | bool | list[float]]

FPS = float(FRAME_RATE)
BARS = {"grid_s1": 0.93, "grid_other": 0.85, "addresses": 0.58}
LAG_BAR = 40.0  # ms
PAUSE_BAR = 0.026  # median absolute deviation of the opening in pauses
CLOSED = 0.012  # of the face height: lips that look closed
CLOSED_AS_TRACKED = 0.02  # ... as a tracker of 478 points sees closed lips of a reader
SLACK = 0.06  # seconds
CLOSURE_BAR = 0.95


@dataclass(frozen=True)
class Score:
    """One clip's lips against its truth."""

    r: float
    lag_ms: float
    opening: float  # median of the generated opening in pauses
    deviation: float  # its median absolute deviation there
    livelier: float  # spread of the generated opening over the true one's


def score(clip: clips.Clip, seed: int = 0, told: Controls = USUAL, recorded: bool = True) -> tuple[Score, Floats]:
    """One clip's figures, and the rows."""
    frames = clip.frames
    rows = generated(clip.samples, frames, seed, told, recorded)
    made, truth = measure.lip_aperture(rows), clip.aperture[:frames].astype(np.float64)
    lag, _ = measure.best_lag(made, truth)
    heard = in_words(clip.name, frames) if clip.name.startswith("grid_s1") else loud_enough(clip.samples, frames)
    quiet = [slice(p.start + 4, p.stop - 4) for p in measure.pauses(heard > 0.5, 12)]  # lips lead and trail
    opening, deviation = measure.silent_lips(made, quiet)
    r = measure.correlation(made, truth)
    return Score(r, lag * 1000 / FPS, opening, deviation, float(made.std() / truth.std())), rows


def group(name: str, seeds: Sequence[int], limit: int | None = None) -> Figures:
    """A group's medians over clips and seeds, as films are made; and how well the lips of a live talk agree."""
    told = [(clip, seed) for clip in clips.held_out(name, limit) for seed in seeds]
    scores = [score(clip, seed)[0] for clip, seed in told]
    r = float(np.median([s.r for s in scores]))
    lag = float(np.median([s.lag_ms for s in scores]))
    deviation = float(np.median([s.deviation for s in scores]))
    return {
        "clips": len(scores) // len(seeds),
        "r": r,
        "r_live": float(np.median([score(clip, seed, recorded=False)[0].r for clip, seed in told])),
        "bar": BARS[name],
        "worst_r": min(s.r for s in scores),
        "lag_ms": lag,
        "pause_opening": float(np.median([s.opening for s in scores])),
        "pause_deviation": deviation,
        "livelier": float(np.median([s.livelier for s in scores])),
        "met": bool(r >= BARS[name] and abs(lag) <= LAG_BAR and deviation <= PAUSE_BAR),
    }


def closed(aperture: Array, times: Array, least: float = CLOSED) -> list[bool]:  # [T], [K, 2] seconds
    """Whether the lips are closed at some frame within `SLACK` of each closure."""
    found = []
    for start, end in times:
        first, last = int(np.ceil((start - SLACK) * FPS)), int(np.floor((end + SLACK) * FPS))
        if first >= 0 and last < len(aperture):
            found.append(bool(aperture[first : last + 1].min() < least))
    return found


def _share(found: list[bool]) -> float:
    return float(np.mean(found)) if found else 0.0


def closures(seeds: Sequence[int], sentences: int, limit: int | None = None) -> Figures:
    """Shares of bilabials at which the lips close, by kind of truth."""
    out: Figures = {}
    made: list[bool] = []
    for language in ("en-us", "de", clips.UNSEEN_LANGUAGE):
        for seed in seeds:
            for said in clips.synthetic(language, sentences, seed):
                frames = len(said.samples) // SAMPLES_PER_FRAME
                made += closed(measure.lip_aperture(generated(said.samples, frames, seed)), said.closures)
    out["synthetic"], out["synthetic_count"] = _share(made), len(made)
    ours: list[bool] = []
    real: list[bool] = []
    for clip in clips.held_out("grid_s1", limit):  # the other speakers have no word times
        times = clips.word_closures(clip.name)
        real += closed(clip.aperture.astype(np.float64), times, CLOSED_AS_TRACKED)
        for seed in seeds:
            ours += closed(measure.lip_aperture(generated(clip.samples, clip.frames, seed)), times)
    out["grid_words"], out["grid_words_real"], out["grid_words_count"] = _share(ours), _share(real), len(real)
    german: list[bool] = []
    for clip_name in emodb.clips(held_out=True)[:: 4 if limit is None else 40]:
        sound = tracked.read_sound(f"../speech/{emodb.FOLDER.name}/{clip_name}")
        rows = generated(sound, len(sound) // SAMPLES_PER_FRAME)
        german += closed(measure.lip_aperture(rows), clips.german_closures(clip_name))
    out["emodb"], out["emodb_count"] = _share(german), len(german)
    out["bar"] = CLOSURE_BAR
    out["met"] = min(_share(made), _share(ours), _share(german)) >= CLOSURE_BAR
    return out


def seeds_apart(seconds: int) -> Figures:
    """Two seeds to one voice: how far the lips agree and the heads do not."""
    sound, frames = clips.talk(seconds), int(seconds * FPS)
    one, two = (generated(sound, frames, seed) for seed in (11, 12))
    lips = measure.correlation(measure.lip_aperture(one), measure.lip_aperture(two))
    heads = [measure.correlation(one[:, i], two[:, i]) for i in (46, 47, 48)]
    apart = float(np.degrees(np.abs(one[:, 46:49] - two[:, 46:49])).mean())
    return {
        "lips_r": lips,
        "head_r": [round(r, 3) for r in heads],
        "head_apart_deg": apart,
        "met": bool(lips >= 0.9 and max(np.abs(heads)) < 0.8),
    }
