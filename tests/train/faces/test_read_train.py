"""The reading network: its loss knows the truth, a run learns, stops and goes on, what is exported says the same."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra `train` is not installed")
pytest.importorskip("scipy", reason="the extra `train` is not installed")

from tests import drawn  # noqa: E402
from vultus.train.faces import learn, measures, read_train, sights, split, store, teacher  # noqa: E402
from vultus.train.faces.read_net import Reading, ReadNet, onnx_bytes  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")


@pytest.fixture(scope="module")
def examples() -> list[store.Example]:
    """The drawn face, a few times."""
    made = []
    for number in range(6):
        one = store.example(drawn.picture(), drawn.points(), "drawing", split.TRAIN, str(number))
        made.append(store.Example(one.picture, one.points, teacher.posed(one.points), one.kind, one.part, one.name))
    held = store.Example(one.picture, one.points, made[0].row, "drawing", split.HELD_OUT, "held out")
    return [*made, held]


def test_the_truth_costs_least(examples: list[store.Example]) -> None:
    batch = read_train.batches(examples, 4)(np.random.default_rng(0))
    _, points, seen, rows = batch

    def said(shift: float) -> Reading:
        known = torch.nan_to_num(rows)
        return Reading(points + shift, (seen * 2 - 1) * 20, known[:, :44], known[:, 44:46], known[:, 46:49])

    def total(shift: float) -> float:
        parts = read_train.loss(lambda views: said(shift), batch, read_train.point_weights())
        return float(torch.stack(list(parts.values())).sum())

    assert total(0) < 1e-4
    assert total(0.01) > total(0.005) > total(0)


def test_errors_are_in_per_cent_of_the_eye_distance() -> None:
    true = drawn.points()[None]
    moved = true + np.array([0.05 * drawn.UNIT, 0, 3], np.float32)
    assert all(abs(value - 5) < 0.1 for value in measures.errors(moved, true).values())


def test_nothing_held_out_is_trained_on(examples: list[store.Example]) -> None:
    names = {one.name for pool in read_train.batches(examples, 4).pools for one in pool}
    assert names == {"0", "1", "2", "3", "4", "5"}


def test_a_run_learns_stops_and_goes_on(
    examples: list[store.Example], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    read_train.train(examples, tmp_path, learn.Plan(3, half=False), 4)
    read_train.train(examples, tmp_path, learn.Plan(5, half=False), 4)
    told = capsys.readouterr().out
    assert "3/3" in told and "5/5" in told and "3/5" not in told and "held out" in told
    assert int(torch.load(tmp_path / "checkpoint.pt", weights_only=True)["step"]) == 5


def test_what_is_exported_says_the_same() -> None:
    import onnxruntime

    torch.manual_seed(0)
    net = ReadNet().eval()
    view = np.random.default_rng(0).integers(0, 256, (1, sights.SIZE, sights.SIZE, 3)).astype(np.float32)
    packed = onnx_bytes(net)
    assert len(packed) < 10e6
    session = onnxruntime.InferenceSession(packed, providers=["CPUExecutionProvider"])
    points, seen, weights, _gaze, _head = session.run(None, {"view": view})
    with torch.no_grad():
        said = net(torch.from_numpy(view).permute(0, 3, 1, 2) / 255)
    middle = (sights.SIZE - 1) / 2
    true = said.points.numpy()[0] * (sights.SIZE / 2) + [middle, middle, 0]
    np.testing.assert_allclose(points[0], true, atol=2e-3)
    assert weights.min() >= 0 and weights.max() <= 1 and seen.min() > 0 and seen.max() < 1
