"""Training on a handful of synthetic sentences: the loss falls, a stopped run goes on, items are kept."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra `train` is not installed")
pytest.importorskip("espeakng_loader", reason="the extra `train` is not installed")

from vultus.motion.mouth import DELAY  # noqa: E402
from vultus.train import speech_data  # noqa: E402
from vultus.train.motion_train import Batch, Lips, Plan, loss, train  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")


@pytest.fixture(scope="module")
def items() -> list[speech_data.Item]:
    rng = np.random.default_rng(0)
    return [speech_data.synthetic(language, rng) for language in ("en", "fr", "cmn", "ru") for _ in range(3)]


def test_items_are_in_step_and_closed_where_nobody_speaks(items: list[speech_data.Item]) -> None:
    for item in items:
        assert len(item.weights) == len(item.aperture) == len(item.speaking) == len(item.samples) // 640
        assert item.aperture.max() > 0.04
        assert item.speaking.mean() > 0.5


def test_items_come_back_from_their_file(items: list[speech_data.Item], tmp_path: Path) -> None:
    speech_data.save(tmp_path / "data.npz", items)
    again = speech_data.read(tmp_path / "data.npz")
    assert len(again) == len(items)
    for a, b in zip(items, again, strict=True):
        assert a.source == b.source
        for name in ("samples", "weights", "aperture", "speaking", "shut"):
            np.testing.assert_array_equal(getattr(a, name), getattr(b, name))


def test_a_run_learns_stops_and_goes_on(
    items: list[speech_data.Item], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train(items, tmp_path, Plan(12, size=4, warm=4))
    assert (tmp_path / "motion.onnx").exists()
    first = capsys.readouterr().out
    train(items, tmp_path, Plan(16, size=4, warm=4))
    second = capsys.readouterr().out
    assert "12/12" in first and "16/16" in second and "12/16" not in second
    assert int(torch.load(tmp_path / "checkpoint.pt", weights_only=True)["step"]) == 16


def test_the_right_answer_in_step_costs_nothing(items: list[speech_data.Item]) -> None:
    weights = torch.from_numpy(items[0].weights[:40])[None]
    lips = Lips()
    aperture = lips(weights)[0]
    speaking = torch.ones(1, 40)

    def answer(delay: int) -> float:
        said = torch.cat([torch.zeros(1, delay, weights.shape[2]), weights[:, : 40 - delay]], 1)
        batch = Batch(torch.zeros(1, 160, 80), weights, aperture, speaking, torch.ones(1, 40), torch.zeros(1, 40))
        total, _ = loss(lambda rows: (said, torch.full((1, 40), 20.0), torch.full((1, 40), -20.0)), lips, batch)  # type: ignore[arg-type]
        return float(total)

    assert answer(DELAY) < 0.05 < answer(0)
