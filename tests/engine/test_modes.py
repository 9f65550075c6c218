"""What limits the bot: a person, causes outside, and one instrument's own troubles."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from argonaut.domain.event import Condition, OperatorCommand
from argonaut.domain.ids import InstrumentId
from argonaut.domain.mode import TradingMode, Verb
from argonaut.domain.order import OrderStatus, OrderType
from argonaut.engine.core import Engine
from tests.stories.listener import Listener, detected
from tests.stories.stage import BTC, Scripted, enter, leave
from tests.stories.wire import Wire, guarded

ACTIVE, RECOVERING, NO_NEW_RISK, REDUCE_ONLY, KILLED = TradingMode
RESTING = replace(enter(), order_type=OrderType.LIMIT, limit_price=99.0)
HELD_HERE = replace(enter(), order_type=OrderType.STOP, trigger_price=105.0)


def limited(wire: Wire, cause: str, mode: TradingMode, **more: Any) -> list[str]:
    """Let a cause begin, change or end."""
    return wire.step(Condition(event_ns=wire.now_ns, cause=cause, mode=mode, **more))


def test_a_condition_limits_for_as_long_as_its_cause_lasts() -> None:
    wire = Wire(Scripted({0: (enter(),), 1: (enter(),)}))

    began = limited(wire, "clock", NO_NEW_RISK, detail="0.7 s off")
    refused = wire.bar(100)
    ended = limited(wire, "clock", ACTIVE)

    assert began == ["mode NO_NEW_RISK"]
    assert refused == ["enter refused: mode"]
    assert ended == ["mode ACTIVE"]
    assert wire.bar(100) == ["enter approved: 1"]


def test_a_condition_told_twice_is_one() -> None:
    """The loop may repeat itself; the journal does not."""
    wire = Wire(Scripted({}))
    limited(wire, "clock", NO_NEW_RISK)

    assert limited(wire, "clock", NO_NEW_RISK) == []
    assert limited(wire, "stream", ACTIVE) == []
    assert [each.kind for each in wire.records].count("condition") == 1


def test_the_strictest_cause_counts_until_the_last_one_ends() -> None:
    wire = Wire(Scripted({}))
    limited(wire, "clock", NO_NEW_RISK)
    limited(wire, "residual", REDUCE_ONLY)
    limited(wire, "residual", ACTIVE)
    milder = wire.engine.account.mode
    limited(wire, "clock", ACTIVE)

    assert (milder, wire.engine.account.mode) == (NO_NEW_RISK, ACTIVE)


def test_a_person_s_pause_outlives_every_condition() -> None:
    wire = Wire(Scripted({}))
    wire.say("pause")
    limited(wire, "clock", REDUCE_ONLY)
    limited(wire, "clock", ACTIVE)

    assert wire.engine.account.mode is NO_NEW_RISK


def test_a_resumed_bot_stays_limited_by_what_lasts_and_says_so() -> None:
    wire = Wire(Scripted({}))
    wire.say("pause")
    limited(wire, "clock", NO_NEW_RISK)

    wire.say("resume")

    assert wire.engine.account.mode is NO_NEW_RISK
    assert "still limited by clock" in wire.records[-1].body.reason  # type: ignore[attr-defined]


def test_i14_a_condition_that_kills_is_latched() -> None:
    """I14: its end lifts nothing, and neither does a person's resume."""
    wire = Wire(Scripted({0: (enter(),)}))
    limited(wire, "ledger", KILLED, detail="does not add up")
    limited(wire, "ledger", ACTIVE)
    wire.say("resume")

    assert wire.engine.account.mode is KILLED
    assert wire.bar(100) == ["enter refused: mode"]


def test_entries_that_work_are_taken_out_when_risk_is_unwanted() -> None:
    wire = Wire(Scripted({0: (RESTING,)}))
    wire.bar(100)
    wire.accept("entry")

    limited(wire, "clock", NO_NEW_RISK)

    assert wire.canceled == [wire.sent[0].client_order_id]


def test_recovering_asks_no_strategy_and_leaves_what_rests_at_the_venue() -> None:
    """What rested through the crash is still wanted; what is new waits for the venue's answers."""
    listener = Listener("other")
    wire = Wire(Scripted({0: (RESTING,)}), listener)
    wire.bar(100)
    wire.accept("entry")
    heard = len(listener.heard)

    limited(wire, "recovering", RECOVERING)
    wire.bar(101)
    wire.step(detected())

    assert len(listener.heard) == heard
    assert wire.canceled == []


