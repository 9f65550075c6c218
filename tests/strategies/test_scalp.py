"""Every guard and default of Scalp: its window, its book, its pace, and what must be left."""

from dataclasses import replace
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.event import TimerFired
from argonaut.domain.ids import ClientOrderId
from argonaut.domain.market import Quote
from argonaut.domain.order import Order, OrderRole, OrderStatus, OrderType, Side
from argonaut.domain.signal import Enter, Exit, Notional, Protection, Skip, Target
from argonaut.strategies.scalp import Params, Scalp
from tests.strategies.feeding import BTC, NAME, SECOND_NS, START_NS, Feeding, a_trade, holding

CHEAP = Params(fee_fraction=0.0002)  # at 0.1 % a side nothing is left of 18 bp
DIP = (100.0, 100.06, 100.05, 100.04, 100.03, 100.02, 100.01, 100.0)  # 6 bp down in eight trades


def at(second: float) -> int:
    return START_NS + int(second * SECOND_NS)


def a_quote(second=6.0, bid=99.99, ask=100.01, bid_size=300.0, ask_size=100.0):
    return Quote(BTC, at(second), bid=bid, bid_quantity=bid_size, ask=ask, ask_quantity=ask_size)


def scalper(**params):
    return Scalp(NAME, BTC, replace(CHEAP, **params))


def fed(strategy, prices=DIP, *, quote=None, every=1.0, held=None, first=0.0):
    """Feed the trades with the quote before the last of them; return what the last brought."""
    feeding = Feeding(strategy)
    feeding.holding = held or holding()
    said: list[object] = []
    for number, price in enumerate(prices):
        if number == len(prices) - 1 and quote != "none":
            strategy.on_quote(quote or a_quote(), feeding.holding)
        said = list(feeding.trade(a_trade(first + number * every, price)))
    return said


def reason(said):
    (skip,) = said
    assert isinstance(skip, Skip)
    return skip.reason.split(", but ")[1]


def enters(said):
    return [type(each) for each in said] == [Enter]


# the defaults


def test_the_defaults_are_those_of_the_specification():
    assert Params() == Params(
        window_s=30.0,
        ticks_min=8,
        range_fraction_min=0.0006,
        position_low=0.22,
        position_high=0.78,
        rsi_ticks=2,
        rsi_low=20.0,
        rsi_high=80.0,
        imbalance_min=0.18,
        spread_fraction_max=0.0006,
        depth_min_quote=20_000.0,
        book_age_max_s=5.0,
        signals_per_minute=6,
        cooldown_s=15.0,
        ttl_s=30.0,
        stop_fraction=0.0012,
        target_fraction=0.0018,
        notional_quote=Decimal(50),
        fee_fraction=0.001,
        slippage_fraction=0.0001,
        slippage_fills=20,
        shorts=False,
    )


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"position_low": 0.8}, "want 0 <= low < high <= 1 of position and RSI"),
        ({"rsi_high": 101.0}, "want 0 <= low < high <= 100 of position and RSI"),
        ({"range_fraction_min": 6.0}, "0.0006 is 6 bp"),
        ({"stop_fraction": 0.0}, "want 0 < stop_fraction < 1"),
        ({"ticks_min": 0}, "want ticks_min > 0, not 0"),
        ({"signals_per_minute": 0}, "want signals_per_minute > 0"),
        ({"ttl_s": float("nan")}, "want ttl_s > 0, not nan"),
        ({"depth_min_quote": -1.0}, "want depth_min_quote >= 0, not -1.0"),
        ({"fee_fraction": float("inf")}, "want fee_fraction >= 0, not inf"),
        ({"imbalance_min": 1.0}, "want 0 <= imbalance_min < 1, not 1.0"),
    ],
)
def test_numbers_that_mean_nothing_are_refused(wrong, complaint):
    with pytest.raises(InvalidValueError, match=complaint):
        Params(**wrong)


# the entry and its bracket


def test_the_entry_is_50_at_market_with_a_stop_at_12_bp_and_a_target_at_18_bp():
    (entry,) = fed(scalper())

    assert isinstance(entry, Enter)
    assert (entry.side, entry.size, entry.tag) == (Side.BUY, Notional(Decimal(50)), "scalp")
    assert entry.order_type is OrderType.MARKET
    assert entry.protection == Protection(stop_fraction=0.0012, targets=(Target(fraction=0.0018),))
    assert entry.reason == "buy at 0.00 of 6.0 bp, 12.0 bp are left of the target"


