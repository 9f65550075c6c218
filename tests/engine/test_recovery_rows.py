"""Rows that no handler of another row asks for: each happens again in the fold."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from argonaut.domain.event import Adjusted, ForeignOrder
from argonaut.domain.ids import ClientOrderId, VenueOrderId
from argonaut.domain.order import OrderRole, OrderStatus, OrderType, Side
from argonaut.domain.signal import Target
from argonaut.domain.timeframe import DAY_NS
from argonaut.domain.venue_view import VenueOrder
from argonaut.engine.core import Engine
from argonaut.engine.recovery import fold
from tests.stories.listener import Listener, detected
from tests.stories.stage import BTC, Script, Scripted, enter, leave
from tests.stories.wire import Wire

LIVE = {"folds": True}
STOPPED: Script = {0: (enter(stop_price=95.0),)}
SPOT = {"has_oco": False, "has_amend": False, "has_reduce_only": False, "allows_short": False}


class Counting(Scripted):
    """Keeps its count over a restart."""

    saved = ("bars",)


def folded(wire: Wire, *strategies: Any, **settings: Any) -> Engine:
    """A new engine that has folded every row of another."""
    fresh = Wire(*(strategies or (Scripted({}),)), setup=LIVE, **settings)
    engine = Engine(fresh.setup)
    fold(engine, wire.journal.rows)
    return engine


def test_f05_the_lease_of_a_start_with_a_wrong_clock_moves_no_time() -> None:
    """It is written before the venue has told what time it is; an hour ahead, every wait of that
    hour would stand still: an order of unknown fate stayed unknown."""
    wire = Wire(Scripted(STOPPED), setup=LIVE)
    wire.bar(100)
    rows = list(wire.journal.rows)
    ahead = msgspec.structs.replace(
        rows[-1], event_seq=0, event_ns=rows[-1].event_ns + DAY_NS, kind="lease", payload=b"{}"
    )
    engine = Engine(Wire(Scripted({}), setup=LIVE).setup)

    fold(engine, [*rows, ahead])

    assert engine.now_ns == rows[-1].event_ns
    assert engine.seq == rows[-1].event_seq


def test_i27_a_transfer_that_had_no_price_is_valued_once_for_ever() -> None:
    """Valued anew at each start, the price's move since would look like profit or drawdown."""
    wire = Wire(Scripted({}), setup=LIVE)
    wire.step(Adjusted(event_ns=wire.now_ns, asset="BTC", amount=Decimal(1), reason="transfer"))
    waiting = dict(wire.engine.book.transfers_unvalued)
    wire.bar(100)
    wire.engine.account.mark(wire.now_ns)
    wire.bar(120)

    engine = folded(wire)

    assert waiting == {"BTC": 1}
    assert [each.kind for each in wire.records].count("transfer_valued") == 1
    assert engine.book.transfers_unvalued == {}
    assert engine.book.net_transfers_quote == wire.engine.book.net_transfers_quote


def test_f27_a_paused_strategy_stays_paused() -> None:
    wire = Wire(Scripted({0: ("nonsense",)}), setup=LIVE)  # type: ignore[dict-item]
    wire.bar(100)

    assert [seat.is_paused for seat in folded(wire).routes[BTC].seats] == [True]


def test_a_stored_state_of_a_strategy_is_given_back() -> None:
    wire = Wire(Counting({}), setup=LIVE)
    wire.bar(100)
    wire.now_ns += DAY_NS
    wire.bar(100)
    wire.bar(100)
    again = Counting({})

    folded(wire, again)

    assert "strategy_state" in {each.kind for each in wire.records}
    assert again.bars > 0


def test_i28_a_frozen_instrument_stays_frozen() -> None:
    wire = Wire(Scripted({0: (enter(),)}), setup=LIVE)
    wire.bar(100)
    wire.fill("entry", "5")

    engine = folded(wire)

    assert engine.routes[BTC].is_frozen
    assert engine.book.position(BTC).quantity == 5


