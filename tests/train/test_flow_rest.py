"""What moves faces aside is measured and taken away, in proportion, and only where it is not a control's own."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch", reason="the extra `train` is not installed")

from vultus.clock import SAMPLE_RATE
from vultus.face import LOG_DISTANCE, ROTATION, D, E
from vultus.motion import flow, innovation, settling
from vultus.motion.controls import CONDITIONS, Controls
from vultus.motion.emotion import Emotion
from vultus.train import flow_rest, speech_data
from vultus.train.evaluate import crosstalk

HAPPY = 3  # its place in the conditions


@pytest.fixture(scope="module")
def shift() -> np.ndarray:
    return flow_rest.moved([settling.quiet()] * (crosstalk.BEGUN + 50), 2)


def test_only_what_is_not_a_controls_own_is_taken_away(shift: np.ndarray) -> None:
    assert shift.shape == (CONDITIONS, D) and np.isfinite(shift).all()
    for name in (*Emotion._fields, "blink_rate"):
        told, own = crosstalk.LIVED[name]
        place = int(np.abs(told.conditions() - Controls().conditions()).argmax())
        assert not shift[place, own].any()
    told_nothing = [i for i in range(CONDITIONS) if i not in (*range(3, 9), 11)]
    assert not shift[told_nothing].any()
    assert shift[3:9, E:].any()


def test_what_is_taken_away_is_in_proportion_and_nothing_where_nothing_is_turned(shift: np.ndarray) -> None:
    known = replace(flow.scales(), aside=shift)
    assert not innovation.aside(Controls().conditions(), known).any()
    half, full = (innovation.aside(Controls(emotion=Emotion(happy=s)).conditions(), known) for s in (0.5, 1.0))
    np.testing.assert_allclose(full, 2 * half, atol=1e-6)
    np.testing.assert_allclose(full, shift[HAPPY], atol=1e-6)


def test_the_shipped_scales_leave_own_channels_alone() -> None:
    known = flow.scales()
    assert known.aside.shape == (CONDITIONS, D) and known.aside.dtype == np.float32
    for name in (*Emotion._fields, "blink_rate"):
        told, own = crosstalk.LIVED[name]
        place = int(np.abs(told.conditions() - Controls().conditions()).argmax())
        assert not known.aside[place, own].any()
        assert (np.abs(known.aside[place]) < 1.5 * known.spread).all()
    assert np.abs(np.degrees(known.aside[:, ROTATION])).max() < 5 and np.abs(known.aside[:, LOG_DISTANCE]).max() < 0.1


def test_a_sound_is_as_long_as_asked_with_pauses_in_it() -> None:
    rng = np.random.default_rng(0)
    items = [speech_data.synthetic("en", rng) for _ in range(2)]
    made = flow_rest.sound(items, 12, rng)
    assert made.shape == (12 * SAMPLE_RATE,)
    quiet = np.abs(made.reshape(-1, SAMPLE_RATE // 2)).max(1) == 0
    assert quiet.sum() >= 2 and quiet.mean() < 0.7
