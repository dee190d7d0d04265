"""The matrices of the motion networks as bytes, and what is done with one row at a time.

A frame reads each weight once and multiplies it once, so what a network costs is the memory that it moves: weights
are whole numbers -127 .. 127, with a unit for each row of a matrix (symmetric quantisation by rows; activations stay
float32, sums are float32). A network's matrices lie one behind the other in the order in which they are read, and
every kernel hands on the place where it stopped reading. `train/quantise.py` writes them.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vultus.compiled import summing
from vultus.face import Floats

LANES = 32  # columns are filled up to a multiple of this with zeros, so that no row ends in single steps
FLAT = np.float32(1e-5)  # added to the variance in `normed`, as in torch

Place = tuple[int, int]  # in the weights, and in the units


class Packed(NamedTuple):
    """A network's matrices [N, K], one behind the other."""

    weights: NDArray[Any]  # int8, row by row, each row filled up; float32 where tests want no rounding
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
        weights.append(np.pad(weight, ((0, 0), (0, padded(weight.shape[1]) - weight.shape[1]))).ravel())
        units += [named[f"{name}.scale"], named[f"{name}.bias"]]
    return Packed(np.concatenate(weights), np.concatenate(units).astype(np.float32))


@summing
def dense(net: Packed, at: Place, x: Floats, out: Floats) -> Place:  # x [K, filled up], out [N]
    """Write the next matrix times x, plus its bias, to out; the place behind it."""
    columns, start = len(x), at[0]
    scale, bias = net.units[at[1] : at[1] + len(out)], net.units[at[1] + len(out) : at[1] + 2 * len(out)]
    for n in range(len(out)):
        row = net.weights[start : start + columns]
        total = np.float32(0)
        for k in range(columns):
            total += np.float32(row[k]) * x[k]
        out[n] = total * scale[n] + bias[n]
        start += columns
    return start, at[1] + 2 * len(out)


@summing
def normed(x: Floats, out: Floats) -> None:  # [N]
    """Write x with mean 0 and variance 1 to out."""
    count = np.float32(len(x))
    mean, square = np.float32(0), np.float32(0)
    for i in range(len(x)):
        mean += x[i]
    mean /= count
    for i in range(len(x)):
        square += (x[i] - mean) * (x[i] - mean)
    spread = np.sqrt(square / count + FLAT)
    for i in range(len(x)):
        out[i] = (x[i] - mean) / spread


@summing
def adapted(x: Floats, scale: Floats, shift: Floats, out: Floats) -> None:  # [N]
    """Write x, normed, times 1 + scale, plus shift, to out."""
    normed(x, out)
    for i in range(len(x)):
        out[i] = out[i] * (np.float32(1) + scale[i]) + shift[i]


@summing
def logistic(x: np.float32) -> np.float32:
    """0 .. 1."""
    share: np.float32 = np.float32(1) / (np.float32(1) + np.exp(-x))
    return share


@summing
def silu(x: Floats, out: Floats) -> None:
    """Write x times its logistic to out, which may be x."""
    for i in range(len(x)):
        out[i] = x[i] / (np.float32(1) + np.exp(-x[i]))


@summing
def rectify(x: Floats) -> None:
    """Nothing below 0, in place."""
    for i in range(len(x)):
        x[i] = max(x[i], np.float32(0))


@summing
def add(x: Floats, y: Floats) -> None:
    """y to x, in place."""
    for i in range(len(x)):
        x[i] += y[i]


@summing
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
