"""What the flow learns from: heard as at run time, eased as at run time, foretold by poles that stay inside."""

from pathlib import Path

import numpy as np
import pytest
import torch

from vultus import speech
from vultus.clock import FEATURES_PER_FRAME, SAMPLES_PER_FRAME
from vultus.face import GAZE, LOG_DISTANCE, ROTATION, D, E
from vultus.motion import easing, hearing
from vultus.motion.context import HEARD, C, sense
from vultus.motion.controls import Controls
from vultus.motion.emotion import Emotion
from vultus.motion.innovation import BACK, LIPS
from vultus.train import flow_data
from vultus.train.flow_data import KEPT
from vultus.train.hearing_net import HearingNet
from vultus.train.life.data import Sequence

FRAMES = 30


def sequence(seed: int = 0, heard: bool = True, frames: int = FRAMES) -> Sequence:
    """A sequence of noise under noise, smooth where faces are."""
    rng = np.random.default_rng(seed)
    samples = rng.normal(0, 0.05, frames * SAMPLES_PER_FRAME).astype(np.float32)
    rows = np.cumsum(rng.normal(0, 0.01, (frames, D)), axis=0).astype(np.float32)
    rows[:, :E] = np.clip(rows[:, :E] + 0.2, 0, 1)
    told = np.repeat(Controls().conditions()[None], frames, axis=0)
    return Sequence(samples if heard else samples[:0], rows, told, np.ones((frames, D), np.float32), heard, "made up")


def test_a_sound_is_heard_as_at_run_time() -> None:
    one = sequence()
    made = flow_data.senses(one, 1, 0)
    assert made.shape == (1, FRAMES, KEPT)
    rows = speech.step(speech.init(), np.pad(one.samples, (0, hearing.LOOK_AHEAD_SAMPLES)))[1]
    state = hearing.init()
    for i in range(FRAMES + hearing.DELAY):
        state, heard = hearing.step(state, rows[i * FEATURES_PER_FRAME : (i + 1) * FEATURES_PER_FRAME].copy())
        if i >= hearing.DELAY:
            np.testing.assert_allclose(made[0, i - hearing.DELAY, :HEARD], sense(heard), atol=5e-3, rtol=2e-3)


def test_variants_are_other_voices_and_the_first_is_the_sound_itself() -> None:
    one = sequence()
    made = flow_data.senses(one, 3, 0)
    np.testing.assert_array_equal(made[0], flow_data.senses(one, 1, 0)[0])
    assert not np.array_equal(made[0], made[1]) and not np.array_equal(made[1], made[2])


def test_nothing_is_heard_where_there_is_no_sound() -> None:
    assert not flow_data.senses(sequence(heard=False), 2, 0).any()


def test_what_was_heard_is_kept_and_not_heard_again(tmp_path: Path) -> None:
    listed = [sequence(i, heard=i != 1) for i in range(3)]
    flow_data.prepare(listed, tmp_path, 2, 1)
    files = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    flow_data.prepare(listed, tmp_path, 2, 1)
    assert files == {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    made = flow_data.corpus(listed, tmp_path)
    assert made.senses.shape == (2, 3 * FRAMES, KEPT) and made.rows.shape == (3 * FRAMES, D)
    assert made.heard.tolist() == [True, False, True]
    np.testing.assert_array_equal(made.senses[0, -FRAMES:], flow_data.senses(listed[2], 1, 0)[0])


def test_feelings_are_commanded_as_they_arrive_at_run_time() -> None:
    asked = [Controls(emotion=Emotion(happy=float(10 <= t < 30))) for t in range(60)]
    state, arrived = easing.begin(asked[0]), []
    for t, one in enumerate(asked):
        state = easing.step(state, one, 1 / flow_data.FPS) if t else state
        arrived.append(state.controls.emotion.happy)
    told = np.array([one.conditions() for one in asked])
    np.testing.assert_allclose(flow_data.eased(told[:, flow_data.EMOTION])[:, 0], arrived, atol=1e-3)


def test_lips_are_at_home_where_nothing_was_heard() -> None:
    one = sequence()
    senses = np.random.default_rng(0).random((FRAMES, KEPT), np.float32)
    silent = flow_data.residuals(one.rows, senses, one.conditions, np.zeros(FRAMES, bool))
    assert not silent[:, LIPS].any() and silent[:, GAZE].any()
    assert flow_data.residuals(one.rows, senses, one.conditions, np.ones(FRAMES, bool))[:, LIPS].any()


@pytest.fixture(scope="module")
def swaying() -> flow_data.Corpus:
    """A corpus in which every channel swings by a process of known poles."""
    rng, count = np.random.default_rng(0), 6000
    rows = np.zeros((count, D), np.float32)
    for t in range(2, count):
        rows[t] = 1.6 * rows[t - 1] - 0.68 * rows[t - 2] + rng.normal(0, 0.01, D)
    told = np.repeat(Controls().conditions()[None], count, axis=0)
    starts = np.arange(0, count + 1, 500)
    return flow_data.Corpus(
        rows,
        told,
        np.ones_like(rows),
        np.zeros((1, count, KEPT), np.float16),
        starts,
        np.ones(len(starts) - 1, bool),
        ["swaying"] * (len(starts) - 1),
    )


def test_the_prediction_finds_the_poles(swaying: flow_data.Corpus) -> None:
    known = flow_data.scales(swaying)
    head = [*range(ROTATION.start, LOG_DISTANCE + 1)]
    wanted = np.repeat([[0.0], [-0.68], [1.6]], len(head), axis=1)
    np.testing.assert_allclose(known.recall[:, head], wanted, atol=0.12)
    np.testing.assert_allclose(known.size[head], 0.01, rtol=0.1)  # 68 % of normal innovations are within their spread
    assert (known.spread[head] > 3 * known.size[head]).all()
    assert known.temperature[LIPS].max() < 1


def test_a_prediction_left_alone_comes_home(swaying: flow_data.Corpus) -> None:
    recall = flow_data.scales(swaying).recall
    for k in range(D):
        poles = np.roots([1, *-recall[::-1, k].astype(np.float64)])
        assert np.abs(poles).max() < 1 or k in range(D)[GAZE], k  # eyes stay where they look
    assert recall.shape == (BACK, D) and len(Controls().conditions()) == C


def test_lips_are_compared_in_the_style_of_their_own_truth(tmp_path: Path) -> None:
    torch.manual_seed(0)
    net = HearingNet()
    torch.save({"average": net.state_dict()}, tmp_path / "checkpoint.pt")
    listen = flow_data.at_once(tmp_path / "checkpoint.pt")
    rows = np.random.default_rng(0).normal(-8, 2, (2, 40, hearing.BANDS)).astype(np.float32)
    tracked, ruled = listen(rows, 0), listen(rows, 2)
    np.testing.assert_array_equal(tracked[..., :HEARD], ruled[..., :HEARD])
    assert np.abs(tracked[..., HEARD:] - ruled[..., HEARD:]).max() > 1e-3
    assert [flow_data.style_of(name) for name in ("grid s1", "carried, lent", "aligned, lent", "given", "singing")] == [
        0,
        0,
        2,
        1,
        2,
    ]
