"""The networks of the flow: whole sequences equal frames one by one, torch equals run time, nothing looks ahead."""

from collections.abc import Iterator

import numpy as np
import pytest
import torch
from torch import Tensor

from vultus.face import D, Floats
from vultus.motion import context, matrices, sampler, velocity
from vultus.motion.context import HEARD, KEEPS, WINDOW, C
from vultus.train import quantise
from vultus.train.flow_net import FlowNet
from vultus.train.quantise import Named

T = WINDOW + 30


@pytest.fixture(autouse=True)
def _not_learning() -> Iterator[None]:
    with torch.no_grad():
        yield


@pytest.fixture(scope="module")
def net() -> FlowNet:
    torch.manual_seed(0)
    made = FlowNet()
    for parameter in made.parameters():
        if parameter.ndim > 1:
            torch.nn.init.normal_(parameter, std=0.08)
    made.eval()
    return made


@pytest.fixture(scope="module")
def told() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    torch.manual_seed(1)
    return torch.randn(1, T, 2 * D), torch.randn(1, T, HEARD), torch.randn(1, T, C), torch.ones(1, T, len(KEEPS))


def _frame_by_frame(named: Named, told: tuple[Tensor, Tensor, Tensor, Tensor]) -> Floats:  # [T, WIDTH]
    """z as run time makes it of a network's named arrays."""
    tokens, heard, asked, keep = (part[0].numpy() for part in told)
    packed, memory, out = matrices.packed(named, context.ORDER), context.init().memory, []
    for t in range(T):
        token, hears, tells = (np.zeros(count, np.float32) for count in (context.TOKEN, context.HEARS, context.TOLD))
        token[: 2 * D], hears[:HEARD], tells[:C], tells[C : C + len(KEEPS)] = tokens[t], heard[t], asked[t], keep[t]
        out.append(context.recalled(packed, token, hears, tells, memory, t))
    return np.stack(out)


def test_frame_by_frame_equals_the_whole_sequence(net: FlowNet, told: tuple[Tensor, Tensor, Tensor, Tensor]) -> None:
    whole = net.context(*told)[0].numpy()
    np.testing.assert_allclose(_frame_by_frame(quantise.exact(net.context), told), whole, atol=1e-3)


def test_bytes_are_near_the_whole_sequence(net: FlowNet, told: tuple[Tensor, Tensor, Tensor, Tensor]) -> None:
    whole = net.context(*told)[0].numpy()
    rounded = _frame_by_frame(quantise.rounded(quantise.exact(net.context), context.ORDER), told)
    off = np.sqrt(((rounded - whole) ** 2).mean())
    assert 0 < off < 0.05 * whole.std()


def test_nothing_looks_ahead_or_farther_back_than_its_window(
    net: FlowNet, told: tuple[Tensor, Tensor, Tensor, Tensor]
) -> None:
    tokens, heard, asked, keep = told
    changed = tokens.clone()
    changed[:, 20] += 1
    moved = (net.context(changed, heard, asked, keep) - net.context(*told)).abs().amax((0, 2))
    assert float(moved[:20].max()) == 0
    assert float(moved[20]) > 0


def _sights() -> tuple[Tensor, Tensor, Tensor, Tensor]:  # z, heard, asked, keep [3, KEEPS]
    torch.manual_seed(2)
    keep = torch.ones(3, len(KEEPS))
    keep[1, 0], keep[2, 1] = 0, 0
    return torch.randn(1, context.WIDTH), torch.randn(1, HEARD), torch.randn(3, C), keep


def _drawn(named: Named, noise: Floats, w: Floats, steps: int) -> Floats:  # [D]
    """What run time makes of noise with the network's named arrays."""
    z, heard, asked, keep = (part.numpy() for part in _sights())
    made, hears, tells = (
        velocity.read(named),
        np.zeros(context.HEARS, np.float32),
        np.zeros((3, context.TOLD), np.float32),
    )
    hears[:HEARD], tells[:, :C], tells[:, C : C + len(KEEPS)] = heard[0], asked, keep
    m = velocity.modulated(made.sight, made.unknown, z[0], hears, tells)
    return np.asarray(velocity.carried(made.head, noise, m, w, velocity.timed(made, np.arange(steps) / steps)))


def _plainly_drawn(net: FlowNet, noise: Floats, w: Floats, steps: int) -> Floats:  # [D]
    """The same by torch and the plain sampler."""
    m = net.velocity.modulation(*_sights())

    def v(x: Floats, t: float) -> Floats:  # [G, D] -> [G, D]
        return np.asarray(net.velocity(torch.from_numpy(x), torch.tensor([[t]], dtype=torch.float32), m).numpy())

    return sampler.euler(sampler.guided(v, w), noise, sampler.times(steps))


@pytest.mark.parametrize("steps", [1, 6])
def test_run_time_carries_noise_as_torch_and_the_plain_sampler_do(net: FlowNet, steps: int) -> None:
    noise, w = np.random.default_rng(0).normal(0, 1, D).astype(np.float32), np.array([0.5, 0.2], np.float32)
    wanted = _plainly_drawn(net, noise, w, steps)
    exact = quantise.exact(net.velocity)
    np.testing.assert_allclose(_drawn(exact, noise, w, steps), wanted, atol=1e-3)
    rounded = _drawn(quantise.rounded(exact, (*velocity.SIGHT_ORDER, *velocity.HEAD_ORDER)), noise, w, steps)
    off = np.sqrt(((rounded - wanted) ** 2).mean())
    assert 0 < off < 0.05 * wanted.std()


def test_what_is_left_out_counts_for_nothing(net: FlowNet) -> None:
    keep = torch.ones(1, len(KEEPS))
    keep[0, :2] = 0
    asked = torch.zeros(1, C)
    one, other = (
        net.velocity.modulation(torch.randn(1, context.WIDTH), torch.randn(1, HEARD), asked, keep) for _ in range(2)
    )
    assert one.shape == (1, velocity.PARTS * velocity.WIDTH)
    torch.testing.assert_close(one, other)
