"""The network: streaming is the same arithmetic as training, and the ONNX file too."""

import numpy as np
import pytest
from numpy.typing import NDArray

torch = pytest.importorskip("torch", reason="the extra `train` is not installed")
pytest.importorskip("onnx", reason="the extra `train` is not installed")

from vultus.clock import FEATURES_PER_FRAME  # noqa: E402
from vultus.face import EXPRESSIONS  # noqa: E402
from vultus.motion.mouth import BANDS, CACHE_SIZE, LOWER_FACE  # noqa: E402
from vultus.train.motion_net import MotionNet, Streaming, onnx_bytes  # noqa: E402

Floats = NDArray[np.float32]

FRAMES = 30


@pytest.fixture(scope="module")
def net() -> MotionNet:
    torch.manual_seed(0)
    made = MotionNet()
    made.eval()
    for block in made.blocks:
        torch.nn.init.normal_(block.mix.weight, std=0.1)
    return made


@pytest.fixture(scope="module")
def rows() -> Floats:
    shape = (1, FRAMES * FEATURES_PER_FRAME, BANDS)
    return np.random.default_rng(0).normal(-6, 3, shape).astype(np.float32)


def test_frame_by_frame_is_the_whole_sequence(net: MotionNet, rows: Floats) -> None:
    streaming, cache = Streaming(net), torch.zeros(1, CACHE_SIZE)
    with torch.no_grad():
        whole, logit, _ = net(torch.from_numpy(rows))
        for t in range(FRAMES):
            piece = torch.from_numpy(rows[:, t * 4 : t * 4 + 4])
            one, speaking, cache = streaming(piece, cache)
            torch.testing.assert_close(one[0], whole[0, t], atol=1e-5, rtol=1e-4)
            torch.testing.assert_close(speaking[0], torch.sigmoid(logit[0, t]), atol=1e-5, rtol=1e-4)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_the_exported_file_says_the_same(net: MotionNet, rows: Floats) -> None:
    import onnxruntime

    content = onnx_bytes(net)
    assert len(content) < 5_000_000
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    cache = np.zeros((1, CACHE_SIZE), np.float32)
    with torch.no_grad():
        whole, _, _ = net(torch.from_numpy(rows))
    for t in range(FRAMES):
        one, _, cache = session.run(None, {"rows": rows[:, t * 4 : t * 4 + 4], "cache": cache})
        np.testing.assert_allclose(one[0], whole[0, t].numpy(), atol=1e-4)


def test_eyes_and_brows_are_not_the_networks(net: MotionNet, rows: Floats) -> None:
    with torch.no_grad():
        expression, _, _ = net(torch.from_numpy(rows))
    others = [i for i, name in enumerate(EXPRESSIONS) if not name.startswith(LOWER_FACE)]
    assert len(others) == 11 and not expression[:, :, others].any()
    assert expression.abs().sum() > 0


def test_nothing_is_heard_before_it_is_said(net: MotionNet, rows: Floats) -> None:
    changed = rows.copy()
    changed[:, 40:] += 1
    with torch.no_grad():
        a, b = net(torch.from_numpy(rows))[0], net(torch.from_numpy(changed))[0]
    torch.testing.assert_close(a[:, :10], b[:, :10])
    assert not torch.allclose(a[:, 10], b[:, 10])
