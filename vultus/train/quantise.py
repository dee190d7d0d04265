"""Trained networks as `motion/matrices.py` reads them: named arrays, the weights of matrices rounded to bytes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save
from torch import nn

Named = dict[str, NDArray[Any]]

MOST = 127  # of a weight's byte


def exact(net: nn.Module) -> Named:
    """All weights, nothing rounded: each matrix [N, K] with a scale of 1 and its bias; what is left as it is.

    Convolutions become matrices [out, taps x in]: what they see lies step by step.
    """
    out = {name: value.detach().numpy() for name, value in net.state_dict().items()}
    for name, module in net.named_modules():
        if isinstance(module, (nn.Linear, nn.Conv1d)):
            weight = out[f"{name}.weight"]
            steps_first = weight.transpose(0, 2, 1) if weight.ndim == 3 else weight
            out[f"{name}.weight"] = np.ascontiguousarray(steps_first.reshape(len(weight), -1))
            out[f"{name}.scale"] = np.ones(len(weight), np.float32)
    return out


def rounded(named: Named, matrices: Sequence[str]) -> Named:
    """The same with the weights of these matrices as int8, each row in a unit of its own, and float16 elsewhere."""
    out: Named = {}
    for name in matrices:
        weight = named[f"{name}.weight"]
        scale = np.maximum(np.abs(weight).max(axis=1), np.finfo(np.float32).tiny) / MOST
        out[f"{name}.weight"] = np.rint(weight / scale[:, None]).astype(np.int8)
        out[f"{name}.scale"] = scale.astype(np.float32)
        out[f"{name}.bias"] = named[f"{name}.bias"]
    read = {f"{name}.{part}" for name in matrices for part in ("weight", "scale", "bias")}
    return out | {name: value.astype(np.float16) for name, value in named.items() if name not in read}


def file_bytes(net: nn.Module, matrices: Sequence[str]) -> bytes:
    """The network as a safetensors file: the trained one as it ships."""
    return bytes(save(rounded(exact(net), matrices)))


def restore(net: nn.Module, named: Named) -> None:
    """Give the matrices of the net the weights of a file: the inverse of `rounded`, but for what rounding took."""
    state = net.state_dict()
    for name, module in net.named_modules():
        if isinstance(module, (nn.Linear, nn.Conv1d)):
            weight = named[f"{name}.weight"] * named[f"{name}.scale"][:, None]
            shape = tuple(module.weight.shape)
            if len(shape) == 3:
                weight = weight.reshape(shape[0], shape[2], shape[1]).transpose(0, 2, 1)
            state[f"{name}.weight"] = torch.from_numpy(np.ascontiguousarray(weight, np.float32))
            state[f"{name}.bias"] = torch.from_numpy(np.array(named[f"{name}.bias"], np.float32))
    net.load_state_dict(state)
