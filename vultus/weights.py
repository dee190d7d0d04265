"""The trained files in `trained/`, checked and loaded. The only place that knows one runtime from another."""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vultus.errors import VultusError

Network = Callable[[dict[str, NDArray[np.float32]]], dict[str, NDArray[np.float32]]]

FOLDER = Path(__file__).parent / "trained"
SUMS = FOLDER / "SHA256SUMS"  # `sha256sum` format, one line a file; train/ships.py writes it


class WeightsBroken(VultusError):
    """A file of the installed package is absent or altered."""


@cache
def _sums() -> dict[str, str]:
    lines = SUMS.read_text().splitlines()
    return {name: digest for digest, name in (line.split() for line in lines)}


def _checked(name: str) -> bytes:
    path = FOLDER / name
    if name not in _sums() or not path.exists():
        raise WeightsBroken(f"the trained file {name} is missing from the package: install vultus again")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != _sums()[name]:
        raise WeightsBroken(f"the trained file {name} differs from the one published: install vultus again")
    return content


@cache
def arrays(name: str) -> dict[str, NDArray[Any]]:
    """The arrays of `trained/<name>.safetensors`. Raises WeightsBroken."""
    from safetensors.numpy import load

    return dict(load(_checked(f"{name}.safetensors")))


@cache
def network(name: str) -> Network:
    """`trained/<name>.onnx` as a function of named arrays, on one thread. Raises WeightsBroken.

    One thread and no run-time tuning, so that the same input gives the same bytes on every call.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(_checked(f"{name}.onnx"), options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]

    def call(inputs: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
        return dict(zip(names, session.run(names, inputs), strict=True))

    return call
