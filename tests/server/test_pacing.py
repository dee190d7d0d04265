import pytest

from vultus.server.pacing import MOST_BEHIND, Pacer, beginning


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


def test_sessions_of_a_process_are_due_one_after_the_other() -> None:
    period = 1 / 25
    for asked in (0.0, 1.234, 99.999):
        begun = [beginning(asked, place, 25) for place in range(4)]
        assert all(asked <= start < asked + period + 1e-9 for start in begun)
        phases = sorted(start % period for start in begun)
        gaps = [b - a for a, b in zip(phases, [*phases[1:], phases[0] + period], strict=True)]
        assert all(abs(gap - period / 4) < 1e-9 for gap in gaps)
