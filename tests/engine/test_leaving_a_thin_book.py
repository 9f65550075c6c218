"""A book takes a part at a time: each exit gets something, and the next one is not to wait long."""

from __future__ import annotations

from decimal import Decimal

from argonaut.domain.signal import Target
from argonaut.ports import REACHED
from tests.engine.test_lookout import SPOT, trade
from tests.stories.stage import SECOND_NS, enter, leave
from tests.stories.wire import Wire, anomalies, guarded

STOPPED = {0: (enter(stop_price=95.0),)}
CHEAP = {"min_notional": Decimal(5)}


def left_by_a_stop(**settings: object) -> Wire:
    """A long of 1 whose stop the price has passed, so that an exit at market is on its way."""
    wire = guarded(STOPPED, **settings)
    wire.expire("stop")
    wire.reject("stop", "would trigger at once", code=REACHED)
    return wire


def test_i12_what_a_thin_book_leaves_of_an_exit_follows_at_once() -> None:
    """It waited for six seconds each time, and a twentieth was sold each time (seed 20060)."""
    wire = left_by_a_stop()
    wire.wait(1)
    wire.fill("exit", "0.4", "94")

    told = wire.expire("exit")

    assert told == ["exit expired", "exit approved: 0.6"]
    assert wire.resting() == {"exit": "0.6 sell at market"}
    assert wire.last("exit").tag == "stop"


def test_no_more_than_one_exit_a_second_goes_to_a_venue_that_answers_in_no_time() -> None:
    """A book does not fill again in the milliseconds of a round trip; orders are counted."""
    wire = left_by_a_stop()
    wire.wait(0.3)
    wire.fill("exit", "0.4", "94")
    told = wire.expire("exit")
    due_ns = wire.timers["desk"]
    sent = len(wire.sent)

    later = wire.wait(0.7)

    assert told == ["exit expired"]
    assert due_ns == wire.last("exit").created_ns
    assert later == ["exit approved: 0.6"]
    assert len(wire.sent) == sent + 1  # no stop meanwhile: the venue has said that it is reached


def test_an_exit_that_got_nothing_waits_as_before() -> None:
    """Nobody is there to trade with, and the price may have come back: the stop is asked first."""
    wire = left_by_a_stop()
    wire.wait(1)
    wire.fill("exit", "0.4", "94")
    wire.expire("exit")
    wire.wait(1)

    wire.expire("exit")

    assert wire.timers["desk"] == wire.now_ns + 2 * SECOND_NS
    wire.wait(2)
    assert wire.resting() == {"stop": "0.6 sell stop 95"}
    assert wire.reject("stop", code=REACHED) == ["stop rejected", "exit approved: 0.6"]


def test_a_strategys_exit_of_everything_goes_on_as_well() -> None:
    """A detector says it once."""
    wire = guarded({**STOPPED, 1: (leave(),)})
    wire.bar(100)
    wire.cancel("stop")
    wire.fill("exit", "0.25")

    told = wire.expire("exit") + wire.wait(1)

    assert told == ["exit expired", "exit approved: 0.75"]
    assert wire.resting() == {"exit": "0.75 sell at market"}


def test_a_part_that_is_to_be_closed_lets_the_stop_of_the_whole_rest_meanwhile() -> None:
    """What stays has to be protected; so the rest of the part is in less of a hurry."""
    wire = guarded({**STOPPED, 1: (leave("0.5"),)})
    wire.bar(100)
    wire.cancel("stop")
    wire.fill("exit", "0.2")
    wire.expire("exit")
    wire.accept("stop")

    assert wire.amended[-1].quantity == Decimal("0.8")
    assert wire.timers["desk"] == wire.now_ns + 2 * SECOND_NS


def test_a_persons_flatten_keeps_to_the_pace() -> None:
    """It hurries nobody to have as many orders refused for their number."""
    wire = guarded(STOPPED)
    wire.say("flatten")
    wire.cancel("stop")
    wire.fill("exit", "0.4")

    told = wire.expire("exit")

    assert told == ["exit expired"]
    assert wire.wait(1) == ["exit approved: 0.6"]


