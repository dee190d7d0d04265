"""How much of each pixel lies in an opening."""

import numpy as np
import pytest

from vultus.render.opening import along, coverage, parted, rightward


@pytest.mark.parametrize("soft", [1.0, 1.4])
@pytest.mark.parametrize("width", [0.2, 0.6, 1.5, 6.0])
def test_a_slit_that_runs_aslant_adds_up_to_its_width_in_every_column(width: float, soft: float) -> None:
    for top in np.linspace(10, 11, 21):
        shares = [coverage(float(y), top, top + width, soft) for y in range(5, 25)]
        assert sum(shares) == pytest.approx(width, abs=1e-9)
        assert max(shares) <= min(1.0, width) + 1e-9


def test_what_is_shut_is_not_covered_and_what_is_inside_is_whole() -> None:
    assert coverage(10.0, 10.2, 10.1, 1.4) == 0
    assert coverage(10.0, 5.0, 15.0, 1.4) == 1
    assert coverage(5.0, 5.0, 15.0, 1.4) == pytest.approx(0.5)


@pytest.mark.parametrize("seed", range(6))
def test_a_curve_at_whole_columns_is_what_numpy_interpolates(seed: int) -> None:
    rng = np.random.default_rng(seed)
    curve = rng.uniform(-5, 40, (9, 2))
    curve[4, 0] = curve[5, 0]  # one point above another
    sorted_ = curve[np.argsort(curve[:, 0], kind="stable")]
    assert np.array_equal(rightward(curve), sorted_)
    found = along(sorted_, -8, 45)
    at = np.arange(-8.0, 46.0)
    assert found == pytest.approx(np.interp(at, sorted_[:, 0], sorted_[:, 1]), abs=1e-12)
    assert len(along(sorted_, 5, 5)) == len(along(sorted_, 5, 2)) == 0


def test_an_opening_is_parted_where_both_curves_are_and_the_frame_reaches() -> None:
    upper = np.array([[2.4, 10.0], [9.0, 6.0], [30.0, 10.0]])
    lower = upper + np.array([0.5, 3.0])
    left, above, below = parted(upper, lower, 20)
    assert (left, len(above)) == (2, 18)
    assert (below > above)[1:].all()
    assert len(parted(upper, upper + np.array([0, 0.01]), 20)[1]) == 0  # shut
    assert len(parted(lower, upper, 20)[1]) == 0  # crossed
    assert len(parted(upper - np.array([40, 0]), lower - np.array([40, 0]), 20)[1]) == 0  # out of view
