"""A symbol in letters that only look like ours would buy another coin."""

import pytest

from argonaut.domain.ids import InstrumentId
from argonaut.feeds.events.resolve import Resolver
from tests.feeds.events.parts import event

NAMES = [InstrumentId(f"{pair}@binance") for pair in ("BTC/USDT", "BTC/USDC", "PEPE/USDT")]


def resolved(*symbols, names=NAMES):
    return Resolver(names).resolve(event(symbols=symbols))


def test_every_instrument_of_a_symbol_is_named():
    found = resolved("BTC")

    assert found.symbols == ("BTC",)
    assert found.payload == {"instruments": "BTC/USDT@binance,BTC/USDC@binance"}


def test_a_symbol_that_is_to_be_listed_stays_without_an_instrument():
    found = resolved("NEW")

    assert (found.symbols, found.payload) == (("NEW",), {})


@pytest.mark.parametrize(
    "posing", ["\u0412TC", "BT\u0421", "\uff22\uff34\uff23", "BTC\u200b", "币安人生"]
)
def test_letters_of_another_script_make_no_symbol(posing):
    found = resolved(posing)

    assert found.symbols == ()
    assert found.payload["refused_symbols"].isascii()
    assert "instruments" not in found.payload


def test_a_multiplier_comes_off_only_where_the_venue_has_the_plain_coin():
    assert resolved("1000PEPE").symbols == ("PEPE",)
    assert resolved("1000SATS").symbols == ("1000SATS",)
    both = [*NAMES, InstrumentId("1000PEPE/USDT@binance")]
    assert resolved("1000PEPE", names=both).symbols == ("1000PEPE",)


def test_a_symbol_said_twice_or_in_small_letters_counts_once():
    assert resolved("btc", "BTC").symbols == ("BTC",)
