"""Other voices, rooms, microphones and noises: sounds [B, N] to log-mel rows [B, t, BANDS], made strange.

The network must read lips from speakers it has never heard, so every batch is heard anew: the spectrum is
split by its cepstrum into envelope and harmonics, the envelope stretched (a longer or shorter vocal tract)
and the harmonics stretched apart from it (another pitch); then rooms, coloured noise, music, other people
in the background, band limits, equalisers, level, and SpecAugment (Park et al., 2019). Nothing is random
but `rng`.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from vultus.clock import SAMPLE_RATE, SAMPLES_PER_FEATURE
from vultus.speech.filterbank import BANDS, BINS, TRANSFORM, WINDOW, hann, triangles
from vultus.speech.logmel import FLOOR, OVERLAP

Floats = NDArray[np.float32]

LIFTER = 30  # samples of cepstrum that make the envelope: slower than any voice's pitch
TINY = 1e-8
SPOKEN_LEVEL = 10 ** (-26 / 20)  # root mean square of the sounds that come in, pauses counted in
SPOKEN = SPOKEN_LEVEL**2 * float((hann() ** 2).sum())  # their mean power in a bin


@dataclass(frozen=True)
class Strength:
    """How far sounds are changed; 0 leaves them as they are."""

    tract: float = 0.20  # largest log stretch of the envelope
    pitch: float = 0.45  # ... of the harmonics
    room: float = 0.35  # chances
    noise: float = 0.55
    music: float = 0.2
    babble: float = 0.15
    equaliser: float = 0.6
    band_limit: float = 0.3
    mask: float = 0.5
    plain: float = 0.0  # share of the sounds that keep their own voice and room, nearly


def power(waves: Tensor) -> Tensor:  # [B, N] -> [B, t, BINS]
    """Power spectra exactly as `speech.step` takes them."""
    framed = F.pad(waves, (OVERLAP, 0)).unfold(1, WINDOW, SAMPLES_PER_FEATURE)
    spectrum = torch.fft.rfft(framed * torch.from_numpy(hann()), TRANSFORM)
    return spectrum.real**2 + spectrum.imag**2


def log_mel(spectra: Tensor) -> Tensor:  # [B, t, BINS] -> [B, t, BANDS]
    """Log-mel rows of power spectra, as `speech.step` gives them."""
    return torch.log(spectra @ torch.from_numpy(triangles()).T + float(FLOOR))


def _stretched(curves: Tensor, factors: Tensor) -> Tensor:  # [B, t, BINS], [B] -> [B, t, BINS]
    """Each curve read at bin / factor, by straight lines; beyond the last bin the last value holds."""
    place = (torch.arange(BINS) / factors[:, None]).clamp(max=BINS - 1.001)
    low = place.long()
    part = (place - low)[:, None]
    index = low[:, None].expand(-1, curves.shape[1], -1)
    return curves.gather(2, index) * (1 - part) + curves.gather(2, index + 1) * part


def other_voice(spectra: Tensor, tract: Tensor, pitch: Tensor) -> Tensor:
    """Spectra [B, t, BINS] with the envelope stretched by `tract` [B] and the harmonics by `pitch` [B]."""
    logs = torch.log(spectra + TINY)
    cepstrum = torch.fft.irfft(logs, TRANSFORM)
    cepstrum[:, :, LIFTER : TRANSFORM - LIFTER + 1] = 0
    envelope = torch.fft.rfft(cepstrum).real
    harmonics = logs - envelope
    return torch.exp(_stretched(envelope, tract) + _stretched(harmonics, pitch))


def _room(waves: Tensor, rng: np.random.Generator) -> Tensor:
    """All sounds in one made-up room: a decaying tail of noise after the direct sound."""
    seconds = rng.uniform(0.08, 0.45)
    length = int(seconds * SAMPLE_RATE)
    tail = rng.normal(0, 1, length) * np.exp(-6.9 * np.arange(length) / length)
    tail[: int(0.002 * SAMPLE_RATE)] = 0
    tail *= 10 ** (rng.uniform(-16, -3) / 20) / np.sqrt((tail**2).sum() + TINY)
    tail[0] = 1
    size = waves.shape[1] + length
    spectrum = torch.fft.rfft(waves, size) * torch.fft.rfft(torch.from_numpy(tail.astype(np.float32)), size)
    return torch.fft.irfft(spectrum, size)[:, : waves.shape[1]]


def _smooth_curve(rng: np.random.Generator, count: int, knots: int, spread: float) -> Floats:  # [count, BINS]
    values = rng.normal(0, spread, (count, knots))
    place = np.linspace(0, knots - 1, BINS)
    low = np.minimum(place.astype(int), knots - 2)
    part = place - low
    return np.asarray(values[:, low] * (1 - part) + values[:, low + 1] * part, np.float32)


def _noise(shape: tuple[int, int], rng: np.random.Generator) -> Floats:  # (B, t) -> [B, t, BINS]
    """Power of coloured noise of mean 1, with a loudness that wanders or comes in bursts (breath, steps)."""
    batch, rows = shape
    slope = rng.uniform(-2.2, 0.4, (batch, 1)) * np.log(np.maximum(np.arange(BINS), 2) / 40)
    colour = np.exp(slope + _smooth_curve(rng, batch, 7, 0.8))
    colour /= colour.mean(1, keepdims=True)
    knots = rng.normal(0, 1, (batch, rows // 25 + 2)) * rng.uniform(0.1, 1.6, (batch, 1))
    course = np.stack([np.interp(np.arange(rows), np.arange(k.size) * 25, k) for k in knots])
    grain = rng.exponential(1.0, (batch, rows, BINS)).astype(np.float32)
    return np.asarray(grain * colour[:, None] * np.exp(course)[:, :, None], np.float32)


def music(seconds: float, rng: np.random.Generator) -> Floats:  # [N]
    """Made-up music: overlapping notes with a few partials each, and a drum of noise."""
    out = np.zeros(int(seconds * SAMPLE_RATE), np.float32)
    for _ in range(int(seconds * 5)):
        length = int(rng.uniform(0.15, 1.5) * SAMPLE_RATE)
        start = int(rng.integers(0, max(1, out.size - length)))
        t = np.arange(min(length, out.size - start)) / SAMPLE_RATE
        tone = 55 * 2 ** (rng.integers(0, 52) / 12)
        partials = sum(np.sin(2 * np.pi * tone * k * t) / k ** rng.uniform(0.7, 2) for k in range(1, 7))
        fade = np.exp(-t * rng.uniform(0.5, 6)) * np.minimum(1, t / 0.01)
        out[start : start + t.size] += (partials * fade * rng.uniform(0.3, 1)).astype(np.float32)
        if rng.random() < 0.3:
            hit = rng.normal(0, 1, min(2400, out.size - start)) * np.exp(-np.arange(min(2400, out.size - start)) / 400)
            out[start : start + hit.size] += hit.astype(np.float32)
    return out / np.float32(np.sqrt((out**2).mean()) + TINY)


def _level(rng: np.random.Generator, low: float, high: float, chance: float, batch: int) -> Tensor:
    """Power factors [B, 1, 1] of a sound `low` to `high` dB under speech, heard with this chance."""
    decibels = rng.uniform(low, high, batch)
    heard = rng.random(batch) < chance
    return torch.from_numpy(np.where(heard, 10 ** (-decibels / 10), 0).astype(np.float32))[:, None, None]


def _masked(rows: Tensor, rng: np.random.Generator, chance: float) -> Tensor:
    """SpecAugment: a stripe of bands, or a few rows, replaced by the mean of the sound."""
    rows = rows.clone()
    for one in rows:
        if rng.random() < chance:
            band, wide = int(rng.integers(0, BANDS - 12)), int(rng.integers(2, 12))
            one[:, band : band + wide] = one[:, band : band + wide].mean()
        if rng.random() < chance * 0.5:
            start = int(rng.integers(0, max(1, len(one) - 8)))
            one[start : start + int(rng.integers(1, 6))] = one.mean(0)
    return rows


NEARLY = 0.15  # of a change of voice that plain sounds get


def features(
    waves: Tensor,  # [B, N] speech of about -23 dB of full scale
    backing: Floats,  # [M] music of power 1
    rng: np.random.Generator,
    strength: Strength,
) -> Tensor:  # [B, N / 160, BANDS]
    """Log-mel rows of the sounds, heard in other voices and other places."""
    batch = waves.shape[0]
    half = batch // 2
    plain = rng.random(batch) < strength.plain
    much, loud = np.where(plain, NEARLY, 1.0), torch.from_numpy(np.where(plain, 0, 1).astype(np.float32))[:, None, None]
    if rng.random() < 2 * strength.room:  # half of the batch shares a room
        waves = torch.cat([_room(waves[:half], rng), waves[half:]])
    spectra = power(waves)
    tract = np.exp(much * rng.uniform(-strength.tract, strength.tract, batch)).astype(np.float32)
    pitch = np.exp(much * rng.uniform(-strength.pitch, strength.pitch, batch)).astype(np.float32)
    spectra = other_voice(spectra, torch.from_numpy(tract), torch.from_numpy(pitch))

    shape = (batch, spectra.shape[1])
    spectra = spectra + SPOKEN * loud * _level(rng, 0, 38, strength.noise, batch) * torch.from_numpy(_noise(shape, rng))
    start = int(rng.integers(0, backing.size - waves.shape[1]))
    tune = power(torch.from_numpy(backing[start : start + waves.shape[1]])[None])
    tune = tune / tune.mean()
    spectra = spectra + SPOKEN * loud * _level(rng, 2, 28, strength.music, batch) * tune
    others = (spectra.roll(1, 0) + spectra.roll(2, 0)) / 2
    spectra = spectra + loud * _level(rng, 8, 25, strength.babble, batch) * others

    shaped = _smooth_curve(rng, batch, 6, 0.9) * (rng.random((batch, 1)) < strength.equaliser)
    limit = np.where(rng.random(batch) < strength.band_limit, rng.uniform(3000, 7800, batch), 8000)
    hertz = np.arange(BINS) * SAMPLE_RATE / TRANSFORM
    beyond = np.maximum(0, hertz - limit[:, None]) / 100
    gain = rng.uniform(-22, 14, (batch, 1)) * np.log(10) / 10
    spectra = spectra * torch.from_numpy(np.exp(shaped + gain - beyond).astype(np.float32))[:, None]
    return _masked(log_mel(spectra), rng, strength.mask)