def test_recovering_is_in_force_beside_a_stricter_mode() -> None:
    """A paused bot would ask its strategies; a recovering one must not."""
    wire = Wire(Scripted({0: (), 1: (leave(),)}))
    wire.say("pause")
    limited(wire, "recovering", RECOVERING)
    wire.bar(100)
    mode = wire.engine.account.mode
    limited(wire, "recovering", ACTIVE)

    assert mode is NO_NEW_RISK
    assert next(iter(wire.engine.strategies())).bars == 0  # type: ignore[attr-defined]


def test_protection_and_exits_work_while_recovering() -> None:
    """F18: a stop that triggers, or one that has to be placed, does not wait for READY."""
    wire = guarded({0: (enter(stop_price=95.0),)})
    limited(wire, "recovering", RECOVERING)

    wire.cancel("stop")  # the venue has lost it
    placed = wire.last("stop")
    wire.accept(placed)
    wire.fill(placed, "1", "95")

    assert len([each for each in wire.sent if each.role.value == "stop"]) == 2
    assert wire.holding.is_flat


def test_an_entry_held_here_does_not_outlive_the_run_that_held_it() -> None:
    """It is known to this process alone, and would trigger at a price nobody looked at."""
    kinds = frozenset({OrderType.MARKET, OrderType.LIMIT})
    wire = Wire(
        Scripted({0: (HELD_HERE,)}),
        capability={"order_types": kinds},
    )
    wire.bar(100)

    told = limited(wire, "recovering", RECOVERING)

    assert told == ["mode RECOVERING", "entry canceled"]
    assert wire.engine.desk.live == {}


def test_a_condition_of_one_instrument_stops_its_entries_alone() -> None:
    wire = Wire(
        Scripted(
            {
                0: (RESTING,),
                1: (enter(),),
                2: (enter(),),
            }
        )
    )
    wire.bar(100)
    wire.accept("entry")

    limited(wire, "residual", REDUCE_ONLY, instrument_id=BTC)
    refused = wire.bar(100)
    limited(wire, "residual", ACTIVE, instrument_id=BTC)

    assert wire.canceled == [wire.sent[0].client_order_id]
    assert wire.engine.account.mode is ACTIVE
    assert refused == ["enter refused: frozen"]
    assert wire.bar(100) == ["enter approved: 1"]


def test_a_condition_of_an_unknown_instrument_is_a_bug() -> None:
    wire = Wire(Scripted({}))

    with pytest.raises(AssertionError, match="nobody trades"):
        limited(wire, "residual", REDUCE_ONLY, instrument_id=InstrumentId("ETH/USDT@sim"))


def test_f46_person_and_causes_come_back_apart_after_a_restart() -> None:
    """The end of a cause that began before the restart must not lift a kill from before it."""
    wire = Wire(Scripted({}))
    wire.say("halt")
    limited(wire, "clock", NO_NEW_RISK)
    limited(wire, "residual", REDUCE_ONLY, instrument_id=BTC)

    fresh = Wire(Scripted({}))
    fresh.engine = Engine(fresh.setup)
    fresh.engine.load(json.loads(json.dumps(wire.engine.save())))
    limited(fresh, "clock", ACTIVE)

    assert fresh.engine.account.mode is KILLED
    assert fresh.engine.modes.causes == {}
    assert fresh.engine.routes[BTC].causes == {"residual": REDUCE_ONLY}


SAID = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(get_args(Verb))),
    st.tuples(st.sampled_from(["clock", "stream", "residual"]), st.sampled_from(TradingMode)),
)


@given(st.lists(SAID, max_size=20))
def test_i14_no_order_of_words_and_causes_lifts_a_kill_or_forgets_a_cause(
    said: list[tuple[str, Any]],
) -> None:
    """The mode is what a table of the causes says, and KILLED lasts until it is re-armed."""
    wire = Wire(Scripted({}))
    person, causes = ACTIVE, {}
    for who, what in said:
        if who == "say":
            after = person.after(what)
            person = person if after is None else after
            wire.step(OperatorCommand(event_ns=wire.now_ns, verb=what))
        else:
            limited(wire, who, what)
            if what is KILLED:
                person = KILLED
            else:
                causes[who] = what

        assert wire.engine.account.mode is max(person, *causes.values(), ACTIVE)


def test_a_kill_takes_out_what_works_and_refuses_what_is_new() -> None:
    """F46: at once, whatever the gate's checks are."""
    wire = Wire(Scripted({0: (RESTING,)}))
    wire.bar(100)
    wire.accept("entry")

    wire.say("halt")

    assert wire.canceled == [wire.sent[0].client_order_id]
    assert wire.engine.desk.live[wire.sent[0].client_order_id].status is OrderStatus.PENDING_CANCEL
    assert wire.engine.book.balance("USDT") == Decimal(10_000)
