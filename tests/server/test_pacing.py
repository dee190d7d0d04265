import pytest

from vultus.server.pacing import MOST_BEHIND, Pacer


def test_errors_do_not_add_up() -> None:
    pacer = Pacer(25, 100.0)
    for _ in range(25 * 1800):
        pacer.step()
    assert pacer.due() == pytest.approx(100.0 + 1800, abs=1e-9)


def test_a_short_delay_is_made_good_a_long_one_is_not() -> None:
    pacer = Pacer(25, 0.0)
    assert not pacer.catch_up(MOST_BEHIND)
    assert pacer.due() == 0.0
    assert pacer.catch_up(MOST_BEHIND + 2)
    assert pacer.due() == MOST_BEHIND + 2
    assert pacer.put_off == MOST_BEHIND + 2
