"""The closer look: patches keep their points on their pixels, the loss knows the truth, a run learns, exports agree."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra `train` is not installed")
pytest.importorskip("scipy", reason="the extra `train` is not installed")

from tests import drawn  # noqa: E402
from vultus.analysis.own_detail import EYE, MOUTH, PARTS, Part, region  # noqa: E402
from vultus.train.faces import detail_train, learn, split, store  # noqa: E402
from vultus.train.faces.detail_net import DetailNet, onnx_bytes  # noqa: E402
from vultus.train.halved import halved  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")


@pytest.fixture(scope="module")
def examples() -> list[store.Example]:
    """The drawn face: five to learn from, one held out."""
    parts = [split.TRAIN] * 5 + [split.HELD_OUT]
    return [
        store.example(drawn.picture(), drawn.points(), "drawing", part, str(number))
        for number, part in enumerate(parts)
    ]


def test_the_iris_lies_where_a_patch_says(examples: list[store.Example]) -> None:
    rng = np.random.default_rng(0)
    place = list(region(EYE).points).index(468)
    for made in [detail_train.sight(one, EYE, None) for one in examples[:2]]:
        x, y = np.rint((made.points[place] + 1) * EYE.size / 2 - 0.5).astype(int)
        assert np.linalg.norm(made.picture[y, x].astype(float) - drawn.IRIS) < 40
    shifted = [detail_train.sight(examples[0], EYE, rng).points[place] for _ in range(12)]
    assert 0.02 < np.std(shifted, axis=0).mean() < 0.3


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_the_truth_costs_least(examples: list[store.Example], part: Part) -> None:
    batch = detail_train.batches(examples, part, 4)(np.random.default_rng(0))
    weights, pairs = detail_train.point_weights(part), torch.from_numpy(detail_train.openings(part))

    def total(shift: float) -> float:
        moved = batch[1] + shift * torch.linspace(-1, 1, batch[1].shape[1])[:, None]
        parts = detail_train.loss(lambda patches: moved, batch, weights, pairs)
        return float(torch.stack(list(parts.values())).sum())

    assert total(0) < 1e-6
    assert total(0.02) > total(0.01) > total(0)


def test_openings_are_pairs_of_the_part() -> None:
    for part, count in ((MOUTH, 9), (EYE, 7)):
        pairs = region(part).points[detail_train.openings(part)]
        assert pairs.shape == (count, 2)
        assert np.isin(pairs, part.own).all()


def test_a_run_learns_stops_and_goes_on(
    examples: list[store.Example], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    detail_train.train(examples, EYE, tmp_path, learn.Plan(2, half=False), 4)
    detail_train.train(examples, EYE, tmp_path, learn.Plan(3, half=False), 4)
    told = capsys.readouterr().out
    assert "2/2" in told and "3/3" in told and "2/3" not in told and "held out" in told
    assert (tmp_path / "eye.onnx").exists()


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_what_is_exported_says_the_same_also_in_half_the_size(part: Part) -> None:
    import onnxruntime

    torch.manual_seed(0)
    net = DetailNet(part).eval()
    patch = np.random.default_rng(0).integers(0, 256, (1, part.size, part.size, 3)).astype(np.float32)
    packed = onnx_bytes(net)
    small = halved(packed)
    assert len(small) < 0.52 * len(packed)
    with torch.no_grad():
        said = net(torch.from_numpy(patch).permute(0, 3, 1, 2) / 255).numpy() * (part.size / 2) + (part.size - 1) / 2
    for content, atol in ((packed, 1e-3), (small, 0.05)):
        session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
        np.testing.assert_allclose(session.run(None, {"patch": patch})[0], said, atol=atol)
