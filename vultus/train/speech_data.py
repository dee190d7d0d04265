"""What the motion network learns from: sounds with the lips that belong to them, from three sources.

1. Real: GRID speaker s1 and FACEGOOD, as `train/tracked.py` splits them (other GRID speakers and all
   addresses are never trained on).
2. Real lips under other voices: the sentences of s1 again, spoken by espeak-ng (`train/voices.py`).
3. Synthetic: sentences of many languages by espeak-ng with coarticulated lips (`train/articulation.py`).
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
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
LOWER_FACE = [i for i, name in enumerate(EXPRESSIONS) if name.startswith(mouth.LOWER_FACE)]
SOURCES = ("real", "carried", "synthetic")


@dataclass(frozen=True)
class Item:
    """One sound and its lips."""

    source: int  # of SOURCES
    samples: Floats  # [N] 16 kHz
    weights: Floats  # [T, E] lower face only
    aperture: Floats  # [T] of the inner lips, over the height of the face
    speaking: Floats  # [T] 0..1


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


def real(clip: str) -> Item:
    """A tracked clip with sound."""
    one = tracked.example(clip)
    group = clip.split("/")[0]
    count = min(len(one.rows), len(one.samples) // SAMPLES_PER_FRAME + 1)
    weights = _lower_face(one.rows[:count], SCALE[group])
    if group == "grid_s1":
        return Item(0, levelled(one.samples), weights, one.aperture[:count] * SCALE[group], in_words(clip, count))
    return Item(0, levelled(one.samples), weights, _aperture(weights), loud_enough(one.samples, count))


def _at_16k(samples: Floats) -> Floats:
    count = int(len(samples) * SAMPLE_RATE / espeak.RATE)
    from scipy.signal import resample_poly

    return np.asarray(resample_poly(samples, 320, 441)[:count], np.float32)


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


def synthetic(language: str, rng: np.random.Generator) -> Item:
    """A random sentence of the language in a random voice, with coarticulated lips."""
    said = espeak.speak(texts.sentence(language, rng), _voice(language, rng))
    samples = _at_16k(said.samples)
    count = len(samples) // SAMPLES_PER_FRAME
    six = articulation.lips(said.phones, count)
    weights = articulation.weights_of(six)
    weights[:, EXPRESSIONS.index("jawOpen")] *= float(rng.uniform(0.85, 1.15))
    return Item(2, levelled(samples), weights, _aperture(weights), _phones_speak(said.phones, count))


def _read_at(values: NDArray[np.floating], seconds: NDArray[np.float64]) -> Floats:
    """Values [T, ...] of the frame rate at other times, by straight lines."""
    place = np.clip(seconds * FPS, 0, len(values) - 1.001)
    low = place.astype(int)
    part = (place - low).reshape(-1, *[1] * (values.ndim - 1))
    return np.asarray(values[low] * (1 - part) + values[low + 1] * part, np.float32)


def carried(clip: str, item: Item, rng: np.random.Generator) -> Item:
    """The sentence of a GRID clip in an espeak-ng voice, with the clip's own lips."""
    spoken = [word for word in tracked.words(clip) if word[2] not in ("sil", "sp")]
    voice = _voice(str(rng.choice(["en", "en-us"])), rng)
    said = espeak.speak(" ".join("ay" if word == "a" else word for *_, word in spoken), voice)
    samples = _at_16k(said.samples)
    phones = [phone for phone in said.phones if phone.name]
    span = (phones[0].start, phones[-1].end)
    here, there = voices.corresponding(samples, span, item.samples, (spoken[0][0], spoken[-1][1]))
    edges = np.array([-9.0, *here, 9.0]), np.array([there[0] - 9 - here[0], *there, there[-1] + 9 - here[-1]])
    count = len(samples) // SAMPLES_PER_FRAME
    seconds = np.interp(np.arange(count) / FPS, *edges)
    return Item(
        1,
        levelled(samples),
        _read_at(item.weights, seconds),
        _read_at(item.aperture, seconds),
        _phones_speak(said.phones, count),
    )


def items(per_language: int, voices_a_clip: int, seed: int = 0, limit: int | None = None) -> Iterator[Item]:
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
    )


def read(path: Path) -> list[Item]:
    """The items that `save` kept."""
    with np.load(path) as kept:
        names = ("source", "frames", "lengths", "samples", "weights", "aperture", "speaking")
        source, frames, lengths, samples, weights, aperture, speaking = (kept[name] for name in names)
    at_frame, at_sample = np.cumsum(frames)[:-1], np.cumsum(lengths)[:-1]
    parts = (
        np.split(samples, at_sample),
        *(np.split(values, at_frame) for values in (weights, aperture, speaking)),
    )
    return [Item(int(kind), *part) for kind, *part in zip(source, *parts, strict=True)]


def main() -> None:
    """Make the training set."""
    parser = argparse.ArgumentParser(description="Collect the sounds and lips to train the motion network on.")
    parser.add_argument("--out", type=Path, default=Path("runs/motion/data.npz"))
    parser.add_argument("--per-language", type=int, default=90, help="synthetic sentences of each language")
    parser.add_argument("--voices", type=int, default=2, help="other voices for each real sentence")
    parser.add_argument("--limit", type=int, help="take only so many real clips of each group")
    args = parser.parse_args()
    collected = []
    for item in items(args.per_language, args.voices, limit=args.limit):
        collected.append(item)
        if len(collected) % 500 == 0:
            print(f"{len(collected)} items", flush=True)
    save(args.out, collected)
    minutes = [sum(len(i.weights) for i in collected if i.source == s) / FPS / 60 for s in range(len(SOURCES))]
    print(f"{args.out}: " + ", ".join(f"{m:.1f} min {s}" for s, m in zip(SOURCES, minutes, strict=True)))


if __name__ == "__main__":
    main()
