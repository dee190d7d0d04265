"""The last stage of hearing: it begins at a trained file, learns, stops and goes on, and leaves the features alone."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the extra `train` is not installed")
pytest.importorskip("espeakng_loader", reason="the extra `train` is not installed")

import torch
from safetensors.numpy import load

from vultus import weights
from vultus.motion import hearing
from vultus.train import hearing_finish, hearing_judge, lip_losses, readers, speech_data
from vultus.train.hearing_batches import Feed, pooled
from vultus.train.hearing_finish import Finish, Plan, between, train
from vultus.train.hearing_net import HearingNet, file_bytes, restored
from vultus.train.hearing_train import MIX

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")

PARTS = ("weights", "aperture", "width", "speed", "r", "shut", "speaking", "phones", "early", "told")


@pytest.fixture(scope="module")
def items() -> list[speech_data.Item]:
    rng = np.random.default_rng(0)
    made = [speech_data.synthetic(language, rng) for language in ("en", "fr") for _ in range(11)]
    return made + [replace(item, source=0) for item in made[:21]]  # as if somebody's lips had been tracked


@pytest.fixture(autouse=True)
def _no_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "readings", lambda a_speaker: iter(()))


def test_a_file_made_a_network_again_gives_the_same_file() -> None:
    named = weights.arrays("hearing")
    again = load(file_bytes(restored(named, 0.1), MIX))
    assert again.keys() == named.keys()
    for name, value in named.items():
        off = np.abs(again[name].astype(np.float64) - value)
        assert off.max() <= (1 if value.dtype == np.int8 else 1e-5 * np.abs(value).max()), name
        assert off.mean() < 1e-3


def test_the_network_of_a_file_hears_what_run_time_hears() -> None:
    rows = np.random.default_rng(0).normal(-7, 2, (1, 160, hearing.BANDS)).astype(np.float32)
    net, state = restored(weights.arrays("hearing"), 0.1), hearing.init()
    net.eval()
    with torch.no_grad():
        said = net(torch.from_numpy(rows))
    for frame in range(40):
        state, heard = hearing.step(state, rows[0, 4 * frame : 4 * frame + 4])
    np.testing.assert_allclose(said.features[0, -1].numpy(), heard.features, atol=1e-3)
    for style in range(said.lips.shape[2]):
        np.testing.assert_allclose(said.lips[0, -1, style].clamp(0, 1).numpy(), heard.lips, atol=1e-3)


def test_the_rate_is_warm_for_a_moment_and_falls_to_nothing() -> None:
    plan = Plan(1000)
    assert plan.at(0) < 0.1 * plan.rate < plan.at(plan.warm) <= plan.rate
    rates = [plan.at(step) for step in range(plan.warm, 1000)]
    assert (np.diff(rates) <= 0).all()
    assert rates[-1] < 0.01 * plan.rate


def test_a_network_between_is_the_one_or_the_other_at_the_ends() -> None:
    torch.manual_seed(0)
    a, b = HearingNet(0), HearingNet(0)
    for share, wanted in ((0.0, a), (1.0, b)):
        for name, value in between(a, b, share).state_dict().items():
            torch.testing.assert_close(value, wanted.state_dict()[name])
    half = between(a, b, 0.5).state_dict()["slow.weight"]
    torch.testing.assert_close(half, (a.slow.weight + b.slow.weight) / 2)


def test_a_readier_network_closes_more_and_says_the_rest_as_before() -> None:
    torch.manual_seed(0)
    net, rows = HearingNet(0), torch.randn(1, 80, hearing.BANDS) - 7
    net.eval()
    with torch.no_grad():
        plain, ready = net(rows), hearing_finish.readier(net, 0.5)(rows)
    torch.testing.assert_close(ready.shut, plain.shut + 0.5)
    torch.testing.assert_close(ready.features, plain.features)
    torch.testing.assert_close(ready.phones, plain.phones)


def test_the_features_are_pulled_back_to_what_they_were(
    items: list[speech_data.Item], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing_finish, "MORE", dict.fromkeys(PARTS, 0.0))
    run = Finish.begun(tmp_path, weights.arrays("hearing"), 1e-3)
    run.net.eval()
    with torch.no_grad():
        run.net.features.weight += 0.05 * torch.randn_like(run.net.features.weight)
    with Feed(pooled(items), 6, seed=0) as feed:
        batch = feed.take()
    held = [run.learn(lip_losses.Lips(), batch, 1e-3)["held"] for _ in range(12)]
    assert held[-1] < 0.6 * held[0]


def test_a_finish_learns_stops_and_goes_on(
    items: list[speech_data.Item], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = weights.arrays("hearing")
    train(items, named, tmp_path, Plan(2, size=3))
    first = capsys.readouterr().out
    net = train(items, named, tmp_path, Plan(3, size=3))
    second = capsys.readouterr().out
    assert "2/2" in first and "3/3" in second and "1/3" not in second and "1.00 of the way" in second
    assert int(torch.load(tmp_path / "finish.pt", weights_only=True)["step"]) == 3
    assert set(load(file_bytes(net, MIX))) == set(named)


def test_one_in_twenty_is_held_back_and_what_is_given_never(items: list[speech_data.Item]) -> None:
    first = restored(weights.arrays("hearing"), 0)
    many = items + [replace(items[0], source=4)] * 40
    learned, judge = hearing_judge.split(many, first)
    assert len(many) - len(learned) == len(judge.real) + len(judge.synthetic) == 2
    assert sum(item.source == 4 for item in learned) == 40
    assert len(judge.strange) == len(judge.real) == len(judge.was)


def test_the_first_network_has_not_moved_and_another_has(items: list[speech_data.Item]) -> None:
    first = restored(weights.arrays("hearing"), 0)
    first.eval()
    _, judge = hearing_judge.split(items, first)
    torch.manual_seed(1)
    own, other = judge.of(first), judge.of(HearingNet(0))
    assert own.moved == 0 and own.closed > 0.5 and own.real > 0.4
    assert other.moved > 0.5 and other.worth < own.worth


def test_closures_are_looked_for_near_and_feared_far_away() -> None:
    opening = np.full(60, 0.05, np.float32)
    shut = np.zeros(60, bool)
    shut[20:23], shut[40:42] = True, True
    one = hearing_judge.Sound(torch.zeros(1, 1, 1), opening, shut, np.ones(60, bool))
    made = opening.copy()
    made[23], made[55] = 0.0, 0.0  # just after the first; and where nothing asks for it
    near, far = hearing_judge._closures(made, one)
    assert near == [1.0, 0.0]
    assert sum(far) == 1 and len(far) < 50
