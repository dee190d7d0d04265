"""Singing made from nothing: held vowels on a tune, with consonants between, and the lips that belong to them.

A voiced source with vibrato goes through resonances that move from vowel to vowel (source and filter: Fant,
1960). It is no beauty; it has what speech does not: vowels of a second, notes, and no pauses between words.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from vultus.clock import SAMPLE_RATE
from vultus.train.espeak import Phone

Array = NDArray[np.float64]
Floats = NDArray[np.float32]

VOWELS: dict[str, tuple[float, float, float]] = {  # resonances, hertz (Peterson and Barney, 1952)
    "a": (750, 1150, 2500),
    "e": (480, 1950, 2550),
    "i": (290, 2250, 2950),
    "o": (480, 850, 2450),
    "u": (320, 800, 2300),
    "ə": (520, 1450, 2450),
}
CONSONANTS = ("m", "n", "l", "b", "d", "s", "f", "")
WIDTHS = (70.0, 95.0, 140.0)  # hertz, of the resonances
SCALE = (0, 2, 4, 5, 7, 9, 11, 12)
BLOCK = 80  # samples, 5 ms, between changes of the resonances


def _score(rng: np.random.Generator, seconds: float) -> Iterator[tuple[str, str, float, float, float]]:
    """(consonant, vowel, start, length, hertz) of each note; phrases are parted by breaths."""
    root, degree, at = 110 * 2 ** float(rng.uniform(0, 1.6)), 3, float(rng.uniform(0.3, 1))
    beat = float(rng.uniform(0.3, 0.65))
    notes = 0
    while at < seconds - 1.5:
        length = beat * float(rng.choice([0.5, 1, 1, 2, 3], p=[0.2, 0.3, 0.2, 0.2, 0.1]))
        degree = int(np.clip(degree + rng.integers(-2, 3), 0, len(SCALE) - 1))
        yield str(rng.choice(CONSONANTS)), str(rng.choice(list(VOWELS))), at, length, root * 2 ** (SCALE[degree] / 12)
        at += length
        notes += 1
        if rng.random() < min(0.5, notes / 14):
            at, notes = at + float(rng.uniform(0.35, 1.2)), 0


def _filtered(source: Array, formants: Array) -> Array:  # [N], [N / BLOCK, 3] hertz -> [N]
    """The source through three resonances one after another."""
    out = source
    for k, width in enumerate(WIDTHS):
        pole = np.exp(-np.pi * width / SAMPLE_RATE)
        state, pieces = np.zeros(2), []
        for block, centre in enumerate(formants[:, k]):
            a = np.array([1, -2 * pole * np.cos(2 * np.pi * centre / SAMPLE_RATE), pole**2])
            piece, state = lfilter([a.sum()], a, out[block * BLOCK : (block + 1) * BLOCK], zi=state)
            pieces.append(piece)
        out = np.concatenate(pieces)
    return np.asarray(out)


def song(rng: np.random.Generator, seconds: float) -> tuple[Floats, list[Phone]]:
    """A sung line and its phones."""
    count = int(seconds * SAMPLE_RATE) // BLOCK * BLOCK
    pitch, voiced, hiss = np.zeros(count), np.zeros(count), np.zeros(count)
    formants = np.tile(np.array(VOWELS["ə"]), (count // BLOCK, 1))
    shift, phones, last = float(rng.uniform(0.9, 1.2)), [], 0.0
    for consonant, vowel, at, length, hertz in _score(rng, seconds):
        head = 0.0 if not consonant else float(rng.uniform(0.07, 0.12))
        a, b, c = (int(t * SAMPLE_RATE) for t in (at, at + head, at + length))
        if at - last > 0.05:
            phones.append(Phone("", last, at))
        if consonant:
            phones.append(Phone(consonant, at, at + head))
        phones.append(Phone(vowel, at + head, at + length))
        last = at + length
        pitch[a:c] = hertz
        formants[a // BLOCK : c // BLOCK] = np.array(VOWELS[vowel]) * shift
        voiced[b:c] = 1.0
        voiced[a:b] = {"m": 0.35, "n": 0.35, "l": 0.5}.get(consonant, 0.03)
        hiss[a:b] = {"s": 0.25, "f": 0.1}.get(consonant, 0.0)
    kernel = np.hanning(int(0.03 * SAMPLE_RATE))
    voiced = np.convolve(voiced, kernel / kernel.sum(), "same")
    glide = np.hanning(9) / np.hanning(9).sum()
    formants = np.stack([np.convolve(np.pad(f, 4, "edge"), glide, "valid") for f in formants.T], axis=1)
    t = np.arange(count) / SAMPLE_RATE
    vibrato = 1 + 0.012 * np.sin(2 * np.pi * float(rng.uniform(4.8, 6.2)) * t)
    phase = np.cumsum(np.where(pitch > 0, pitch, 120) * vibrato) / SAMPLE_RATE
    source = np.diff(np.floor(phase), prepend=0) - np.diff(phase, prepend=0)
    source = lfilter([1], [1, -0.94], source) + rng.normal(0, 0.02, count)
    sound = _filtered(source * voiced, formants) + 0.3 * hiss * np.diff(rng.normal(0, 1, count), prepend=0)
    return np.asarray(0.08 * sound / (np.sqrt((sound**2).mean()) + 1e-9), np.float32), phones
