import pytest

from argonaut.domain.order import OrderType, Side
from argonaut.domain.signal import (
    CashFraction,
    EquityFraction,
    Notional,
    Protection,
    Quantity,
    RiskFraction,
)
from argonaut.domain.verdict import Outcome
from argonaut.risk.finite import Finite
from argonaut.risk.sizing import Sizing
from argonaut.risk.view import Proposal
from tests.risk.account import D, FakeAccount, entry, instrument, limit_entry


def sized(wish, view=None, **rules):
    asked, view = Proposal(wish, instrument(**rules)), view or FakeAccount()
    Finite().verdict(asked, view)
    return asked, Sizing().verdict(asked, view)


def quantity_of(size, view=None, **said):
    asked, verdict = sized(entry(size=size, **said), view)
    assert verdict.outcome is Outcome.PASS, verdict.sentence
    return asked.quantity


def fault_of(size, view=None, **said):
    asked, verdict = sized(entry(size=size, **said), view)
    assert verdict.outcome is Outcome.REFUSE
    assert not asked.quantity
    return verdict.detail


# the sizes


@pytest.mark.parametrize(
    ("size", "base"),
    [
        (Notional(D("250.19")), "2.501"),
        (Quantity(D("1.2349")), "1.234"),
        (EquityFraction(D("0.05")), "5"),  # of 10,000 at 100
        (EquityFraction(D("0.001"), min_quote=D(100)), "1"),
        (CashFraction(), "100"),
        (CashFraction(D("0.5")), "50"),
    ],
)
def test_a_size_becomes_base_units_rounded_down_to_a_lot(size, base):
    assert quantity_of(size) == D(base)


@pytest.mark.parametrize(
    ("protection", "base"),
    [
        (Protection(stop_price=98.0), "50"),  # 100 lost at 2 a unit
        (Protection(stop_fraction=0.04), "25"),
        (Protection(trail_fraction=0.05), "20"),
        (Protection(stop_fraction=0.04, trail_fraction=0.01), "25"),  # the trail starts tighter
    ],
)
def test_a_size_by_risk_loses_its_fraction_of_equity_at_the_stop(protection, base):
    size = RiskFraction(D("0.01"))

    assert quantity_of(size, protection=protection) == D(base)


def test_a_short_by_risk_has_its_stop_above():
    protection = Protection(stop_price=102.0)

    assert quantity_of(RiskFraction(D("0.01")), side=Side.SELL, protection=protection) == D(50)


@pytest.mark.parametrize(
    ("size", "base"),
    [
        (RiskFraction(D("0.01"), max_quote=D(400)), "4"),
        (RiskFraction(D("0.0001"), min_quote=D(100)), "1"),
    ],
)
def test_a_size_by_risk_stays_within_its_bounds(size, base):
    assert quantity_of(size, protection=Protection(stop_price=98.0)) == D(base)


def test_a_market_buy_by_cash_says_what_it_may_spend():
    asked, _ = sized(entry(size=CashFraction(D("0.5"))), FakeAccount(price=D(3)))

    assert (asked.quote_quantity, asked.quantity) == (D(5_000), D("1666.666"))


@pytest.mark.parametrize(
    "wish",
    [limit_entry(100.0, size=CashFraction()), entry(size=CashFraction(), side=Side.SELL)],
)
def test_only_a_market_buy_spends_by_quote(wish):
    asked, _ = sized(wish)

    assert asked.quote_quantity is None


# the price


@pytest.mark.parametrize(
    ("order_type", "prices", "price"),
    [
        (OrderType.MARKET, {}, "100"),
        (OrderType.LIMIT, {"limit_price": 98.0}, "98"),
        (OrderType.STOP, {"trigger_price": 103.0}, "103"),
        (OrderType.STOP_LIMIT, {"trigger_price": 103.0, "limit_price": 104.0}, "104"),
        (OrderType.TRAILING_STOP, {"protection": Protection(trail_fraction=0.02)}, "100"),
    ],
)
def test_an_entry_is_sized_at_its_own_price_or_the_markets(order_type, prices, price):
    asked, _ = sized(entry(order_type=order_type, **prices))

    assert (asked.price, asked.market_price) == (D(price), D(100))


@pytest.mark.parametrize(
    ("wish", "worst"),
    [
        (entry(), 100),
        (limit_entry(98.0), 100),
        (limit_entry(104.0), 104),
        (limit_entry(98.0, side=Side.SELL), 100),
        (entry(order_type=OrderType.STOP, trigger_price=103.0), 103),
        (
            entry(order_type=OrderType.TRAILING_STOP, protection=Protection(trail_fraction=0.02)),
            102,
        ),
        (
            entry(
                order_type=OrderType.TRAILING_STOP,
                side=Side.SELL,
                protection=Protection(trail_fraction=0.02),
            ),
            100,
        ),
    ],
)
def test_a_cap_is_measured_at_the_worst_price_the_entry_may_fill_at(wish, worst):
    asked, _ = sized(wish)

    assert asked.unit_worst == D(worst)
    assert asked.worst_notional == asked.quantity * worst


