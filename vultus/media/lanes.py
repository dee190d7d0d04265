"""Sixteen pixels at once to luma and chroma: the steps of `colour._convert` in vector registers.

All of it is whole numbers: the bytes are those of the loops.
"""

from typing import Any

from llvmlite import ir
from numba import types

from vultus.vectors import BYTE, LONG, SHORT, WORD, array, load, pick, spread, store, vector

AT_ONCE = 16  # pixels


@vector
def luma_and_sums(
    typing: Any,  # noqa: ANN401
    frame: Any,  # noqa: ANN401
    at: Any,  # noqa: ANN401
    luma: Any,  # noqa: ANN401
    to: Any,  # noqa: ANN401
    sums: Any,  # noqa: ANN401
    place: Any,  # noqa: ANN401
    row: Any,  # noqa: ANN401
    factors: Any,  # noqa: ANN401
) -> Any:  # noqa: ANN401
    """AT_ONCE pixels from flat index `at` of `frame` [H, W, 3] and those `row` bytes on, below them.

    Their luma goes to flat indices `to` of `luma` [H, W] and a line further; the sums of both lines' reds to `place`
    of `sums` [3 * n] int16, greens and blues n and 2 n further. `factors`: a tuple of R, G, B, then what is added.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        pixels, shades, lines = (array(context, builder, signature, arguments, i) for i in (0, 2, 4))
        _, at, _, to, _, place, row, factors = arguments
        width = builder.extract_value(shades.strides, 0)
        upper, lower = (_colours(builder, pixels.data, start) for start in (at, builder.add(at, row)))
        for colours, start in ((upper, to), (lower, builder.add(to, width))):
            store(builder, shades.data, start, _weighed(builder, colours, factors, 16))
        third = builder.sdiv(builder.extract_value(lines.shape, 0), LONG(3))
        for above, below in zip(upper, lower, strict=True):
            both = builder.add(*(builder.zext(colour, ir.VectorType(SHORT, AT_ONCE)) for colour in (above, below)))
            store(builder, lines.data, place, both)
            place = builder.add(place, third)
        return context.get_dummy_value()

    return types.void(frame, at, luma, to, sums, place, row, factors), generate


@vector
def chroma(typing: Any, sums: Any, place: Any, out: Any, to: Any, factors: Any) -> Any:  # noqa: ANN401
    """AT_ONCE / 2 samples from the sums of two lines, those of the column left of the first at `place` of `sums`.

    They go to `to` of `out`; a sample is made of its own column twice and of its neighbours once.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        lines, samples = (array(context, builder, signature, arguments, i) for i in (0, 2))
        _, place, _, to, factors = arguments
        third = builder.sdiv(builder.extract_value(lines.shape, 0), LONG(3))
        colours = []
        for _ in range(3):
            left = pick(builder, load(builder, lines.data, place, SHORT, AT_ONCE), range(0, AT_ONCE, 2))
            own = load(builder, lines.data, builder.add(place, LONG(1)), SHORT, AT_ONCE)
            middle, right = (pick(builder, own, range(first, AT_ONCE, 2)) for first in (0, 1))
            colours.append(builder.add(builder.add(left, right), builder.add(middle, middle)))
            place = builder.add(place, third)
        store(builder, samples.data, to, _weighed(builder, colours, factors, 19))
        return context.get_dummy_value()

    return types.void(sums, place, out, to, factors), generate


def _colours(builder: Any, data: Any, at: Any) -> list[Any]:  # noqa: ANN401
    """The reds, greens and blues of AT_ONCE pixels, a byte each."""
    pixels = load(builder, data, at, BYTE, 3 * AT_ONCE)
    return [pick(builder, pixels, range(first, 3 * AT_ONCE, 3)) for first in range(3)]


def _weighed(builder: Any, colours: list[Any], factors: Any, shift: int) -> Any:  # noqa: ANN401
    """The sum of three colours by their factors and of the fourth, shifted right, as bytes."""
    count = colours[0].type.count
    wide = ir.VectorType(WORD, count)
    total = spread(builder, builder.extract_value(factors, 3), count)
    for i, colour in enumerate(colours):
        factor = spread(builder, builder.extract_value(factors, i), count)
        total = builder.add(total, builder.mul(builder.zext(colour, wide), factor))
    shifted = builder.lshr(total, ir.Constant(wide, [shift] * count))
    return builder.trunc(shifted, ir.VectorType(BYTE, count))
