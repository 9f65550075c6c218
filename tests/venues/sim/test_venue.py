"""The venue as a whole: what it says about itself, cancels, amendments, what it observes."""

from decimal import Decimal

import pytest

from argonaut.domain.ids import InstrumentId
from argonaut.domain.market import Bar, Quote, Trade
from argonaut.domain.order import Accepted, Amended, OrderType
from argonaut.venues.sim import FixedLatency, SimVenue, VolumeParticipation
from argonaut.venues.sim.errors import SimVenueError
from tests.venues.sim.stage import COIN, MINUTE_NS, Stage, fills, instrument, order, said


def test_nothing_is_working_until_an_order_is():
    """The driver skips the venue while nothing could fill."""
    stage = Stage()
    assert COIN not in stage.venue.working

    stage.send(order("a", "buy"))
    assert COIN in stage.venue.working

    stage.open(100)
    assert COIN not in stage.venue.working


def test_an_order_that_rests_is_accepted_with_the_venues_id():
    stage = Stage()

    (accepted,) = stage.send(order("a", "buy", "limit", price="99"))

    assert isinstance(accepted, Accepted)
    assert (accepted.venue_order_id, accepted.event_ns) == ("sim-o1", 0)


def test_it_says_what_it_can():
    capability = SimVenue([], venue_id="lab", balances={}, allow_short=True).capability

    assert capability.venue_id == "lab"
    assert capability.order_types == frozenset(OrderType)
    assert capability.has_oco
    assert capability.has_amend
    assert capability.has_reduce_only
    assert capability.allows_short
    assert not SimVenue([], balances={}).capability.allows_short


def test_a_waiting_market_order_can_be_canceled():
    stage = Stage()
    stage.send(order("a", "buy"))

    assert said(stage.cancel("a")) == ["a canceled: requested"]
    assert stage.venue.working == {}
    assert stage.open(100) == []


def test_a_cancel_of_nothing_says_nothing():
    assert Stage().cancel("nobody") == []


def test_a_cancel_on_bars_is_at_once_whatever_the_latency():
    stage = Stage(latency=FixedLatency(ms=500))
    stage.bar(100, 100, 100, 100)
    stage.send(order("a", "buy", "limit", price="99"))

    assert said(stage.cancel("a")) == ["a canceled: requested"]


def test_a_second_cancel_does_not_delay_the_first():
    stage = Stage(latency=FixedLatency(ms=2))
    stage.trade(100)
    stage.send(order("a", "buy", "limit", price="99"))
    stage.cancel("a")
    stage.trade(100, after_ns=1_000_000)
    stage.cancel("a")

    assert said(stage.trade(98, after_ns=1_000_000)) == ["a canceled: requested"]


class Scripted:
    """A latency that is told beforehand, in milliseconds."""

    def __init__(self, *delays_ms):
        self.delays_ns = [each * 1_000_000 for each in delays_ms]

    def delay_ns(self):
        return self.delays_ns.pop(0)


def test_a_cancel_does_not_overtake_its_order():
    stage = Stage(latency=Scripted(9, 1))
    stage.trade(100)
    stage.send(order("a", "buy", "limit", price="99"))
    stage.cancel("a")

    assert said(stage.trade(98, after_ns=2_000_000)) == []
    assert said(stage.trade(98, after_ns=7_000_000)) == ["a canceled: requested"]


def test_an_amended_limit_rests_at_its_new_price():
    stage = Stage()
    stage.bar(100, 100, 100, 100)
    stage.send(order("a", "buy", "limit", price="90"))

    assert said(stage.amend("a", price="98", quantity="2")) == ["a amended"]
    assert said(stage.bar(100, 100, 97, 99)) == ["a filled 2 @ 98"]


def test_a_limit_amended_into_the_market_takes():
    stage = Stage()
    stage.bar(100, 100, 100, 100)
    stage.send(order("a", "buy", "limit", price="90"))
    stage.bar(100, 100, 100, 100)
    stage.amend("a", price="101")

    (filled,) = fills(stage.open(100))

    assert filled.price == 100
    assert not filled.is_maker


def test_an_amended_stop_wakes_at_its_new_trigger():
    stage = Stage()
    stage.bar(100, 100, 100, 100)
    stage.send(order("s", "sell", "stop", trigger_price="90"))
    stage.amend("s", trigger_price="97")

    assert said(stage.bar(100, 100, 97, 99)) == ["s triggered", "s filled 1 @ 97"]


def test_an_amended_trailing_stop_goes_on_trailing():
    stage = Stage()
    stage.bar(100, 100, 100, 100)
    stage.send(order("t", "sell", "trailing_stop", trail_fraction="0.1"))
    stage.amend("t", trigger_price="95")
    stage.bar(100, 108, 100, 108)

    assert said(stage.bar(108, 108, 97.2, 100)) == ["t triggered", "t filled 1 @ 97.2"]


def test_an_order_amended_to_what_is_filled_is_done():
    stage = Stage(participation=VolumeParticipation())
    stage.bar(100, 100, 100, 100)
    stage.send(order("a", "buy", "limit", price="98"))
    stage.bar(100, 100, 97, 98, volume=4)

    assert stage.amend("a", quantity="0.3") == []  # 0.4 are filled
    assert said(stage.amend("a", quantity="0.4")) == ["a amended"]
    assert stage.orders["a"].is_final
    assert stage.venue.working == {}


