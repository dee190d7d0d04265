"""How much of each pixel lies in an opening."""

import numpy as np
import pytest

from vultus.render.opening import coverage


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
