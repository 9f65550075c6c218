"""Recorded instruments that begin to trade later: hidden until somebody waits for them."""

from __future__ import annotations

from typing import Any

from argonaut.domain.command import WatchInstrument
from argonaut.domain.ids import InstrumentId
from argonaut.domain.market import Bar, Trade
from tests.strategies.sniping import Floor, at_ns

GNO = InstrumentId("GNO/USDT@sim")


def waiting(until: float = 180) -> Floor:
    floor = Floor()
    floor.tape.watch(WatchInstrument(GNO, at_ns(0), at_ns(until)))
    return floor


def a_bar(second: float) -> Bar:
    prices: dict[str, Any] = {"open": 10.0, "high": 10.0, "low": 10.0, "close": 10.0}
    return Bar(GNO, 60_000_000_000, at_ns(second) - 60_000_000_000, **prices)


def test_nobody_sees_what_nobody_waits_for() -> None:
    floor = Floor()

    floor.quote("GNO", 0, 10.0)

    assert floor.bodies("instrument") == []
    assert GNO not in floor.engine.routes


def test_the_first_row_lists_it_before_it_is_seen() -> None:
    floor = waiting()

    floor.quote("GNO", 7, 10.0)

    (listed,) = floor.bodies("instrument")
    assert (listed.event_ns, listed.instrument.instrument_id) == (at_ns(7), GNO)
    assert floor.engine.routes[GNO].price == 10.0
    assert listed.sentence == "GNO/USDT@sim trades"


def test_a_trade_or_a_bar_lists_it_too() -> None:
    by_trade, by_bar = waiting(), waiting()

    by_trade.tape.trade(Trade(GNO, at_ns(1), price=10.0, quantity=1.0))
    by_bar.tape.bar(a_bar(60))

    assert by_trade.engine.routes[GNO].price == 10.0
    assert by_bar.engine.routes[GNO].price == 10.0


def test_it_is_listed_once() -> None:
    floor = waiting()

    floor.quotes("GNO", range(5), 10.0)

    assert len(floor.bodies("instrument")) == 1


def test_what_comes_when_nobody_waits_any_more_stays_hidden() -> None:
    floor = waiting(until=5)

    floor.quote("GNO", 6, 10.0)
    floor.tape.trade(Trade(GNO, at_ns(7), price=10.0, quantity=1.0))
    floor.tape.bar(a_bar(60))

    assert GNO not in floor.engine.routes


def test_an_instrument_no_recording_has_is_waited_for_in_vain() -> None:
    floor = Floor()

    floor.tape.watch(WatchInstrument(InstrumentId("NONE/USDT@sim"), 0, at_ns(100)))
    floor.tick(1)

    assert floor.bodies("instrument") == []
