"""The network: run time does the same arithmetic as training, and the file nearly."""

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load

torch = pytest.importorskip("torch", reason="the extra `train` is not installed")

from vultus.clock import FEATURES_PER_FRAME  # noqa: E402
from vultus.face import EXPRESSIONS, E  # noqa: E402
from vultus.motion import hearing, matrices  # noqa: E402
from vultus.motion.hearing import ANSWERS, BANDS, LOWER_FACE, ORDER, A, P  # noqa: E402
from vultus.train import quantise  # noqa: E402
from vultus.train.hearing_net import HearingNet, file_bytes, mixed, shut_lips, slow_mean  # noqa: E402
from vultus.train.quantise import Named  # noqa: E402

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


def _wanted(net: HearingNet, rows: Floats) -> Floats:  # [T, ANSWERS]
    """What the whole sequence says, as run time answers it."""
    with torch.no_grad():
        whole = net(torch.from_numpy(rows))
    lips = sum(share * whole.lips[0, :, i] for i, share in enumerate(MIX)).clamp(0, 1)
    told = torch.sigmoid(torch.stack([whole.shut[0], whole.speaking[0]], 1))
    phones = whole.phones[0].softmax(1).unflatten(0, (-1, 2)).mean(1)
    return np.asarray(torch.cat([lips, told, whole.features[0], phones], 1).numpy())


def _frame_by_frame(named: Named, rows: Floats) -> Floats:  # [T, ANSWERS]
    packed, cache = matrices.packed(named, ORDER), hearing.init().cache
    return np.stack([hearing.listened(packed, rows[0, 4 * t : 4 * t + 4], cache) for t in range(FRAMES)])


def test_frame_by_frame_is_the_whole_sequence(net: HearingNet, rows: Floats) -> None:
    made = _frame_by_frame(quantise.exact(mixed(net, MIX)), rows)
    assert made.shape == (FRAMES, ANSWERS)
    np.testing.assert_allclose(made, _wanted(net, rows), atol=1e-3)


def test_the_file_says_nearly_the_same(net: HearingNet, rows: Floats) -> None:
    made, wanted = _frame_by_frame(load(file_bytes(net, MIX)), rows), _wanted(net, rows)
    off = np.sqrt(((made - wanted) ** 2).mean(axis=0))
    lips, features = slice(0, E), slice(E + 2, E + 2 + A)
    assert 0 < off[lips].max() < 0.01 and 0 < off[features].mean() < 0.03
    assert off[-P:].max() < 0.02


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
