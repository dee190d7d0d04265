"""Matrices of bytes, one behind the other, against numpy."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vultus.face import Floats
from vultus.motion import matrices
from vultus.motion.matrices import Packed, adapted, dense, logistic, normed, rectify, silu, softmax

RNG = np.random.default_rng(0)
SHAPES = {"narrow": (5, 7), "wide": (9, 64), "last": (3, 33)}


def named() -> dict[str, NDArray[Any]]:
    out: dict[str, NDArray[Any]] = {}
    for name, (n, k) in SHAPES.items():
        out[f"{name}.weight"] = RNG.integers(-127, 128, (n, k)).astype(np.int8)
        out[f"{name}.scale"] = RNG.uniform(0.001, 0.01, n).astype(np.float32)
        out[f"{name}.bias"] = RNG.normal(0, 1, n).astype(np.float32)
    return out


def row(count: int) -> Floats:
    return RNG.normal(0, 2, count).astype(np.float32)


def test_matrices_are_read_one_behind_the_other() -> None:
    given = named()
    net, at = matrices.packed(given, list(SHAPES)), (0, 0)
    for name, (n, k) in SHAPES.items():
        x, out = np.zeros(matrices.padded(k), np.float32), np.empty(n, np.float32)
        x[:k] = row(k)
        at = dense(net, at, x, out)
        exact = given[f"{name}.weight"].astype(np.float64) @ x[:k] * given[f"{name}.scale"] + given[f"{name}.bias"]
        np.testing.assert_allclose(out, exact, rtol=1e-4, atol=1e-4)
    assert at == (len(net.weights), len(net.units))


def test_the_same_row_gives_the_same_bytes_wherever_it_lies() -> None:
    given = named()
    net = matrices.packed(given, ["wide"])
    x, shifted = row(64), np.empty(65, np.float32)
    shifted[1:] = x
    one, other = np.empty(9, np.float32), np.empty(9, np.float32)
    dense(net, (0, 0), x, one)
    dense(Packed(np.concatenate([net.weights[:3], net.weights])[3:], net.units), (0, 0), shifted[1:], other)
    assert one.tobytes() == other.tobytes()


def test_sums_are_taken_in_one_order_whatever_compiled_them() -> None:
    given = named()
    net, x, out = matrices.packed(given, ["wide"]), row(64), np.empty(9, np.float32)
    dense(net, (0, 0), x, out)
    total = np.zeros(9, np.float32)
    for k in range(64):
        total += given["wide.weight"][:, k].astype(np.float32) * x[k]
    assert out.tobytes() == (total * given["wide.scale"] + given["wide.bias"]).tobytes()


def test_weights_that_are_not_rounded_are_read_too() -> None:
    given = named()
    given["wide.weight"] = row(9 * 64).reshape(9, 64)
    x, out = row(64), np.empty(9, np.float32)
    dense(matrices.packed(given, ["wide"]), (0, 0), x, out)
    exact = given["wide.weight"] @ x * given["wide.scale"] + given["wide.bias"]
    np.testing.assert_allclose(out, exact, rtol=1e-4, atol=1e-4)


def test_a_normed_row_has_mean_0_and_variance_1() -> None:
    x, out, plain = row(192) + 3, np.empty(192, np.float32), np.empty(192, np.float32)
    normed(x, plain)
    assert abs(plain.mean()) < 1e-5 and abs(plain.std() - 1) < 1e-4
    scale, shift = row(192), row(192)
    adapted(x, scale, shift, out)
    np.testing.assert_allclose(out, plain * (1 + scale) + shift, atol=1e-5)


def test_a_row_of_one_value_is_normed_to_nothing() -> None:
    out = np.empty(64, np.float32)
    normed(np.full(64, 5, np.float32), out)
    np.testing.assert_allclose(out, 0, atol=1e-4)


def test_bends_are_what_their_names_say() -> None:
    x = row(50)
    out = np.empty(50, np.float32)
    silu(x, out)
    np.testing.assert_allclose(out, x / (1 + np.exp(-x)), rtol=1e-5)
    assert abs(logistic(np.float32(0.3)) - 1 / (1 + np.exp(-0.3))) < 1e-6
    shares = x * 40  # far enough that a plain exponential would overflow
    softmax(shares)
    assert abs(shares.sum() - 1) < 1e-5 and shares.argmax() == x.argmax()
    rectify(x)
    assert (x >= 0).all() and (x > 0).any()
