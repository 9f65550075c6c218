"""What is looked at after a restart and every few seconds: protection, orphans, entries."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from argonaut.domain.command import CancelOrder, SetTimer, SubmitOrder
from argonaut.domain.event import Condition
from argonaut.domain.mode import TradingMode
from argonaut.domain.order import OrderRole, OrderStatus, OrderType
from argonaut.engine.core import Engine
from argonaut.engine.recovery import fold
from tests.stories.listener import Listener
from tests.stories.stage import BTC, SECOND_NS, Script, Scripted, enter, leave
from tests.stories.wire import Wire, anomalies, guarded

STOPPED: Script = {0: (enter(stop_price=95.0),)}
RESTING = replace(enter(), order_type=OrderType.LIMIT, limit_price=99.0)
LIVE = {"folds": True, "audit_every_ns": 5 * SECOND_NS}


def live(script: Script, **settings: Any) -> Wire:
    return Wire(Scripted(script), setup=LIVE, **settings)


def restarted(wire: Wire, kept: int | None = None) -> Wire:
    """A new engine that has folded the rows of another, the first `kept` of them."""
    fresh = live({})
    fresh.engine = Engine(fresh.setup)
    fold(fresh.engine, wire.journal.rows[:kept])
    fresh.now_ns, fresh.fills = wire.now_ns, wire.fills
    fresh.records.clear()
    recovering = Condition(event_ns=fresh.now_ns, cause="recovering", mode=TradingMode.RECOVERING)
    fresh.step(recovering)
    return fresh


def both_lives(wire: Wire, fresh: Wire) -> Wire:
    """Return a wire whose journal has the rows of both lives."""
    fresh.journal.rows[:0] = wire.journal.rows
    return fresh


def audited(wire: Wire) -> list[str]:
    """Look at everything; return the kinds of commands and what they are about."""
    said = []
    for command in wire.engine.audit():
        wire.keep(command)
        if isinstance(command, SubmitOrder):
            said.append(f"submit {command.order.role.value}")
        elif isinstance(command, CancelOrder):
            said.append("cancel")
        elif isinstance(command, SetTimer):
            said.append(f"timer {command.key}")
    return said


def test_f18_an_entry_filled_before_the_crash_gets_its_stop_at_once() -> None:
    """The row of the fill was durable, the intent of the stop was not."""
    wire = live(STOPPED)
    wire.bar(100)
    wire.fill("entry", "1")
    filled = next(n for n, row in enumerate(wire.records) if row.kind == "intent")

    fresh = restarted(wire, filled)

    assert fresh.resting() == {}
    assert audited(fresh) == ["submit stop", "timer audit"]
    assert fresh.resting() == {"stop": "1 sell stop 95"}


def test_f10_an_intent_without_a_report_comes_back_unknown_and_is_never_sent_again() -> None:
    """Sent or not, nobody knows: it reserves its worst case until there is evidence."""
    wire = live(STOPPED)
    wire.bar(100)

    fresh = restarted(wire)

    (order,) = fresh.engine.desk.live.values()
    assert order.status is OrderStatus.UNKNOWN
    assert fresh.engine.account.symbol_exposure(BTC).gross > 0 or order.leaves == 1
    assert fresh.holding.entering == 1
    assert audited(fresh) == ["timer audit"]
    fresh.sent.append(order)
    fresh.fill("entry", "1")
    assert fresh.resting() == {"stop": "1 sell stop 95"}


def test_f19_a_stop_of_unknown_fate_is_not_placed_a_second_time() -> None:
    wire = live(STOPPED)
    wire.bar(100)
    wire.fill("entry", "1")

    fresh = restarted(wire)

    assert audited(fresh) == ["timer audit"]
    fresh.sent.append(wire.last("stop"))
    fresh.reject("stop")  # the evidence: it never was there
    assert fresh.last("stop").client_order_id != wire.last("stop").client_order_id
    assert fresh.resting() == {"stop": "1 sell stop 95"}


def test_f46_a_kill_whose_cancels_were_lost_with_the_process_is_carried_out() -> None:
    """The row of the command was durable; nothing after it was."""
    wire = live({0: (RESTING,)})
    wire.bar(100)
    wire.accept("entry")
    wire.say("halt")
    killed = next(n for n, row in enumerate(wire.records) if row.kind == "operator")

    fresh = restarted(wire, killed + 1)

    assert fresh.engine.account.mode is TradingMode.KILLED
    assert audited(fresh) == ["cancel", "timer audit"]


def test_f46_an_entry_that_turns_up_after_a_kill_is_taken_out() -> None:
    """Nobody knew whether the venue had it when the kill came."""
    wire = live({0: (RESTING,)})
    wire.bar(100)
    wire.lose("entry")
    wire.say("halt")
    asked = len(wire.canceled)

    wire.accept("entry")

    assert wire.canceled[asked:] == [wire.sent[0].client_order_id]


@pytest.mark.parametrize("is_lost", [True, False])
def test_i15_a_cancel_asked_in_doubt_outlives_a_crash_and_its_cause(is_lost: bool) -> None:
    """The condition is over by the time the entry turns up; the cancel had never left."""
    wire = live({0: (RESTING,)})
    wire.bar(100)
    if is_lost:
        wire.lose("entry")
    limit = Condition(event_ns=wire.now_ns, cause="market stream", mode=TradingMode.NO_NEW_RISK)
    wire.step(limit)
    fresh = restarted(wire)
    fresh.step(replace(limit, mode=TradingMode.ACTIVE))
    fresh.sent.append(wire.last("entry"))

    fresh.accept("entry")

    assert fresh.canceled == [wire.last("entry").client_order_id]
    again = restarted(both_lives(wire, fresh))
    assert audited(again) == ["cancel", "timer audit"]


def test_a_cancel_asked_before_the_crash_is_asked_again() -> None:
    wire = live({0: (RESTING,)})
    wire.bar(100)
    wire.accept("entry")
    wire.say("pause")

    assert audited(restarted(wire)) == ["cancel", "timer audit"]


def test_a_flatten_goes_on_where_the_crash_cut_it_off() -> None:
    wire = live(STOPPED)
    wire.bar(100)
    wire.fill("entry", "1")
    wire.accept("stop")
    wire.say("flatten")
    said = next(n for n, row in enumerate(wire.records) if row.kind == "operator")

    fresh = restarted(wire, said + 1)
    audited(fresh)
    fresh.sent.append(wire.last("stop"))
    fresh.cancel("stop")

    assert fresh.last("exit").quantity == 1


def test_a_waiting_exit_goes_when_the_venue_let_go_meanwhile() -> None:
    """The report of the stop's end is the last durable row."""
    wire = live({**STOPPED, 1: (leave(),)})
    wire.bar(100)
    wire.fill("entry", "1")
    wire.accept("stop")
    wire.bar(100)
    fresh = restarted(wire)
    fresh.sent.append(wire.last("stop"))

    told = fresh.cancel("stop")

    assert told == ["stop canceled"]
    assert fresh.last("exit").role is OrderRole.EXIT
    assert fresh.resting() == {"exit": "1 sell at market"}


