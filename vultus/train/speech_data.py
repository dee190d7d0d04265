"""What the hearing network learns from: sounds with the lips and phones that belong to them.

1. Real: GRID speaker s1 and FACEGOOD, as `train/tracked.py` splits them (other GRID speakers and all
   addresses are never trained on).
2. Real lips under other voices: the sentences of s1 again, spoken by synthetic voices (`train/voices.py`).
3. Synthetic: sentences of many languages by espeak-ng, flite and festival with coarticulated lips
   (`train/articulation.py`).
4. Checked: EmoDB, whose phone times people have checked, again with coarticulated lips.

The many speakers of speechocean762 join while the network learns: it aligns them itself (`train/readers.py`).

Tracking hardly sees how lips round and how short a closure is, so the real clips of s1 get both from their
aligned phones on top of what was tracked.
"""

import argparse
import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vultus.clock import FRAME_RATE, SAMPLE_RATE, SAMPLES_PER_FRAME
from vultus.face import EXPRESSIONS, E, face_model
from vultus.motion import hearing
from vultus.train import articulation, emodb, espeak, festival, intonation, phones, texts, tracked, voices

Floats = NDArray[np.float32]

FPS = float(FRAME_RATE)
LEVEL = 10 ** (-23 / 20)  # root mean square of the loud half of a sound, of full scale
SCALE = {"grid_s1": 1.25, "facegood": 0.8}  # brings each source to the liveliness of free talkers
_OPENING = (
    "jawOpen", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight", "mouthFunnel",
)  # fmt: skip
LOWER_FACE = [i for i, name in enumerate(EXPRESSIONS) if name.startswith(hearing.LOWER_FACE)]
OPENING = [EXPRESSIONS.index(name) for name in _OPENING]
SOURCES = ("real", "carried", "synthetic", "aligned", "given", "checked")
HELD_OUT_LANGUAGES = ("fi",)  # never trained on, to see how hearing carries over
HELD_OUT_VARIANTS = ("m8", "f5", "klatt5", "belinda", "paul", "zac")  # of espeak-ng, likewise
UNKNOWN = -1.0
NEARLY_SHUT = 0.02  # tracked opening over which an aligned bilabial is not believed
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
    phones: NDArray[np.int16] = field(default_factory=lambda: np.zeros(0, np.int16))
    """[2 T] the kind of phone in each half of a frame; phones.UNKNOWN where nobody can tell"""
    voice: Floats = field(default_factory=lambda: np.zeros((0, 3), np.float32))
    """[T, 3] energy, pitch and voicing of `intonation.measured`"""


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


