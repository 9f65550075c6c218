"""How long messages travel."""

import pytest

from argonaut.venues.sim.errors import SimVenueError
from argonaut.venues.sim.latency import FixedLatency, JitterLatency, NoLatency


def test_no_latency_is_nothing():
    assert NoLatency().delay_ns() == 0


def test_fixed_latency_is_the_same_for_every_message():
    model = FixedLatency(ms=1.5)

    assert [model.delay_ns(), model.delay_ns()] == [1_500_000, 1_500_000]


def test_jitter_stays_within_its_bounds_and_is_not_constant():
    model = JitterLatency(ms=10, jitter_ms=5, seed=7)
    delays = [model.delay_ns() for _ in range(1000)]

    assert 10_000_000 <= min(delays) < 10_100_000
    assert 14_900_000 < max(delays) <= 15_000_000
    assert sum(delays) / 1000 == pytest.approx(12_500_000, rel=0.01)


def test_jitter_is_a_function_of_its_seed():
    """The same on every machine: written down once."""

    def drawn(seed):
        model = JitterLatency(ms=0, jitter_ms=1, seed=seed)
        return [model.delay_ns() for _ in range(3)]

    assert drawn(1) == drawn(1) == EXPECTED
    assert drawn(1) != drawn(2)


EXPECTED = [520130, 914186, 899720]


@pytest.mark.parametrize("bad", [-1.0, float("nan"), float("inf")])
def test_a_message_does_not_travel_back_in_time(bad):
    with pytest.raises(SimVenueError, match="milliseconds"):
        FixedLatency(ms=bad)
    with pytest.raises(SimVenueError, match="milliseconds"):
        JitterLatency(jitter_ms=bad)
