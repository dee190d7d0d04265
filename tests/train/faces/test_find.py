"""Finding faces: scenes tell the truth, what the truth would say is found again, at every size."""

import numpy as np
import pytest
from numpy.typing import NDArray

torch = pytest.importorskip("torch", reason="the extra `train` is not installed")
pytest.importorskip("scipy", reason="the extra `train` is not installed")

from tests import drawn  # noqa: E402
from vultus.analysis import own_find  # noqa: E402
from vultus.analysis.own_view import View, around  # noqa: E402
from vultus.train.faces import find_train, scenes, split, store  # noqa: E402
from vultus.train.faces.find_net import CELLS, FindNet, onnx_bytes  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
Floats = NDArray[np.float32]


@pytest.fixture(scope="module")
def pool() -> tuple[store.Example, ...]:
    return (store.example(drawn.picture(), drawn.points(), "drawing", split.TRAIN, "drawn"),)


def test_the_truth_of_a_scene_is_found_again(pool: tuple[store.Example, ...]) -> None:
    rng = np.random.default_rng(0)
    faces = 0
    for _ in range(20):
        scene = scenes.scene(pool, rng)
        hill, cells = find_train.truth(scene)
        said = np.concatenate([hill[None], np.nan_to_num(cells)])
        found = own_find.peaks(said, 0.99)
        assert len(found) == len(scene.views)
        for (x, y, side), five in zip(scene.views, scene.five, strict=True):
            one = min(found, key=lambda one: abs(one.view.x - x) + abs(one.view.y - y))
            np.testing.assert_allclose([one.view.x, one.view.y, one.view.side], [x, y, side], rtol=1e-3, atol=0.01)
            np.testing.assert_allclose(one.five, five, atol=0.05)
            faces += 1
    assert faces > 15


def test_a_tilt_is_told_by_the_five_points() -> None:
    for roll in (-0.7, 0.0, 0.5):
        turn = np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]])
        flat = (drawn.points()[:, :2] - 128) @ turn.T * 0.5 + 80
        view = around(flat.astype(np.float32))
        one = scenes.Scene(
            np.zeros((scenes.SIZE, scenes.SIZE, 3), np.uint8),
            np.array([[view.x, view.y, view.side]], np.float32),
            flat[None, list(scenes.FIVE)].astype(np.float32),
        )
        hill, cells = find_train.truth(one)
        found = own_find.peaks(np.concatenate([hill[None], np.nan_to_num(cells)]), 0.99)
        assert abs(found[0].view.roll - roll) < 0.06


def test_a_face_seen_at_several_sizes_is_one_face_in_pixels_of_the_picture() -> None:
    """A network that knows one place of the whole picture, whatever the size it is given."""

    def network(inputs: dict[str, Floats]) -> dict[str, Floats]:
        _, height, width, _ = inputs["picture"].shape
        cells = np.zeros((1, CELLS, height // 8, width // 8), np.float32)
        row, column = cells.shape[2] // 2, cells.shape[3] // 2
        cells[0, 0, row, column] = 0.9 if width == 320 else 0.8
        cells[0, 3, row, column] = np.log(0.4 * width / 8)
        return {"cells": cells}

    found = own_find.find(np.zeros((512, 512, 3), np.uint8), network)
    assert len(found) == 1 and found[0].score == pytest.approx(0.9)
    assert abs(found[0].view.x - 256) < 10 and abs(found[0].view.y - 256) < 10
    assert found[0].view.side == pytest.approx(0.4 * 512, rel=0.01)


def test_the_truth_costs_less_than_anything_else(pool: tuple[store.Example, ...]) -> None:
    batch = find_train.Batches(pool, 3)(np.random.default_rng(1))
    right = torch.cat([(batch[1][:, None] * 2 - 1) * 12, torch.nan_to_num(batch[2])], 1)
    costs = [
        sum(float(part) for part in find_train.loss(lambda views, said=said: said, batch).values())
        for said in (right, right + 0.3, torch.zeros_like(right))
    ]
    assert costs[0] < costs[1] < costs[2]


def test_what_is_exported_says_the_same_at_any_size() -> None:
    import onnxruntime

    torch.manual_seed(0)
    net = FindNet().eval()
    packed = onnx_bytes(net)
    assert len(packed) < 2e6
    session = onnxruntime.InferenceSession(packed, providers=["CPUExecutionProvider"])
    picture = np.random.default_rng(0).integers(0, 256, (1, 96, 224, 3)).astype(np.float32)
    cells = session.run(None, {"picture": picture})[0]
    with torch.no_grad():
        said = net(torch.from_numpy(picture).permute(0, 3, 1, 2) / 255)
    np.testing.assert_allclose(cells[:, 1:], said[:, 1:], atol=1e-3)
    np.testing.assert_allclose(cells[:, 0], torch.sigmoid(said[:, 0]), atol=1e-4)


def test_views_that_are_the_same_are_told_from_others() -> None:
    one = View(100, 100, 50, 0)
    assert own_find.same(one, View(110, 100, 60, 0.3))
    assert not own_find.same(one, View(160, 100, 50, 0))
    assert own_find.alike(one, View(300, 100, 70, 0)) and own_find.alike(View(300, 100, 70, 0), one)
    assert not own_find.alike(one, View(100, 100, 20, 0)) and not own_find.alike(View(100, 100, 20, 0), one)
