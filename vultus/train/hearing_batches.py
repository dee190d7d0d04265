"""Batches for the hearing network: pieces of sound with silences between them, each at another tempo.

A thread of its own puts sequences together and hears them through `train/augment.py`. That costs as much as a
step of learning, so the newest batches are kept and given again while the next is not ready (data echoing;
Choi et al., 2019), their sequences in another mix.
"""

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, fields

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vultus.clock import SAMPLES_PER_FRAME
from vultus.face import EXPRESSIONS
from vultus.train import augment
from vultus.train.speech_data import SOURCES, Item

Floats = NDArray[np.float32]

FRAMES = 112  # of a training sequence
TRUST = {"real": 1.0, "carried": 1.0, "synthetic": 0.7, "aligned": 0.6, "given": 0.7, "checked": 0.8}
STYLE = {"real": 0, "carried": 0, "synthetic": 2, "aligned": 2, "given": 1, "checked": 2}


@dataclass(frozen=True)
class Diet:
    """What sequences are put together from, and how strange they are made."""

    parts: dict[str, float]  # shares of the pools
    tempo: float = 0.16  # largest log change of the tempo
    strength: augment.Strength = field(default_factory=augment.Strength)


WHOLE = Diet({"real": 0.26, "carried": 0.24, "synthetic": 0.17, "aligned": 0.18, "given": 0.07, "checked": 0.08})
KEPT = 12  # batches that may be given again
OFTEN = 3  # times that a batch is given, at most, on the whole


@dataclass(frozen=True)
class Batch:
    """Sounds and lips; everything in step with the frames."""

    rows: Tensor  # [B, 4 FRAMES, BANDS]
    weights: Tensor  # [B, FRAMES, E]
    aperture: Tensor  # [B, FRAMES]
    speaking: Tensor  # [B, FRAMES]
    trust: Tensor  # [B, FRAMES] in the weights
    shut: Tensor  # [B, FRAMES] by a bilabial; UNKNOWN where nobody can tell
    voice: Tensor  # [B, FRAMES, 3] energy, pitch, voicing
    phones: Tensor  # [B, 2 FRAMES] kinds; UNKNOWN where nobody can tell
    style: Tensor  # [B, FRAMES] whose lips these are


@dataclass(frozen=True)
class Piece:
    """One item at another tempo, cut to at most so many frames."""

    samples: Floats
    targets: Floats  # [T, E + 7] weights, aperture, speaking, trust, shut, voice
    phones: NDArray[np.int64]  # [2 T]


def _piece(item: Item, rng: np.random.Generator, most: int, diet: Diet) -> Piece:
    tempo = float(np.exp(rng.uniform(-diet.tempo, diet.tempo)))
    count = int((len(item.weights) - 1) / tempo)
    trust = np.full((len(item.weights), 1), TRUST[SOURCES[item.source]], np.float32)
    told = [item.weights, item.aperture[:, None], item.speaking[:, None], trust, item.shut[:, None], item.voice]
    targets = np.concatenate(told, axis=1)
    start = int(rng.integers(0, max(1, count - most + 1)))
    stop = min(count, start + most)
    place = np.minimum(np.arange(start, stop) * tempo, len(targets) - 1.001)
    low = place.astype(int)
    part = (place - low)[:, None].astype(np.float32)
    targets = targets[low] * (1 - part) + targets[low + 1] * part
    half = ((np.arange(2 * start, 2 * stop) + 0.5) * tempo).astype(int)
    at = np.arange(start * SAMPLES_PER_FRAME, stop * SAMPLES_PER_FRAME) * tempo
    samples = np.interp(at, np.arange(len(item.samples)), item.samples, right=0.0).astype(np.float32)
    kinds = item.phones[np.minimum(half, len(item.phones) - 1)].astype(np.int64)
    return Piece(samples, targets.astype(np.float32), kinds)


@dataclass(frozen=True)
class Sound:
    """One training sequence before it is heard."""

    sound: Floats  # [FRAMES * 640]
    targets: Floats  # [FRAMES, E + 7]
    phones: NDArray[np.int64]  # [2 FRAMES]
    style: NDArray[np.int64]  # [FRAMES]


