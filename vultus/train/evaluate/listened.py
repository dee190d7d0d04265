"""Sounds that nobody trained on: no speech, music, whisper, a bad line, singing, a language never heard."""

from collections.abc import Callable, Sequence

import numpy as np

from vultus import measure
from vultus.clock import SAMPLES_PER_FRAME
from vultus.face import Floats
from vultus.train.evaluate import clips
from vultus.train.evaluate.path import generated

Way = Callable[[Floats, np.random.Generator], Floats]

SETTLED = 12  # frames after which a stretch counts
DEMOS = {"singing": "singing", "french": "french", "chinese poem": "chinese_poem", "english talk": "english_talk"}


def openings(seed: int) -> dict[str, dict[str, float]]:
    """How far the lips open, and tremble, where nobody speaks."""
    out = {}
    for name, sound in clips.unspoken(np.random.default_rng(0)).items():
        aperture = measure.lip_aperture(generated(sound, len(sound) // SAMPLES_PER_FRAME, seed))[SETTLED:]
        out[name] = {
            "median": float(np.median(aperture)),
            "p95": float(np.quantile(aperture, 0.95)),
            "change": float(np.abs(np.diff(aperture)).mean()),
        }
    return out


def strange() -> dict[str, Floats]:
    """Sounds to draw curves of."""
    rng = np.random.default_rng(1)
    plain = clips.held_out("addresses")[0].samples[: 15 * 16_000]
    sounds = {"whisper": clips.whispered(plain, rng), "phone call, 10 dB": clips.phoned(plain, rng)}
    sounds["music only"] = clips.unspoken(rng)["music"]
    for title, name in DEMOS.items():
        if (sound := clips.demo(name)) is not None:
            sounds[title] = sound
    return sounds


def robust(seed: int) -> dict[str, dict[str, float]]:
    """r of the opening to the truth when the same addresses are whispered, or come over the phone."""
    rng = np.random.default_rng(2)
    out: dict[str, dict[str, float]] = {}
    found = clips.held_out("addresses")
    ways: dict[str, Way] = {"plain": lambda sound, _: sound, "whispered": clips.whispered, "phoned": clips.phoned}
    for name, way in ways.items():
        rs = []
        for clip in found:
            opening = measure.lip_aperture(generated(way(clip.samples, rng), clip.frames, seed))
            rs.append(measure.correlation(opening, clip.aperture[: clip.frames]))
        out[name] = {"r": float(np.median(rs)), "worst_r": float(np.min(rs))}
    return out


def unseen_language(seeds: Sequence[int], sentences: int) -> dict[str, float | str]:
    """r of the opening to the rule's truth in a language that was never trained on, beside one that was."""
    out: dict[str, float | str] = {"language": clips.UNSEEN_LANGUAGE}
    for title, language in (("r", clips.UNSEEN_LANGUAGE), ("r_of_a_known_one", "en-us")):
        rs = []
        for seed in seeds:
            for said in clips.synthetic(language, sentences, 100 + seed):
                count = len(said.item.aperture)
                made = measure.lip_aperture(generated(said.samples, count, seed))
                rs.append(measure.correlation(made, said.item.aperture))
        out[title] = float(np.median(rs))
    return out
