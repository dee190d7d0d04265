"""A network read back from its ONNX file says the same, and can be trained on."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra `train` is not installed")

from vultus.train.faces import find_net, matte_net, read_net  # noqa: E402
from vultus.train.faces.thaw import layers, thaw  # noqa: E402
from vultus.train.halved import halved  # noqa: E402
from vultus.weights import FOLDER  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")


def _stirred(net: Any, example: Any) -> None:  # noqa: ANN401 - torch may be absent
    """Normalisations that do something."""
    net.train()
    for _ in range(3):
        net(example)
    net.eval()


def test_what_comes_back_says_the_same() -> None:
    torch.manual_seed(0)
    net, other = find_net.FindNet(), find_net.FindNet()
    example = torch.rand(4, 3, 96, 96)
    _stirred(net, example)
    thaw(other, find_net.onnx_bytes(net), example)
    with torch.no_grad():
        fresh = torch.rand(1, 3, 96, 96)
        np.testing.assert_allclose(other.eval()(fresh), net(fresh), atol=1e-4)


def test_while_it_is_trained_normalisations_change_nothing_yet() -> None:
    torch.manual_seed(1)
    net, other = read_net.ReadNet(), read_net.ReadNet()
    example = torch.rand(6, 3, 96, 96)
    _stirred(net, example)
    thaw(other, read_net.onnx_bytes(net), example)
    with torch.no_grad():
        trained, wanted = other.train()(example).points, net(example).points
    np.testing.assert_allclose(trained, wanted, atol=1e-3)


def test_half_precision_is_widened() -> None:
    torch.manual_seed(0)
    net = matte_net.MatteNet().eval()
    packed = matte_net.onnx_bytes(net)
    for (one, _), (other, _) in zip(layers(packed), layers(halved(packed)), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-3)


def test_the_package_s_reader_comes_back() -> None:
    net = read_net.ReadNet()
    thaw(net, Path(FOLDER / "read.onnx").read_bytes(), torch.rand(4, 3, 96, 96))


def test_a_file_of_another_network_is_refused() -> None:
    packed = find_net.onnx_bytes(find_net.FindNet().eval())
    with pytest.raises(ValueError, match="wanted"):
        thaw(read_net.ReadNet(), packed, torch.rand(2, 3, 96, 96))