def _sequence(pools: dict[str, list[Item]], rng: np.random.Generator, diet: Diet) -> Sound:
    """Pieces with silences between them; now and then nothing but the noises that are added later."""
    e = len(EXPRESSIONS)
    sound = np.zeros(FRAMES * SAMPLES_PER_FRAME, np.float32)
    targets = np.zeros((FRAMES, e + 7), np.float32)
    targets[:, e + 2], targets[:, e + 4] = 1, -4
    phones, style = np.zeros(2 * FRAMES, np.int64), np.zeros(FRAMES, np.int64)
    there = [name for name in diet.parts if pools[name]]
    shares = np.array([diet.parts[name] for name in there])
    frame = int(rng.integers(0, 25)) if rng.random() < 0.4 else 0
    if rng.random() < 0.1:
        frame = FRAMES
    while frame < FRAMES - 12:
        name = there[int(rng.choice(len(there), p=shares / shares.sum()))]
        piece = _piece(pools[name][int(rng.integers(len(pools[name])))], rng, FRAMES - frame, diet)
        stop = frame + len(piece.targets)
        level = np.float32(10 ** (rng.uniform(-4, 4) / 20))
        sound[frame * SAMPLES_PER_FRAME : stop * SAMPLES_PER_FRAME] = piece.samples * level
        targets[frame:stop], phones[2 * frame : 2 * stop] = piece.targets, piece.phones
        pause = int(rng.integers(4, 30))
        style[frame : stop + pause] = STYLE[name]
        frame = stop + pause
    joined = np.pad(targets, ((1, 1), (0, 0)), mode="edge")
    smooth = 0.15 * joined[:-2] + 0.7 * joined[1:-1] + 0.15 * joined[2:]
    targets[:, : e + 1] = smooth[:, : e + 1]
    return Sound(sound, targets, phones, style)


def batch(
    pools: dict[str, list[Item]], size: int, backing: Floats, rng: np.random.Generator, diet: Diet = WHOLE
) -> Batch:
    """A batch of new sequences, heard in other voices and places."""
    made = [_sequence(pools, rng, diet) for _ in range(size)]
    sounds = torch.from_numpy(np.stack([one.sound for one in made]))
    targets = torch.from_numpy(np.stack([one.targets for one in made]))
    sounds = sounds + 1e-5 * torch.from_numpy(rng.standard_normal(sounds.shape, np.float32))
    rows = augment.features(sounds, backing, rng, diet.strength)
    e = len(EXPRESSIONS)
    phones = torch.from_numpy(np.stack([one.phones for one in made]))
    style = torch.from_numpy(np.stack([one.style for one in made]))
    aperture, speaking, trust, shut = (targets[:, :, e + k] for k in range(4))
    return Batch(rows, targets[:, :, :e], aperture, speaking, trust, shut, targets[:, :, e + 4 :], phones, style)


def pooled(collected: Sequence[Item]) -> dict[str, list[Item]]:
    """The items by source."""
    return {name: [item for item in collected if SOURCES[item.source] == name] for name in SOURCES}


def _mixed(a: Batch, b: Batch, rng: np.random.Generator) -> Batch:
    """Half of the sequences of each."""
    size = len(a.rows)
    own = torch.from_numpy(rng.permutation(size)[: size // 2])
    other = torch.from_numpy(rng.permutation(size)[: size - size // 2])
    parts = (torch.cat([getattr(a, f.name)[own], getattr(b, f.name)[other]]) for f in fields(Batch))
    return Batch(*parts)


class Feed:
    """Batches without end from a thread of its own, between `with` and its end; `pools` may change meanwhile."""

    def __init__(
        self,
        pools: dict[str, list[Item]],
        size: int,
        seed: int,
        diet: Diet = WHOLE,
        thrift: int = 1,  # steps for which a batch is made, once there are enough to choose from
    ) -> None:
        self.pools, self.size, self.diet, self.thrift = pools, size, diet, thrift
        self._rng, self._own = np.random.default_rng(seed), np.random.default_rng(seed + 1)
        self._newest: deque[Batch] = deque(maxlen=KEPT)
        self._made = self._given = 0
        self._changed = threading.Condition()
        self._over = False
        self._thread = threading.Thread(target=self._prepare)

    def __enter__(self) -> "Feed":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._over = True
            self._changed.notify_all()
        self._thread.join()

    def _prepare(self) -> None:
        backing = augment.music(60, self._rng)
        while not self._over:
            made = batch(self.pools, self.size, backing, self._rng, self.diet)
            with self._changed:
                self._newest.append(made)
                self._made += 1
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._over or self._made <= self._given // self.thrift + KEPT)

    def take(self) -> Batch:
        """The next batch: half of it from the newest, half from another that is kept."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._newest) and self._given < OFTEN * self._made)
            self._given += 1
            self._changed.notify_all()
            a, b = (self._newest[int(self._own.integers(len(self._newest)))] for _ in range(2))
        return _mixed(a, b, self._own)
