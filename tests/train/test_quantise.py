"""Networks as bytes: what is rounded, how far, and that convolutions lie as they are read."""

import numpy as np
import pytest
import torch
from safetensors.numpy import load
from torch import nn

from vultus.motion import matrices
from vultus.train import quantise


@pytest.fixture(scope="module")
def net() -> nn.Module:
    torch.manual_seed(0)
    made = nn.Module()
    made.first, made.taps = nn.Linear(20, 7), nn.Conv1d(5, 6, 3)
    made.unknown = nn.Parameter(torch.randn(4))
    return made


def test_nothing_is_rounded_when_it_must_be_exact(net: nn.Module) -> None:
    named = quantise.exact(net)
    np.testing.assert_array_equal(named["first.weight"], net.first.weight.detach().numpy())
    assert (named["first.scale"] == 1).all() and named["unknown"].shape == (4,)


def test_a_convolution_is_a_matrix_over_steps_that_lie_one_behind_the_other(net: nn.Module) -> None:
    steps = torch.randn(3, 5)
    wanted = net.taps(steps.T[None])[0, :, 0].detach().numpy()
    named = quantise.exact(net)
    made = named["taps.weight"] @ steps.numpy().ravel() + named["taps.bias"]
    np.testing.assert_allclose(made, wanted, atol=1e-5)


def test_a_byte_is_never_off_by_more_than_half_a_unit_of_its_row(net: nn.Module) -> None:
    named = quantise.exact(net)
    made = quantise.rounded(named, ["first"])
    again = made["first.weight"] * made["first.scale"][:, None]
    assert made["first.weight"].dtype == np.int8 and np.abs(made["first.weight"]).max() == quantise.MOST
    assert (np.abs(again - named["first.weight"]) <= 0.5001 * made["first.scale"][:, None]).all()
    assert made["unknown"].dtype == np.float16
    assert made["first.bias"].dtype == np.float32


def test_a_row_of_nothing_stays_nothing(net: nn.Module) -> None:
    named = quantise.exact(net)
    named["first.weight"][2] = 0
    made = quantise.rounded(named, ["first"])
    assert not made["first.weight"][2].any() and np.isfinite(made["first.scale"]).all()


def test_the_file_is_read_as_the_network_it_was_made_of(net: nn.Module) -> None:
    named = load(quantise.file_bytes(net, ["first"]))
    packed = matrices.packed(named, ["first"])
    x, out = np.zeros(matrices.padded(20), np.float32), np.empty(7, np.float32)
    x[:20] = np.random.default_rng(0).normal(0, 1, 20)
    assert matrices.dense(packed, (0, 0), x, out) == (7 * len(x), 14)
    wanted = net.first(torch.from_numpy(x[:20])).detach().numpy()
    np.testing.assert_allclose(out, wanted, atol=0.02)
    assert np.abs(out - wanted).max() > 0
