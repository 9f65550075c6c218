"""A closed piece of a position."""

import msgspec

from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.roundtrip import RoundTrip
from tests.domain.orders import D

TRIP = RoundTrip(
    strategy_id=StrategyId("trend"),
    instrument_id=InstrumentId("BTC/USDT@sim"),
    is_long=True,
    quantity=D(2),
    entry_price=D(100),
    exit_price=D(110),
    opened_ns=1,
    closed_ns=2,
    pnl=D("19.58"),
    fees=D("0.42"),
)


def test_the_fraction_is_of_what_the_entry_cost() -> None:
    assert TRIP.pnl_fraction == D("0.0979")


def test_the_fraction_of_contracts_is_of_their_base_units() -> None:
    tenths = msgspec.structs.replace(TRIP, contract_size=D("0.1"), pnl=D("1.958"))

    assert tenths.pnl_fraction == TRIP.pnl_fraction


def test_a_round_trip_reads_back_from_json() -> None:
    assert msgspec.json.decode(msgspec.json.encode(TRIP), type=RoundTrip) == TRIP