def test_the_timer_looks_again_and_again_while_recovering_too() -> None:
    """F19, F20: every few seconds, in live."""
    wire = Wire(Scripted(STOPPED), setup=LIVE)
    audited(wire)
    wire.bar(100)
    wire.fill("entry", "1")
    wire.accept("stop")
    wire.engine.desk.live.pop(wire.last("stop").client_order_id)  # lost, whatever the reason

    wire.wait(5)

    assert len([each for each in wire.sent if each.role is OrderRole.STOP]) == 2
    assert wire.timers["audit"] == wire.now_ns + 5 * SECOND_NS
    assert "timer" not in {each.kind for each in wire.records}


def test_without_a_period_there_is_no_timer() -> None:
    """A backtest's journal stays what it is."""
    wire = guarded(STOPPED)

    assert audited(wire) == []


def test_f19_a_stop_that_fails_twice_costs_the_position_not_the_account() -> None:
    wire = Wire(Scripted(STOPPED), setup=LIVE)
    wire.bar(100)
    wire.fill("entry", "1")
    wire.reject("stop")
    wire.reject("stop")

    assert "unprotected" in anomalies(wire)
    assert wire.last("exit").quantity == Decimal(1)


def test_wakes_are_asked_for_anew() -> None:
    """The loop that would have woken the strategy is gone."""
    listener = Listener()
    listener.wake_ns = 2 * 10**18
    wire = Wire(listener, setup={"folds": True})

    assert audited(wire) == [f"timer story|{BTC}"]


@pytest.mark.parametrize("times", [2, 3])
def test_looking_again_changes_nothing(times: int) -> None:
    """I19: recovered twice is recovered once."""
    wire = live(STOPPED)
    wire.bar(100)
    wire.fill("entry", "1")
    fresh = restarted(wire)
    audited(fresh)
    state = json.dumps(fresh.engine.save()["desk"])

    for _ in range(times):
        audited(fresh)

    assert json.dumps(fresh.engine.save()["desk"]) == state
