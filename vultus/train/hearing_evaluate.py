"""How well does the shipped hearing hear? Measured on clips, people, voices and a language never trained on.

    python -m vultus.train.hearing_evaluate

Sound goes in as it does in a talk, one frame at a time, through the speech stage and the hearing. What it says
of lips is compared with the tracked truth, what it says of phones with phones whose times are known. The last
line is JSON.
"""

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from vultus import measure, speech
from vultus.clock import FEATURES_PER_FRAME, FRAME_RATE, SAMPLE_RATE, SAMPLES_PER_FRAME
from vultus.face import D, E, Floats
from vultus.motion import hearing
from vultus.motion.hearing import DELAY
from vultus.train import augment, emodb, espeak, festival, phones, speech_data, texts, tracked
from vultus.train.espeak import Phone

FPS = float(FRAME_RATE)
CLOSED = 0.012  # of the face height: lips that look closed
NEAR = 0.06  # seconds around a closure in which lips must close
GROUPS = ("grid_s1", "grid_other", "addresses")
CLOSURE = 0.06  # seconds that a closure at the beginning of a word takes
Told = tuple[Floats, tuple[Phone, ...]]


def heard(samples: Floats, frames: int) -> list[hearing.Heard]:  # [N]
    """What is heard of a sound at each of so many frames."""
    needed = (frames + DELAY) * SAMPLES_PER_FRAME
    padded = np.pad(samples, (0, max(0, needed - len(samples))))[:needed]
    _, rows = speech.step(speech.init(), padded.astype(np.float32))
    state, out = hearing.init(), []
    for frame in range(frames + DELAY):
        piece = rows[frame * FEATURES_PER_FRAME : (frame + 1) * FEATURES_PER_FRAME]
        state, one = hearing.step(state, piece)
        out.append(one)
    return out[DELAY:]


def opening(said: Sequence[hearing.Heard]) -> NDArray[np.float64]:  # [T]
    """How far the lips are apart over the height of the face."""
    rows = np.zeros((len(said), D), np.float32)
    rows[:, :E] = np.stack([one.lips for one in said])
    return np.asarray(measure.lip_aperture(rows), np.float64)


def shut_near(made: NDArray[np.float64], start: float, end: float) -> bool:
    """Whether the lips are closed at some frame of [start, end] seconds or within NEAR of it."""
    first = max(0, int(np.ceil((start - NEAR) * FPS)))
    window = made[first : int((end + NEAR) * FPS) + 1]
    return bool(len(window) and window.min() < CLOSED)


