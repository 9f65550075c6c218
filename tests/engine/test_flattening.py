"""A person flattens: everything goes out, and what an exit leaves too."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from argonaut.domain.order import OrderType
from argonaut.domain.signal import Target
from argonaut.venues.sim import FixedLatency
from tests.stories.stage import OPEN_GATE, Scripted, Stage, enter, flat, leave
from tests.stories.wire import Wire, guarded

GUARDED = {0: (enter(stop_price=95.0, targets=(Target(price=110.0),)),)}
STOPPED = {0: (enter(stop_price=95.0),)}
BARE = {0: (enter(),)}
AT_LIMIT = leave(order_type=OrderType.LIMIT, limit_price=105.0)


def test_flatten_leaves_everything_and_takes_entries_out() -> None:
    """REDUCE_ONLY: nothing comes in, everything goes out."""
    waiting = replace(enter(), order_type=OrderType.LIMIT, limit_price=90.0)
    stage = Stage(Scripted({**GUARDED, 2: (waiting,)}), gate=OPEN_GATE)
    stage.bars(*[flat(100)] * 3)

    told = stage.say("flatten") + stage.bars(flat(100))

    assert told[0] == "mode REDUCE_ONLY"
    assert "entry canceled" in told
    assert stage.holding.is_flat
    assert stage.resting() == {}


def test_flatten_again_leaves_what_an_exit_left() -> None:
    """The venue took less than everything in one order; the rest follows at once."""
    wire = guarded(BARE, rules={"max_quantity": Decimal(1)})
    wire.fill("entry", "1", fill_id="f1")
    wire.say("flatten")
    wire.fill("exit", "0.6")

    told = wire.cancel("exit")

    assert told == ["exit canceled", "exit approved: 0.4"]
    assert wire.last("exit").quantity == Decimal("0.4")


def test_flatten_tries_again_later_when_the_venue_refuses() -> None:
    """At once it would be refused again."""
    wire = guarded(GUARDED)
    wire.say("flatten")
    wire.cancel("stop")
    wire.cancel("target")
    wire.reject("exit")
    protected = wire.resting()
    for order in wire.sent[-2:]:
        wire.accept(order.role.value)

    told = wire.wait(2)

    assert protected == {"stop": "1 sell stop 95", "target": "1 sell at 110"}
    assert told == ["exit approved: 1"]


def test_flatten_takes_a_limit_exit_out_and_goes_to_the_market() -> None:
    """Who says flatten does not mean perhaps."""
    stage = Stage(Scripted({**STOPPED, 2: (AT_LIMIT,)}))
    stage.bars(*[flat(100)] * 4)

    told = stage.say("flatten") + stage.bars(flat(100))

    assert "exit canceled" in told
    assert told[-2:] == ["exit filled 1 at 100", "round trip 0"]


def test_flatten_turns_a_limit_exit_that_waits_into_one_at_market() -> None:
    """It waits for the stop to go, and goes out as what is wanted now."""
    wire = guarded({**STOPPED, 1: (AT_LIMIT,)})
    wire.bar(100)
    wire.say("flatten")

    wire.cancel("stop")

    assert wire.last("exit").order_type is OrderType.MARKET
    assert wire.last("exit").price is None
    assert wire.resting() == {"exit": "1 sell at market"}


def test_an_entry_that_fills_after_flatten_is_sold_at_once() -> None:
    """The cancel was on its way when the fill came."""
    wire = Wire(Scripted(STOPPED))
    wire.bar(100)
    wire.say("flatten")

    told = wire.fill("entry", "0.4")

    assert told == ["entry filled 0.4 at 100", "exit approved: 0.4"]


def test_flatten_with_latency_ends_flat_and_protected_by_nothing() -> None:
    """Cancels take time, and the market does not wait."""
    stage = Stage(Scripted(GUARDED), models={"latency": FixedLatency(1500)}, gate=OPEN_GATE)
    stage.bars(flat(100), flat(100))
    stage.trades(100, 100)

    stage.say("flatten")
    stage.trades(101, 101, 101, 101, 101)

    assert stage.holding.is_flat
    assert stage.resting() == {}


def test_dust_is_nothing_to_flatten() -> None:
    """No venue sells less than a lot."""
    wire = Wire(Scripted(BARE))
    wire.bar(100)
    wire.fill("entry", "0.0005")

    assert wire.say("flatten") == ["mode REDUCE_ONLY"]


def test_what_is_below_the_venues_least_value_is_nothing_to_flatten() -> None:
    """It would be refused every four seconds, for ever (I11)."""
    wire = Wire(Scripted(BARE), rules={"min_notional": Decimal(5)})
    wire.bar(100)
    wire.fill("entry", "0.04")

    assert wire.say("flatten") == ["mode REDUCE_ONLY"]


def test_resume_ends_the_flattening() -> None:
    """What a strategy buys from then on is its own again."""
    wire = Wire(Scripted({**BARE, 1: (enter(),)}))
    wire.bar(100)
    wire.say("flatten")
    wire.cancel("entry")
    wire.say("resume")
    wire.bar(100)

    assert wire.fill("entry", "1") == ["entry filled 1 at 100"]


def test_flatten_takes_a_limit_exit_out_whose_rest_is_too_little_for_another() -> None:
    """Else it would trade long after everything was to be over."""
    wire = guarded({**STOPPED, 1: (AT_LIMIT,)}, rules={"min_notional": Decimal(5)})
    wire.bar(100)
    wire.cancel("stop")
    wire.fill("exit", "0.97")
    wire.say("flatten")

    assert wire.canceled[-1] == wire.last("exit").client_order_id
    assert wire.cancel("exit")[-1] == "anomaly dust"
    assert wire.holding.is_flat
