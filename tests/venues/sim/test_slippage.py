"""How far a taker is moved, by each model's formula."""

from decimal import Decimal

import pytest

from argonaut.venues.sim.errors import SimVenueError
from argonaut.venues.sim.slippage import FixedBps, NoSlippage, SpreadPlusImpact

PRICE = Decimal(200)


def offset(model, quantity=1.0, *, volume=None, spread_paid=False):
    return model.offset(PRICE, quantity, volume=volume, spread_paid=spread_paid)


def test_no_slippage_is_nothing():
    assert offset(NoSlippage(), 9.0, volume=10.0) == 0


def test_fixed_points_are_a_part_of_the_price_and_of_nothing_else():
    model = FixedBps(Decimal(5))

    assert offset(model) == offset(model, 9.0, volume=10.0, spread_paid=True) == Decimal("0.1")


def test_half_the_spread_is_paid_once():
    model = SpreadPlusImpact(half_spread_bps=Decimal(5), impact_bps=Decimal(0))

    assert offset(model) == Decimal("0.1")
    assert offset(model, spread_paid=True) == 0


def test_impact_grows_with_the_root_of_the_part_taken():
    model = SpreadPlusImpact(half_spread_bps=Decimal(0), impact_bps=Decimal(100))

    assert offset(model, 100.0, volume=100.0) == Decimal(2)
    assert offset(model, 25.0, volume=100.0) == Decimal(1)
    assert offset(model, 1.0, volume=100.0) == Decimal("0.2")


def test_without_a_volume_there_is_no_impact():
    model = SpreadPlusImpact(half_spread_bps=Decimal(5), impact_bps=Decimal(100))

    for unknown in (None, 0.0, float("nan")):
        assert offset(model, 25.0, volume=unknown) == Decimal("0.1")


def test_impact_is_finite_however_small_the_volume():
    assert offset(SpreadPlusImpact(), 1e300, volume=1e-300).is_finite()


def test_each_part_can_be_zero():
    assert offset(SpreadPlusImpact(Decimal(0), Decimal(0)), 25.0, volume=100.0) == 0


@pytest.mark.parametrize("bad", [Decimal(-1), Decimal("NaN"), Decimal(10_000)])
def test_slippage_in_our_favor_or_beyond_the_price_is_refused(bad):
    with pytest.raises(SimVenueError, match="want 0 <="):
        FixedBps(bad)
    with pytest.raises(SimVenueError, match="want 0 <="):
        SpreadPlusImpact(half_spread_bps=bad)
    with pytest.raises(SimVenueError, match="want 0 <="):
        SpreadPlusImpact(impact_bps=bad)
