"""The noise that motion is made from: of a seed and a frame, so that no generator is carried along."""

import numpy as np

from vultus.compiled import kernel
from vultus.face import D, Floats

FARTHEST = 3.5  # standard deviations: one frame in two thousand would be as rare as nothing a face does
BITS = 64  # of a seed that count
_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def draw(seed: int, frame: int) -> Floats:  # [D]
    """Standard normal numbers, the same for the same seed and frame.

    A generator of numpy's would do, but takes longer to begin than the frame's whole arithmetic. So each number is
    hashed from its place by the finaliser of SplitMix64 (Steele, Lea and Flood, 2014), and pairs of them become
    normal by the method of Box and Muller (1958).
    """
    out = np.empty(D, np.float32)
    _drawn(np.uint64(seed % 2**BITS), np.uint64(frame), out)
    return out


@kernel
def _mixed(x: np.uint64) -> np.uint64:
    x = (x ^ (x >> np.uint64(30))) * _MIX[0]
    x = (x ^ (x >> np.uint64(27))) * _MIX[1]
    return x ^ (x >> np.uint64(31))


@kernel
def _uniform(x: np.uint64) -> float:
    """0 .. 1, never 0, of 52 bits."""
    return (float(x >> np.uint64(12)) + 0.5) / 2.0**52


@kernel
def _drawn(seed: np.uint64, frame: np.uint64, out: Floats) -> None:
    life = _mixed(_mixed(seed + _STEP) + (frame + np.uint64(1)) * _STEP)
    for i in range(0, len(out), 2):
        one = _uniform(_mixed(life + np.uint64(i + 1) * _STEP))
        other = _uniform(_mixed(life + np.uint64(i + 2) * _STEP))
        far, turn = np.sqrt(-2 * np.log(one)), 2 * np.pi * other
        out[i] = min(max(far * np.cos(turn), -FARTHEST), FARTHEST)
        if i + 1 < len(out):
            out[i + 1] = min(max(far * np.sin(turn), -FARTHEST), FARTHEST)
