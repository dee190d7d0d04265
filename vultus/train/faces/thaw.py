"""The weights of a shipped network back in the network that is trained, to go on from there.

An exported network has its normalisations folded into its convolutions. They are unfolded over example pictures: each
takes out the mean and the spread that it meets there and puts them in again, so that nothing changes but that the
network can be trained.
"""

from collections.abc import Callable

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn

Floats = NDArray[np.float32]
Layer = tuple[Floats, Floats]  # weights and biases


def layers(packed: bytes) -> list[Layer]:
    """The convolutions and matrices of an ONNX file in the order in which they are computed."""
    graph = onnx.load_from_string(packed).graph
    arrays = {array.name: numpy_helper.to_array(array).astype(np.float32) for array in graph.initializer}
    for node in graph.node:  # widened from half precision, or the same as another
        if node.op_type in ("Cast", "Identity") and node.input[0] in arrays:
            arrays[node.output[0]] = arrays[node.input[0]]
    kept = [node for node in graph.node if node.op_type in ("Conv", "Gemm")]
    return [(arrays[node.input[1]], arrays[node.input[2]]) for node in kept]


def thaw(net: nn.Module, packed: bytes, example: Tensor) -> None:
    """Give `net` the weights of the ONNX file made of it; `example` is a batch of what it is fed.

    Raises ValueError where the file is of another network.
    """
    order = _order(net, example)
    known = layers(packed)
    into = [module for module in order if isinstance(module, nn.Conv2d | nn.Linear)]
    if len(into) != len(known):
        raise ValueError(f"wanted {len(into)} layers, the file has {len(known)}: it is of another network")
    offsets: dict[nn.Module, Tensor] = {}
    with torch.no_grad():
        for module, (weight, bias) in zip(into, known, strict=True):
            if tuple(module.weight.shape) != weight.shape:
                raise ValueError(f"wanted a layer {tuple(module.weight.shape)}, the file has {weight.shape}")
            module.weight.copy_(torch.from_numpy(weight.copy()))
            if module.bias is not None:
                module.bias.copy_(torch.from_numpy(bias.copy()))
            else:
                after = order[order.index(module) + 1]
                assert isinstance(after, nn.BatchNorm2d), after
                offsets[after] = torch.from_numpy(bias.copy())
        _unfold(net, offsets, example)


def _order(net: nn.Module, example: Tensor) -> list[nn.Module]:
    """The layers in the order in which they are computed."""
    order: list[nn.Module] = []
    hooks = [
        module.register_forward_hook(lambda module, inputs, output: order.append(module))
        for module in net.modules()
        if isinstance(module, nn.Conv2d | nn.Linear | nn.BatchNorm2d)
    ]
    _run(net, example[:1])
    for hook in hooks:
        hook.remove()
    return order


def _unfold(net: nn.Module, offsets: dict[nn.Module, Tensor], example: Tensor) -> None:
    """Let each normalisation add its offset and change nothing else, whatever its mean and spread."""
    hooks = [module.register_forward_pre_hook(_setter(offset)) for module, offset in offsets.items()]
    _run(net, example)
    for hook in hooks:
        hook.remove()


def _setter(offset: Tensor) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
    def set_it(module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        assert isinstance(module, nn.BatchNorm2d)
        assert module.running_mean is not None and module.running_var is not None
        variance, mean = torch.var_mean(inputs[0], (0, 2, 3), correction=0)
        module.running_mean.copy_(mean)
        module.running_var.copy_(variance)
        module.weight.copy_(torch.sqrt(variance + module.eps))
        module.bias.copy_(mean + offset)

    return set_it


def _run(net: nn.Module, example: Tensor) -> None:
    trained = net.training
    net.eval()
    with torch.no_grad():
        net(example)
    net.train(trained)