def test_a_market_order_cannot_be_amended():
    stage = Stage()
    stage.send(order("a", "buy"))

    assert stage.amend("a", quantity="2") == []


def test_a_deposit_can_be_spent():
    stage = Stage(balances={})
    stage.venue.deposit("USDT", Decimal(100))
    stage.send(order("a", "buy"))
    stage.open(100)

    assert stage.balances == {"USDT": 0, "COIN": 1}


@pytest.mark.parametrize(
    "balances", [{"USDT": Decimal(-1)}, {"USDT": Decimal("NaN")}, {"USDT": Decimal("Infinity")}]
)
def test_impossible_balances_are_refused(balances):
    with pytest.raises(SimVenueError, match="USDT"):
        SimVenue([], balances=balances)


def test_settings_out_of_range_are_refused():
    with pytest.raises(SimVenueError, match="fill_at"):
        SimVenue([], balances={}, fill_at="yesterday")  # type: ignore[arg-type]
    with pytest.raises(SimVenueError, match="buying_power"):
        SimVenue([], balances={}, allow_short=True, buying_power="0")
    with pytest.raises(SimVenueError, match="buying_power"):
        SimVenue([], balances={}, allow_short=True, buying_power="much")
    with pytest.raises(SimVenueError, match="listed twice"):
        SimVenue([instrument(), instrument()], balances={})


def test_observing_twice_gives_no_more_to_take():
    """The session shows what the venue has matched already."""
    stage = Stage(balances={"USDT": "1000"}, fill_at="close")
    stage.bar(100, 100, 100, 100)
    stage.send(order("a", "buy"))
    balances = dict(stage.balances)
    stage.venue.observe(
        Bar(COIN, MINUTE_NS, 0, open=100, high=100, low=100, close=100, volume=1000)
    )

    assert stage.balances == balances


def test_what_is_unknown_or_impossible_is_not_observed():
    stage = Stage()
    elsewhere = InstrumentId("ELSE/USDT@sim")
    stage.venue.observe(Trade(elsewhere, 1, price=100.0, quantity=1.0))
    stage.venue.observe(Trade(COIN, 1, price=float("nan"), quantity=1.0))
    stage.venue.observe(Quote(COIN, 1, bid=101.0, ask=100.0))
    stage.venue.observe(Bar(COIN, MINUTE_NS, close=-1.0))

    assert stage.send(order("a", "buy")) == []  # no price to fill at


def test_a_crossed_quote_fills_nothing():
    stage = Stage()
    stage.send(order("a", "buy"))

    assert stage.quote(101, 100) == []
    assert said(stage.quote(100, 100.5)) == ["a filled 1 @ 100.5"]


def test_market_data_of_others_is_ignored():
    stage = Stage()
    stage.send(order("a", "buy"))
    elsewhere = InstrumentId("ELSE/USDT@sim")
    venue = stage.venue

    assert list(venue.on_open(elsewhere, 0, 100.0)) == []
    assert list(venue.on_trade(Trade(elsewhere, 1, price=100.0, quantity=1.0))) == []
    assert list(venue.on_quote(Quote(elsewhere, 1, bid=99.0, ask=100.0))) == []
    assert list(venue.on_bar(Bar(elsewhere, MINUTE_NS, open=1, high=1, low=1, close=1))) == []


def test_orders_of_two_instruments_do_not_meet():
    other = InstrumentId("OTHER/USDT@sim")
    venue = SimVenue(
        [instrument(), instrument(instrument_id=other, base="OTHER")],
        balances={"USDT": Decimal(1000)},
    )
    venue.submit(order("a", "buy"), 0)
    venue.submit(order("b", "buy", instrument_id=other), 0)

    assert [each.client_order_id for each in venue.on_open(other, 0, 10.0)] == ["b"]
    assert list(venue.working) == [COIN]


def test_an_amendment_never_loosens_what_a_trailing_stop_has_reached():
    """We remember 95; at the venue the trail is at 108 by now, and it says so."""
    stage = Stage()
    stage.send(order("t", "sell", "trailing_stop", trail_fraction="0.1", trigger_price="90"))
    stage.bar(100, 120, 100, 119)

    (amended,) = stage.amend("t", trigger_price="95")

    assert isinstance(amended, Amended)
    assert amended.trigger_price == Decimal("108.0")
    assert said(stage.bar(119, 119, 107, 107)) == ["t triggered", "t filled 1 @ 108"]


def test_a_cancel_sent_among_trades_arrives_among_bars():
    """Where a recording goes on with bars, an order asked to go may not rest for ever."""
    stage = Stage(latency=FixedLatency(100))
    stage.trade(100)
    stage.send(order("a", "buy", "limit", price="90"))
    stage.trade(100, after_ns=10**9)
    assert said(stage.cancel("a")) == []

    stage.now_ns += MINUTE_NS

    assert said(stage.bar(100, 100, 80, 100)) == ["a canceled: requested"]