def test_an_instrument_in_another_quote_asset_is_sized_in_that_asset():
    """A fifth of an account in USDT, spent on something priced in ETH of 2,000 USDT."""
    view = FakeAccount(price=D("0.05"), rates={"ETH": D(2_000)})
    asked, _ = sized(entry(size=EquityFraction(D("0.2"))), view, quote="ETH")

    assert asked.quantity == D(20)  # 2,000 USDT are 1 ETH
    assert (asked.notional, asked.worst_notional) == (D(2_000), D(2_000))


def test_a_contract_of_many_base_units_is_counted():
    asked, _ = sized(entry(size=Notional(D(500))), contract_size=D("0.1"))

    assert (asked.quantity, asked.notional) == (D(50), D(500))


@pytest.mark.parametrize("lot", ["0.00100000", "0.001"])
def test_a_lot_is_the_same_whatever_zeros_it_is_written_with(lot):
    """Venues write 0.00100000; the grid is still a thousandth."""
    asked, _ = sized(entry(size=Quantity(D("1.23456789"))), lot_size=D(lot))

    assert asked.quantity == D("1.234")


# what has no size


@pytest.mark.parametrize("value", ["0", "-1", "NaN", "Infinity"])
def test_a_size_that_is_no_number_above_zero_is_refused(value):
    assert fault_of(Notional(D(value))) == f"want a notional > 0, not {value}"
    assert fault_of(Quantity(D(value))) == f"want a quantity > 0, not {value}"


@pytest.mark.parametrize("kind", [EquityFraction, RiskFraction, CashFraction])
@pytest.mark.parametrize("value", ["0", "-0.1", "1.01", "15", "NaN"])
def test_a_percentage_is_no_fraction(kind, value):
    wanted = f"want 0 < fraction <= 1 (0.15 is fifteen percent), not {value}"

    assert fault_of(kind(D(value))) == wanted


@pytest.mark.parametrize("kind", [EquityFraction, RiskFraction])
@pytest.mark.parametrize(
    ("equity", "said"),
    [
        (None, "equity is not known: something held has no price"),
        (D("NaN"), "want an equity > 0, not NaN"),
        (D(0), "want an equity > 0, not 0"),
        (D(-5), "want an equity > 0, not -5"),
    ],
)
def test_without_equity_there_is_no_fraction_of_it(kind, equity, said):
    assert fault_of(kind(D("0.1")), FakeAccount(money=equity)) == said


@pytest.mark.parametrize("free", ["0", "-1", "NaN"])
def test_without_a_free_balance_there_is_no_fraction_of_it(free):
    view = FakeAccount(free=D(free))

    assert fault_of(CashFraction(), view) == f"want a free balance of USDT > 0, not {free}"


@pytest.mark.parametrize("kind", [EquityFraction, RiskFraction])
@pytest.mark.parametrize("low", ["-1", "NaN"])
def test_a_lower_bound_is_a_number(kind, low):
    size = kind(D("0.1"), min_quote=D(low))

    assert fault_of(size) == f"want min_quote >= 0, not {low}"


@pytest.mark.parametrize("high", ["9", "NaN"])
def test_an_upper_bound_is_not_below_the_lower(high):
    size = RiskFraction(D("0.1"), min_quote=D(10), max_quote=D(high))

    assert fault_of(size) == f"want max_quote >= min_quote 10, not {high}"


def test_a_size_by_risk_without_a_stop_is_refused():
    """Without a stop the risk is everything."""
    assert fault_of(RiskFraction(D("0.01"))) == "a size by risk wants a stop"


def test_a_stop_within_a_tick_of_the_price_gives_no_size():
    protection = Protection(stop_price=99.999)
    said = fault_of(RiskFraction(D("0.01")), protection=protection)

    assert said == "the stop is less than one tick from the price 100"


@pytest.mark.parametrize("size", [Notional(D("0.05")), Quantity(D("0.0005"))])
def test_less_than_a_lot_is_refused_and_never_rounded_up(size):
    assert fault_of(size) == "0.0005 base is less than one lot of 0.001"


@pytest.mark.parametrize("rate", [None, D("NaN"), D(0)])
def test_without_a_rate_between_the_quote_assets_nothing_is_sized(rate):
    """Limits in dollars say nothing about an order in bitcoin."""
    view = FakeAccount(rates={} if rate is None else {"BTC": rate})
    _, verdict = sized(entry(), view, quote="BTC")

    assert verdict.sentence == "refused: the value of BTC in USDT is not known"
