"""Samplers against flows whose paths are known exactly."""

from collections.abc import Callable

import numpy as np
import pytest

from vultus.face import Floats
from vultus.motion import sampler

Method = Callable[[sampler.Velocity, Floats, list[float]], Floats]

RNG = np.random.default_rng(0)
X0 = RNG.normal(0, 1, 52).astype(np.float32)
X1 = RNG.normal(0, 1, 52).astype(np.float32)


def growing(x: Floats, t: float) -> Floats:
    """dx/dt = x: x(1) = e x(0)."""
    return x


def hurrying(x: Floats, t: float) -> Floats:
    """dx/dt = 2 t: x(1) = x(0) + 1."""
    return np.full_like(x, 2 * t)


@pytest.mark.parametrize("method", [sampler.euler, sampler.heun])
@pytest.mark.parametrize("steps", [1, 4, 9])
def test_a_straight_flow_is_followed_exactly(method: Method, steps: int) -> None:
    arrived = method(lambda x, t: X1 - X0, X0, sampler.times(steps))
    np.testing.assert_allclose(arrived, X1, atol=1e-5)


def test_times_begin_at_noise_and_end_at_data() -> None:
    assert sampler.times(4) == [0, 0.25, 0.5, 0.75, 1]


def _error(method: Method, v: sampler.Velocity, wanted: Floats, steps: int) -> float:
    return float(np.abs(method(v, X0, sampler.times(steps)) - wanted).max())


def test_eulers_error_falls_as_the_steps() -> None:
    coarse, fine = (_error(sampler.euler, growing, X0 * np.float32(np.e), n) for n in (16, 32))
    assert 1.8 < coarse / fine < 2.2


def test_heuns_error_falls_as_the_square_of_the_steps() -> None:
    coarse, fine = (_error(sampler.heun, growing, X0 * np.float32(np.e), n) for n in (8, 16))
    assert 3.4 < coarse / fine < 4.6


def test_heun_is_exact_where_velocity_grows_with_time() -> None:
    assert _error(sampler.heun, hurrying, X0 + 1, 1) < 1e-6
    assert _error(sampler.euler, hurrying, X0 + 1, 1) > 0.9


def test_euler_calls_once_a_step_and_heun_twice() -> None:
    calls: list[float] = []

    def v(x: Floats, t: float) -> Floats:
        calls.append(t)
        return x

    sampler.euler(v, X0, sampler.times(5))
    assert calls == pytest.approx([0, 0.2, 0.4, 0.6, 0.8])
    calls.clear()
    sampler.heun(v, X0, sampler.times(2))
    assert calls == [0, 0.5, 0.5, 1]


def three(x: Floats, t: float) -> Floats:  # [3, D] -> [3, D]
    """A velocity that is 1 with everything, 0.5 without the first condition, 2 without the second."""
    assert x.shape == (3, 52) and (x == x[0]).all()
    return np.repeat(np.array([[1.0], [0.5], [2.0]], np.float32), 52, axis=1)


def test_guidance_adds_what_each_condition_adds_by_its_weight() -> None:
    v = sampler.guided(three, np.array([0.4, 0.1], np.float32))
    np.testing.assert_allclose(v(X0, 0.3), 1 + 0.4 * (1 - 0.5) + 0.1 * (1 - 2), atol=1e-6)


def test_without_weights_guidance_is_the_velocity_itself() -> None:
    v = sampler.guided(lambda x, t: 3 * x, np.zeros(0, np.float32))
    np.testing.assert_array_equal(v(X0, 0.5), 3 * X0)
