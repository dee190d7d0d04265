"""What is measured on: held-out clips with their truth, and sounds made for the purpose."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.io import wavfile
from scipy.signal import butter, istft, resample_poly, sosfilt, stft

from vultus.clock import FRAME_RATE, SAMPLE_RATE, SAMPLES_PER_FRAME
from vultus.face import Floats
from vultus.train import augment, emodb, espeak, speech_data, texts, tracked

Array = NDArray[np.float64]

FPS = float(FRAME_RATE)
VOICES = tracked.TALKING.parent / "voices"
GROUPS = ("grid_s1", "grid_other", "addresses")
BILABIAL_WORDS = ("bin", "blue", "by", "place", "please", "b", "m", "p")  # that begin with p, b or m, but for "m"
UNSEEN_LANGUAGE = speech_data.HELD_OUT_LANGUAGES[0]


@dataclass(frozen=True)
class Clip:
    """A held-out clip."""

    name: str
    samples: Floats  # [N]
    rows: Floats  # [T, D] as tracked
    aperture: Floats  # [T] as tracked, over the height of the face

    @property
    def frames(self) -> int:
        """How many frames have sound and truth."""
        return min(len(self.aperture), len(self.samples) // SAMPLES_PER_FRAME)


@cache
def held_out(group: str, limit: int | None = None) -> tuple[Clip, ...]:
    """The clips of a group that are never trained on."""
    names = [name for name in tracked.clips(f"{group}/") if tracked.held_out(name)][:limit]
    found = []
    for name in names:
        one = tracked.example(name)
        found.append(Clip(name, one.samples, one.rows, one.aperture))
    return tuple(found)


def talk(seconds: int, skip: int = 0) -> Floats:  # [N]
    """A long talk put together from the addresses."""
    sound = np.concatenate([clip.samples for clip in held_out("addresses")])
    return np.resize(np.roll(sound, -skip * SAMPLE_RATE), seconds * SAMPLE_RATE).astype(np.float32)


@dataclass(frozen=True)
class Said:
    """Synthetic speech in a voice never trained on, with its truth."""

    samples: Floats
    item: speech_data.Item
    closures: Array  # [K, 2] seconds from and to which the lips must be shut
    language: str


def synthetic(language: str, count: int, seed: int = 0) -> Iterator[Said]:
    """Sentences by espeak-ng in held-out variants."""
    rng = np.random.default_rng([seed, *language.encode()])
    for i in range(count):
        variant = speech_data.HELD_OUT_VARIANTS[i % len(speech_data.HELD_OUT_VARIANTS)]
        voice = espeak.Voice(language, variant, int(rng.integers(130, 190)), int(rng.integers(25, 75)), 50)
        said = espeak.speak(texts.sentence(language, rng), voice)
        item = speech_data.ruled(2, at_16k(said.samples, said.rate), said.phones)
        times = [(p.start, p.end) for p in said.phones if set(p.name) & set("pbm")]
        yield Said(item.samples, item, np.array(times, np.float64).reshape(-1, 2), language)


def at_16k(samples: Floats, rate: int) -> Floats:
    """The sound resampled to the rate that is heard."""
    common = int(np.gcd(SAMPLE_RATE, rate))
    return np.asarray(resample_poly(samples, SAMPLE_RATE // common, rate // common), np.float32)


def word_closures(clip: str) -> Array:  # [K, 2] seconds
    """When GRID's words shut the lips: about the start of those that begin with a bilabial, the end of "m"."""
    times = []
    for start, end, word in tracked.words(clip):
        if word == "m":
            times.append((end - 0.12, end))
        elif word in BILABIAL_WORDS:
            times.append((start, start + 0.08))
    return np.array(times, np.float64).reshape(-1, 2)


def german_closures(name: str) -> Array:  # [K, 2] seconds
    """When an actor of EmoDB shuts the lips, by phone times that people have checked."""
    _, shaped = emodb.timed(name)
    times = [(phone.start, phone.end) for phone in shaped if set(phone.name) & set("pbm")]
    return np.array(times, np.float64).reshape(-1, 2)


def whispered(samples: Floats, rng: np.random.Generator) -> Floats:
    """The same speech without a voice: noise under its smoothed spectrum (no harmonics, no pitch)."""
    _, _, spectrum = stft(samples, SAMPLE_RATE, nperseg=512, noverlap=384)
    power = np.log(np.abs(spectrum) + 1e-6)
    kernel = np.hanning(19) / np.hanning(19).sum()
    envelope = np.exp(np.apply_along_axis(lambda column: np.convolve(column, kernel, "same"), 0, power))
    _, _, noise = stft(rng.normal(0, 1, len(samples)), SAMPLE_RATE, nperseg=512, noverlap=384)
    _, out = istft(envelope * noise / np.abs(noise).mean(), SAMPLE_RATE, nperseg=512, noverlap=384)
    out = np.resize(out, len(samples))
    return np.asarray(out * samples.std() / out.std() * 0.3, np.float32)


def phoned(samples: Floats, rng: np.random.Generator) -> Floats:
    """The same speech over a telephone, 300 to 3400 Hz, with noise 10 dB below it."""
    band = butter(4, (300, 3400), "bandpass", fs=SAMPLE_RATE, output="sos")
    clean, hiss = sosfilt(band, samples), sosfilt(band, rng.normal(0, 1, len(samples)))
    return np.asarray(clean + hiss * clean.std() / hiss.std() * 10**-0.5, np.float32)


def unspoken(rng: np.random.Generator, seconds: int = 15) -> dict[str, Floats]:
    """Sounds at which nobody speaks."""
    count = seconds * SAMPLE_RATE
    rumble = np.cumsum(rng.normal(0, 0.01, count))
    return {
        "silence": np.zeros(count, np.float32),
        "hiss": rng.normal(0, 0.003, count).astype(np.float32),
        "loud noise": rng.normal(0, 0.1, count).astype(np.float32),
        "rumble": (rumble - np.convolve(rumble, np.ones(801) / 801, "same")).astype(np.float32),
        "music": augment.music(seconds, rng)[:count] * np.float32(0.1),
    }


def demo(name: str, seconds: float = 15.0) -> Floats | None:
    """A voice of `../shared/voices`, None where it is not there."""
    path = VOICES / f"{name}.wav"
    if not path.exists():
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", wavfile.WavFileWarning)  # chunks beside the sound
        rate, sound = wavfile.read(path)
    mono = np.asarray(sound, np.float32).reshape(len(sound), -1).mean(axis=1) / np.iinfo(sound.dtype).max
    return at_16k(mono, rate)[: int(seconds * SAMPLE_RATE)]
