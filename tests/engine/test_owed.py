"""Exits that wait: for their price, for what an entry still fills, for the venue to take them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from argonaut.domain.event import NO_PRICES, Condition
from argonaut.domain.mode import TradingMode
from argonaut.domain.order import OrderRole, OrderType
from argonaut.domain.signal import Exit, Target
from argonaut.execution.reconcile.absence import ABSENT
from argonaut.ports import MISTIMED, NOT_SENT, REACHED, THROTTLED
from tests.engine.test_lookout import SPOT, trade
from tests.stories.stage import BTC, SECOND_NS, Script, Scripted, enter, leave, move
from tests.stories.wire import Wire, anomalies

D = Decimal
STOPPED: Script = {0: (enter(stop_price=95.0),)}
OUT: Script = {1: (leave(),)}


def at(price: float, fraction: str = "1") -> Exit:
    return leave(fraction, order_type=OrderType.LIMIT, limit_price=price)


def held(script: Script) -> Wire:
    """A long of 1 at 100 on spot, whose stop rests."""
    wire = Wire(Scripted({**STOPPED, **script}), capability=SPOT)
    wire.bar(100)
    wire.fill("entry", "1")
    wire.accept("stop")
    return wire


def tick(wire: Wire, price: float, after_s: int = 1) -> list[str]:
    wire.now_ns += after_s * SECOND_NS
    return wire.step(trade(wire, price))


def partly_out() -> Wire:
    """A limit exit at 105 was reached and got 0.4 of 1; its stop is out meanwhile."""
    wire = held({1: (at(105.0),)})
    wire.bar(100)
    tick(wire, 105)
    wire.cancel("stop")
    wire.accept("exit")
    wire.fill("exit", "0.4", "105")
    return wire


# for their price


def test_i12_a_limit_exit_waits_here_so_that_the_stop_rests() -> None:
    """One order locks the base units: with the exit at the venue nothing would catch a fall."""
    wire = held({1: (at(105.0),)})

    assert wire.bar(100) == ["exit kept: 1"]
    assert wire.resting() == {"stop": "1 sell stop 95"}
    assert wire.canceled == []


def test_a_limit_exit_goes_to_the_venue_at_its_price() -> None:
    wire = held({1: (at(105.0),)})
    wire.bar(100)

    told = tick(wire, 105)
    wire.cancel("stop")
    wire.fill("exit", "1", "105")

    assert told == ["exit approved: 1"]
    assert wire.last("exit").price == 105
    assert wire.holding.is_flat
    assert wire.resting() == {}
    assert tick(wire, 106) == []


def test_i12_a_limit_exit_whose_price_has_gone_again_makes_way_for_the_stop() -> None:
    """It filled in part; the rest waits here for the next time."""
    wire = partly_out()

    tick(wire, 104)
    patient = list(wire.canceled)
    tick(wire, 104, after_s=6)
    wire.cancel("exit")
    wire.accept("stop")
    back = wire.resting()
    told = tick(wire, 105)

    assert wire.last("exit").client_order_id not in patient
    assert back == {"stop": "0.6 sell stop 95"}
    assert told == ["exit approved: 0.6"]


def blind(wire: Wire, mode: TradingMode = TradingMode.NO_NEW_RISK) -> list[str]:
    """The market stream is away, or with ACTIVE back."""
    limit = Condition(event_ns=wire.now_ns, cause=NO_PRICES, mode=mode, instrument_id=BTC)
    return wire.step(limit)


def test_i12_a_limit_exit_makes_way_for_the_stop_while_nobody_sees_prices() -> None:
    """The fall that the stop is for would not be seen here; the venue sees it (seed 41267)."""
    wire = partly_out()

    blind(wire)
    wire.cancel("exit")
    wire.accept("stop")
    back = wire.resting()
    blind(wire, TradingMode.ACTIVE)
    told = tick(wire, 105, after_s=6)

    assert back == {"stop": "0.6 sell stop 95"}
    assert told == ["exit approved: 0.6"]


def test_i12_a_limit_exit_asked_for_while_nobody_sees_prices_waits_for_one() -> None:
    wire = held({1: (at(99.0),)})
    blind(wire)

    told = wire.bar(100)

    assert told == ["exit kept: 1"]
    assert wire.resting() == {"stop": "1 sell stop 95"}


def test_a_limit_the_market_has_passed_goes_at_once() -> None:
    wire = held({1: (at(99.0),)})

    assert wire.bar(100) == ["exit approved: 1"]


def test_half_an_exit_that_waits_closes_half() -> None:
    wire = held({1: (at(105.0, "0.5"),)})
    wire.bar(100)
    tick(wire, 105)
    wire.cancel("stop")
    wire.fill("exit", "0.5", "105")
    wire.accept("stop")

    assert wire.resting() == {"stop": "0.5 sell stop 95"}
    assert tick(wire, 106, after_s=10) == []


def test_the_exit_that_waits_already_is_refused_and_another_takes_its_place() -> None:
    """A strategy that asks at every bar is told once; one that changes its mind is heard."""
    wire = held({1: (at(105.0),), 2: (at(105.0),), 3: (at(110.0),), 4: (leave(),)})
    wire.bar(100)

    assert wire.bar(100) == ["exit refused: holding"]
    assert wire.bar(100) == ["exit kept: 1"]
    assert tick(wire, 106) == []
    assert wire.bar(100) == ["exit approved: 1"]


def test_a_stop_that_fills_ends_the_exit_that_waits() -> None:
    wire = held({1: (at(105.0),), 2: (enter(stop_price=95.0),)})
    wire.bar(100)
    wire.fill("stop", "1", "95")
    wire.bar(100)
    wire.fill("entry", "1")
    wire.accept("stop")

    assert tick(wire, 106) == []


def test_a_bare_position_has_its_limit_exit_at_the_venue() -> None:
    """There is no stop to make way for."""
    wire = Wire(Scripted({0: (enter(),), 1: (at(105.0),)}), capability=SPOT)
    wire.bar(100)
    wire.fill("entry", "1")
    wire.bar(100)

    assert wire.resting() == {"exit": "1 sell at 105"}


def test_i12_a_limit_exit_that_rests_makes_way_when_what_it_closes_comes_to_want_a_stop() -> None:
    """Bought bare, offered at a limit, and bought more of with a stop (seed 37)."""
    script: Script = {0: (enter(),), 1: (at(105.0),), 2: (enter(stop_price=95.0),)}
    wire = Wire(Scripted(script), capability=SPOT)
    wire.bar(100)
    wire.fill("entry", "1")
    wire.bar(100)
    wire.accept("exit")
    wire.fill("exit", "0.25", "105")
    wire.bar(100)
    wire.fill("entry", "1")
    wire.cancel("exit")
    for order in wire.sent[-2:]:
        wire.accept(order)
    stops = [each.quantity for each in wire.sent if each.role is OrderRole.STOP]
    told = tick(wire, 105)

    assert sum(stops) == D("1.75")
    assert told == ["exit approved: 0.75"]


def test_i12_a_stop_asked_for_later_has_the_limit_exit_make_way() -> None:
    script: Script = {0: (enter(),), 1: (at(105.0),), 2: (move(stop_price=95.0),)}
    wire = Wire(Scripted(script), capability=SPOT)
    wire.bar(100)
    wire.fill("entry", "1")
    wire.bar(100)
    wire.accept("exit")
    wire.bar(100)
    wire.cancel("exit")

    assert wire.resting() == {"stop": "1 sell stop 95"}


def test_i12_what_is_owed_and_too_little_to_sell_does_not_keep_the_stop_out() -> None:
    """A thin book took nearly all of a part, and the stop of the rest is reached (seed 61853)."""
    script: Script = {**STOPPED, 1: (leave("0.5"),)}
    wire = Wire(Scripted(script), capability=SPOT, rules={"min_notional": D(5)})
    wire.bar(100)
    wire.fill("entry", "1")
    wire.accept("stop")
    wire.bar(100)
    wire.cancel("stop")
    wire.fill("exit", "0.48")
    wire.expire("exit")
    wire.reject("stop", code=REACHED)

    asked = wire.wait(1)
    told = wire.reject("stop", code=REACHED)

    assert asked == ["exit refused: filters"]
    assert told == ["stop rejected", "exit approved: 0.52"]


# for what an entry still fills


def test_an_exit_asked_for_while_an_entry_is_under_way_closes_what_it_still_fills() -> None:
    """Told to be out, in that order: the fill that was late is no reason to stay."""
    wire = Wire(Scripted({**STOPPED, **OUT}), capability=SPOT)
    wire.bar(100)
    told = wire.bar(100)
    filled = wire.fill("entry", "1")

    assert told == ["exit refused: holding"]
    assert filled == ["entry filled 1 at 100", "exit approved: 1"]


def test_an_entry_asked_for_after_that_exit_stays() -> None:
    wire = Wire(Scripted({**STOPPED, **OUT, 2: (enter(stop_price=95.0),)}), capability=SPOT)
    wire.bar(100)
    wire.bar(100)
    wire.cancel(wire.sent[0])
    wire.bar(100)
    wire.fill("entry", "1")

    assert wire.resting() == {"stop": "1 sell stop 95"}


def test_an_entry_that_was_taken_out_unfilled_leaves_nothing_to_close() -> None:
    wire = Wire(Scripted({**STOPPED, **OUT}), capability=SPOT)
    wire.bar(100)
    wire.bar(100)
    wire.cancel("entry")

    assert wire.resting() == {}
    assert wire.engine.desk.exits.owed.save() == []


# for the venue to take them


@pytest.mark.parametrize("code", [NOT_SENT, THROTTLED, MISTIMED, ABSENT])
def test_an_exit_that_did_not_get_to_the_venue_is_sent_again(code: str) -> None:
    """F13: a detector says it once, and the venue took nothing for three seconds."""
    wire = held(OUT)
    wire.bar(100)
    wire.cancel("stop")
    wire.reject("exit", code=code)
    wire.accept("stop")
    between = wire.resting()
    told = wire.wait(2)

    assert between == {"stop": "1 sell stop 95"}
    assert told == ["exit approved: 1"]


def test_what_nobody_bought_of_an_exit_is_offered_again() -> None:
    """An empty book: a position stayed after the detector had said out."""
    wire = held(OUT)
    wire.bar(100)
    wire.cancel("stop")
    wire.expire("exit")
    wire.accept("stop")
    between = wire.resting()
    told = wire.wait(2)

    assert between == {"stop": "1 sell stop 95"}
    assert told == ["exit approved: 1"]


def test_a_target_that_nobody_took_is_not_sold_below_it() -> None:
    """It is looked at again at the next price, and not owed."""
    wire = held({0: (enter(stop_price=95.0, targets=(Target(price=110.0),)),)})
    tick(wire, 110)
    wire.cancel("stop")
    wire.expire("exit")
    wire.accept("stop")

    assert wire.wait(8) == []
    assert tick(wire, 109) == []
    assert tick(wire, 110) == ["exit approved: 1"]


def test_what_flatten_could_not_sell_is_not_owed_after_a_resume() -> None:
    wire = held({})
    wire.say("flatten")
    wire.cancel("stop")
    wire.expire("exit")
    wire.accept("stop")
    wire.say("resume")

    assert wire.wait(8) == []
    assert wire.resting() == {"stop": "1 sell stop 95"}


def test_what_nobody_bought_of_half_an_exit_is_no_more_than_that_half() -> None:
    wire = held({1: (leave("0.5"),)})
    wire.bar(100)
    wire.cancel("stop")
    wire.fill("exit", "0.2")
    wire.expire("exit")
    wire.accept("stop")

    assert wire.wait(2) == ["exit approved: 0.3"]


def test_an_exit_the_venue_refuses_is_not_sent_again() -> None:
    wire = held(OUT)
    wire.bar(100)
    wire.cancel("stop")
    wire.reject("exit", code="-2010")
    wire.accept("stop")

    assert wire.wait(5) == []
    assert anomalies(wire) == []


def test_what_is_owed_outlives_a_restart() -> None:
    wire = held({1: (at(105.0),)})
    wire.bar(100)
    saved = wire.engine.desk.exits.save()
    wire.engine.desk.exits.owed.load([])
    wire.engine.desk.exits.owed.load(saved.owed)

    assert tick(wire, 105) == ["exit approved: 1"]
