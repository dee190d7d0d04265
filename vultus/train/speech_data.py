"""What the motion network learns from: sounds with the lips that belong to them, from four sources.

1. Real: GRID speaker s1 and FACEGOOD, as `train/tracked.py` splits them (other GRID speakers and all
   addresses are never trained on).
2. Real lips under other voices: the sentences of s1 again, spoken by espeak-ng (`train/voices.py`).
3. Synthetic: sentences of many languages by espeak-ng with coarticulated lips (`train/articulation.py`).
4. Aligned: read sentences of the 250 speakers of speechocean762, with the phones that espeak-ng says for
   the same text moved to where the person says them, and coarticulated lips again.

Tracking hardly sees how lips round and how short a closure is, so the real clips of s1 get both from their
aligned phones on top of what was tracked.
"""

import argparse
import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vultus.clock import FRAME_RATE, SAMPLE_RATE, SAMPLES_PER_FRAME
from vultus.face import EXPRESSIONS, E, face_model
from vultus.motion import mouth
from vultus.train import articulation, espeak, texts, tracked, voices

Floats = NDArray[np.float32]

FPS = float(FRAME_RATE)
LEVEL = 10 ** (-23 / 20)  # root mean square of the loud half of a sound, of full scale
SCALE = {"grid_s1": 1.25, "facegood": 0.8}  # brings each source to the liveliness of free talkers
_OPENING = (
    "jawOpen", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight", "mouthFunnel",
)  # fmt: skip
LOWER_FACE = [i for i, name in enumerate(EXPRESSIONS) if name.startswith(mouth.LOWER_FACE)]
OPENING = [EXPRESSIONS.index(name) for name in _OPENING]
SOURCES = ("real", "carried", "synthetic", "aligned")
MANY_SPEAKERS = tracked.TALKING.parent / "speech" / "speechocean762"
UNKNOWN = -1.0
NEARLY_SHUT = 0.02  # tracked opening over which an aligned bilabial is not believed
WORST = 0.4  # share of the aligned sentences, those that fit their text least, that are left out
ROUNDING = 0.7  # share of the ruled rounding that real clips get


@dataclass(frozen=True)
class Item:
    """One sound and its lips."""

    source: int  # of SOURCES
    samples: Floats  # [N] 16 kHz
    weights: Floats  # [T, E] lower face only
    aperture: Floats  # [T] of the inner lips, over the height of the face
    speaking: Floats  # [T] 0..1
    shut: Floats  # [T] 0..1 by a bilabial; UNKNOWN where nobody can tell


