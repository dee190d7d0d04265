"""What a hearing that is still learning is chosen by: items of the training people that it does not learn from.

The people, voices and clips of the evaluation are not among them, so they can be looked at as often as one likes.
Their strange twins, other vocal tracts and pitches, stand for people who are never heard.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vultus.clock import SAMPLES_PER_FRAME
from vultus.motion.hearing import DELAY
from vultus.train import augment, lip_losses
from vultus.train.hearing_net import HearingNet
from vultus.train.hearing_train import MIX
from vultus.train.speech_data import SOURCES, Item

Floats = NDArray[np.float32]

ONE_IN = 20  # items of each kind that are held back
STRANGE = ((0.85, 1.3), (1.16, 0.75))  # stretch of the vocal tract and of the pitch
CLOSED, SLACK = 0.012, 1  # opening that looks closed, frames in which it must be reached
MOST = 60  # items of a kind that are looked at


@dataclass(frozen=True)
class Figures:
    """How well lips are heard on what was held back."""

    real: float  # median r of the opening, as it was recorded
    strange: float  # ... as other people would have said it
    carried: float  # ... under synthetic voices
    closed: float  # share of the bilabials of synthetic voices at which the lips close
    falsely: float  # share of their other frames of speech, far from bilabials, that are closed
    moved: float  # root mean square that the features are away from those of the first network

    @property
    def worth(self) -> float:
        """One number to choose by."""
        return self.real + self.strange + self.carried + self.closed - self.falsely

    def __str__(self) -> str:
        return " ".join(f"{name} {value:.4f}" for name, value in (*vars(self).items(), ("worth", self.worth)))


@dataclass(frozen=True)
class Sound:
    """A sound as it is judged by."""

    rows: Tensor  # [1, 4 (T + DELAY), BANDS]
    opening: Floats  # [T]
    shut: NDArray[np.bool_]  # [T] a bilabial
    speaking: NDArray[np.bool_]  # [T]


def _sound(item: Item, voice: tuple[float, float] | None = None) -> Sound:
    count = min(len(item.weights), len(item.samples) // SAMPLES_PER_FRAME)
    padded = np.zeros((count + DELAY) * SAMPLES_PER_FRAME, np.float32)
    padded[: min(len(padded), len(item.samples))] = item.samples[: len(padded)]
    spectra = augment.power(torch.from_numpy(padded)[None])
    if voice is not None:
        tract, pitch = (torch.tensor([factor], dtype=torch.float32) for factor in voice)
        spectra = augment.other_voice(spectra, tract, pitch)
    speaking = item.speaking[:count] > 0.5
    return Sound(augment.log_mel(spectra), item.aperture[:count], item.shut[:count] > 0.5, speaking)


@dataclass(frozen=True)
class Judge:
    """The sounds that were held back, and what the first network said of them."""

    real: list[Sound]
    strange: list[Sound]
    carried: list[Sound]
    synthetic: list[Sound]
    was: list[Tensor]  # features of the first network on the real ones

    def of(self, net: HearingNet) -> Figures:
        """How well a network does."""
        training = net.training
        net.eval()
        shut = [_closures(_heard(net, one)[0], one) for one in self.synthetic]
        away = [_heard(net, one)[1] - before for one, before in zip(self.real, self.was, strict=True)]
        made = Figures(
            real=_median_r(net, self.real),
            strange=_median_r(net, self.strange),
            carried=_median_r(net, self.carried),
            closed=_mean([share for near, _ in shut for share in near]),
            falsely=_mean([share for _, far in shut for share in far]),
            moved=float(torch.cat(away, 1).square().mean().sqrt()) if away else 0.0,
        )
        net.train(training)
        return made


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else 0.0


def _heard(net: HearingNet, sound: Sound) -> tuple[Floats, Tensor]:
    """The opening [T] and the features [1, T + DELAY, A]."""
    with torch.no_grad():
        said = net(sound.rows)
        lips = torch.einsum("s,btse->bte", torch.tensor(MIX), said.lips).clamp(0, 1)
        return lip_losses.Lips()(lips)[0][0, DELAY:].clamp(min=0).numpy(), said.features


def _median_r(net: HearingNet, sounds: Sequence[Sound]) -> float:
    found = []
    for sound in sounds:
        made, wanted = _heard(net, sound)[0], sound.opening
        if wanted.std() > 0 and made.std() > 0:
            found.append(float(np.corrcoef(made, wanted)[0, 1]))
    return float(np.median(found)) if found else 0.0


def _closures(made: Floats, sound: Sound) -> tuple[list[float], list[float]]:
    """Whether the lips close at each bilabial, and whether they are closed at speech far from any."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], sound.shut, [False]]).astype(int)))
    near = [
        float(made[max(0, start - SLACK) : stop + SLACK].min() < CLOSED)
        for start, stop in edges.reshape(-1, 2)
    ]  # fmt: skip
    around = np.convolve(sound.shut, np.ones(13), "same") > 0
    far = sound.speaking & ~around & (sound.opening > 2 * CLOSED)
    return near, (made[far] < CLOSED).astype(float).tolist()


def split(collected: Sequence[Item], first: HearingNet) -> tuple[list[Item], Judge]:
    """What is learned from, and the judge with the rest, who remembers the first network's features."""
    learned: list[Item] = []
    held: dict[str, list[Item]] = {name: [] for name in SOURCES}
    seen = dict.fromkeys(SOURCES, 0)
    for item in collected:
        name = SOURCES[item.source]
        seen[name] += 1
        (held[name] if seen[name] % ONE_IN == 0 and name != "given" else learned).append(item)
    real = [_sound(item) for item in held["real"][:MOST]]
    strange = [_sound(item, STRANGE[i % 2]) for i, item in enumerate(held["real"][:MOST])]
    carried, synthetic = ([_sound(item) for item in held[name][:MOST]] for name in ("carried", "synthetic"))
    return learned, Judge(real, strange, carried, synthetic, [_heard(first, one)[1] for one in real])
