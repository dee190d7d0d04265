"""Training the flow: it learns, goes on where it was, believes what it may, and what it ships runs."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from vultus.face import CHANNELS, D
from vultus.motion.context import HEARD, KEEPS, C
from vultus.motion.controls import Controls
from vultus.motion.innovation import LIPS
from vultus.train import flow_data, flow_train
from vultus.train.flow_data import KEPT, Corpus
from vultus.train.flow_net import FlowNet
from vultus.train.flow_train import FRAMES, MIRROR, SIGN, WEIGHTS, Plan, Sequences

LENGTH = 200


@pytest.fixture(scope="module")
def data() -> Corpus:
    rng, count = np.random.default_rng(0), 6
    rows = np.cumsum(rng.normal(0, 0.01, (count * LENGTH, D)), axis=0).astype(np.float32)
    rows -= rows.mean(axis=0)
    return Corpus(
        rows,
        np.repeat(Controls().conditions()[None], count * LENGTH, axis=0),
        np.ones_like(rows),
        rng.normal(0, 1, (2, count * LENGTH, KEPT)).astype(np.float16),
        np.arange(0, count * LENGTH + 1, LENGTH),
        np.array([True] * 5 + [False]),
        ["made up"] * count,
    )


def test_a_mirror_seen_in_a_mirror_is_the_face() -> None:
    row = np.random.default_rng(0).normal(0, 1, D).astype(np.float32)
    np.testing.assert_array_equal((row[MIRROR] * SIGN)[MIRROR] * SIGN, row)
    assert CHANNELS[MIRROR[CHANNELS.index("mouthLeft")]] == "mouthRight"
    assert CHANNELS[MIRROR[CHANNELS.index("headPitch")]] == "headPitch"


def test_no_group_of_channels_drowns_the_others() -> None:
    assert WEIGHTS.sum() == pytest.approx(D, rel=1e-4)
    assert WEIGHTS[LIPS].sum() < 0.4 * D


def test_batches_have_the_shapes_they_say(data: Corpus) -> None:
    batch = Sequences(data, flow_data.scales(data)).batch(3, np.random.default_rng(0))
    assert batch.tokens.shape == (3, FRAMES, 2 * D) and batch.target.shape == (3, FRAMES, D)
    assert batch.heard.shape == (3, FRAMES, HEARD) and batch.asked.shape == (3, FRAMES, C)
    assert batch.keep.shape == (3, 1, len(KEEPS)) and torch.isfinite(batch.target).all()


def test_short_sequences_count_only_as_far_as_they_go(data: Corpus) -> None:
    short = replace(data, starts=np.arange(0, len(data.rows) + 1, 60), heard=np.ones(20, bool), sources=["short"] * 20)
    batch = Sequences(short, flow_data.scales(data)).batch(4, np.random.default_rng(0))
    assert not batch.trust[:, 60:].any() and batch.trust[:, :50].all()


def test_held_back_sequences_are_never_drawn(data: Corpus) -> None:
    known = flow_data.scales(data)
    drawn, unseen = Sequences(data, known), Sequences(data, known, held_back=True)
    assert set(drawn.chosen).isdisjoint(unseen.chosen) and len(unseen.chosen)


def test_what_is_not_believed_teaches_nothing(data: Corpus) -> None:
    torch.manual_seed(0)
    net = FlowNet()
    batch = Sequences(data, flow_data.scales(data)).batch(2, np.random.default_rng(0))
    trust = torch.ones_like(batch.trust)
    trust[:, :, 7] = 0
    parts = flow_train.loss(net, replace(batch, trust=trust)).detach()
    assert float(parts[7]) == 0 and float(parts[8]) > 0.5


def test_commands_drawn_anew_leave_feelings_alone() -> None:
    told = np.repeat(Controls(blink_rate=2).conditions()[None, None], 40, axis=0)
    fresh = flow_train._asked_anew(told, np.random.default_rng(0))
    np.testing.assert_array_equal(fresh[..., 3:9], told[..., 3:9])
    np.testing.assert_array_equal(fresh[..., 11:], told[..., 11:])
    assert 5 < (fresh[:, 0, 0] != 0).sum() < 35 and (fresh[..., 9:11] > 0).all()


def test_it_learns_and_goes_on_where_it_was(data: Corpus, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torch.manual_seed(0)
    known = flow_data.scales(data)
    plan = Plan(12, size=4, warm=2, every=4, keep=12)
    flow_train.train(data, known, tmp_path, plan)
    lines = [line for line in capsys.readouterr().out.splitlines() if "never" not in line]
    lids = [float(line.split("lids ")[1].split()[0]) for line in lines]
    assert len(lines) == 3 and lids[-1] < lids[0]
    flow_train.train(data, known, tmp_path, replace(plan, steps=16))
    assert capsys.readouterr().out.split()[0] == "16"


def test_what_ships_is_what_the_package_reads(data: Corpus, tmp_path: Path) -> None:
    flow_train.ship(FlowNet(), flow_data.scales(data), tmp_path)
    names = [line.split()[1] for line in (tmp_path / "SHA256SUMS").read_text().splitlines()]
    assert names == ["context.safetensors", "flow.safetensors", "velocity.safetensors"]
    assert all((tmp_path / name).stat().st_size < 20e6 for name in names)
