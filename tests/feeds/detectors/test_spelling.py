"""A signal trades what it names or nothing: there is no almost."""

import pytest

from argonaut.domain.ids import InstrumentId
from argonaut.feeds.detectors.spelling import Spellings

BTC, PERP = InstrumentId("BTC/USDT@sim"), InstrumentId("BTC/USDT:USDT@sim")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("BTC/USDT", BTC),
        ("BTC/USDT@sim", BTC),
        ("BTC/USDT@binance", BTC),
        ("BTCUSDT", BTC),
        ("BTCUSDT.BINANCE", BTC),
        ("BINANCE:BTCUSDT", BTC),
        ("BTC/USDT:USDT", PERP),
        ("BTCUSDT.P", PERP),
        ("BINANCE:BTCUSDT.P", PERP),
        ("BTC/USDT@kraken", None),
        ("btc/usdt", None),
        ("BTC", None),
        ("\u0412\u0422\u0421/USDT", None),
        ("", None),
    ],
)
def test_an_instrument_has_these_names(name, found):
    assert Spellings([BTC, PERP], ["binance"]).find(name) == found


def test_a_name_of_two_instruments_is_a_name_of_none():
    """At two venues `BTC/USDT` alone does not say where."""
    spellings = Spellings([BTC, InstrumentId("BTC/USDT@kraken")])

    assert spellings.find("BTC/USDT") is None
    assert spellings.find("BTC/USDT@kraken") == "BTC/USDT@kraken"