def at_16k(said: espeak.Utterance) -> Floats:
    """The sound of an utterance at 16 kHz."""
    from scipy.signal import resample_poly

    common = math.gcd(SAMPLE_RATE, said.rate)
    return np.asarray(resample_poly(said.samples, SAMPLE_RATE // common, said.rate // common), np.float32)


def _between(
    here: NDArray[np.float64], there: NDArray[np.float64], seconds: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Seconds of the one voice at seconds of the other; beyond the ends time runs on evenly."""
    edges = np.array([here[0] - 9, *here, here[-1] + 9]), np.array([there[0] - 9, *there, there[-1] + 9])
    return np.asarray(np.interp(seconds, *edges))


def moved(said: espeak.Utterance, samples: Floats, span: tuple[float, float]) -> tuple[list[espeak.Phone], float]:
    """The utterance's phones where a person says them between the seconds of `span`, and how badly they fit."""
    spoken = [phone for phone in said.phones if phone.name]
    bounds = (spoken[0].start, spoken[-1].end)
    here, there, misfit = voices.corresponding(at_16k(said), bounds, samples, span)
    times = _between(here, there, np.array([(phone.start, phone.end) for phone in said.phones]).ravel())
    placed = times.reshape(-1, 2)
    return [
        espeak.Phone(phone.name, float(start), float(end))
        for phone, (start, end) in zip(said.phones, placed, strict=True)
        if phone.name or end - start > 0.15
    ], misfit


def _rounded_and_closed(item: Item, said: list[espeak.Phone]) -> Item:
    """Tracked lips, with the rounding and the closures that the phones ask for."""
    six = articulation.lips(said, len(item.weights))
    open_part = (1 - np.clip(six[:, articulation.CLOSED], 0, 1) ** 4).astype(np.float32)
    only_round = np.zeros_like(six)
    only_round[:, articulation.ROUND] = ROUNDING * six[:, articulation.ROUND]
    weights = np.maximum(item.weights, articulation.weights_of(only_round))
    weights[:, OPENING] *= open_part[:, None]
    shut = articulation.closures(said, len(weights))
    shut[(shut > 0) & (item.aperture > NEARLY_SHUT)] = UNKNOWN
    heard = phones.labels(said, len(weights))
    return replace(item, weights=weights, aperture=item.aperture * open_part, shut=shut, phones=heard)


def real(clip: str) -> Item:
    """A tracked clip with sound."""
    one = tracked.example(clip)
    group = clip.split("/")[0]
    count = min(len(one.rows), len(one.samples) // SAMPLES_PER_FRAME + 1)
    weights = _lower_face(one.rows[:count], SCALE[group])
    if group != "grid_s1":
        speaking = loud_enough(one.samples, count)
        unknown = np.full(count, UNKNOWN, np.float32)
        untold = np.where(np.repeat(speaking, 2) > 0, phones.UNKNOWN, phones.SILENCE).astype(np.int16)
        samples = levelled(one.samples)
        voice = intonation.measured(samples, count)
        return Item(4, samples, weights, _aperture(weights), speaking, unknown, untold, voice)
    aperture = one.aperture[:count] * SCALE[group]
    nothing = np.zeros(count, np.float32)
    samples = levelled(one.samples)
    voice = intonation.measured(samples, count)
    item = Item(0, samples, weights, aperture, in_words(clip, count), nothing, np.zeros(2 * count, np.int16), voice)
    said = espeak.speak(_sentence(clip), espeak.Voice("en"))
    moved_phones, _ = moved(said, item.samples, _span(clip))
    return _rounded_and_closed(item, moved_phones)


def _spoken(clip: str) -> list[tuple[float, float, str]]:
    return [word for word in tracked.words(clip) if word[2] not in ("sil", "sp")]


def _span(clip: str) -> tuple[float, float]:
    words = _spoken(clip)
    return words[0][0], words[-1][1]


def _sentence(clip: str) -> str:
    return " ".join("ay" if word == "a" else word for *_, word in _spoken(clip))


def _voice(language: str, rng: np.random.Generator) -> espeak.Voice:
    known = [variant for variant in texts.VARIANTS if variant not in HELD_OUT_VARIANTS]
    return espeak.Voice(
        language,
        str(rng.choice(known)),
        speed=int(rng.integers(110, 215)),
        pitch=int(rng.integers(15, 85)),
        range=int(rng.integers(25, 75)),
    )


def _phones_speak(said: tuple[espeak.Phone, ...], count: int) -> Floats:  # [count]
    times = (np.arange(count) + 0.5) / FPS
    inside = np.zeros(count, np.float32)
    for phone in said:
        if phone.name or phone.end - phone.start < 0.1:
            inside[(times >= phone.start) & (times < phone.end)] = 1
    return inside


def ruled(source: int, samples: Floats, said: tuple[espeak.Phone, ...], jaw: float = 1.0) -> Item:
    """An item whose lips follow its phones, shut where a bilabial is."""
    samples = levelled(samples)
    count = len(samples) // SAMPLES_PER_FRAME
    weights = articulation.weights_of(articulation.lips(said, count))
    weights[:, EXPRESSIONS.index("jawOpen")] *= jaw
    shut = articulation.closures(said, count)
    weights[:, OPENING] *= 1 - shut[:, None]
    return Item(
        source,
        samples,
        weights,
        _aperture(weights),
        _phones_speak(said, count),
        shut,
        phones.labels(said, count),
        intonation.measured(samples, count),
    )


def synthetic(language: str, rng: np.random.Generator) -> Item:
    """A random sentence of the language in a random voice, with coarticulated lips."""
    said = espeak.speak(texts.sentence(language, rng), _voice(language, rng))
    return ruled(2, at_16k(said), said.phones, float(rng.uniform(0.85, 1.15)))


def recorded(voice: festival.Voice, count: int, rng: np.random.Generator) -> list[Item]:
    """Random sentences in a voice of flite or festival, with coarticulated lips."""
    lines = [texts.sentence(voice.language, rng) for _ in range(count)]
    said = festival.speak(lines, voice, rng.uniform(0.75, 1.25, count).tolist())
    return [ruled(2, at_16k(one), one.phones, float(rng.uniform(0.85, 1.15))) for one in said]


def _read_at(values: NDArray[np.floating], seconds: NDArray[np.float64]) -> Floats:
    """Values [T, ...] of the frame rate at other times, by straight lines."""
    place = np.clip(seconds * FPS, 0, len(values) - 1.001)
    low = place.astype(int)
    part = (place - low).reshape(-1, *[1] * (values.ndim - 1))
    return np.asarray(values[low] * (1 - part) + values[low + 1] * part, np.float32)


def carried(clip: str, item: Item, said: espeak.Utterance) -> Item:
    """The sentence of a GRID clip in a synthetic voice, with the clip's own lips."""
    samples = at_16k(said)
    spoken = [phone for phone in said.phones if phone.name]
    bounds = (spoken[0].start, spoken[-1].end)
    here, there, _ = voices.corresponding(samples, bounds, item.samples, _span(clip))
    count = len(samples) // SAMPLES_PER_FRAME
    seconds = _between(here, there, np.arange(count) / FPS)
    samples = levelled(samples)
    return Item(
        1,
        samples,
        _read_at(item.weights, seconds),
        _read_at(item.aperture, seconds),
        _phones_speak(said.phones, count),
        articulation.closures(said.phones, count),
        phones.labels(said.phones, count),
        intonation.measured(samples, count),
    )


def _read_and_carried(clips: list[str], voices_a_clip: int, rng: np.random.Generator) -> Iterator[Item]:
    """Clips of s1, each also in voices of espeak-ng and of flite and festival in turn."""
    people = [voice for voice in festival.VOICES if voice.installed and voice.language == "en-us"]
    own = {clip: real(clip) for clip in clips}
    yield from own.values()
    for clip, item in own.items():
        for _ in range(voices_a_clip):
            yield carried(clip, item, espeak.speak(_sentence(clip), _voice(str(rng.choice(["en", "en-us"])), rng)))
    for number, voice in enumerate(people):
        mine = [clip for i, clip in enumerate(clips) if (i + number) % 3 == 0]
        said = festival.speak([_sentence(clip) for clip in mine], voice, rng.uniform(0.8, 1.2, len(mine)).tolist())
        if len(said) == len(mine):
            yield from (carried(clip, own[clip], one) for clip, one in zip(mine, said, strict=True))


def items(
    per_language: int, per_voice: int, voices_a_clip: int, seed: int = 0, limit: int | None = None
) -> Iterator[Item]:
    """Everything to train on; `limit` takes only so many real clips of each group."""
    rng = np.random.default_rng(seed)
    for group in SCALE:
        clips = [clip for clip in tracked.clips(group) if not tracked.held_out(clip)][:limit]
        if group == "grid_s1":
            yield from _read_and_carried(clips, voices_a_clip, rng)
        else:
            yield from (real(clip) for clip in clips)
    for language in texts.WORDS:
        for _ in range(per_language * (language not in HELD_OUT_LANGUAGES)):
            yield synthetic(language, rng)
    for voice in festival.VOICES:
        if voice.installed and voice.language not in HELD_OUT_LANGUAGES:
            yield from recorded(voice, per_voice, rng)
    for name in emodb.clips(held_out=False)[:limit]:
        samples, heard, shaped = emodb.clip(name)
        item = ruled(5, samples, shaped)
        yield replace(item, phones=phones.labels(heard, len(item.weights)))


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
        phones=np.concatenate([item.phones for item in collected]),
        voice=np.concatenate([item.voice for item in collected]),
    )


def read(path: Path) -> list[Item]:
    """The items that `save` kept."""
    with np.load(path) as kept:
        stored = {name: kept[name] for name in kept.files}
    at_frame, at_sample = np.cumsum(stored["frames"])[:-1], np.cumsum(stored["lengths"])[:-1]
    parts = (
        np.split(stored["samples"], at_sample),
        *(np.split(stored[name], at_frame) for name in ("weights", "aperture", "speaking", "shut")),
        *(
            (np.split(stored["phones"], 2 * at_frame), np.split(stored["voice"], at_frame))
            if "phones" in stored
            else ()
        ),
    )
    return [Item(int(kind), *part) for kind, *part in zip(stored["source"], *parts, strict=True)]


def main() -> None:
    """Make the training set."""
    parser = argparse.ArgumentParser(description="Collect the sounds and lips to train the hearing network on.")
    parser.add_argument("--out", type=Path, default=Path("runs/motion/data.npz"))
    parser.add_argument("--per-language", type=int, default=100, help="synthetic sentences of each language")
    parser.add_argument("--voices", type=int, default=3, help="other voices for each real sentence")
    parser.add_argument("--per-voice", type=int, default=110, help="sentences of each recorded voice")
    parser.add_argument("--limit", type=int, help="take only so many clips of each kind of real speech")
    args = parser.parse_args()
    collected = []
    for item in items(args.per_language, args.per_voice, args.voices, limit=args.limit):
        collected.append(item)
        if len(collected) % 500 == 0:
            print(f"{len(collected)} items", flush=True)
    save(args.out, collected)
    minutes = [sum(len(i.weights) for i in collected if i.source == s) / FPS / 60 for s in range(len(SOURCES))]
    print(f"{args.out}: " + ", ".join(f"{m:.1f} min {s}" for s, m in zip(SOURCES, minutes, strict=True)))


if __name__ == "__main__":
    main()
