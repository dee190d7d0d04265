"""Cross-talk: what is met by arithmetic moves nothing else; means of lives are compared beside what chance does."""

import numpy as np
import pytest

pytest.importorskip("torch", reason="the extra `train` is not installed")

from vultus.face import CHANNELS, GAZE, ROTATION, D
from vultus.motion.emotion import Emotion
from vultus.train import tracked
from vultus.train.evaluate import crosstalk

NEEDS_TALKING = pytest.mark.skipif(
    not tracked.TALKING.exists(), reason="needs the tracked talking in ../shared/talking"
)
COUNT = 400


def _means(seed: int, moved: float = 0.0) -> np.ndarray:  # [COUNT, D]
    means = np.random.default_rng(seed).normal(0, 1, (COUNT, D))
    means[:, 7] += moved
    return means


def test_a_channel_that_moves_is_found_and_chance_is_not() -> None:
    ones = np.full(D, 2.0)
    found = crosstalk._verdict(*crosstalk.compared(_means(0), _means(1, moved=1.0), ones), range(D))
    assert found["surely_over"] == [CHANNELS[7]] and found["worst_channel"] == CHANNELS[7]
    assert found["worst"] == pytest.approx(0.5, abs=0.15) and found["met"] is False
    chance = crosstalk._verdict(*crosstalk.compared(_means(0), _means(1), ones), range(D))
    assert chance["surely_over"] == [] and chance["met"] is not False


def test_the_error_is_that_of_a_mean() -> None:
    moved, error = crosstalk.compared(_means(0), _means(1), np.ones(D))
    assert error.mean() == pytest.approx(np.sqrt(2 / COUNT), rel=0.1)
    assert np.sqrt((moved**2).mean()) == pytest.approx(np.sqrt(2 / COUNT), rel=0.3)


def test_what_could_not_be_decided_is_neither_met_nor_not() -> None:
    one, far = np.full(D, 0.01), np.zeros(D)
    far[3] = 0.06
    assert crosstalk._verdict(far, one, range(D))["met"] is None
    assert crosstalk._verdict(far, one / 10, range(D))["met"] is False
    assert crosstalk._verdict(far / 2, one, range(D))["met"] is True


def test_every_control_that_is_told_is_looked_at() -> None:
    assert set(crosstalk.MET) | set(crosstalk.LIVED) == {
        *Emotion._fields, "gaze", "distance", "head_gain", "expression_gain", "blink_rate", "listening",
    }  # fmt: skip
    for _, own in crosstalk.LIVED.values():
        assert 0 < len(own) < D


@NEEDS_TALKING
def test_arithmetic_moves_nothing_else_and_a_feeling_is_compared() -> None:
    assert all(figures["met"] for figures in crosstalk.by_arithmetic(0, 6).values())
    rows = crosstalk.lived(0, 6)
    assert rows.shape == (150, D)
    assert np.degrees(rows[:, GAZE].std(axis=0)).max() > 0.3 and np.degrees(rows[:, ROTATION].std(axis=0)).max() > 0.3
