"""Training on a handful of synthetic sentences: the loss falls, a stopped run goes on, items are kept."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the extra `train` is not installed")
pytest.importorskip("espeakng_loader", reason="the extra `train` is not installed")

import torch

from vultus.motion.hearing import DELAY, TOLD, P
from vultus.train import readers, speech_data
from vultus.train.hearing_batches import FRAMES, Batch, Diet, Feed, pooled
from vultus.train.hearing_net import STYLES, Answer, HearingNet
from vultus.train.hearing_train import Plan, loss, train
from vultus.train.lip_losses import Lips

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")


@pytest.fixture(scope="module")
def items() -> list[speech_data.Item]:
    rng = np.random.default_rng(0)
    return [speech_data.synthetic(language, rng) for language in ("en", "fr", "cmn", "ru") for _ in range(3)]


@pytest.fixture(autouse=True)
def _no_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "readings", lambda a_speaker: iter(()))


def test_items_are_in_step_and_closed_where_nobody_speaks(items: list[speech_data.Item]) -> None:
    for item in items:
        count = len(item.weights)
        assert count == len(item.aperture) == len(item.speaking) == len(item.samples) // 640
        assert len(item.phones) == 2 * count and item.voice.shape == (count, 3)
        assert item.aperture.max() > 0.04
        assert item.speaking.mean() > 0.5
        assert (item.phones == 0).mean() < 0.5 and item.phones.min() >= 0 and item.phones.max() < P


def test_items_come_back_from_their_file(items: list[speech_data.Item], tmp_path: Path) -> None:
    speech_data.save(tmp_path / "data.npz", items)
    again = speech_data.read(tmp_path / "data.npz")
    assert len(again) == len(items)
    for a, b in zip(items, again, strict=True):
        assert a.source == b.source
        for name in ("samples", "weights", "aperture", "speaking", "shut", "phones", "voice"):
            np.testing.assert_array_equal(getattr(a, name), getattr(b, name))


def test_held_out_voices_and_languages_are_not_spoken() -> None:
    rng = np.random.default_rng(0)
    spoken = {speech_data._voice("en", rng).variant for _ in range(400)}
    assert not spoken & set(speech_data.HELD_OUT_VARIANTS) and len(spoken) > 30


def test_a_feed_gives_sequences_in_step(items: list[speech_data.Item]) -> None:
    with Feed(pooled(items), 4, seed=0) as feed:
        one, another = feed.take(), feed.take()
    assert one.rows.shape == (4, 4 * FRAMES, 80) and one.phones.shape == (4, 2 * FRAMES)
    assert one.style.unique().tolist() in ([0, 2], [2], [0])
    assert not torch.equal(one.rows, another.rows)
    silent = one.phones[:, 1::2] == 0
    assert one.speaking[~silent].mean() > 0.9


def test_a_run_learns_stops_and_goes_on(
    items: list[speech_data.Item], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train(items, tmp_path, Plan(6, size=4, warm=4))
    assert (tmp_path / "hearing.safetensors").exists()
    first = capsys.readouterr().out
    train(items, tmp_path, Plan(8, size=4, warm=4))
    second = capsys.readouterr().out
    assert "6/6" in first and "8/8" in second and "6/8" not in second
    assert int(torch.load(tmp_path / "checkpoint.pt", weights_only=True)["step"]) == 8


def test_the_right_answer_in_step_costs_nothing(items: list[speech_data.Item]) -> None:
    weights = torch.from_numpy(items[0].weights[:40])[None]
    lips = Lips()
    kinds = torch.from_numpy(items[0].phones[:80].astype(np.int64))[None]
    batch = Batch(
        torch.zeros(1, 160, 80), weights, lips(weights)[0], torch.ones(1, 40), torch.ones(1, 40), torch.zeros(1, 40),
        torch.zeros(1, 40, 3), kinds, torch.full((1, 40), 2),
    )  # fmt: skip

    def late(values: torch.Tensor, steps: int) -> torch.Tensor:
        return torch.cat([torch.zeros_like(values[:, :steps]), values[:, : values.shape[1] - steps]], 1)

    def answer(delay: int) -> dict[str, float]:
        said = torch.nn.functional.one_hot(kinds, P).float() * 20
        styled = weights[:, :, None].expand(-1, -1, STYLES, -1)
        sure = torch.full((1, 40), 20.0)
        right = Answer(
            late(styled, delay), -sure, sure, torch.zeros(1, 40, 128), late(said, 2 * delay), late(said, 2 * delay),
            torch.zeros(1, 40, TOLD),
        )  # fmt: skip
        return loss(right, lips, batch)[1]

    right, wrong = answer(DELAY), answer(0)
    for name in ("weights", "aperture", "width", "speed"):
        assert right[name] < 0.05 < wrong[name] + 0.05
    assert sum(right[n] for n in ("weights", "aperture", "r")) < 0.05 < sum(wrong[n] for n in ("weights", "r"))
    assert right["phones"] < wrong["phones"]


def test_lips_are_judged_by_the_style_they_belong_to(items: list[speech_data.Item]) -> None:
    weights = torch.from_numpy(items[0].weights[:40])[None]
    lips = Lips()
    styled = torch.zeros(1, 40, STYLES, weights.shape[2])
    styled[:, DELAY:, 2] = weights[:, : 40 - DELAY]
    flat = torch.zeros(1, 40)
    said = Answer(
        styled, flat, flat, torch.zeros(1, 40, 128), torch.zeros(1, 80, P), torch.zeros(1, 80, P),
        torch.zeros(1, 40, TOLD),
    )  # fmt: skip
    batch = Batch(
        torch.zeros(1, 160, 80), weights, lips(weights)[0], flat, flat + 1, flat, torch.zeros(1, 40, 3),
        torch.zeros(1, 80, dtype=torch.int64), torch.full((1, 40), 2),
    )  # fmt: skip
    right = loss(said, lips, batch)[1]["weights"]
    wrong = loss(said, lips, replace(batch, style=torch.zeros(1, 40, dtype=torch.int64)))[1]["weights"]
    assert right < 1e-6 < wrong


def test_a_part_of_the_loss_may_count_for_more(items: list[speech_data.Item]) -> None:
    with Feed(pooled(items), 4, seed=0) as feed:
        batch = feed.take()
    torch.manual_seed(0)
    said = HearingNet(0)(batch.rows)
    plain, parts = loss(said, Lips(), batch)
    more, same = loss(said, Lips(), batch, {"shut": 3.0})
    assert parts == same
    assert float(more - plain) == pytest.approx(2 * parts["shut"], rel=1e-3)


def test_a_diet_says_what_is_eaten(items: list[speech_data.Item]) -> None:
    both = [replace(item, source=0) for item in items] + items
    only = Diet({"real": 1.0}, tempo=0.0)
    with Feed(pooled(both), 4, seed=0, diet=only) as feed:
        assert set(feed.take().style.unique().tolist()) == {0}
