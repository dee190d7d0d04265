"""Bilinear sampling of packed texels, all four channels at once in the lanes of a vector register.

`plain.sample` says the same in plain words.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numpy.typing import NDArray

from vultus.compiled import kernel
from vultus.vectors import BYTE, LONG, SHORT, WORD, array, load, pick, store, vector

Bytes = NDArray[np.uint8]
Texels = NDArray[np.uint32]

LINE = 16  # texels in the 64 bytes that a cache fetches at once

_FOUR, _EIGHT = ir.VectorType(SHORT, 4), ir.VectorType(SHORT, 8)  # a texel, and two side by side
_ROUND, _EIGHTS = ir.Constant(_FOUR, [128] * 4), ir.Constant(_FOUR, [8] * 4)


def texels(picture: Bytes) -> Texels:  # [h, w, 4] -> [h + 1, w + 1]
    """RGBA as one word a pixel, R in the lowest byte; last row and column repeated as neighbours."""
    padded = np.pad(picture, ((0, 1), (0, 1), (0, 0)), "edge")
    return np.asarray(np.ascontiguousarray(padded).view("<u4")[..., 0], np.uint32)


@kernel
def nearer(image: Texels) -> np.uint64:  # [h, w], contiguous
    """Bring a picture into the processor's caches by reading a word of every line of them; their sum says nothing.

    Read in order, a line costs a tenth of what it costs when a triangle asks for it, because processors read ahead.
    """
    flat, total = image.ravel(), np.uint64(0)
    for i in range(0, len(flat), LINE):
        total += flat[i]
    return total


@vector
def between(typing: Any, image: Any, at: Any, share_x: Any, share_y: Any) -> Any:  # noqa: ANN401
    """The texel `share_x` 256ths of the way from flat index `at` to the one right of it, `share_y` to the row below.

    It is rounded after either step, and holds RGBA, R lowest. `image` is contiguous: `Texels`.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        words = array(context, builder, signature, arguments, 0)
        _, at, share_x, share_y = arguments
        row = builder.sdiv(builder.extract_value(words.strides, 0), LONG(4))
        across, down = _weights(builder, share_x), _weights(builder, share_y)
        above = _mixed(builder, _pair(builder, words.data, at), across)
        below = _mixed(builder, _pair(builder, words.data, builder.add(at, row)), across)
        both = pick(builder, above, range(8), below)
        return builder.bitcast(builder.trunc(_mixed(builder, both, down), ir.VectorType(BYTE, 4)), WORD)

    return types.uint32(image, types.int64, types.int64, types.int64), generate


def _pair(builder: Any, data: Any, at: Any) -> Any:  # noqa: ANN401
    """Two neighbours as eight lanes."""
    place = builder.bitcast(builder.gep(data, [at]), BYTE.as_pointer())
    return builder.zext(load(builder, place, LONG(0), BYTE, 8), _EIGHT)


def _weights(builder: Any, share: Any) -> Any:  # noqa: ANN401
    """256 - share in the four lower lanes, share in the upper ones: looked up, which is quicker than spreading it."""
    rows = [ir.Constant(_EIGHT, [256 - share] * 4 + [share] * 4) for share in range(256)]
    constant: Any = cgutils.global_constant
    table = constant(builder.module, "weights", ir.Constant(ir.ArrayType(_EIGHT, 256), rows))
    return builder.load(builder.gep(table, [LONG(0), share]), align=16)


def _mixed(builder: Any, pair: Any, weights: Any) -> Any:  # noqa: ANN401
    """Four lanes from the lower half of eight to the upper one, rounded."""
    product = builder.mul(pair, weights)
    lower, upper = (pick(builder, product, range(at, at + 4)) for at in (0, 4))
    return builder.lshr(builder.add(builder.add(lower, upper), _ROUND), _EIGHTS)


@vector
def over(typing: Any, word: Any, image: Any, at: Any) -> Any:  # noqa: ANN401
    """A texel over the four bytes of a contiguous picture from flat index `at` on, each channel rounded.

    A sum is divided by 255 as (x + x // 256 + 1) // 256, which is exact for all that 16 bits can hold but the last.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        pixels = array(context, builder, signature, arguments, 1)
        word, _, at = arguments
        own = builder.zext(builder.bitcast(word, ir.VectorType(BYTE, 4)), _FOUR)
        behind = builder.zext(load(builder, pixels.data, at, BYTE, 4), _FOUR)
        share = builder.shuffle_vector(own, own, ir.Constant(ir.VectorType(WORD, 4), [3] * 4))
        rest = builder.sub(ir.Constant(_FOUR, [255] * 4), share)
        total = builder.add(builder.mul(own, share), builder.mul(behind, rest))
        total = builder.add(total, ir.Constant(_FOUR, [127] * 4))
        total = builder.add(total, builder.add(builder.lshr(total, _EIGHTS), ir.Constant(_FOUR, [1] * 4)))
        return builder.bitcast(builder.trunc(builder.lshr(total, _EIGHTS), ir.VectorType(BYTE, 4)), WORD)

    return types.uint32(word, image, types.int64), generate


@vector
def put(typing: Any, image: Any, at: Any, word: Any) -> Any:  # noqa: ANN401
    """Write the four bytes of a word to a contiguous picture, from flat index `at` on, lowest first."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        store(builder, array(context, builder, signature, arguments, 0).data, arguments[1], arguments[2])
        return context.get_dummy_value()

    return types.void(image, types.int64, types.uint32), generate
