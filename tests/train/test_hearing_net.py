"""The network: streaming is the same arithmetic as training, and the ONNX file too."""

import numpy as np
import pytest
from numpy.typing import NDArray

torch = pytest.importorskip("torch", reason="the extra `train` is not installed")
pytest.importorskip("onnx", reason="the extra `train` is not installed")

from vultus.clock import FEATURES_PER_FRAME  # noqa: E402
from vultus.face import EXPRESSIONS, E  # noqa: E402
from vultus.motion.hearing import BANDS, CACHE_SIZE, LOWER_FACE, A, P  # noqa: E402
from vultus.train.hearing_net import HearingNet, Streaming, onnx_bytes, shut_lips, slow_mean  # noqa: E402

Floats = NDArray[np.float32]

FRAMES = 40
MIX = (0.5, 0.2, 0.3)


@pytest.fixture(scope="module")
def net() -> HearingNet:
    torch.manual_seed(0)
    made = HearingNet()
    made.eval()
    for block in (made.finer, *made.blocks):
        torch.nn.init.normal_(block.mix.weight, std=0.05)
    return made


@pytest.fixture(scope="module")
def rows() -> Floats:
    shape = (1, FRAMES * FEATURES_PER_FRAME, BANDS)
    return np.random.default_rng(0).normal(-6, 3, shape).astype(np.float32)


def test_frame_by_frame_is_the_whole_sequence(net: HearingNet, rows: Floats) -> None:
    streaming, cache = Streaming(net, MIX), torch.zeros(1, CACHE_SIZE)
    with torch.no_grad():
        whole = net(torch.from_numpy(rows))
        lips = sum(share * whole.lips[0, :, i] for i, share in enumerate(MIX)).clamp(0, 1)
        for t in range(FRAMES):
            piece = torch.from_numpy(rows[:, t * 4 : t * 4 + 4])
            one, shut, speaking, features, phones, cache = streaming(piece, cache)
            torch.testing.assert_close(one[0], lips[t], atol=1e-4, rtol=1e-3)
            torch.testing.assert_close(shut[0], torch.sigmoid(whole.shut[0, t]), atol=1e-4, rtol=1e-3)
            torch.testing.assert_close(speaking[0], torch.sigmoid(whole.speaking[0, t]), atol=1e-4, rtol=1e-3)
            torch.testing.assert_close(features[0], whole.features[0, t], atol=1e-4, rtol=1e-3)
            said = whole.phones[0, 2 * t : 2 * t + 2].softmax(1).mean(0)
            torch.testing.assert_close(phones[0], said, atol=1e-4, rtol=1e-3)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_the_exported_file_says_the_same(net: HearingNet, rows: Floats) -> None:
    import onnxruntime

    session = onnxruntime.InferenceSession(onnx_bytes(net, MIX), providers=["CPUExecutionProvider"])
    streaming, cache = Streaming(net, MIX), torch.zeros(1, CACHE_SIZE)
    kept = np.zeros((1, CACHE_SIZE), np.float32)
    with torch.no_grad():
        for t in range(FRAMES):
            piece = rows[:, t * 4 : t * 4 + 4]
            *wanted, cache = streaming(torch.from_numpy(piece), cache)
            *given, kept = session.run(None, {"rows": piece, "cache": kept})
            for a, b in zip(given, wanted, strict=True):
                np.testing.assert_allclose(a, b.numpy(), atol=1e-3)
    assert given[3].shape == (1, A) and given[4].shape == (1, P)


def test_features_have_unit_spread(net: HearingNet, rows: Floats) -> None:
    with torch.no_grad():
        features = net(torch.from_numpy(rows)).features[0]
    torch.testing.assert_close(features.std(1, unbiased=False), torch.ones(FRAMES), atol=1e-2, rtol=0)


def test_eyes_and_brows_are_not_the_networks(net: HearingNet, rows: Floats) -> None:
    with torch.no_grad():
        lips = net(torch.from_numpy(rows)).lips
    others = [i for i, name in enumerate(EXPRESSIONS) if not name.startswith(LOWER_FACE)]
    assert len(others) == 11 and not lips[..., others].any()
    assert lips.abs().sum() > 0


def test_nothing_is_heard_before_it_is_said(net: HearingNet, rows: Floats) -> None:
    changed = rows.copy()
    changed[:, 40:] += 1
    with torch.no_grad():
        a, b = net(torch.from_numpy(rows)).features, net(torch.from_numpy(changed)).features
    torch.testing.assert_close(a[:, :10], b[:, :10])
    assert not torch.allclose(a[:, 10], b[:, 10])


def test_the_slow_mean_follows_loud_rows_and_goes_on_where_it_was(rows: Floats) -> None:
    loud, quiet = np.full((1, 200, BANDS), -4, np.float32), np.full((1, 200, BANDS), -14, np.float32)
    both = torch.from_numpy(np.concatenate([loud, quiet], 1))
    nothing = torch.zeros(1, BANDS + 1, 1)
    mean, _ = slow_mean(both, nothing)
    assert float(mean[0, -1, 0]) > -6  # the quiet has hardly moved it
    first, kept = slow_mean(both[:, :200], nothing)
    second, _ = slow_mean(both[:, 200:], kept)
    torch.testing.assert_close(torch.cat([first, second], 1), mean, atol=1e-4, rtol=1e-4)


def test_the_gate_closes_the_lips() -> None:
    jaw, close = EXPRESSIONS.index("jawOpen"), EXPRESSIONS.index("mouthClose")
    wide = torch.full((1, 2, E), 0.5)
    made = shut_lips(wide, torch.tensor([[0.0, 1.0]]))
    torch.testing.assert_close(made[0, 0], wide[0, 0])
    assert made[0, 1, jaw] == made[0, 1, close] < 0.2
