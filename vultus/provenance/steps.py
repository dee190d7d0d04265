"""Bytes many at once: raised and lowered by a few levels and held at both ends of their range, or added up."""

from typing import Any

from llvmlite import ir
from numba import types

from vultus.vectors import BYTE, SHORT, array, load, spread, store, vector

AT_ONCE = 64  # bytes
PUT = 32  # bytes: more than a cell's in a line of three colours up to 1365 pixels


@vector
def step(typing: Any, rows: Any, at: Any, line: Any, place: Any) -> Any:  # noqa: ANN401
    """Add what stands in `line` from `place` on, in two's complement, to AT_ONCE bytes of `rows` from `at` on."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        data, changes = (array(context, builder, signature, arguments, number).data for number in (0, 2))
        old = load(builder, data, arguments[1], BYTE, AT_ONCE)
        change = load(builder, changes, arguments[3], BYTE, AT_ONCE)
        nothing = ir.Constant(change.type, [0] * AT_ONCE)
        falls = builder.icmp_signed("<", change, nothing)
        up, down = builder.select(falls, nothing, change), builder.select(falls, builder.neg(change), nothing)
        raised = builder.add(old, _least(builder, up, builder.not_(old)))
        store(builder, data, arguments[1], builder.sub(raised, _least(builder, down, raised)))
        return context.get_dummy_value()

    return types.void(rows, at, line, place), generate


@vector
def put(typing: Any, line: Any, at: Any, word: Any) -> Any:  # noqa: ANN401
    """Write the eight bytes of a word, again and again, over PUT bytes of `line` from `at` on."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        data = array(context, builder, signature, arguments, 0).data
        store(builder, data, arguments[1], spread(builder, arguments[2], PUT // 8))
        return context.get_dummy_value()

    return types.void(line, at, types.uint64), generate


@vector
def add_up(typing: Any, rows: Any, at: Any, sums: Any, place: Any) -> Any:  # noqa: ANN401
    """Add AT_ONCE bytes of `rows` from flat index `at` on to the numbers of 16 bits in `sums` from `place` on."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        data, totals = (array(context, builder, signature, arguments, number).data for number in (0, 2))
        seen = load(builder, data, arguments[1], BYTE, AT_ONCE)
        total = load(builder, totals, arguments[3], SHORT, AT_ONCE)
        store(builder, totals, arguments[3], builder.add(total, builder.zext(seen, ir.VectorType(SHORT, AT_ONCE))))
        return context.get_dummy_value()

    return types.void(rows, at, sums, place), generate


def _least(builder: Any, one: Any, other: Any) -> Any:  # noqa: ANN401
    return builder.select(builder.icmp_unsigned("<", one, other), one, other)
