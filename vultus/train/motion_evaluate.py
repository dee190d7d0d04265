"""How well does the shipped motion stage move lips and head? Measured on clips and people never trained on.

    python -m vultus.train.motion_evaluate

Sound goes in as it does in a talk, 640 samples at a time, through the speech stage and the motion stage; what
comes out is compared with the tracked truth. The last line is JSON.
"""

import argparse
import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vultus import measure, speech
from vultus.clock import FRAME_RATE, SAMPLE_RATE, SAMPLES_PER_FRAME
from vultus.face import Floats
from vultus.motion import stream
from vultus.train import augment, tracked
from vultus.train.speech_data import in_words, loud_enough

BARS = {"grid_s1": 0.85, "grid_other": 0.72, "addresses": 0.40}
FPS = float(FRAME_RATE)
EMOTIONAL = tracked.TALKING.parent / "speech" / "emodb"
CLOSED = 0.012  # of the face height: lips that look closed
KINDS = {
    "bilabials": {"p", "b", "m"},
    "labiodentals": {"f", "v"},
    "rounded": {"u", "U", "o", "y", "Y", "2"},
    "open vowels": {"a", "aI", "aU"},
}


def generated(samples: Floats, frames: int, seed: int = 0) -> Floats:  # [N] -> [frames, D]
    """The rows that the run-time stages make of a sound."""
    padded = np.pad(samples, (0, max(0, (frames + 4) * SAMPLES_PER_FRAME - len(samples))))
    heard, state = speech.init(), stream.init(seed)
    rows: list[Floats] = []
    for start in range(0, (frames + 4) * SAMPLES_PER_FRAME, SAMPLES_PER_FRAME):
        heard, features = speech.step(heard, padded[start : start + SAMPLES_PER_FRAME].astype(np.float32))
        state, some = stream.step(state, features)
        rows.append(some)
    return np.concatenate(rows)[:frames]


@dataclass(frozen=True)
class Score:
    """One clip's lips against its truth."""

    r: float
    lag_ms: float
    opening: float  # median of the generated aperture in pauses, over face height
    tremble: float  # its median absolute deviation there
    livelier: float  # spread of the generated aperture over the true one's


