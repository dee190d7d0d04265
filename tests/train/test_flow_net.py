"""The networks of the flow: whole sequences equal frames one by one, torch equals ONNX, nothing looks ahead."""

from collections.abc import Iterator

import numpy as np
import onnxruntime
import pytest
import torch
from torch import Tensor

from vultus.face import D
from vultus.motion import context
from vultus.motion.context import HEAD_WIDTH, HEADS, HEARD, KEEPS, LAYERS, PER_HEAD, WINDOW, C
from vultus.train import flow_net
from vultus.train.flow_net import FlowNet, angles

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


def _stepped(net: FlowNet, told: tuple[Tensor, Tensor, Tensor, Tensor]) -> Tensor:  # [T, WIDTH]
    tokens, heard, asked, keep = (part[0] for part in told)
    memory, out = torch.zeros(LAYERS, 2, HEADS, WINDOW - 1, PER_HEAD), []
    cos, sin = angles(torch.arange(T))
    for t in range(T):
        seen = torch.zeros(1, WINDOW)
        seen[0, : max(0, WINDOW - 1 - t)] = float(context.NEVER)
        sight = torch.nn.functional.silu(net.context.sight(heard[t : t + 1], asked[t : t + 1], keep[t : t + 1]))
        z, entry = net.context.step(tokens[t : t + 1], sight, cos[t : t + 1], sin[t : t + 1], seen, memory)
        memory = torch.cat([memory[:, :, :, 1:], entry], 3)
        out.append(z[0])
    return torch.stack(out)


def test_frame_by_frame_equals_the_whole_sequence(net: FlowNet, told: tuple[Tensor, Tensor, Tensor, Tensor]) -> None:
    whole = net.context(*told)[0]
    assert float((whole - _stepped(net, told)).abs().max()) < 1e-3


def test_nothing_looks_ahead_or_farther_back_than_its_window(
    net: FlowNet, told: tuple[Tensor, Tensor, Tensor, Tensor]
) -> None:
    tokens, heard, asked, keep = told
    changed = tokens.clone()
    changed[:, 20] += 1
    moved = (net.context(changed, heard, asked, keep) - net.context(*told)).abs().amax((0, 2))
    assert float(moved[:20].max()) == 0
    assert float(moved[20]) > 0


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_torch_equals_onnx(net: FlowNet, told: tuple[Tensor, Tensor, Tensor, Tensor]) -> None:
    files = flow_net.context_bytes(net), flow_net.velocity_bytes(net)
    assert all(len(file) < 20e6 for file in files)
    inner, head = (onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"]) for file in files)
    rng = np.random.default_rng(0)
    shapes: dict[str, tuple[int, ...]] = {"token": (1, 2 * D), "heard": (1, HEARD), "asked": (3, C)}
    shapes |= {"keep": (3, len(KEEPS))}
    shapes |= {"cos": (1, PER_HEAD // 2), "sin": (1, PER_HEAD // 2), "seen": (1, WINDOW)}
    shapes |= {"memory": (LAYERS, 2, HEADS, WINDOW - 1, PER_HEAD)}
    given = {name: rng.normal(0, 1, shape).astype(np.float32) for name, shape in shapes.items()}
    m, entry = flow_net.ContextStep(net)(*(torch.from_numpy(given[name]) for name in shapes))
    for ours, theirs in zip((m, entry), inner.run(["m", "entry"], given), strict=True):
        np.testing.assert_allclose(theirs, ours.numpy(), atol=1e-3)
    x, t = rng.normal(0, 1, (3, D)).astype(np.float32), np.array([[0.37]], np.float32)
    v = net.velocity(torch.from_numpy(x), torch.from_numpy(t), m).numpy()
    np.testing.assert_allclose(head.run(["v"], {"x": x, "t": t, "m": m.numpy()})[0], v, atol=1e-3)
    assert v.std() > 0.01


def test_what_is_left_out_counts_for_nothing(net: FlowNet) -> None:
    keep = torch.ones(1, len(KEEPS))
    keep[0, :2] = 0
    asked = torch.zeros(1, C)
    one, other = (
        net.velocity.modulation(torch.randn(1, context.WIDTH), torch.randn(1, HEARD), asked, keep) for _ in range(2)
    )
    assert one.shape == (1, (3 * flow_net.BLOCKS + 2) * HEAD_WIDTH)
    torch.testing.assert_close(one, other)
