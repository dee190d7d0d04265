"""Hindsight in training: it begins by changing nothing, learns, goes on, and ships what run time reads."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the extra `train` is not installed")
pytest.importorskip("espeakng_loader", reason="the extra `train` is not installed")

import torch
from safetensors.numpy import load

from vultus import weights
from vultus.motion import hearing, hindsight, matrices
from vultus.train import hindsight_train, lip_losses, speech_data
from vultus.train.hearing_batches import Feed, pooled
from vultus.train.hearing_finish import Plan
from vultus.train.hearing_net import Answer, HearingNet, restored
from vultus.train.hearing_train import MIX
from vultus.train.hindsight_net import HindsightNet, file_bytes, milder, mixed, surest
from vultus.train.hindsight_train import DIET, Run, Twice

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")


@pytest.fixture(scope="module")
def items() -> list[speech_data.Item]:
    rng = np.random.default_rng(0)
    made = [speech_data.synthetic(language, rng) for language in ("en", "fr") for _ in range(11)]
    return made + [replace(item, source=0) for item in made[:21]]  # as if somebody's lips had been tracked


@pytest.fixture(scope="module")
def hears() -> HearingNet:
    net = restored(weights.arrays("hearing"), 0)
    net.eval()
    return net


def said(hears: HearingNet, frames: int = 48) -> Answer:
    rows = np.random.default_rng(0).normal(-7, 2, (2, 4 * frames, hearing.BANDS)).astype(np.float32)
    with torch.no_grad():
        answer: Answer = hears(torch.from_numpy(rows))
    return answer


def stirred() -> HindsightNet:
    """A network that changes something."""
    torch.manual_seed(1)
    net = HindsightNet(0)
    for parameter in net.parameters():
        torch.nn.init.normal_(parameter, 0, 0.05)
    net.eval()
    return net


def test_it_begins_by_changing_nothing(hears: HearingNet) -> None:
    answer = said(hears)
    with torch.no_grad():
        again = HindsightNet(0)(answer)
    torch.testing.assert_close(again.shut, answer.shut)
    for style in range(again.lips.shape[2]):
        torch.testing.assert_close(again.lips[:, :, style], answer.lips[:, :, 0].clamp(0, 1))


def test_the_network_says_what_run_time_says(hears: HearingNet, monkeypatch: pytest.MonkeyPatch) -> None:
    net, answer = stirred(), said(hears)
    one = mixed(net, MIX)
    named = load(file_bytes(net, MIX))
    monkeypatch.setattr(hindsight, "network", lambda: matrices.packed(named, hindsight.ORDER))
    with torch.no_grad():
        wanted = surest(one(answer))
    state, later = hindsight.init(), []
    for frame in range(answer.shut.shape[1]):
        heard = hearing.Heard(
            answer.lips[0, frame, 0].clamp(0, 1).numpy(),
            float(torch.sigmoid(answer.shut[0, frame])),
            float(torch.sigmoid(answer.speaking[0, frame])),
            answer.features[0, frame].numpy(),
            answer.phones[0, 2 * frame : 2 * frame + 2].softmax(1).mean(0).numpy(),
        )
        state, after = hindsight.step(state, heard)
        later.append(after)
    for frame, after in enumerate(later[hindsight.LATE :]):
        assert after is not None
        np.testing.assert_allclose(after.lips, wanted.lips[0, frame, 0].clamp(0, 1).numpy(), atol=0.02)  # int8
        np.testing.assert_allclose(after.shut, float(torch.sigmoid(wanted.shut[0, frame])), atol=0.02)


def test_a_share_of_the_change_lies_between(hears: HearingNet) -> None:
    net, answer = stirred(), said(hears)
    with torch.no_grad():
        none, half, whole = (milder(net, share, 0.0)(answer).shut for share in (0.0, 0.5, 1.0))
        readier = milder(net, 0.0, 0.7)(answer).shut
    torch.testing.assert_close(none, answer.shut)
    torch.testing.assert_close(half, (none + whole) / 2)
    torch.testing.assert_close(readier, answer.shut + 0.7)


def test_it_learns_and_goes_on_where_it_stopped(
    items: list[speech_data.Item], hears: HearingNet, tmp_path: Path
) -> None:
    run, lips = Run.begun(tmp_path, hears), lip_losses.Lips()
    with Feed(pooled(items), 4, seed=0, diet=DIET, thrift=1) as feed:
        batch = feed.take()
    before = {name: value.clone() for name, value in hears.state_dict().items()}
    parts = [run.learn(lips, batch, 2e-3) for _ in range(12)]
    assert set(parts[0]) == {"weights", "aperture", "width", "speed", "r", "shut"}
    assert sum(parts[-1].values()) < sum(parts[0].values())
    assert all(torch.equal(value, before[name]) for name, value in hears.state_dict().items())
    run.keep()
    again = Run.begun(tmp_path, hears)
    assert again.step == 12
    for name, value in run.average.state_dict().items():
        assert torch.equal(value, again.average.state_dict()[name])


def test_a_small_run_ships_a_file_that_run_time_reads(
    items: list[speech_data.Item], hears: HearingNet, tmp_path: Path
) -> None:
    made = hindsight_train.train(items, hears, tmp_path, Plan(2, 4))
    named = load(file_bytes(made, MIX))
    assert named.keys() == weights.arrays("hindsight").keys()
    for name, value in weights.arrays("hindsight").items():
        assert named[name].shape == value.shape and named[name].dtype == value.dtype, name
    assert hashlib.sha256(file_bytes(made, MIX)).digest() == hashlib.sha256(file_bytes(made, MIX)).digest()


def test_the_hearing_hears_without_learning(hears: HearingNet) -> None:
    rows = torch.zeros(1, 80, hearing.BANDS)
    answer = Twice(hears, stirred())(rows)
    answer.shut.sum().backward()
    assert all(parameter.grad is None for parameter in hears.parameters())
