"""Pieces of kernels written in the compiler's own terms, for what numba does not turn into vectors by itself.

numba has no vectors, and makes them of a loop only where all numbers in it are as wide as each other. A `vector`
function is told to the compiler instruction by instruction; there are instructions for them on every processor.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba.extending import intrinsic

# A function of numba's typing context and the types of the arguments, which the callers pass: the type of what it is,
# and what generates it.
vector: Callable[[Callable[..., Any]], Callable[..., Any]] = intrinsic

BYTE, SHORT, WORD, LONG = (ir.IntType(bits) for bits in (8, 16, 32, 64))


def array(context: Any, builder: Any, signature: Any, arguments: Any, number: int) -> Any:  # noqa: ANN401
    """An argument that is an array: its `data`, `shape` and `strides`. Raises TypeError where it is not contiguous."""
    kind = signature.args[number]
    if kind.layout != "C":
        raise TypeError(f"wanted a contiguous array, came {kind}")
    return context.make_array(kind)(context, builder, arguments[number])


def load(builder: Any, data: Any, at: Any, kind: Any, count: int) -> Any:  # noqa: ANN401
    """So many numbers from flat index `at` on, `kind` each."""
    place = builder.bitcast(builder.gep(data, [at]), ir.VectorType(kind, count).as_pointer())
    return builder.load(place, align=1)


def store(builder: Any, data: Any, at: Any, value: Any) -> None:  # noqa: ANN401
    """Write a vector, or a number, over what lies from flat index `at` on."""
    builder.store(value, builder.bitcast(builder.gep(data, [at]), value.type.as_pointer()), align=1)


def pick(builder: Any, values: Any, numbers: range, other: Any = None) -> Any:  # noqa: ANN401
    """The lanes of these numbers; those of `other` are counted on."""
    lanes = ir.Constant(ir.VectorType(WORD, len(numbers)), list(numbers))
    return builder.shuffle_vector(values, values if other is None else other, lanes)


def spread(builder: Any, value: Any, count: int) -> Any:  # noqa: ANN401
    """One number in every lane."""
    kind = ir.VectorType(value.type, count)
    first = builder.insert_element(ir.Constant(kind, ir.Undefined), value, WORD(0))
    return builder.shuffle_vector(first, first, ir.Constant(ir.VectorType(WORD, count), [0] * count))
