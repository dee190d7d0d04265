"""The votes of a grid's chips, counted sign by sign.

Chips of a sign lie far apart, and adding each to its sign in memory makes processors wait. So rows of tiles are put
in order first, one chip of each sign after the other, and eight signs are added to at once. The sums are the same:
each sign's chips come in the order in which they lie.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numpy.typing import NDArray

from vultus.compiled import kernel
from vultus.provenance.code import SCHEME_BITS, SIGNS
from vultus.provenance.pattern import TILE
from vultus.vectors import array, load, store, vector

Floats = NDArray[np.float32]
Shorts = NDArray[np.uint16]

AT_ONCE = 8  # signs
CHIPS = TILE * TILE  # of a tile: one of each sign, two of those of the scheme
assert SCHEME_BITS == AT_ONCE and SCHEME_BITS + SIGNS == CHIPS  # the scheme's first chips, its second ones, the others


def in_order(owner: NDArray[np.int64]) -> Shorts:  # [G, G] -> [G / TILE, G * TILE]
    """Where in each row of tiles chips lie: one of each sign in turn, of the scheme's two, as often as tiles are."""
    tiles = owner.shape[1] // TILE
    by_sign = np.argsort(owner.reshape(-1, TILE * owner.shape[1]), 1, kind="stable").astype(np.uint16)
    scheme, others = np.split(by_sign, [2 * SCHEME_BITS * tiles], 1)
    pairs = scheme.reshape(-1, SCHEME_BITS, tiles, 2)
    places = np.concatenate([pairs[..., 0], pairs[..., 1], others.reshape(len(others), -1, tiles)], 1)
    return np.ascontiguousarray(places.swapaxes(1, 2)).reshape(len(places), -1)


@kernel
def count_votes(
    out: Floats,  # [G, G] by how much chips stand out
    scale: Floats,  # [G, G] one over what a vote is clipped at
    weight: Floats,  # [G, G] how much a vote counts, negative where a chip goes down for its sign
    places: Shorts,  # of the grid, as `in_order` gives them
    votes: Floats,  # [2, SIGNS], added to: of the chips of each sign, agreeing ones less the others; their squares
) -> None:
    columns, one = out.shape[1], np.float32(1)
    cast, ordered = np.empty(TILE * columns, np.float32), np.empty(TILE * columns, np.float32)
    for tile in range(len(places)):
        for y in range(TILE):
            row = TILE * tile + y
            for x in range(columns):
                cast[y * columns + x] = weight[row, x] * min(max(out[row, x] * scale[row, x], -one), one)
        for i in range(len(ordered)):
            ordered[i] = cast[np.uint64(places[tile, i])]
        for i in range(0, len(ordered), CHIPS):
            _vote(ordered, i, votes, 0)
            for sign in range(0, SIGNS, AT_ONCE):
                _vote(ordered, i + SCHEME_BITS + sign, votes, sign)


@vector
def _vote(typing: Any, cast: Any, at: Any, votes: Any, sign: Any) -> Any:  # noqa: ANN401
    """Add AT_ONCE votes from `at` on, and their squares, to those of the signs from `sign` on."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        data, sums = (array(context, builder, signature, arguments, number).data for number in (0, 2))
        values = load(builder, data, arguments[1], ir.FloatType(), AT_ONCE)
        squares = builder.add(arguments[3], ir.Constant(arguments[3].type, SIGNS))
        for place, more in ((arguments[3], values), (squares, builder.fmul(values, values))):
            store(builder, sums, place, builder.fadd(load(builder, sums, place, ir.FloatType(), AT_ONCE), more))
        return context.get_dummy_value()

    return types.void(cast, at, votes, sign), generate
