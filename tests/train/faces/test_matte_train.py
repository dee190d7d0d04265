"""The matte: pictures and their mattes move together, the loss knows the truth, what is exported says the same."""

from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra `train` is not installed")
pytest.importorskip("scipy", reason="the extra `train` is not installed")

from tests import drawn  # noqa: E402
from vultus.analysis import own_matte  # noqa: E402
from vultus.train.faces import looks, matte_train, mattes, split, store  # noqa: E402
from vultus.train.faces.matte_net import MatteNet, onnx_bytes  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")


@pytest.fixture
def one() -> mattes.Matted:
    """A picture that is white where its matte is."""
    matte = np.rint(cv2.resize(drawn.matte(), (own_matte.SIZE, own_matte.SIZE)) * 255).astype(np.uint8)
    packed = store.encode(np.dstack([matte] * 3))
    return mattes.Matted(packed, packed, split.TRAIN)


def test_picture_and_matte_move_together(one: mattes.Matted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "anew", lambda picture, rng: picture)
    monkeypatch.setattr(matte_train, "ELSEWHERE", 0)
    rng = np.random.default_rng(0)
    for _ in range(8):
        picture, matte = matte_train.anew(one, rng)
        assert np.abs(picture[..., 0].astype(int) - matte).mean() < 1


def test_the_truth_costs_least(one: mattes.Matted) -> None:
    batch = matte_train.Batches((one,), 2)(np.random.default_rng(0))
    right = (batch[1].float() / 255 * 2 - 1) * 20
    costs = [
        sum(float(part) for part in matte_train.loss(lambda views, said=said: said, batch).values())
        for said in (right, torch.zeros_like(right), -right)
    ]
    assert costs[0] < costs[1] < costs[2]


def test_overlap_is_intersection_over_union() -> None:
    a, b = np.zeros((4, 4), np.float32), np.zeros((4, 4), np.float32)
    a[:, :2], b[:, 1:3] = 1, 1
    assert matte_train.overlap(a, b) == pytest.approx(1 / 3)


def test_mattes_come_back_from_their_file(one: mattes.Matted, tmp_path: Path) -> None:
    mattes.save(tmp_path / "m.npz", [one, one])
    again = mattes.read(tmp_path / "m.npz")
    assert len(again) == 2 and again[1].part == split.TRAIN
    np.testing.assert_array_equal(again[1].matte, one.matte)


def test_what_is_exported_fits_a_picture_of_any_size() -> None:
    import onnxruntime

    torch.manual_seed(0)
    net = MatteNet().eval()
    packed = onnx_bytes(net)
    assert len(packed) < 1.5e6
    session = onnxruntime.InferenceSession(packed, providers=["CPUExecutionProvider"])
    picture = np.random.default_rng(0).integers(0, 256, (90, 130, 3)).astype(np.uint8)
    matte = own_matte.person(picture, lambda inputs: {"matte": session.run(None, inputs)[0]})
    assert matte.shape == (90, 130) and matte.min() >= 0 and matte.max() <= 1
