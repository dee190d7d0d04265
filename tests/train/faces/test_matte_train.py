"""The matte: pictures and their mattes move together, the loss knows the truth, what is exported says the same."""

from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra `train` is not installed")
pytest.importorskip("scipy", reason="the extra `train` is not installed")

from tests import drawn  # noqa: E402
from vultus.analysis import mediapipe_models, own_matte  # noqa: E402
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
        picture, matte = matte_train.anew(one, (one,), rng)
        assert np.abs(picture[..., 0].astype(int) - matte).mean() < 1


def test_the_truth_costs_least(one: mattes.Matted) -> None:
    batch = matte_train.Batches((one,), 2)(np.random.default_rng(0))
    right = (batch[1].float() / 255 * 2 - 1) * 20
    costs = [
        sum(float(part) for part in matte_train.loss(lambda views, said=said: said, batch).values())
        for said in (right, torch.zeros_like(right), -right)
    ]
    assert costs[0] < costs[1] < costs[2]


def test_what_is_behind_somebody_shows_nothing_of_them() -> None:
    person = np.zeros((own_matte.SIZE, own_matte.SIZE, 3), np.uint8)
    person[40:150, 60:120] = 255
    matted = mattes.Matted(store.encode(np.maximum(person, 60)), store.encode(person), split.TRAIN)
    for seed in range(6):
        assert matte_train.behind(matted, np.random.default_rng(seed)).max() < 80


def test_somebody_before_another_background_keeps_their_matte(
    one: mattes.Matted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looks, "anew", lambda picture, rng: picture)
    monkeypatch.setattr(matte_train, "ELSEWHERE", 1)
    for seed in range(6):
        picture, matte = matte_train.anew(one, (one,), np.random.default_rng(seed))
        assert picture[matte > 250].mean() > 250


def test_the_wide_way_changes_nothing_at_first() -> None:
    torch.manual_seed(0)
    net, pictures = MatteNet().eval(), torch.rand(1, 3, own_matte.SIZE, own_matte.SIZE)
    with torch.no_grad():
        before = net(pictures)
        for weight in net.wide.parameters():
            weight.mul_(2)
        assert torch.equal(net(pictures), before)
        net.wide.fine.bias.add_(1)
        assert not torch.equal(net(pictures), before)


def test_the_teacher_asked_about_parts_is_heard_where_they_lie(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = np.zeros((60, 80, 3), np.uint8)
    seen[20:40, 10:50] = 255
    monkeypatch.setattr(mediapipe_models, "person", lambda picture: picture[..., 0].astype(np.float32) / 255)
    np.testing.assert_allclose(mattes.asked(seen, np.random.default_rng(0)), seen[..., 0] / 255.0)


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
    assert len(packed) < 6e6  # halved when it ships
    session = onnxruntime.InferenceSession(packed, providers=["CPUExecutionProvider"])
    picture = np.random.default_rng(0).integers(0, 256, (90, 130, 3)).astype(np.uint8)
    matte = own_matte.person(picture, lambda inputs: {"matte": session.run(None, inputs)[0]})
    assert matte.shape == (90, 130) and matte.min() >= 0 and matte.max() <= 1