@pytest.mark.parametrize(
    ("quantity", "fields"),
    [("1", {}), ("0", {"entering": Decimal(1)}), ("0", {"exiting": Decimal(-1)})],
)
def test_it_is_in_once_at_a_time(quantity, fields):
    assert fed(scalper(), held=holding(quantity, **fields)) == []


# the window


@pytest.mark.parametrize(("every", "found"), [(4.28, True), (4.29, False)])
def test_window_s_eight_trades_have_to_be_of_the_last_30_seconds(every, found):
    assert bool(fed(scalper(), every=every, quote=a_quote(every * 7))) is found


def test_ticks_min_seven_trades_are_too_few():
    assert fed(scalper(), DIP[1:]) == []
    assert enters(fed(scalper(ticks_min=7), DIP[1:]))


@pytest.mark.parametrize(("high", "found"), [(100.06, True), (100.059, False)])
def test_range_fraction_min_it_wants_six_basis_points(high, found):
    assert bool(fed(scalper(), (DIP[0], high, *DIP[2:]))) is found


@pytest.mark.parametrize(("last", "found"), [(100.022, True), (100.0221, False)])
def test_position_low_it_buys_in_the_lowest_22_percent_of_the_range(last, found):
    prices = (100.0, 100.1, 100.09, 100.08, 100.07, 100.06, 100.05, last)

    assert bool(fed(scalper(), prices)) is found


@pytest.mark.parametrize(("last", "found"), [(100.078, True), (100.0779, False)])
def test_position_high_it_sells_in_the_highest_22_percent_of_the_range(last, found):
    prices = (100.1, 100.0, 100.01, 100.02, 100.03, 100.04, 100.05, last)
    said = fed(scalper(shorts=True), prices, quote=a_quote(bid_size=100.0, ask_size=300.0))

    assert bool(said) is found
    assert not found or said[0].side is Side.SELL


def test_shorts_are_off_by_default():
    prices = (100.1, 100.0, 100.01, 100.02, 100.03, 100.04, 100.05, 100.09)

    assert fed(scalper(), prices, quote=a_quote(bid_size=100.0, ask_size=300.0)) == []


def with_rsi(value, price, **params):
    strategy = scalper(**params)
    feeding = Feeding(strategy)
    for number, each in enumerate(DIP):
        feeding.trade(a_trade(number, each))
    strategy._asked, strategy._guard = [], ""
    strategy.on_quote(
        a_quote(7.0) if price < 100.03 else a_quote(7.0, bid_size=1e2, ask_size=3e2), holding()
    )
    strategy.rsi.value = value
    return list(strategy.on_trade(a_trade(7.5, price), holding()) or ())


@pytest.mark.parametrize(("rsi", "found"), [(20.0, True), (20.1, False)])
def test_rsi_low_two_ticks_have_to_be_down_for_a_buy(rsi, found):
    assert bool(with_rsi(rsi, 100.0)) is found


@pytest.mark.parametrize(("rsi", "found"), [(80.0, True), (79.9, False)])
def test_rsi_high_two_ticks_have_to_be_up_for_a_sale(rsi, found):
    assert bool(with_rsi(rsi, 100.06, shorts=True)) is found


def test_rsi_ticks_it_is_of_two():
    assert scalper().rsi.length == 2


# the book


@pytest.mark.parametrize(("bid_size", "found"), [(144.0, True), (143.8, False)])
def test_imbalance_min_the_book_has_to_lean_0_18_our_way(bid_size, found):
    said = fed(scalper(), quote=a_quote(bid_size=bid_size))

    assert enters(said) is found
    assert found or reason(said) == "the book leans +0.18 our way, want 0.18"


def test_imbalance_min_counts_the_other_way_for_a_sale():
    prices = (100.1, 100.0, 100.01, 100.02, 100.03, 100.04, 100.05, 100.09)
    said = fed(scalper(shorts=True), prices)

    assert reason(said) == "the book leans -0.50 our way, want 0.18"


