"""The One-Euro filter: as in the paper, still at rest, quick in motion."""

import numpy as np
import pytest

from vultus.analysis import one_euro
from vultus.analysis.own_follow import SETTINGS

STEP = 0.04  # seconds


def run(values: list[float], settings: one_euro.Settings = SETTINGS, step: float = STEP) -> list[float]:
    state, out = None, []
    for index, value in enumerate(values):
        state, smoothed = one_euro.step(state, np.array([value]), index * step, settings)
        out.append(float(smoothed[0]))
    return out


def test_it_is_what_the_paper_writes() -> None:
    """The algorithm of the paper's appendix, number by number."""

    def alpha(cutoff: float) -> float:
        tau = 1 / (2 * np.pi * cutoff)
        return float(1 / (1 + tau / STEP))

    values = np.random.default_rng(0).normal(0, 1, 40).cumsum().tolist()
    held = slope = None
    wanted = []
    for value in values:
        if held is None or slope is None:
            held, slope = value, 0.0
        else:
            slope = alpha(SETTINGS.speed) * (value - held) / STEP + (1 - alpha(SETTINGS.speed)) * slope
            share = alpha(SETTINGS.calm + SETTINGS.eager * abs(slope))
            held = share * value + (1 - share) * held
        wanted.append(held)
    np.testing.assert_allclose(run(values), wanted)


def test_what_rests_trembles_less_than_half() -> None:
    noise = np.random.default_rng(1).normal(0, 0.002, 500)
    assert np.diff(run(noise.tolist())).std() < 0.5 * np.diff(noise).std()


def test_a_blink_comes_through() -> None:
    """A lid goes down by a tenth of a face unit in two frames, and up again in three."""
    lid = [0.1] * 20 + [0.05, 0.0, 0.03, 0.06, 0.09] + [0.1] * 20
    out = run(lid)
    assert min(out) < 0.012
    assert int(np.argmin(out)) == int(np.argmin(lid))
    assert abs(out[-1] - 0.1) < 1e-3


@pytest.mark.parametrize("rate", [25.0, 30.0, 60.0])
def test_at_any_rate_it_lags_as_little(rate: float) -> None:
    """Lips that open and close four times a second by 0.15 face units are late by less than 10 ms."""
    time = np.arange(0, 2, 1 / rate)
    lips = 0.15 * (1 - np.cos(2 * np.pi * 4 * time)) / 2
    out = np.array(run(lips.tolist(), step=1 / rate))
    spun = np.exp(-2j * np.pi * 4 * time[len(time) // 2 :])
    late = -np.angle((out[len(time) // 2 :] * spun).sum() / (lips[len(time) // 2 :] * spun).sum()) / (2 * np.pi * 4)
    assert 0 <= late < 0.010


def test_time_that_does_not_pass_changes_nothing() -> None:
    state, _ = one_euro.step(None, np.array([1.0]), 0.0, SETTINGS)
    again, out = one_euro.step(state, np.array([5.0]), 0.0, SETTINGS)
    assert again is state and out[0] == 1.0
