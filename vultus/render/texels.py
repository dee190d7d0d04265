"""Bilinear sampling of packed texels, all four channels at once in the lanes of a vector register.

numba has no vectors of its own: the two functions below are written in the compiler's own terms, which every
processor has instructions for. `plain.sample` says the same in one line.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Texels = NDArray[np.uint32]

_LONG, _WORD, _LANE = ir.IntType(64), ir.IntType(32), ir.IntType(16)
_TEXEL, _PAIR = ir.VectorType(ir.IntType(8), 4), ir.VectorType(ir.IntType(8), 8)  # one, and two side by side
_FOUR, _EIGHT = ir.VectorType(_LANE, 4), ir.VectorType(_LANE, 8)
_ROUND, _EIGHTS = ir.Constant(_FOUR, [128] * 4), ir.Constant(_FOUR, [8] * 4)

# Callers do not pass the typing context that its own types ask for.
_vector: Callable[[Callable[..., Any]], Callable[..., Any]] = intrinsic


def texels(picture: Bytes) -> Texels:  # [h, w, 4] -> [h + 1, w + 1]
    """RGBA as one word a pixel, R in the lowest byte; last row and column repeated as neighbours."""
    padded = np.pad(picture, ((0, 1), (0, 1), (0, 0)), "edge")
    return np.asarray(np.ascontiguousarray(padded).view("<u4")[..., 0], np.uint32)


@_vector
def between(typing: Any, image: Any, at: Any, share_x: Any, share_y: Any) -> Any:  # noqa: ANN401
    """The texel `share_x` 256ths of the way from flat index `at` to the one right of it, `share_y` to the row below.

    It is rounded after either step, and holds RGBA, R lowest. `image` is contiguous: `Texels`.
    """
    assert image.layout == "C", image

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        _, at, share_x, share_y = arguments
        row = builder.sdiv(builder.extract_value(array.strides, 0), _LONG(4))
        across, down = _weights(builder, share_x), _weights(builder, share_y)
        above = _mixed(builder, _pair(builder, array.data, at), across)
        below = _mixed(builder, _pair(builder, array.data, builder.add(at, row)), across)
        both = builder.shuffle_vector(above, below, _lanes(range(8)))
        return builder.bitcast(builder.trunc(_mixed(builder, both, down), _TEXEL), _WORD)

    return types.uint32(image, types.int64, types.int64, types.int64), generate


def _pair(builder: Any, data: Any, at: Any) -> Any:  # noqa: ANN401
    """Two neighbours as eight lanes."""
    place = builder.bitcast(builder.gep(data, [at]), _PAIR.as_pointer())
    return builder.zext(builder.load(place, align=4), _EIGHT)


def _weights(builder: Any, share: Any) -> Any:  # noqa: ANN401
    """256 - share in the four lower lanes, share in the upper ones: looked up, which is quicker than spreading it."""
    rows = [ir.Constant(_EIGHT, [256 - share] * 4 + [share] * 4) for share in range(256)]
    constant: Any = cgutils.global_constant
    table = constant(builder.module, "weights", ir.Constant(ir.ArrayType(_EIGHT, 256), rows))
    return builder.load(builder.gep(table, [_LONG(0), share]), align=16)


def _mixed(builder: Any, pair: Any, weights: Any) -> Any:  # noqa: ANN401
    """Four lanes from the lower half of eight to the upper one, rounded."""
    product = builder.mul(pair, weights)
    lower, upper = (builder.shuffle_vector(product, product, _lanes(range(at, at + 4))) for at in (0, 4))
    return builder.lshr(builder.add(builder.add(lower, upper), _ROUND), _EIGHTS)


def _lanes(numbers: range) -> Any:  # noqa: ANN401
    return ir.Constant(ir.VectorType(_WORD, len(numbers)), list(numbers))


@_vector
def put(typing: Any, image: Any, at: Any, word: Any) -> Any:  # noqa: ANN401
    """Write the four bytes of a word to a contiguous picture, from flat index `at` on, lowest first."""
    assert image.layout == "C", image

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        place = builder.bitcast(builder.gep(array.data, [arguments[1]]), _WORD.as_pointer())
        builder.store(arguments[2], place, align=1)
        return context.get_dummy_value()

    return types.void(image, types.int64, types.uint32), generate
