"""A limit that binds, and stops that only ever come closer."""

import msgspec
import pytest

from argonaut.domain.event import Condition
from argonaut.domain.mode import TradingMode
from argonaut.domain.order import Canceled
from argonaut.domain.record import ModeChanged, OrderSent
from argonaut.rehearsal.simulation.invariants.case import Case
from argonaut.rehearsal.simulation.invariants.limits import stops_only_tighten
from tests.rehearsal.simulation.written import (
    BTC,
    STOP,
    D,
    S,
    Written,
    accepted,
    caught,
    clean,
    decision,
    filled,
    order,
    said,
    stop,
)

ENTRY = "trend-a1-2-e"


def limited(history: Written, at_s: float, mode: str = "NO_NEW_RISK") -> None:
    history.row(at_s, "mode", mode, ModeChanged(mode=mode, who="clock", reason="it is wrong"))


def limited_at(history: Written, at_s: float, mode: TradingMode) -> None:
    body = Condition(event_ns=0, cause="market stream", mode=mode, instrument_id=BTC)
    history.row(at_s, "condition", "market stream", body)


def entered(history: Written, at_s: float) -> None:
    meant = order(ENTRY)
    history.row(at_s, "decision", "x", decision(meant, tag="other"))
    history.post(at_s, meant)
    history.true(at_s, meant, "NEW")
    history.report(at_s, accepted(meant, at_s))


def taken_out(history: Written, at_s: float) -> None:
    history.orders[-1] = msgspec.structs.replace(
        history.orders[-1], status="CANCELED", ended_ns=int(at_s * S)
    )
    history.report(at_s, Canceled(client_order_id=order(ENTRY).client_order_id, event_ns=0))


@pytest.mark.parametrize("mode", ["NO_NEW_RISK", "REDUCE_ONLY"])
def test_i15_an_entry_that_leaves_under_a_limit_is_caught(mode):
    history = clean()
    limited(history, 20, mode)
    entered(history, 21)

    assert f"no entry under mode {mode}" in said(history, "I15")


def test_i15_an_entry_after_the_end_of_a_limit_passes():
    history = clean()
    limited(history, 20)
    limited(history, 22, "ACTIVE")
    entered(history, 23)
    taken_out(history, 24)

    assert "I15" not in caught(history)


def test_i15_an_entry_that_a_limit_leaves_at_the_venue_is_caught():
    """What rests may fill while nobody wants it: refusing the next one is half of a limit."""
    history = clean()
    entered(history, 15)
    limited(history, 20)

    assert "taken out by 21.080 s under mode NO_NEW_RISK" in said(history, "I15")


def test_i15_an_entry_taken_out_in_time_passes():
    history = clean()
    entered(history, 15)
    limited(history, 20)
    limited(history, 20.5, "ACTIVE")  # over again: it was asked for all the same
    taken_out(history, 20.9)

    assert "I15" not in caught(history)


def test_i15_a_limit_of_one_instrument_binds_there():
    history = clean()
    limited_at(history, 20, TradingMode.NO_NEW_RISK)
    entered(history, 21)
    taken_out(history, 22)
    assert "no entry under condition market stream" in said(history, "I15")

    history = clean()
    limited_at(history, 20, TradingMode.NO_NEW_RISK)
    limited_at(history, 20.5, TradingMode.ACTIVE)
    entered(history, 21)
    taken_out(history, 22)
    assert "I15" not in caught(history)


def moved(history: Written, trigger: str) -> None:
    """The stop makes way for another one at 30 s."""
    history.orders[1] = msgspec.structs.replace(
        history.orders[1], status="CANCELED", ended_ns=30 * S
    )
    history.report(30.05, Canceled(client_order_id=STOP, event_ns=0))
    other = stop("trend-a1-1-s2", trigger_price=D(trigger))
    history.row(30.05, "intent", other.client_order_id, OrderSent(order=other, reason="stop"))
    history.post(30.05, other)
    history.true(30.1, other, "NEW")
    history.report(30.15, accepted(other, 30.1))


@pytest.mark.parametrize(("trigger", "is_caught"), [("89.99", True), ("90", False), ("95", False)])
def test_i15_a_stop_that_is_moved_away_from_the_price_is_caught(trigger, is_caught):
    """A stop loosened once is a loss that nobody has agreed to."""
    history = clean()
    moved(history, trigger)

    assert ("a stop at 90 or tighter" in said(history, "I15")) is is_caught


def test_i15_an_exit_that_fills_on_below_the_least_order_ends_at_flat():
    """What is left of it is less than an order of its own may be (seed 29660)."""
    history = clean()
    way_out = stop(STOP)
    for number, quantity in enumerate(("0.9", "0.06", "0.04"), 2):  # 0.04 is dust
        history.report(20 + number / 10, filled(way_out, 20, str(number), quantity))
    entry = order(ENTRY)
    history.row(22, "intent", entry.client_order_id, OrderSent(order=entry, reason="in"))
    for number, quantity in enumerate(("0.05", "0.95"), 7):
        history.report(22 + number / 10, filled(entry, 22, str(number), quantity))
    guard, next_guard = stop("trend-a1-2-s"), stop("trend-a1-3-s", trigger_price=D(50))
    history.row(24, "intent", guard.client_order_id, OrderSent(order=guard, reason="stop"))
    history.report(25, filled(guard, 25, "9"))
    history.row(26, "intent", next_guard.client_order_id, OrderSent(order=next_guard, reason=""))

    assert not list(stops_only_tighten(Case(history.evidence())))


def test_i15_the_stop_of_the_next_position_may_be_anywhere():
    history = clean()
    way_out = stop(STOP)
    history.fill(20, way_out, "2", "1")
    history.report(20.1, filled(way_out, 20, "2"))
    moved(history, "50")

    assert "I15" not in caught(history)
