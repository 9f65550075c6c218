"""exchangeInfo to rules: an order that fits them is one the venue takes."""

import json
from decimal import Decimal

import pytest

from argonaut.domain.timeframe import DAY_NS, MINUTE_NS, SECOND_NS
from argonaut.venues.binance.rules import RateLimit, decode_exchange_info, rules_of, symbol_of
from argonaut.venues.binance.strict import WireError
from tests.venues.binance.made import BTC, ETH, RECORDINGS, rules


def info(**changed):
    """The recorded rules, with fields of BTCUSDT changed."""
    shown = json.loads((RECORDINGS / "exchange_info.json").read_text())
    shown["symbols"][0].update(changed)
    return decode_exchange_info(json.dumps(shown))


def test_filters_become_the_instrument():
    found = rules()
    instrument = found.instrument

    assert (found.symbol, found.status) == ("BTCUSDT", "TRADING")
    assert (instrument.base, instrument.quote) == ("BTC", "USDT")
    assert (instrument.tick_size, instrument.lot_size) == (Decimal("0.01"), Decimal("0.00001"))
    assert (instrument.min_quantity, instrument.max_quantity) == (
        Decimal("0.00001"),
        Decimal(9000),
    )
    assert (instrument.min_notional, instrument.max_notional) == (Decimal(5), Decimal(9_000_000))
    assert (instrument.price_min, instrument.price_max) == (Decimal("0.01"), Decimal(1_000_000))
    assert found.market_max_quantity == Decimal(120)
    assert "STOP_LOSS" in found.order_types


def test_a_filter_of_zero_is_switched_off():
    """The venue writes 0 for no limit; taken literally nothing could be traded."""
    assert rules().market_lot_size is None


def test_the_older_filter_of_notional_counts_too():
    filters = [
        {"filterType": "PRICE_FILTER", "tickSize": "0.1", "minPrice": "0", "maxPrice": "0"},
        {"filterType": "LOT_SIZE", "stepSize": "1", "minQty": "1", "maxQty": "0"},
        {"filterType": "MIN_NOTIONAL", "minNotional": "10", "applyToMarket": True},
    ]
    instrument = rules_of(info(filters=filters), [BTC])[BTC].instrument

    assert instrument.min_notional == Decimal(10)
    assert (instrument.max_quantity, instrument.price_max, instrument.max_notional) == (None,) * 3


def test_instruments_come_in_the_order_asked_for():
    assert list(rules_of(info(), [ETH, BTC])) == [ETH, BTC]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"symbol": "BTCEUR"}, "lists no BTCUSDT"),
        ({"baseAsset": "BTCU", "quoteAsset": "SDT"}, "BTCUSDT is BTCU/SDT"),
        ({"isSpotTradingAllowed": False}, "does not trade on spot"),
        ({"filters": []}, "want a tick and a lot"),
    ],
)
def test_an_instrument_the_venue_does_not_have_is_refused(changed, said):
    """BTCU/SDT and BTC/USDT are spelled alike there."""
    with pytest.raises(WireError, match=said):
        rules_of(info(**changed), [BTC])


@pytest.mark.parametrize(
    "wrong",
    ["BTC/USDT", "BTCUSDT@binance", "BTC/USDT:USDT@binance", "BTC/USDT@kraken", "/@binance"],
)
def test_what_is_no_spot_instrument_of_this_venue_has_no_symbol(wrong):
    with pytest.raises(WireError, match="want a spot instrument"):
        symbol_of(wrong)


def limit(interval="MINUTE", number=1, most=6000):
    return RateLimit(
        rate_limit_type="REQUEST_WEIGHT", interval=interval, interval_num=number, limit=most
    )


def test_limits_have_their_windows():
    windows = [limit("SECOND", 10), limit("MINUTE", 5), limit("DAY")]

    assert [each.window_ns for each in windows] == [10 * SECOND_NS, 5 * MINUTE_NS, DAY_NS]


@pytest.mark.parametrize("wrong", [limit("FORTNIGHT"), limit(number=0), limit(most=0)])
def test_a_limit_nobody_documents_is_refused(wrong):
    with pytest.raises(WireError, match="documented rate limit"):
        _ = wrong.window_ns