@pytest.mark.parametrize(("ask", "found"), [(100.05, True), (100.0501, False)])
def test_spread_fraction_max_a_spread_of_six_basis_points_is_the_most(ask, found):
    said = fed(scalper(), quote=a_quote(bid=99.99, ask=ask))

    assert enters(said) is found
    assert found or reason(said) == "a spread of 6.0 bp, want at most 6.0 bp"


@pytest.mark.parametrize(("ask_size", "found"), [(50.0, True), (49.9, False)])
def test_depth_min_quote_20_000_have_to_rest_at_the_best_prices(ask_size, found):
    said = fed(scalper(), quote=a_quote(bid=100.0, ask=100.0, bid_size=150.0, ask_size=ask_size))

    assert enters(said) is found
    assert found or reason(said) == "19990 rest at the best prices, want 20000"


@pytest.mark.parametrize(("second", "found"), [(2.0, True), (1.9, False)])
def test_book_age_max_s_a_book_older_than_five_seconds_is_none(second, found):
    said = fed(scalper(), quote=a_quote(second))

    assert enters(said) is found
    assert found or reason(said) == "the book is 5.1 s old, want 5"


def test_book_age_max_s_without_a_quote_it_never_trades():
    assert reason(fed(scalper(), quote="none")) == "no quote has come yet"


# the pace


@pytest.mark.parametrize(("ago", "found"), [(15.0, True), (14.9, False)])
def test_cooldown_s_fifteen_seconds_follow_the_close_of_a_position(ago, found):
    said = fed(scalper(), held=holding(closed_ns=at(7 - ago)))

    assert enters(said) is found
    assert found or reason(said) == "cooldown of 15 s"


def test_signals_per_minute_six_are_asked_for_and_no_seventh():
    """Refused by the gate each time; the venue must not be asked at every tick."""
    strategy = scalper()
    feeding = Feeding(strategy)
    asked = []
    for number in range(700):
        second = number / 10
        strategy.on_quote(a_quote(second), feeding.holding)
        said = feeding.trade(a_trade(second, DIP[number % len(DIP)]))
        feeding.holding.quantity = Decimal(0)
        asked += [second for each in said if isinstance(each, Enter)]

    assert len([each for each in asked if each < 60]) == 6
    assert 59.9 < asked[6] - asked[0] < 61
    assert strategy.explain() == "" or "6 signals in the last minute" in strategy.explain()


@pytest.mark.parametrize("working", [True, False])
def test_ttl_s_an_entry_that_is_not_filled_in_30_seconds_is_taken_out(working):
    strategy = scalper()
    fed(strategy)
    assert strategy.wake_at() == at(37)
    held = holding(entering=Decimal(1)) if working else holding("1")
    said = list(strategy.on_timer(TimerFired(key="x", event_ns=at(37)), held))

    assert [type(each) for each in said] == ([Exit] if working else [])
    assert not working or said[0].reason == "not filled within 30 s"


def test_a_reason_is_told_once_a_minute_or_when_it_is_another():
    strategy = scalper(depth_min_quote=1e9)
    feeding = Feeding(strategy)
    told = []
    for number in range(1300):
        second = number / 10
        strategy.on_quote(a_quote(second), feeding.holding)
        told += [second for _ in feeding.trade(a_trade(second, DIP[number % len(DIP)]))]

    assert len(told) == 3
    assert strategy.explain().endswith("40000 rest at the best prices, want 1000000000") or (
        "rest at the best prices" in strategy.explain()
    )


# the edge: take-profit - fees - predicted slippage > 0


def test_fee_fraction_at_a_tenth_of_a_percent_nothing_is_left():
    """18 bp of profit do not pay for 20 bp of fees. It says so and stays out."""
    said = fed(Scalp(NAME, BTC, Params()))

    assert reason(said) == "nothing is left of 18.0 bp: fees 20.0 bp, slippage 2.0 bp"


@pytest.mark.parametrize(("slippage", "found"), [(0.00069, True), (0.0007, False)])
def test_slippage_fraction_more_than_what_fees_leave_forbids_the_trade(slippage, found):
    """18 - 4 = 14 bp are left for two fills."""
    assert enters(fed(scalper(slippage_fraction=slippage))) is found


