from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.config.errors import ConfigError
from argonaut.config.instruments import instrument_of
from argonaut.config.schema import InstrumentRules
from argonaut.domain.ids import InstrumentId
from argonaut.feeds.tape.columns import BarColumns, QuoteColumns, TradeColumns

NAME = InstrumentId("BTC/USDT@sim")


def bars(prices, volumes):
    price = np.array(prices, dtype=np.float64)
    volume = np.array(volumes, dtype=np.float64)
    times = np.arange(len(prices), dtype=np.int64) * 60_000_000_000
    return BarColumns(NAME, 60_000_000_000, times, price, price, price, price, volume)


def test_the_grid_is_read_off_the_prices():
    made = instrument_of(NAME, InstrumentRules(), bars([100.25, 100.5], [1.125, 2.0]))

    assert made.base == "BTC"
    assert made.quote == "USDT"
    assert made.tick_size == Decimal("0.01")
    assert made.lot_size == Decimal("0.001")


def test_what_is_stated_wins_over_what_is_seen():
    rules = InstrumentRules.model_validate(
        {"tick_size": "0.5", "lot_size": "0.1", "min_notional": 5, "max_quantity": 9}
    )

    made = instrument_of(NAME, rules, bars([100.25], [1.125]))

    assert (made.tick_size, made.lot_size) == (Decimal("0.5"), Decimal("0.1"))
    assert (made.min_notional, made.max_quantity) == (Decimal(5), Decimal(9))


def test_whole_prices_are_on_a_grid_of_one():
    assert instrument_of(NAME, InstrumentRules(), bars([100.0], [2.0])).tick_size == 1


def test_a_grid_is_never_finer_than_twelve_digits():
    """A volume that was summed in float64 shows digits no venue has."""
    made = instrument_of(NAME, InstrumentRules(), bars([1.0], [0.1 + 0.2]))

    assert made.lot_size == Decimal("1e-12")


def test_trades_and_quotes_tell_a_grid_as_well():
    times = np.array([1, 2], dtype=np.int64)
    price, size = np.array([1.5, 2.0]), np.array([0.25, 1.0])
    trades = TradeColumns(NAME, times, price, size, np.array([1, -1], dtype=np.int8), None)
    quotes = QuoteColumns(NAME, times, price, size, price + 1, size)

    for stream in (trades, quotes):
        made = instrument_of(NAME, InstrumentRules(), stream)
        assert (made.tick_size, made.lot_size) == (Decimal("0.1"), Decimal("0.01"))


@pytest.mark.parametrize("name", ["BTCUSDT@sim", "/USDT@sim", "BTC/@sim", "@sim", ""])
def test_a_name_that_is_no_pair_is_refused(name):
    with pytest.raises(ConfigError, match="want BASE/QUOTE such as BTC/USDT"):
        instrument_of(InstrumentId(name), InstrumentRules(), bars([1.0], [1.0]))


@pytest.mark.parametrize("given_rules", [{}, {"tick_size": 1}])
def test_without_data_a_grid_must_be_stated(given_rules):
    with pytest.raises(ConfigError, match="its recording does not show one"):
        instrument_of(NAME, InstrumentRules.model_validate(given_rules), None)


@given(
    st.integers(0, 8),
    st.lists(st.integers(1, 10**9), min_size=1, max_size=50),
)
def test_every_price_seen_is_on_the_grid_that_was_read_off(digits, ticks):
    prices = [float(Decimal(each).scaleb(-digits)) for each in ticks]

    made = instrument_of(NAME, InstrumentRules(), bars(prices, [1.0] * len(prices)))

    assert made.tick_size >= Decimal(1).scaleb(-digits)
    assert all(Decimal(repr(price)) % made.tick_size == 0 for price in prices)
