"""Does the head move with the voice? Its lows against the onsets of the voice's energy.

A head that beats time dips before a stressed syllable and rises with it. So: of all frames at which the
energy of the voice rises fastest (`life.voice.onsets`), the share that has a low of the head's pitch within
80 ms. Chance is the same share with the sound turned round by every shift of a second or more; the coupling
is share over chance, 1 for a head that does not hear.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from vultus.clock import FRAME_RATE
from vultus.face import ROTATION, Floats
from vultus.train.evaluate import clips
from vultus.train.evaluate.path import generated
from vultus.train.life import voice

Array = NDArray[np.float64]

FPS = float(FRAME_RATE)
NEAR = 2.0  # frames, 80 ms
SMOOTHING = 1.0  # frames, against the tracker's tremble
TURN = int(FPS)  # frames that a turned sound is away at least
BAR = 0.9  # of the real coupling


@dataclass(frozen=True)
class Coupling:
    """Onsets that a low of the head meets, over several clips."""

    share: float
    chance: float
    spread: float  # standard deviation of the share under chance
    onsets: int

    @property
    def over_chance(self) -> float:
        """How many times as often as by chance."""
        return self.share / self.chance if self.chance > 0 else 0.0

    @property
    def clear(self) -> float:
        """Standard deviations above chance."""
        return (self.share - self.chance) / self.spread if self.spread > 0 else 0.0


def lows(rows: Floats) -> Array:  # [T, D] -> frames [K]
    """Where the head is lowest."""
    pitch = gaussian_filter1d(rows[:, ROTATION.start].astype(np.float64), SMOOTHING)
    inner = pitch[1:-1]
    return np.flatnonzero((inner <= pitch[:-2]) & (inner < pitch[2:])).astype(np.float64) + 1


def _met(low: Array, onsets: Array) -> int:
    if not len(low):
        return 0
    after = np.clip(np.searchsorted(low, onsets), 1, len(low) - 1) if len(low) > 1 else np.zeros(len(onsets), int)
    nearest = np.minimum(np.abs(low[after] - onsets), np.abs(low[after - 1] - onsets))
    return int((nearest <= NEAR).sum())


def measured(pairs: Sequence[tuple[Floats, Floats]]) -> Coupling:  # (rows [T, D], samples [N]) of each clip
    """The coupling over clips."""
    met, expected, variance, total = 0, 0.0, 0.0, 0
    for rows, samples in pairs:
        frames = len(rows)
        onsets, _ = voice.onsets(samples[: frames * 640], frames)
        low = lows(rows)
        turned = [_met(low, np.sort((onsets + turn) % frames)) for turn in range(TURN, frames - TURN)]
        met += _met(low, onsets)
        expected += float(np.mean(turned))
        variance += float(np.var(turned))
        total += len(onsets)
    total = max(1, total)
    return Coupling(met / total, expected / total, float(np.sqrt(variance)) / total, total)


def figures(seeds: Sequence[int]) -> dict[str, float | bool]:
    """Ours on the addresses beside the real heads there."""
    found = clips.held_out("addresses")
    real = measured([(clip.rows[: clip.frames], clip.samples) for clip in found])
    ours = measured([(generated(clip.samples, clip.frames, seed), clip.samples) for clip in found for seed in seeds])
    return {
        "share": ours.share,
        "chance": ours.chance,
        "over_chance": ours.over_chance,
        "deviations_above_chance": ours.clear,
        "real_share": real.share,
        "real_chance": real.chance,
        "real_over_chance": real.over_chance,
        "real_deviations": real.clear,
        "onsets": real.onsets,
        "met": bool(ours.over_chance >= BAR * real.over_chance and ours.clear >= 3),
    }