def _lips() -> dict[str, dict[str, float]]:
    out = {}
    for group in GROUPS:
        found = []
        for clip in filter(tracked.held_out, tracked.clips(group)):
            one = tracked.example(clip)
            frames = min(len(one.aperture), len(one.samples) // SAMPLES_PER_FRAME)
            made, truth = opening(heard(one.samples, frames)), one.aperture[:frames].astype(np.float64)
            if group == "grid_s1":
                speaks = speech_data.in_words(clip, frames)
            else:
                speaks = speech_data.loud_enough(one.samples, frames)
            quiet = [slice(p.start + 4, p.stop - 4) for p in measure.pauses(speaks > 0.5, 12)]  # lips lead and trail
            lag = measure.best_lag(made, truth)[0] * 1000 / FPS
            found.append((measure.correlation(made, truth), lag, *measure.silent_lips(made, quiet)))
        if found:
            r, lags, silent, tremble = np.array(found).T
            out[group] = {
                "clips": len(r), "r": float(np.median(r)), "worst_r": float(r.min()), "lag_ms": float(np.median(lags)),
                "silent_opening": float(np.nanmedian(silent)), "silent_tremble": float(np.nanmedian(tremble)),
            }  # fmt: skip
    return out


def _bilabials(said: Iterable[Told]) -> dict[str, float]:
    """Share of p, b and m at which the lips close, and of other phones of the same length at which they do."""
    closed, false = [], []
    for samples, timed in said:
        made = opening(heard(samples, len(samples) // SAMPLES_PER_FRAME))
        ours = [phone for phone in timed if set("pbm") & set(phone.name)]
        for phone in timed:
            if phone in ours:
                closed.append(shut_near(made, phone.start, phone.end))
            elif phone.name and all(abs(phone.start - one.start) > 0.25 for one in ours):
                false.append(shut_near(made, phone.start, phone.end))
    return {"count": len(closed), "closed": float(np.mean(closed)), "others_closed": float(np.mean(false))}


def _words() -> dict[str, float]:
    """Share of the held-out words of s1 that begin with p, b or m at whose beginning the lips close; and his own."""
    closed, true = [], []
    for clip in filter(tracked.held_out, tracked.clips("grid_s1")):
        one = tracked.example(clip)
        frames = min(len(one.aperture), len(one.samples) // SAMPLES_PER_FRAME)
        made = opening(heard(one.samples, frames))
        for start, _, word in tracked.words(clip):
            if word[0] in "pb":
                closed.append(shut_near(made, start, start + CLOSURE))
                true.append(shut_near(one.aperture.astype(np.float64), start, start + CLOSURE))
    return {"count": len(closed), "closed": float(np.mean(closed)), "tracked_closed": float(np.mean(true))}


def _named(said: Iterable[Told]) -> dict[str, float]:
    """Share of the frames whose phone, and whose features of articulation, are heard rightly; nothing of nothing."""
    table = phones.table()
    right, features, speaking = [], [], []
    for samples, timed in said:
        count = len(samples) // SAMPLES_PER_FRAME
        truth = phones.labels(timed, count)[1::2]
        guess = np.stack([one.phones for one in heard(samples, count)])
        right.append(guess.argmax(1) == truth)
        features.append((guess @ table > 0.5) == (table[truth] > 0.5))
        speaking.append(truth != phones.SILENCE)
    if not speaking:  # the voice is not installed
        return {}
    inside = np.concatenate(speaking)
    each = np.concatenate(features)[inside].mean(0)
    return {
        "phones": float(np.concatenate(right)[inside].mean()), "features": float(each.mean()),
        **{name: float(share) for name, share in zip(phones.FEATURES, each, strict=True)},
    }  # fmt: skip


def _at_16k(said: espeak.Utterance) -> Floats:
    return speech_data.levelled(speech_data.at_16k(said))


def _new_voices(languages: Sequence[str], each: int) -> Iterator[Told]:
    """Sentences by espeak-ng in voices that are never trained on."""
    rng = np.random.default_rng(5)
    for language in languages:
        for variant in speech_data.HELD_OUT_VARIANTS:
            for _ in range(each):
                said = espeak.speak(texts.sentence(language, rng), espeak.Voice(language, variant))
                yield _at_16k(said), said.phones


def _new_language() -> Iterator[Told]:
    """Finnish, by voices of recorded people where they are installed."""
    rng = np.random.default_rng(6)
    for voice in festival.VOICES:
        if voice.installed and voice.language in speech_data.HELD_OUT_LANGUAGES:
            lines = [texts.sentence(voice.language, rng) for _ in range(12)]
            for said in festival.speak(lines, voice, [1.0] * len(lines)):
                yield _at_16k(said), said.phones


def _actors() -> Iterator[tuple[Told, Told]]:
    for name in emodb.clips(held_out=True):
        samples, as_heard, shaped = emodb.clip(name)
        yield (samples, as_heard), (samples, shaped)


def _unspoken() -> dict[str, dict[str, float]]:
    """The opening at ten seconds each of sounds at which nobody speaks."""
    rng = np.random.default_rng(0)
    count = 10 * SAMPLE_RATE
    rumble = np.cumsum(rng.normal(0, 0.01, count))
    sounds = {
        "silence": np.zeros(count),
        "hiss": rng.normal(0, 0.003, count),
        "loud noise": rng.normal(0, 0.1, count),
        "rumble": rumble - np.convolve(rumble, np.ones(801) / 801, "same"),
        "music": augment.music(10, rng) * 0.1,
    }
    out = {}
    for name, sound in sounds.items():
        made = opening(heard(sound.astype(np.float32), len(sound) // SAMPLES_PER_FRAME))[12:]
        out[name] = {"median": float(np.median(made)), "p95": float(np.quantile(made, 0.95))}
    return out


def _rounded(value: object) -> object:
    if isinstance(value, dict):
        return {name: _rounded(part) for name, part in value.items()}
    return round(value, 4) if isinstance(value, float) else value


def main() -> None:
    """Print the table; the last line is JSON."""
    argparse.ArgumentParser(description="Measure the shipped hearing on speech never trained on.").parse_args()
    voices = list(_new_voices(("en", "de", "fr", "es", "cmn", "hi"), 2))
    actors = list(_actors())
    result = {
        "lips": _lips(),
        "closures": {
            "unseen synthetic voices": _bilabials(voices),
            "words of s1, held out": _words(),
            "actors held out": _bilabials(shaped for _, shaped in actors),
        },
        "heard rightly": {
            "unseen synthetic voices": _named(voices),
            "actors held out": _named(as_heard for as_heard, _ in actors),
            "Finnish by recorded voices": _named(_new_language()),
        },
        "unspoken": _unspoken(),
    }
    rounded = _rounded(result)
    print(json.dumps(rounded, indent=1))
    print(json.dumps(rounded))


if __name__ == "__main__":
    main()
