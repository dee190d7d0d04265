"""A network between two has weights between theirs."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra `train` is not installed")

from vultus.train.faces import find_net, read_net  # noqa: E402
from vultus.train.faces.blend import blend  # noqa: E402
from vultus.train.faces.thaw import layers  # noqa: E402
from vultus.train.halved import halved  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")


def _packed(seed: int) -> bytes:
    torch.manual_seed(seed)
    net = read_net.ReadNet()
    net(torch.rand(4, 3, 96, 96))  # so that no two normalisations are alike
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.normal_(module.bias)
    return read_net.onnx_bytes(net.eval())


def test_weights_lie_between() -> None:
    one, other = _packed(0), _packed(1)
    for share in (0.0, 0.25, 1.0):
        mixed = layers(blend(halved(one), other, share))
        for each in zip(layers(one), layers(other), mixed, strict=True):
            for before, after, found in zip(*each, strict=True):
                np.testing.assert_allclose(found, (1 - share) * before + share * after, atol=2e-3)


def test_two_networks_are_not_blended() -> None:
    with pytest.raises(ValueError, match="one network"):
        blend(_packed(0), find_net.onnx_bytes(find_net.FindNet().eval()), 0.5)