def score(clip: str) -> Score:
    """Measure one clip."""
    one = tracked.example(clip)
    frames = min(len(one.aperture), len(one.samples) // SAMPLES_PER_FRAME)
    truth = one.aperture[:frames].astype(np.float64)
    made = measure.lip_aperture(generated(one.samples, frames))
    lag, _ = measure.best_lag(made, truth)
    group = clip.split("/")[0]
    speaks = in_words(clip, frames) if group == "grid_s1" else loud_enough(one.samples, frames)
    quiet = [slice(p.start + 4, p.stop - 4) for p in measure.pauses(speaks > 0.5, 12)]  # lips lead and trail
    opening, tremble = measure.silent_lips(made, quiet)
    return Score(measure.correlation(made, truth), lag * 1000 / FPS, opening, tremble, float(made.std() / truth.std()))


def _unspoken() -> Iterator[tuple[str, Floats]]:
    """Ten seconds each of sounds at which nobody speaks."""
    rng = np.random.default_rng(0)
    count = 10 * SAMPLE_RATE
    yield "silence", np.zeros(count, np.float32)
    yield "hiss", rng.normal(0, 0.003, count).astype(np.float32)
    yield "loud noise", rng.normal(0, 0.1, count).astype(np.float32)
    rumble = np.cumsum(rng.normal(0, 0.01, count))
    yield "rumble", (rumble - np.convolve(rumble, np.ones(801) / 801, "same")).astype(np.float32)
    yield "music", augment.music(10, rng) * np.float32(0.1)


def _lips() -> dict[str, dict[str, float]]:
    out = {}
    for group, bar in BARS.items():
        clips = [clip for clip in tracked.clips(group) if tracked.held_out(clip)]
        scores = [score(clip) for clip in clips]
        figures = {
            "clips": len(clips),
            "r": float(np.median([s.r for s in scores])),
            "bar": bar,
            "worst_r": min(s.r for s in scores),
            "lag_ms": float(np.median([s.lag_ms for s in scores])),
            "furthest_lag_ms": max((s.lag_ms for s in scores), key=abs),
            "silent_opening": float(np.median([s.opening for s in scores])),
            "silent_tremble": float(np.median([s.tremble for s in scores])),
            "livelier": float(np.median([s.livelier for s in scores])),
        }
        out[group] = {name: round(value, 4) for name, value in figures.items()}
        print(f"{group:12s} " + "  ".join(f"{name} {value:g}" for name, value in out[group].items()))
    return out


def _silence() -> dict[str, dict[str, float]]:
    out = {}
    for name, sound in _unspoken():
        aperture = measure.lip_aperture(generated(sound, len(sound) // SAMPLES_PER_FRAME))[12:]
        out[name] = {
            "median": round(float(np.median(aperture)), 4),
            "p95": round(float(np.quantile(aperture, 0.95)), 4),
        }
        print(f"{name:12s} opening median {out[name]['median']:g}, 95 % below {out[name]['p95']:g}")
    return out


def _phone_times() -> dict[str, list[tuple[str, float, float]]]:
    """(label, start, end) of the checked phones of every fifth EmoDB clip."""
    found: dict[str, list[tuple[str, float, float]]] = {}
    with (EMOTIONAL / "phones.csv").open() as file:
        for row in csv.DictReader(file):
            place = (row["label"], float(row["start"]), float(row["end"]))
            found.setdefault(row["file"].removesuffix(".wav"), []).append(place)
    return {name: found[name] for name in sorted(found)[::5]}


def _phones() -> dict[str, float]:
    """The opening at phones whose times people have checked, of ten German actors never trained on."""
    openings: dict[str, list[float]] = {name: [] for name in KINDS}
    for clip, places in _phone_times().items():
        sound = tracked.read_sound(f"../speech/{EMOTIONAL.name}/{clip}")
        made = measure.lip_aperture(generated(sound, len(sound) // SAMPLES_PER_FRAME))
        for label, start, end in places:
            kind = next((kind for kind, labels in KINDS.items() if label in labels), None)
            first, last = max(0, int(start * FPS) - 1), int(end * FPS) + 1
            if kind and last <= len(made):
                extreme = np.max if kind == "open vowels" else np.min
                openings[kind].append(float(extreme(made[first:last])))
    out = {kind: float(np.median(values)) for kind, values in openings.items()}
    out["bilabials closed"] = float(np.mean(np.array(openings["bilabials"]) < CLOSED))
    out = {name: round(value, 4) for name, value in out.items()}
    print("phones       " + "  ".join(f"{name} {value:g}" for name, value in out.items()))
    return out


def _band(values: list[float], low: list[float], high: list[float]) -> list[bool]:
    return [bool(a <= v <= b) for v, a, b in zip(values, low, high, strict=True)]


def _talk(seconds: int) -> Floats:
    """A long talk put together from the held-out addresses."""
    clips = tracked.clips("addresses")
    sound = np.concatenate([tracked.example(clip).samples for clip in clips])
    return np.resize(sound, seconds * SAMPLE_RATE)


def _life(seeds: int = 4, seconds: int = 115) -> dict[str, object]:
    """Head and blinks over minutes of talk, in clips of 15 s, against the bands of real talkers."""
    bands = json.loads((tracked.TALKING / "motion_stats.json").read_text())["free_talkers"]
    frames = int(seconds * FPS)
    talks = [generated(_talk(seconds), frames, seed) for seed in range(seeds)]
    clips = [talk[i : i + 375] for talk in talks for i in range(0, frames - 375, 375)]
    heads = [measure.head(clip) for clip in clips]
    out: dict[str, object] = {}
    for name in ("std", "step", "jerk"):
        figures: NDArray[np.float64] = np.median([getattr(head, name) for head in heads], axis=0)
        band = bands[f"head_{name}_deg"]
        inside = _band(figures.tolist(), band["p10"], band["p90"])
        out[f"head_{name}"] = {"deg": figures.round(3).tolist(), "inside": inside}
        told = ", ".join(f"{value:.3f}" for value in figures)
        print(f"head {name:5s} {told} degrees; band {band['p10']} .. {band['p90']}; inside {inside}")
    seen = [blink for talk in talks for blink in measure.blinks(talk)]
    rate = len(seen) / (seeds * seconds / 60)
    lengths = np.quantile([blink.milliseconds for blink in seen], [0.1, 0.5, 0.9]).round(0).tolist()
    out["blinks_per_minute"], out["blink_ms"] = round(rate, 1), lengths
    print(f"blinks {rate:.1f} a minute, more than half shut for {lengths} ms (10, 50, 90 %)")
    return out


def main() -> None:
    """Print the table; the last line is JSON."""
    argparse.ArgumentParser(description="Measure the shipped motion stage on held-out talking.").parse_args()
    result = {"lips": _lips(), "phones": _phones(), "unspoken": _silence(), **_life()}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