def test_a_resume_while_the_rest_waits_protects_it() -> None:
    """Who takes a flatten back keeps what is left, with its stop."""
    wire = guarded(STOPPED)
    wire.say("flatten")
    wire.cancel("stop")
    wire.fill("exit", "0.4")
    wire.expire("exit")
    wire.say("resume")

    assert wire.wait(1) == []
    assert wire.resting() == {"stop": "0.6 sell stop 95"}


def test_a_rest_that_is_worth_too_little_is_written_off() -> None:
    wire = left_by_a_stop(rules=CHEAP)
    wire.wait(1)
    wire.fill("exit", "0.97", "94")

    told = wire.expire("exit")

    assert told == ["exit expired", "anomaly dust"]
    assert wire.holding.is_idle
    assert wire.wait(8) == []


def test_a_rest_that_may_not_leave_has_its_stop_back() -> None:
    """A gate that refuses is one more thing that can go wrong; bare for ever is the worst."""
    wire = left_by_a_stop()
    wire.fill("exit", "0.4", "94")
    wire.expire("exit")
    wire.engine.desk.exits.owed.load([])  # nothing tells any more that it is to go

    assert wire.wait(1) == []
    assert wire.resting() == {"stop": "0.6 sell stop 95"}


def test_a_rest_that_waits_is_left_after_a_restart() -> None:
    wire = left_by_a_stop()
    wire.fill("exit", "0.4", "94")
    wire.expire("exit")
    exits = wire.engine.desk.exits
    saved = exits.save()
    exits.owed.load([])
    exits._later.done((wire.holding.strategy_id, wire.holding.instrument_id))

    exits.load(saved)

    assert [each.tries for each in saved.later] == [0]
    assert wire.wait(1) == ["exit approved: 0.6"]


def test_a_long_way_out_calls_nobody_while_each_exit_gets_something() -> None:
    wire = left_by_a_stop()
    for _ in range(4):
        wire.fill("exit", "0.2", "94")
        wire.expire("exit")
        wire.wait(1)

    wire.fill("exit", "0.2", "94")

    assert wire.holding.is_idle
    assert anomalies(wire) == []


def test_a_target_that_was_met_in_part_is_not_sold_below_it() -> None:
    """Its stop rests again, and the target is looked at at the next price."""
    bracket = enter(stop_price=95.0, targets=(Target(price=110.0),))
    wire = guarded({0: (bracket,)}, capability=SPOT)
    wire.step(trade(wire, 110))
    wire.cancel("stop")
    wire.fill("exit", "0.4", "110")

    wire.expire("exit")

    assert wire.resting() == {"stop": "0.6 sell stop 95"}
    assert wire.wait(8) == []


def test_i12_a_part_that_is_owed_hurries_once_the_stop_of_the_whole_is_refused() -> None:
    """Nothing rests then, and a part has to go anyway: four seconds would be bare (seed 300657)."""
    wire = guarded({**STOPPED, 1: (leave("0.5"),)})
    wire.bar(100)
    wire.cancel("stop")
    wire.fill("exit", "0.2", "94")
    wire.expire("exit")
    wire.reject("stop", "would trigger at once", code=REACHED)

    assert wire.wait(0.4) == []
    assert wire.wait(0.1) == ["exit approved: 0.3"]


def test_i12_what_an_exit_of_a_part_leaves_bare_is_looked_at_soon() -> None:
    """The part is sold, and the stop of the rest was refused meanwhile: it is asked at once."""
    wire = guarded({**STOPPED, 1: (leave("0.5"),)})
    wire.bar(100)
    wire.cancel("stop")
    wire.reject("stop", "would trigger at once", code=REACHED)
    wire.wait(0.5)
    wire.fill("exit", "0.5", "94")

    wire.wait(0.5)

    assert wire.resting() == {"stop": "0.5 sell stop 95"}
    assert wire.reject("stop", code=REACHED) == ["stop rejected", "exit approved: 0.5"]