def levelled(samples: Floats) -> Floats:
    """The sound at a fixed level, measured over its louder half."""
    frames = samples[: len(samples) // 400 * 400].reshape(-1, 400)
    loud = np.sort((frames**2).mean(1))[len(frames) // 2 :]
    return np.asarray(samples * (LEVEL / np.sqrt(loud.mean() + 1e-10)), np.float32)


def _aperture(weights: Floats) -> Floats:  # [T, E] -> [T]
    model = face_model()
    return tracked.aperture(np.asarray(model.mean + np.tensordot(weights, model.basis, 1), np.float64))


def _lower_face(rows: Floats, scale: float) -> Floats:  # [T, D] -> [T, E]
    weights = np.zeros((len(rows), E), np.float32)
    weights[:, LOWER_FACE] = np.clip(rows[:, LOWER_FACE] * scale, 0, 1)
    return weights


def loud_enough(samples: Floats, count: int) -> Floats:  # [count]
    """Speech in a clean recording: within 35 dB of its loud parts, gaps up to 200 ms closed."""
    padded = np.pad(samples, (0, max(0, count * SAMPLES_PER_FRAME - len(samples))))
    energy = (padded[: count * SAMPLES_PER_FRAME].reshape(count, -1) ** 2).mean(1)
    active = energy > np.quantile(energy, 0.9) * 10**-3.5
    near = np.convolve(active, np.ones(5), "same") > 0
    return np.asarray(np.convolve(~near, np.ones(5), "same") == 0, np.float32)


def in_words(clip: str, count: int) -> Floats:  # [count]
    times = (np.arange(count) + 0.5) / FPS
    inside = np.zeros(count, np.float32)
    for start, end, word in tracked.words(clip):
        if word not in ("sil", "sp"):
            inside[(times >= start) & (times < end)] = 1
    return inside


def _at_16k(samples: Floats) -> Floats:
    count = int(len(samples) * SAMPLE_RATE / espeak.RATE)
    from scipy.signal import resample_poly

    return np.asarray(resample_poly(samples, 320, 441)[:count], np.float32)


def _between(
    here: NDArray[np.float64], there: NDArray[np.float64], seconds: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Seconds of the one voice at seconds of the other; beyond the ends time runs on evenly."""
    edges = np.array([here[0] - 9, *here, here[-1] + 9]), np.array([there[0] - 9, *there, there[-1] + 9])
    return np.asarray(np.interp(seconds, *edges))


def moved(said: espeak.Utterance, samples: Floats, span: tuple[float, float]) -> tuple[list[espeak.Phone], float]:
    """The utterance's phones where a person says them between the seconds of `span`, and how badly they fit."""
    phones = [phone for phone in said.phones if phone.name]
    bounds = (phones[0].start, phones[-1].end)
    here, there, misfit = voices.corresponding(_at_16k(said.samples), bounds, samples, span)
    times = _between(here, there, np.array([(phone.start, phone.end) for phone in said.phones]).ravel())
    placed = times.reshape(-1, 2)
    return [
        espeak.Phone(phone.name, float(start), float(end))
        for phone, (start, end) in zip(said.phones, placed, strict=True)
        if phone.name or end - start > 0.15
    ], misfit


def _rounded_and_closed(item: Item, phones: list[espeak.Phone]) -> Item:
    """Tracked lips, with the rounding and the closures that the phones ask for."""
    six = articulation.lips(phones, len(item.weights))
    open_part = (1 - np.clip(six[:, articulation.CLOSED], 0, 1) ** 4).astype(np.float32)
    only_round = np.zeros_like(six)
    only_round[:, articulation.ROUND] = ROUNDING * six[:, articulation.ROUND]
    weights = np.maximum(item.weights, articulation.weights_of(only_round))
    weights[:, OPENING] *= open_part[:, None]
    shut = articulation.closures(phones, len(weights))
    shut[(shut > 0) & (item.aperture > NEARLY_SHUT)] = UNKNOWN
    return replace(item, weights=weights, aperture=item.aperture * open_part, shut=shut)


def real(clip: str) -> Item:
    """A tracked clip with sound."""
    one = tracked.example(clip)
    group = clip.split("/")[0]
    count = min(len(one.rows), len(one.samples) // SAMPLES_PER_FRAME + 1)
    weights = _lower_face(one.rows[:count], SCALE[group])
    if group != "grid_s1":
        speaking = loud_enough(one.samples, count)
        unknown = np.full(count, UNKNOWN, np.float32)
        return Item(0, levelled(one.samples), weights, _aperture(weights), speaking, unknown)
    aperture = one.aperture[:count] * SCALE[group]
    nothing = np.zeros(count, np.float32)
    item = Item(0, levelled(one.samples), weights, aperture, in_words(clip, count), nothing)
    said = espeak.speak(_sentence(clip), espeak.Voice("en"))
    phones, _ = moved(said, item.samples, _span(clip))
    return _rounded_and_closed(item, phones)


def _spoken(clip: str) -> list[tuple[float, float, str]]:
    return [word for word in tracked.words(clip) if word[2] not in ("sil", "sp")]


def _span(clip: str) -> tuple[float, float]:
    words = _spoken(clip)
    return words[0][0], words[-1][1]


def _sentence(clip: str) -> str:
    return " ".join("ay" if word == "a" else word for *_, word in _spoken(clip))


def _voice(language: str, rng: np.random.Generator) -> espeak.Voice:
    return espeak.Voice(
        language,
        str(rng.choice(texts.VARIANTS)),
        speed=int(rng.integers(110, 215)),
        pitch=int(rng.integers(15, 85)),
        range=int(rng.integers(25, 75)),
    )


def _phones_speak(phones: tuple[espeak.Phone, ...], count: int) -> Floats:  # [count]
    times = (np.arange(count) + 0.5) / FPS
    inside = np.zeros(count, np.float32)
    for phone in phones:
        if phone.name or phone.end - phone.start < 0.1:
            inside[(times >= phone.start) & (times < phone.end)] = 1
    return inside


def _ruled(source: int, samples: Floats, weights: Floats, phones: tuple[espeak.Phone, ...]) -> Item:
    """An item whose lips follow its phones, shut where a bilabial is."""
    count = len(weights)
    shut = articulation.closures(phones, count)
    weights[:, OPENING] *= 1 - shut[:, None]
    return Item(source, samples, weights, _aperture(weights), _phones_speak(phones, count), shut)


def synthetic(language: str, rng: np.random.Generator) -> Item:
    """A random sentence of the language in a random voice, with coarticulated lips."""
    said = espeak.speak(texts.sentence(language, rng), _voice(language, rng))
    samples = _at_16k(said.samples)
    count = len(samples) // SAMPLES_PER_FRAME
    six = articulation.lips(said.phones, count)
    weights = articulation.weights_of(six)
    weights[:, EXPRESSIONS.index("jawOpen")] *= float(rng.uniform(0.85, 1.15))
    return _ruled(2, levelled(samples), weights, said.phones)


def _read_at(values: NDArray[np.floating], seconds: NDArray[np.float64]) -> Floats:
    """Values [T, ...] of the frame rate at other times, by straight lines."""
    place = np.clip(seconds * FPS, 0, len(values) - 1.001)
    low = place.astype(int)
    part = (place - low).reshape(-1, *[1] * (values.ndim - 1))
    return np.asarray(values[low] * (1 - part) + values[low + 1] * part, np.float32)


def carried(clip: str, item: Item, rng: np.random.Generator) -> Item:
    """The sentence of a GRID clip in an espeak-ng voice, with the clip's own lips."""
    said = espeak.speak(_sentence(clip), _voice(str(rng.choice(["en", "en-us"])), rng))
    samples = _at_16k(said.samples)
    phones = [phone for phone in said.phones if phone.name]
    bounds = (phones[0].start, phones[-1].end)
    here, there, _ = voices.corresponding(samples, bounds, item.samples, _span(clip))
    count = len(samples) // SAMPLES_PER_FRAME
    seconds = _between(here, there, np.arange(count) / FPS)
    return Item(
        1,
        levelled(samples),
        _read_at(item.weights, seconds),
        _read_at(item.aperture, seconds),
        _phones_speak(said.phones, count),
        articulation.closures(said.phones, count),
    )


def _aligned(clip: str, text: str) -> tuple[Item, float]:
    """A read sentence with ruled lips, and how badly it fits its text."""
    samples = levelled(tracked.read_sound(f"../speech/{MANY_SPEAKERS.name}/{clip}"))
    count = len(samples) // SAMPLES_PER_FRAME
    loud = np.flatnonzero(loud_enough(samples, count))
    span = (float(loud[0] + 2) / FPS, float(loud[-1] - 1) / FPS)
    tries = [espeak.speak(text.lower(), espeak.Voice("en-us", variant)) for variant in ("", "f2", "klatt2")]
    phones, misfit = min((moved(said, samples, span) for said in tries), key=lambda fit: fit[1])
    weights = articulation.weights_of(articulation.lips(phones, count))
    return _ruled(3, samples, weights, tuple(phones)), misfit


def aligned(a_speaker: int, limit: int | None = None) -> list[Item]:
    """So many sentences of each of the many speakers (`limit` in all), without those that fit their text least."""
    if not MANY_SPEAKERS.exists():
        return []
    with (MANY_SPEAKERS / "index.csv").open() as file:
        listed = [row for row in csv.DictReader(file) if 1.5 < float(row["seconds"]) < 8]
    taken: dict[str, int] = {}
    made: list[tuple[Item, float]] = []
    for row in listed:
        taken[row["speaker"]] = taken.get(row["speaker"], 0) + 1
        if taken[row["speaker"]] <= a_speaker and (limit is None or len(made) < limit):
            made.append(_aligned(row["clip"], row["text"]))
    made.sort(key=lambda pair: pair[1])
    return [item for item, _ in made[: round(len(made) * (1 - WORST))]]


def items(
    per_language: int, voices_a_clip: int, a_speaker: int, seed: int = 0, limit: int | None = None
) -> Iterator[Item]:
    """Everything to train on; `limit` takes only so many real clips of each group."""
    rng = np.random.default_rng(seed)
    for group in SCALE:
        clips = [clip for clip in tracked.clips(group) if not tracked.held_out(clip)][:limit]
        for clip in clips:
            item = real(clip)
            yield item
            if group == "grid_s1":
                for _ in range(voices_a_clip):
                    yield carried(clip, item, rng)
    for language in texts.WORDS:
        for _ in range(per_language):
            yield synthetic(language, rng)
    yield from aligned(a_speaker, limit)


def save(path: Path, collected: list[Item]) -> None:
    """Keep items in one file of arrays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(
        path,
        source=np.array([item.source for item in collected]),
        frames=np.array([len(item.weights) for item in collected]),
        lengths=np.array([len(item.samples) for item in collected]),
        samples=np.concatenate([item.samples for item in collected]),
        weights=np.concatenate([item.weights for item in collected]),
        aperture=np.concatenate([item.aperture for item in collected]),
        speaking=np.concatenate([item.speaking for item in collected]),
        shut=np.concatenate([item.shut for item in collected]),
    )


def read(path: Path) -> list[Item]:
    """The items that `save` kept."""
    with np.load(path) as kept:
        names = ("source", "frames", "lengths", "samples", "weights", "aperture", "speaking", "shut")
        source, frames, lengths, samples, weights, aperture, speaking, shut = (kept[name] for name in names)
    at_frame, at_sample = np.cumsum(frames)[:-1], np.cumsum(lengths)[:-1]
    parts = (
        np.split(samples, at_sample),
        *(np.split(values, at_frame) for values in (weights, aperture, speaking, shut)),
    )
    return [Item(int(kind), *part) for kind, *part in zip(source, *parts, strict=True)]


def main() -> None:
    """Make the training set."""
    parser = argparse.ArgumentParser(description="Collect the sounds and lips to train the motion network on.")
    parser.add_argument("--out", type=Path, default=Path("runs/motion/data.npz"))
    parser.add_argument("--per-language", type=int, default=100, help="synthetic sentences of each language")
    parser.add_argument("--voices", type=int, default=3, help="other voices for each real sentence")
    parser.add_argument("--a-speaker", type=int, default=5, help="sentences of each of the many speakers")
    parser.add_argument("--limit", type=int, help="take only so many clips of each kind of real speech")
    args = parser.parse_args()
    collected = []
    for item in items(args.per_language, args.voices, args.a_speaker, limit=args.limit):
        collected.append(item)
        if len(collected) % 500 == 0:
            print(f"{len(collected)} items", flush=True)
    save(args.out, collected)
    minutes = [sum(len(i.weights) for i in collected if i.source == s) / FPS / 60 for s in range(len(SOURCES))]
    print(f"{args.out}: " + ", ".join(f"{m:.1f} min {s}" for s, m in zip(SOURCES, minutes, strict=True)))


if __name__ == "__main__":
    main()
