"""The rules of a symbol, and how they are told."""

from decimal import Decimal

import msgspec
import pytest

from argonaut.domain.errors import InvalidValueError
from argonaut.rehearsal.binance.symbols import Symbol, amount, changed, instrument_id_of
from argonaut.rehearsal.binance.words import SymbolStatus
from tests.rehearsal.binance.client import BTC


def test_money_is_written_with_eight_decimals():
    """As text, never in exponents: a client that reads 1E-8 as a float is off."""
    assert amount(Decimal("1E-8")) == "0.00000001"
    assert amount(Decimal(9000)) == "9000.00000000"


def test_the_object_names_every_filter():
    """A client takes its rounding from here."""
    info = msgspec.to_builtins(BTC.info())
    filters = {each["filterType"]: each for each in info["filters"]}

    assert filters["PRICE_FILTER"]["tickSize"] == "0.01000000"
    assert filters["LOT_SIZE"]["stepSize"] == "0.00001000"
    assert filters["NOTIONAL"]["minNotional"] == "5.00000000"
    assert info["status"] == "TRADING"


def test_new_rules_are_given_as_text():
    """So that a file of faults can hold them."""
    halted = changed(BTC, {"status": "HALT", "tick": "0.1"})

    assert (halted.status, halted.tick) == (SymbolStatus.HALT, Decimal("0.1"))
    with pytest.raises(InvalidValueError, match="not \\['ticks'\\]"):
        changed(BTC, {"ticks": "1"})
    with pytest.raises(InvalidValueError, match="BTCUSDT: "):
        changed(BTC, {"status": "ASLEEP"})


def test_a_grid_finer_than_eight_decimals_is_refused():
    """The wire could not show it."""
    with pytest.raises(InvalidValueError, match="want tick >= 1E-8"):
        msgspec.structs.replace(BTC, tick=Decimal("1e-9"))
    with pytest.raises(InvalidValueError, match="want symbol ETHUSDT, not BTCUSDT"):
        Symbol(name="BTCUSDT", base="ETH", quote="USDT", tick=Decimal(1), step=Decimal(1))


def test_the_core_knows_the_symbol_by_our_own_name():
    """Its grid is the finest there is: the filters stand at the door."""
    assert instrument_id_of(BTC) == BTC.core_instrument().instrument_id == "BTC/USDT@binance"
    assert BTC.core_instrument().tick_size == Decimal("1e-8")
