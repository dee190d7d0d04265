"""A network between two: the weights of one that was trained on from another, part of the way back.

    python -m vultus.train.faces.blend read.onnx read_on.onnx --share 0.6 --ship vultus/trained

What was learned further is kept for the most part, and what was known before is not lost (Wortsman et al., Robust
fine-tuning of zero-shot models, 2022).
"""

import argparse
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

from vultus.train import ships
from vultus.train.faces.thaw import layers
from vultus.train.halved import halved


def blend(one: bytes, other: bytes, share: float) -> bytes:
    """The ONNX file `other`, in float32, with so much of its own weights and the rest of those of `one`.

    Raises ValueError where the two are not of one network.
    """
    before, after = layers(one), layers(other)
    if [weight.shape for weight, _ in before] != [weight.shape for weight, _ in after]:
        raise ValueError("wanted two files of one network")
    model = onnx.load_from_string(other)
    arrays = {array.name: array for array in model.graph.initializer}
    nodes = [node for node in model.graph.node if node.op_type in ("Conv", "Gemm")]
    for node, *pair in zip(nodes, before, after, strict=True):
        for name, old, new in zip(node.input[1:], *pair, strict=True):
            mixed = np.asarray((1 - share) * old + share * new, np.float32)
            arrays[name].CopyFrom(numpy_helper.from_array(mixed, name))
    return bytes(model.SerializeToString())


def main() -> None:
    """Blend and ship under the first file's name."""
    parser = argparse.ArgumentParser(description="A network between two.")
    parser.add_argument("one", type=Path)
    parser.add_argument("other", type=Path, help="trained on from the first; not halved")
    parser.add_argument("--share", type=float, default=0.6, help="of the second")
    parser.add_argument("--ship", type=Path, required=True, help="folder of trained files")
    options = parser.parse_args()
    packed = blend(options.one.read_bytes(), options.other.read_bytes(), options.share)
    ships.ship(options.one.name, halved(packed), options.ship)


if __name__ == "__main__":
    main()
