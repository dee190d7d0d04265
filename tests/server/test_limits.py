from vultus.server.limits import MOST_ADDRESSES, Rate


def test_so_many_a_minute_and_then_again() -> None:
    rate = Rate(3)
    assert [rate.allows("a", 0.0) for _ in range(5)] == [True, True, True, False, False]
    assert rate.allows("b", 0.0)
    assert not rate.allows("a", 10.0)
    assert rate.allows("a", 30.0)


def test_addresses_are_forgotten() -> None:
    rate = Rate(1)
    for number in range(MOST_ADDRESSES + 5):
        rate.allows(str(number), 0.0)
    assert len(rate._buckets) == MOST_ADDRESSES
