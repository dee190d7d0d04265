"""The matrices of the motion networks as bytes, and what is done with one row at a time.

A frame reads each weight once and multiplies it once, so what a network costs is the memory that it moves: weights
are whole numbers -127 .. 127, with a unit for each row of a matrix (symmetric quantisation by rows; activations stay
float32, sums are float32). A network's matrices lie one behind the other in the order in which they are read, and
every kernel hands on the place where it stopped reading. `train/quantise.py` writes them.

Matrices lie column by column, so that many rows are summed side by side and each in one order: compilers may take sums
in another order each time they compile, and the same seed would live another life after every compilation.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vultus.compiled import kernel
from vultus.face import Floats

LANES = 4  # columns are filled up to a multiple of this with zeros
FLAT = np.float32(1e-5)  # added to the variance in `normed`, as in torch

Place = tuple[int, int]  # in the weights, and in the units


class Packed(NamedTuple):
    """A network's matrices [N, K], one behind the other."""

    weights: NDArray[Any]  # int8, column by column, filled up with columns of 0; float32 where tests want no rounding
    units: Floats  # of each matrix what a weight of 1 is worth in each row [N], then what is added [N]


def padded(count: int) -> int:
    """So many columns, filled up."""
    return -(-count // LANES) * LANES


def packed(named: Mapping[str, NDArray[Any]], order: Sequence[str]) -> Packed:
    """The matrices `<name>.weight` [N, K], `<name>.scale` [N] and `<name>.bias` [N] of these names, in this order."""
    weights: list[NDArray[Any]] = []
    units: list[Floats] = []
    for name in order:
        weight = named[f"{name}.weight"]
        weights.append(np.pad(weight, ((0, 0), (0, padded(weight.shape[1]) - weight.shape[1]))).T.ravel())
        units += [named[f"{name}.scale"], named[f"{name}.bias"]]
    return Packed(np.concatenate(weights), np.concatenate(units).astype(np.float32))


@kernel
def dense(net: Packed, at: Place, x: Floats, out: Floats) -> Place:  # x [K, filled up], out [N]
    """Write the next matrix times x, plus its bias, to out; the place behind it."""
    count, start = len(out), at[0]
    scale, bias = net.units[at[1] : at[1] + count], net.units[at[1] + count : at[1] + 2 * count]
    for n in range(count):
        out[n] = 0
    for k in range(0, len(x), 4):  # four columns at once, so that out is read and written a quarter as often
        one, two = net.weights[start : start + count], net.weights[start + count : start + 2 * count]
        three, four = (
            net.weights[start + 2 * count : start + 3 * count],
            net.weights[start + 3 * count : start + 4 * count],
        )
        a, b, c, d = x[k], x[k + 1], x[k + 2], x[k + 3]
        for n in range(count):
            total = out[n] + np.float32(one[n]) * a + np.float32(two[n]) * b
            out[n] = total + np.float32(three[n]) * c + np.float32(four[n]) * d
        start += 4 * count
    for n in range(count):
        out[n] = out[n] * scale[n] + bias[n]
    return start, at[1] + 2 * count


@kernel
def dot(x: Floats, y: Floats) -> np.float32:  # [N] twice, N a multiple of 4
    """The sum of their products, in four lanes."""
    a, b, c, d = np.float32(0), np.float32(0), np.float32(0), np.float32(0)
    for i in range(0, len(x), 4):
        a += x[i] * y[i]
        b += x[i + 1] * y[i + 1]
        c += x[i + 2] * y[i + 2]
        d += x[i + 3] * y[i + 3]
    return np.float32((a + b) + (c + d))


@kernel
def normed(x: Floats, out: Floats) -> None:  # [N], N a multiple of 4
    """Write x with mean 0 and variance 1 to out."""
    a, b, c, d = np.float32(0), np.float32(0), np.float32(0), np.float32(0)
    for i in range(0, len(x), 4):
        a += x[i]
        b += x[i + 1]
        c += x[i + 2]
        d += x[i + 3]
    mean = ((a + b) + (c + d)) / np.float32(len(x))
    for i in range(len(x)):
        out[i] = x[i] - mean
    spread = np.sqrt(dot(out, out) / np.float32(len(x)) + FLAT)
    for i in range(len(x)):
        out[i] /= spread


@kernel
def adapted(x: Floats, scale: Floats, shift: Floats, out: Floats) -> None:  # [N]
    """Write x, normed, times 1 + scale, plus shift, to out."""
    normed(x, out)
    for i in range(len(x)):
        out[i] = out[i] * (np.float32(1) + scale[i]) + shift[i]


@kernel
def logistic(x: np.float32) -> np.float32:
    """0 .. 1."""
    share: np.float32 = np.float32(1) / (np.float32(1) + np.exp(-x))
    return share


@kernel
def silu(x: Floats, out: Floats) -> None:
    """Write x times its logistic to out, which may be x."""
    for i in range(len(x)):
        out[i] = x[i] / (np.float32(1) + np.exp(-x[i]))


@kernel
def rectify(x: Floats) -> None:
    """Nothing below 0, in place."""
    for i in range(len(x)):
        x[i] = max(x[i], np.float32(0))


@kernel
def add(x: Floats, y: Floats) -> None:
    """y to x, in place."""
    for i in range(len(x)):
        x[i] += y[i]


@kernel
def softmax(x: Floats) -> None:
    """Scores to shares, in place."""
    highest, total = x[0], np.float32(0)
    for i in range(len(x)):
        highest = max(highest, x[i])
    for i in range(len(x)):
        x[i] = np.exp(x[i] - highest)
        total += x[i]
    for i in range(len(x)):
        x[i] /= total
