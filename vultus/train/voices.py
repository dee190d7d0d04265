"""One person's real lips under many voices: align the same sentence, spoken by espeak-ng, to a real clip.

Dynamic time warping (Sakoe and Chiba, 1978) on log-mel rows finds when the synthetic voice says what the
person said; the person's lip motion is then read along that path.
"""

import numpy as np
from numpy.typing import NDArray

from vultus import speech
from vultus.clock import FEATURE_RATE

Array = NDArray[np.float64]
Floats = NDArray[np.float32]

SMOOTH = 9  # rows: the path is a staircase, motion is not


def _comparable(rows: Floats) -> Array:  # [t, BANDS] -> [t, 2 K]
    """Rows without the colour of a voice: smoothed over bands, each band at mean 0, with their change."""
    bands = rows.astype(np.float64).reshape(len(rows), 20, 4).mean(2)
    bands = (bands - bands.mean(0)) / (bands.std(0) + 0.3)
    return np.concatenate([bands, 2 * np.gradient(bands, axis=0)], axis=1)


def _path(cost: Array) -> Array:  # [n, m] -> [n] column for each row
    """The cheapest monotone path; steps of two in one direction keep it from standing still."""
    n, m = cost.shape
    total = np.full((n + 2, m + 2), np.inf)
    total[1, 1] = 0
    came = np.zeros((n, m), np.int8)
    for i in range(n):
        one = total[i + 1, 1 : m + 1]  # from row i - 1, column j - 1
        two_rows = total[i, 1 : m + 1] + cost[i]  # from row i - 2, column j - 1
        two_columns = total[i + 1, :m] + 0.5 * cost[i]  # from row i - 1, column j - 2
        choices = np.stack([one, two_rows, two_columns])
        came[i] = choices.argmin(0)
        total[i + 2, 2 : m + 2] = choices.min(0) + cost[i]
    columns = np.zeros(n)
    i, j = n - 1, m - 1
    while i >= 0 and j >= 0:
        columns[i] = j
        step = came[i, j]
        if step == 1 and i > 0:
            columns[i - 1] = j - 0.5
            i -= 1
        i, j = i - 1, j - (2 if step == 2 else 1)
    return np.asarray(np.maximum.accumulate(columns))


def _spoken(sound: Floats, span: tuple[float, float]) -> Array:
    _, rows = speech.step(speech.init(), sound)
    return _comparable(rows[int(span[0] * FEATURE_RATE) : int(span[1] * FEATURE_RATE)])


def corresponding(
    synthetic: Floats,  # [N] at 16 kHz
    synthetic_span: tuple[float, float],  # seconds between which it speaks
    real: Floats,  # [M] at 16 kHz
    real_span: tuple[float, float],
) -> tuple[Array, Array, float]:
    """(seconds of the synthetic voice, seconds of the real one) at which both say the same, and the misfit.

    The misfit is the mean distance of the rows along the path, with rows of about unit spread.
    """
    a, b = _spoken(synthetic, synthetic_span), _spoken(real, real_span)
    cost = np.sqrt(((a[:, None] - b[None]) ** 2).mean(2))
    path = _path(cost)
    wide = np.pad(path, SMOOTH // 2, mode="edge")
    smooth = np.convolve(wide, np.ones(SMOOTH) / SMOOTH, "valid")
    misfit = float(cost[np.arange(len(a)), np.round(path).astype(int)].mean())
    times = synthetic_span[0] + np.arange(len(a)) / FEATURE_RATE
    return times, real_span[0] + smooth / FEATURE_RATE, misfit