def test_the_way_in_costs_at_least_half_the_spread_that_stands():
    strategy = scalper()
    strategy.on_quote(a_quote(bid=99.98, ask=100.02), holding())

    assert strategy.slippage() == pytest.approx(0.0002 + 0.0001)


def an_order(role, believed, average, *, side=Side.BUY, filled="1"):
    prices = {
        "decision_price" if role is OrderRole.ENTRY else "trigger_price": Decimal(str(believed))
    }
    return Order(
        client_order_id=ClientOrderId("x"),
        strategy_id=NAME,
        instrument_id=BTC,
        side=side,
        order_type=OrderType.MARKET,
        role=role,
        quantity=Decimal(1),
        status=OrderStatus.FILLED if filled == "1" else OrderStatus.CANCELED,
        filled=Decimal(filled),
        filled_quote=Decimal(filled) * Decimal(str(average)),
        **prices,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("role", "side", "believed", "average"),
    [
        (OrderRole.ENTRY, Side.BUY, 100.0, 100.022),
        (OrderRole.ENTRY, Side.SELL, 100.0, 99.978),
        (OrderRole.STOP, Side.SELL, 100.0, 99.978),
        (OrderRole.STOP, Side.BUY, 100.0, 100.022),
    ],
)
def test_slippage_fills_slippage_is_learned_from_own_fills(role, side, believed, average):
    """One fill of 2.2 bp against a belief of 1 bp that weighs twenty: 1/21 of the way."""
    strategy = scalper()
    strategy.on_end(an_order(role, believed, average, side=side), holding())

    assert strategy.slippage() == pytest.approx(0.0001 + 0.0001 + 0.00012 / 21)


def test_slippage_is_learned_from_nothing_else():
    """A target rests at its price, and an order that never filled lost nothing."""
    strategy = scalper()
    strategy.on_end(an_order(OrderRole.TARGET, 100.0, 90.0, side=Side.SELL), holding())
    strategy.on_end(an_order(OrderRole.ENTRY, 100.0, 0.0, filled="0"), holding())

    assert strategy.slippage() == 0.0002


def test_fills_that_cost_too_much_end_the_trading():
    """Forty entries that lost 20 bp each: what is left is less than nothing."""
    strategy = scalper()
    for _ in range(40):
        strategy.on_end(an_order(OrderRole.ENTRY, 100.0, 100.2), holding())

    assert reason(fed(strategy)).startswith("nothing is left of 18.0 bp: fees 4.0 bp, slippage 18")


# restart


def test_what_it_learned_and_asked_survives_a_restart():
    before = scalper()
    fed(before)
    before.on_end(an_order(OrderRole.ENTRY, 100.0, 100.2), holding())
    after = scalper()

    after.load(msgspec.json.decode(msgspec.json.encode(before.save())))

    assert after.save() == before.save()
    assert after.slippage() == pytest.approx(0.0002 + 0.0019 / 21)
    assert after.wake_at() == before.wake_at() == at(37)


STEPS = st.lists(
    st.tuples(
        st.integers(0, 40),
        st.integers(-12, 12),
        st.integers(0, 200),
        st.integers(0, 200),
        st.integers(0, 8),
    ),
    min_size=8,
    max_size=80,
)


@given(STEPS)
def test_whatever_comes_no_entry_breaks_a_guard(steps):
    strategy = scalper(shorts=True)
    feeding = Feeding(strategy)
    tenths, price, times, quoted = 0, 10_000, [], 0.0
    asked: list[float] = []
    quote = a_quote()
    for pause, step, bids, asks, spread in steps:
        tenths, price = tenths + pause, price + step
        second = tenths / 10
        if pause % 3:
            quoted = second
            quote = a_quote(second, price / 100 - 0.01, price / 100 + spread / 100, bids, asks)
            strategy.on_quote(quote, feeding.holding)
        times.append(second)
        for each in feeding.trade(a_trade(second, price / 100)):
            if not isinstance(each, Enter):
                continue
            assert second - times[-8] < 30
            assert second - quoted <= 5
            assert each.side.sign * (quote.bid_quantity - quote.ask_quantity) > 0
            assert quote.bid * quote.bid_quantity + quote.ask * quote.ask_quantity >= 20_000
            assert len([before for before in asked if second - before < 60]) < 6
            asked.append(second)
