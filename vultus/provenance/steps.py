"""Bytes many at once: raised and lowered by a few levels and held at both ends of their range, or added up."""

from typing import Any

from llvmlite import ir
from numba import types

from vultus.vectors import BYTE, SHORT, array, load, store, vector

AT_ONCE = 64  # bytes


@vector
def step(typing: Any, rows: Any, at: Any, more: Any, less: Any, place: Any) -> Any:  # noqa: ANN401
    """Add `more` to AT_ONCE bytes of `rows` from flat index `at` on, then take `less` away, both from `place` on."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        data = [array(context, builder, signature, arguments, number).data for number in (0, 2, 3)]
        old, up, down = (
            load(builder, kept, arguments[place], BYTE, AT_ONCE) for kept, place in zip(data, (1, 4, 4), strict=True)
        )
        raised = builder.add(old, _least(builder, up, builder.not_(old)))
        lowered = builder.sub(raised, _least(builder, down, raised))
        store(builder, data[0], arguments[1], lowered)
        return context.get_dummy_value()

    return types.void(rows, at, more, less, place), generate


@vector
def put(typing: Any, line: Any, at: Any, word: Any) -> Any:  # noqa: ANN401
    """Write the eight bytes of a word over those of `line` from `at` on."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        store(builder, array(context, builder, signature, arguments, 0).data, arguments[1], arguments[2])
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
