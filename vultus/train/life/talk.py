"""Sound and lips of ten to twenty seconds: utterances with pauses between them, songs, stretches without speech."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vultus.clock import FRAME_RATE, SAMPLES_PER_FRAME
from vultus.face import E
from vultus.train import articulation, speech_data
from vultus.train.life import singing, sounds
from vultus.train.life.compose import OPENING, Heard
from vultus.train.speech_data import Item

Floats = NDArray[np.float32]

FPS = float(FRAME_RATE)
SHORTEST, LONGEST = 10 * int(FPS), 18 * int(FPS)  # frames of a sequence
TRUST = {"real": 1.0, "given": 1.0, "carried": 0.8, "checked": 0.7, "synthetic": 0.7, "aligned": 0.6}
BETWEEN = 0.4  # trust in lips where nobody speaks and nothing was tracked
EASE = 6  # frames in which lips go home after an utterance
LEVELS = (-14.0, 6.0)  # decibels about the level of the training set
MUSIC_BEHIND, NOISE_BEHIND = 0.08, 0.15
SUNG = 0.6


def _edges(samples: Floats) -> Floats:
    """The sound without a click at its ends."""
    ramp = np.linspace(0, 1, 160, dtype=np.float32)
    out = samples.copy()
    out[:160] *= ramp
    out[-160:] *= ramp[::-1]
    return out


def _eased(lips: Floats, first: int, last: int) -> None:
    """Let the lips come from home before `first` and go home from `last` on, in place."""
    way = (0.5 + 0.5 * np.cos(np.pi * (np.arange(EASE) + 1) / (EASE + 1)))[:, None].astype(np.float32)
    after = lips[last : last + EASE]
    after[:] = np.maximum(after, lips[last - 1] * way[: len(after)])
    before = lips[max(0, first - EASE) : first]
    before[:] = np.maximum(before, lips[first] * way[::-1][EASE - len(before) :])


def _background(rng: np.random.Generator, count: int) -> Floats:
    kind = rng.random()
    if kind < MUSIC_BEHIND:
        return np.asarray(sounds.music(rng, count) * 10 ** (-float(rng.uniform(4, 16)) / 20), np.float32)
    if kind < MUSIC_BEHIND + NOISE_BEHIND:
        return np.asarray(sounds.noise(rng, count) * 10 ** (-float(rng.uniform(4, 16)) / 20), np.float32)
    return sounds.floor(rng, count)


def spoken(rng: np.random.Generator, items: Sequence[Item], frames: int) -> tuple[Heard, int]:
    """Utterances one after another until `frames` are full, and how many of the items it took."""
    lips, speaking = np.zeros((frames, E), np.float32), np.zeros(frames, np.float32)
    trust = np.full(frames, BETWEEN, np.float32)
    samples = np.zeros(frames * SAMPLES_PER_FRAME, np.float32)
    at, used = int(rng.uniform(0, 1.2) * FPS), 0
    spans: list[tuple[int, int]] = []
    for item in items:
        length = min(len(item.weights), len(item.samples) // SAMPLES_PER_FRAME)
        if at + length > frames - 5:
            break
        span = slice(at, at + length)
        lips[span], speaking[span] = item.weights[:length], item.speaking[:length]
        trust[span] = TRUST[speech_data.SOURCES[item.source]]
        sound = _edges(item.samples[: length * SAMPLES_PER_FRAME])
        samples[at * SAMPLES_PER_FRAME : (at + length) * SAMPLES_PER_FRAME] = sound
        spans.append((at, at + length))
        used += 1
        at += length + max(2, int(rng.lognormal(np.log(0.45), 0.7) * FPS))
    for begin, end in spans:
        _eased(lips, begin, end)
    name = speech_data.SOURCES[items[0].source]
    gain = 10 ** (float(rng.uniform(*LEVELS)) / 20)
    return Heard(_mixed(rng, samples * np.float32(gain)), lips, speaking, trust, name), used


def _mixed(rng: np.random.Generator, samples: Floats) -> Floats:
    return np.asarray(np.clip(samples + _background(rng, len(samples)), -1, 1), np.float32)


def talks(rng: np.random.Generator, items: list[Item], share: float) -> Iterator[Heard]:
    """Talks of utterances of one kind in random order, each said at most once, until this share is used."""
    order = [items[i] for i in rng.permutation(len(items))]
    left = order[: round(len(order) * share)]
    while left:
        frames = int(rng.integers(SHORTEST, LONGEST))
        heard, used = spoken(rng, left, frames)
        if used:
            yield heard
        left = left[max(1, used) :]


def windows(item: Item, frames: int) -> Iterator[Item]:
    """A long recording cut into utterances of so many frames."""
    for first in range(0, len(item.weights) - frames + 1, frames):
        part, sound = (slice(first * size, (first + frames) * size) for size in (1, SAMPLES_PER_FRAME))
        curves = {name: getattr(item, name)[part] for name in ("weights", "aperture", "speaking", "shut")}
        yield replace(item, samples=item.samples[sound], **curves)


def sung(rng: np.random.Generator) -> Heard:
    """A song, with its lips."""
    frames = int(rng.integers(SHORTEST, LONGEST))
    samples, phones = singing.song(rng, frames / FPS)
    lips = articulation.weights_of(articulation.lips(phones, frames))
    lips[:, OPENING] *= 1 - articulation.closures(phones, frames)[:, None]
    speaking = np.zeros(frames, np.float32)
    for phone in phones:
        if phone.name:
            speaking[int(phone.start * FPS) : int(phone.end * FPS) + 1] = 1
    samples = np.resize(samples, frames * SAMPLES_PER_FRAME) * np.float32(10 ** (float(rng.uniform(-12, 6)) / 20))
    return Heard(_mixed(rng, samples), lips, speaking, np.full(frames, SUNG, np.float32), "singing")


def unspoken(rng: np.random.Generator, kind: str) -> Heard:
    """A stretch at which nobody speaks; the lips rest."""
    frames = int(rng.integers(SHORTEST, LONGEST))
    count = frames * SAMPLES_PER_FRAME
    lips = np.zeros((frames, E), np.float32)
    if kind == "laughter":
        sound, _ = sounds.laughter(rng, count)
    else:
        sound = {
            "idle": sounds.floor,
            "listening": sounds.floor,
            "noise": sounds.noise,
            "music": sounds.music,
            "breath": sounds.breaths,
        }[kind](rng, count)
    return Heard(sound, lips, np.zeros(frames, np.float32), np.ones(frames, np.float32), kind)