def test_i28_a_freeze_without_a_report_comes_back() -> None:
    wire = Wire(Scripted({0: (enter(),)}), setup=LIVE)
    wire.bar(100)
    wire.fill("entry", "0.4")
    wire.reject("entry")  # denies what has filled: no report row, an anomaly alone

    assert wire.engine.routes[BTC].is_frozen
    assert folded(wire).routes[BTC].is_frozen


def test_foreign_orders_and_seen_signals_are_not_told_again() -> None:
    wire = Wire(Listener(), setup=LIVE)
    found = VenueOrder(
        instrument_id=BTC,
        client_order_id=ClientOrderId("web"),
        venue_order_id=VenueOrderId("v-1"),
        side=Side.BUY,
        status=OrderStatus.ACCEPTED,
        quantity=Decimal(1),
    )
    wire.step(ForeignOrder(event_ns=1, order=found))
    wire.step(detected())

    engine = folded(wire, Listener())

    assert not engine.desk.is_news(found)
    assert engine.doorman.save() == wire.engine.doorman.save()


def test_f19_a_stop_that_an_audit_placed_comes_back() -> None:
    """Its intent follows from no other row: time alone placed it."""
    wire = Wire(Scripted(STOPPED), setup=LIVE)
    wire.bar(100)
    wire.fill("entry", "1")
    wire.accept("stop")
    first = wire.last("stop").client_order_id
    wire.reject("stop")
    for command in wire.engine.audit():
        wire.keep(command)
    stops = [each for each in wire.sent if each.role is OrderRole.STOP]

    live = folded(wire).desk.live

    assert stops[0].client_order_id == first
    assert list(live) == list(wire.engine.desk.live)


def test_an_intent_that_follows_from_nothing_any_more_is_still_an_order() -> None:
    """I01: it may be at the venue, whatever the rows before it said."""
    wire = Wire(Scripted(STOPPED), setup=LIVE)
    wire.bar(100)
    wire.fill("entry", "1")
    fresh = Wire(Scripted({}), setup=LIVE)
    engine = Engine(fresh.setup)

    fold(engine, [each for each in wire.journal.rows if each.kind == "intent"])

    (order,) = engine.desk.live.values()
    assert order.client_order_id == wire.last("stop").client_order_id
    assert order.status is OrderStatus.UNKNOWN
    assert list(engine.desk.warden.fitter.orphans) == [order.client_order_id]


def test_a_waiting_exit_shrunk_meanwhile_goes_as_it_went() -> None:
    script: Script = {**STOPPED, 1: (leave(),)}
    wire = Wire(Scripted(script), setup=LIVE, capability=SPOT)
    wire.bar(100)
    wire.fill("entry", "1")
    wire.accept("stop")
    wire.bar(100)
    wire.fill("stop", "0.4", "95")
    wire.cancel("stop")

    engine = folded(wire, capability=SPOT)

    (order,) = engine.desk.live.values()
    assert (order.role, order.quantity) == (OrderRole.EXIT, Decimal("0.6"))
    assert order.order_type is OrderType.MARKET
    assert order.status is OrderStatus.UNKNOWN


def test_i19_what_a_refused_exit_gave_up_stays_given_up() -> None:
    """It was worth too little to sell: a restart must not find it held again."""
    rules = {"min_notional": Decimal(5)}
    script: Script = {
        0: (enter(targets=(Target(price=110.0),)),),
        1: (enter(side=Side.SELL),),
        2: (leave(),),
    }
    wire = Wire(Scripted(script), setup=LIVE, rules=rules)
    for _ in range(2):
        wire.bar(100)
        wire.fill("entry", "1")
    wire.accept("target")
    wire.fill("target", "0.04")  # though nothing is held that it could close
    told = wire.bar(100)

    engine = folded(wire, rules=rules)

    assert told == ["exit refused: filters", "anomaly dust"]
    assert engine.book.save() == wire.engine.book.save()
