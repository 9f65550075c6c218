"""Ways out of a position: a strategy's, a person's, and the one nobody asked for."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from argonaut.domain.ids import InstrumentId
from argonaut.domain.order import OrderType, Side
from argonaut.domain.signal import Signal, Target
from tests.stories.stage import BTC, Scripted, Stage, enter, flat, leave
from tests.stories.wire import Wire, anomalies, guarded

GUARDED = {0: (enter(stop_price=95.0, targets=(Target(price=110.0),)),)}
STOPPED = {0: (enter(stop_price=95.0),)}
BARE = {0: (enter(),)}
OUT: tuple[Signal, ...] = (leave(),)
CHEAP = {"min_notional": Decimal(5)}
AT_LIMIT = leave(order_type=OrderType.LIMIT, limit_price=105.0)


# one at a time


def test_a_second_exit_is_refused_while_the_first_waits_for_the_protection_to_go() -> None:
    """Approved twice and sent once, it would stand in the journal as an order that never was."""
    wire = guarded({**GUARDED, 1: (leave(), leave())})

    told = wire.bar(100)

    assert told == ["exit approved: 1", "exit refused: holding"]
    assert not wire.holding.is_idle
    assert wire.holding.exiting == -1


def test_a_second_exit_is_refused_while_the_first_works() -> None:
    """Two of them would sell twice."""
    wire = Wire(Scripted({**BARE, 1: OUT, 2: OUT}))
    wire.bar(100)
    wire.fill("entry", "1")
    wire.bar(100)

    assert wire.bar(100) == ["exit refused: holding"]


def test_after_an_exit_the_next_one_is_free() -> None:
    """What was promised to the first is given back to the last lot."""
    stage = Stage(Scripted({**GUARDED, 2: (leave("0.3"),), 4: (leave("0.5"),), 6: OUT}))

    stage.bars(*[flat(100)] * 8)

    assert stage.holding.is_flat
    assert stage.holding.exiting == 0
    assert stage.resting() == {}


def test_an_exit_waits_until_the_last_protective_order_is_gone() -> None:
    """On spot the resting orders hold the coins it wants to sell."""
    wire = guarded({**GUARDED, 1: OUT})
    wire.bar(100)
    sent = [len(wire.sent)]
    wire.cancel("stop")
    sent.append(len(wire.sent))

    wire.cancel("target")

    assert sent == [3, 3]
    assert wire.last("exit").quantity == 1


def test_a_waiting_exit_shrinks_with_what_the_stop_sold_meanwhile() -> None:
    """The cancel came too late for 0.4 of it; only what is left may be sold again."""
    wire = guarded({**GUARDED, 1: OUT})
    wire.bar(100)
    wire.fill("stop", "0.4", "95")
    wire.cancel("stop")

    wire.cancel("target")

    assert wire.last("exit").quantity == Decimal("0.6")
    assert wire.holding.exiting == Decimal("-0.6")
    wire.fill("exit", "0.6", "94")
    assert wire.holding.is_idle


def test_a_waiting_exit_is_dropped_when_the_stop_sold_everything() -> None:
    """The journal says so, because a decision had approved it."""
    wire = guarded({**GUARDED, 1: OUT})
    wire.bar(100)

    told = wire.fill("stop", "1", "95")

    assert told == ["stop filled 1 at 95", "round trip -5", "exit denied"]
    assert wire.holding.is_idle
    assert [each.role.value for each in wire.sent] == ["entry", "stop", "target"]


def test_an_entry_asked_for_after_an_exit_goes_after_it() -> None:
    """A turn: sent first the entry would close the long, and leave the exit nothing to close."""
    turn = (leave(), enter("200", side=Side.SELL, stop_price=105.0))
    wire = guarded({**GUARDED, 1: turn})
    told = wire.bar(100)
    sent = [each.role.value for each in wire.sent]
    wire.cancel("stop")

    wire.cancel("target")

    assert told == ["exit approved: 1", "enter approved: 2"]
    assert sent == ["entry", "stop", "target"]
    assert [each.role.value for each in wire.sent[3:]] == ["exit", "entry"]
    assert wire.engine.account.symbol_exposure(BTC).net_short == -200


def test_a_turn_of_a_protected_position_turns_it() -> None:
    """From the first bar after the wish, whatever rested."""
    turn = (leave(), enter("200", side=Side.SELL, stop_price=105.0))
    stage = Stage(Scripted({**GUARDED, 2: turn}), allow_short=True)

    stage.bars(*[flat(100)] * 4)

    assert stage.holding.quantity == -2
    assert stage.resting() == {"stop": "2 buy stop 105"}


def test_an_entry_behind_an_exit_goes_too_when_the_exit_need_not() -> None:
    """The stop was faster than the exit; the entry is as good as before."""
    wire = guarded({**STOPPED, 1: (leave(), enter(side=Side.SELL))})
    wire.bar(100)

    told = wire.fill("stop", "1", "95")

    assert told == ["stop filled 1 at 95", "round trip -5", "exit denied"]
    assert wire.sent[-1].role.value == "entry"
    assert wire.resting() == {"entry": "1 sell at market"}


def test_an_entry_behind_an_exit_is_let_go_of_by_a_pause() -> None:
    """What was not sent cannot be canceled, and must not go all the same."""
    wire = guarded({**STOPPED, 1: (leave(), enter(side=Side.SELL))})
    wire.bar(100)

    told = wire.say("pause")
    wire.cancel("stop")

    assert told == ["mode NO_NEW_RISK", "entry denied"]
    assert [each.role.value for each in wire.sent] == ["entry", "stop", "exit"]
    assert wire.holding.entering == 0


def test_an_entry_behind_an_exit_is_let_go_of_by_a_freeze() -> None:
    """Nothing new begins where something is wrong."""
    wire = guarded({**STOPPED, 1: (leave(), enter(side=Side.SELL))})
    wire.bar(100)
    first = wire.sent[0]

    told = wire.fill(first, "5")

    assert told == ["entry filled 5 at 100", "anomaly overfill", "entry denied"]


def test_a_waiting_exit_of_a_long_is_not_sent_into_a_short() -> None:
    """An entry the other way, sent before, turned the position while it waited."""
    wire = guarded(
        {
            **GUARDED,
            1: (enter("300", side=Side.SELL, stop_price=105.0, name="story"),),
            2: OUT,
        }
    )
    wire.bar(100)
    entry = wire.last("entry")
    wire.bar(100)

    told = wire.fill(entry, "3")

    assert told == ["entry filled 3 at 100", "round trip 0", "exit denied", "exit approved: 2"]
    assert wire.holding.quantity == -2
    assert wire.holding.exiting == 2


def test_a_working_exit_is_taken_out_when_something_else_has_closed_all() -> None:
    """It would open what it was meant to close."""
    wire = Wire(Scripted({**BARE, 1: (enter(side=Side.SELL),), 2: OUT}))
    wire.bar(100)
    wire.fill("entry", "1")
    wire.bar(100)
    entry = wire.last("entry")
    wire.bar(100)

    wire.fill(entry, "1")

    assert wire.canceled[-1] == wire.last("exit").client_order_id


def test_a_resting_exit_is_trimmed_to_what_is_left() -> None:
    """Half was closed by an entry the other way."""
    wire = Wire(Scripted({**BARE, 1: (enter("50", side=Side.SELL),), 2: (AT_LIMIT,)}))
    wire.bar(100)
    wire.fill("entry", "1")
    wire.bar(100)
    entry = wire.last("entry")
    wire.bar(100)
    wire.accept("exit")

    wire.fill(entry, "0.5")

    assert [each.quantity for each in wire.amended] == [Decimal("0.5")]


def test_a_rejected_exit_leaves_the_position_protected_as_before() -> None:
    """The strategy may ask again; until then the stop must rest."""
    wire = guarded({**GUARDED, 1: OUT})
    wire.bar(100)
    wire.cancel("stop")
    wire.cancel("target")

    wire.reject("exit")

    assert wire.resting() == {"stop": "1 sell stop 95", "target": "1 sell at 110"}
    assert wire.holding.exiting == 0


def test_an_exit_first_takes_out_the_entry_that_still_works() -> None:
    """Who wants out does not want more."""
    wire = Wire(Scripted({**STOPPED, 1: OUT}))
    wire.bar(100)
    wire.fill("entry", "0.4")
    wire.accept("stop")

    told = wire.bar(100)

    assert told == ["exit approved: 0.4"]
    assert wire.canceled == [wire.sent[0].client_order_id, wire.last("stop").client_order_id]


def test_an_entry_is_taken_out_even_when_nothing_has_filled_yet() -> None:
    """The exit has nothing to close, and its wish is served all the same."""
    wire = Wire(Scripted({**BARE, 1: OUT, 2: OUT}))
    wire.bar(100)

    told = wire.bar(100) + wire.bar(100)

    assert told == ["exit refused: holding"] * 2
    assert wire.canceled == [wire.sent[0].client_order_id]  # asked once


def test_entries_of_both_sides_are_taken_out_by_an_exit() -> None:
    """One to buy and one to sell add up to nothing, and both work."""
    wire = Wire(Scripted({0: (enter(), enter(side=Side.SELL)), 1: OUT}))
    wire.bar(100)

    wire.bar(100)

    assert wire.canceled == [each.client_order_id for each in wire.sent]


def test_an_exit_of_an_unknown_instrument_is_refused() -> None:
    """A typo is answered, not raised."""
    typo = replace(leave(), instrument_id=InstrumentId("BTX/USDT@sim"))
    stage = Stage(Scripted({0: (typo,)}))

    assert stage.bars(flat(100)) == ["exit refused: filters"]


def test_a_dry_run_exit_is_decided_and_changes_nothing() -> None:
    """No order, no cancel, no protection taken out."""
    wire = guarded({**GUARDED, 1: (leave(dry_run=True),)})

    told = wire.bar(100)

    assert told == ["exit approved: 1"]
    assert wire.canceled == []
    assert wire.resting() == {"stop": "1 sell stop 95", "target": "1 sell at 110"}


def test_an_exit_larger_than_the_venue_takes_leaves_the_rest_protected() -> None:
    """The next wish takes the next part."""
    wire = Wire(
        Scripted({0: (enter(stop_price=95.0), enter(stop_price=95.0)), 1: OUT}),
        rules={"max_quantity": Decimal("1.5")},
    )
    wire.bar(100)
    for entry in wire.sent[:2]:
        wire.fill(entry, "1")
    wire.accept("stop")
    wire.bar(100)
    wire.cancel("stop")

    wire.fill("exit", "1.5")

    assert wire.resting() == {"stop": "0.5 sell stop 95"}


def test_dust_left_by_an_exit_is_written_off() -> None:
    """Nobody could ever sell it."""
    wire = Wire(Scripted({**BARE, 1: OUT}))
    wire.bar(100)
    wire.fill("entry", "1", fee=Decimal("0.0005"), fee_asset="BTC")
    wire.bar(100)

    told = wire.fill("exit", "0.999")

    assert told[-1] == "anomaly dust"
    assert wire.holding.is_idle


def test_a_rest_that_the_venue_takes_no_order_of_is_written_off() -> None:
    """A thin book leaves a few lots worth less than its minimum: asked for every five seconds,
    they are refused for ever, and a strategy that waits to be idle waits as long."""
    wire = Wire(Scripted({**STOPPED, 1: OUT}), rules=CHEAP)
    wire.bar(100)
    wire.fill("entry", "1")
    wire.accept("stop")
    wire.bar(100)
    wire.cancel("stop")
    wire.fill("exit", "0.98")

    told = wire.cancel("exit")

    assert "anomaly dust" in told
    assert wire.holding.is_idle
    assert wire.resting() == {}


def test_a_rest_waits_for_what_may_still_close_it() -> None:
    """The next piece of the same order may be all of it."""
    wire = Wire(Scripted({**BARE, 1: OUT}), rules=CHEAP)
    wire.bar(100)
    wire.fill("entry", "1")
    wire.bar(100)

    wire.fill("exit", "0.98")

    assert wire.holding.quantity == Decimal("0.02")
    assert anomalies(wire) == []


def test_an_exit_that_is_worth_too_little_is_refused_and_given_up() -> None:
    """The venue would refuse it each time (filter NOTIONAL), and each time is a request."""
    wire = Wire(Scripted({**BARE, 1: OUT}), rules=CHEAP)
    wire.bar(100)
    wire.fill("entry", "0.06")
    wire.cancel("entry")
    kept = wire.holding.quantity

    wire.bar(100)
    rest = wire.fill("exit", "0.03")
    told = wire.cancel("exit")

    assert kept == Decimal("0.06")
    assert "anomaly dust" not in rest
    assert "anomaly dust" in told
    assert wire.holding.is_idle


def test_a_part_that_is_worth_too_little_stays_a_part_of_what_is_held() -> None:
    wire = Wire(Scripted({**BARE, 1: (leave("0.01"),)}), rules=CHEAP)
    wire.bar(100)
    wire.fill("entry", "1")

    assert wire.bar(100) == ["exit refused: filters"]
    assert wire.holding.quantity == 1


def test_a_wrong_price_makes_nothing_of_a_large_holding() -> None:
    """One print at a cent must neither write a holding off nor keep anybody from leaving it."""
    wire = Wire(Scripted({**BARE, 1: OUT}), rules=CHEAP)
    wire.bar(100)
    wire.fill("entry", "1")

    assert wire.bar(0.01) == ["exit approved: 1"]


# an exit with a limit


def test_a_limit_exit_makes_way_when_the_price_comes_to_the_stop() -> None:
    """While it rests the stop does not: at the stop's level it has to go, and the stop to work."""
    stage = Stage(Scripted({**STOPPED, 2: (AT_LIMIT,)}))
    stage.bars(*[flat(100)] * 4)
    resting = stage.resting()

    told = stage.bars((100, 100, 94, 94), flat(93))

    assert resting == {"exit": "1 sell at 105"}
    assert told[:2] == ["exit canceled", "stop accepted"]
    assert "stop filled 1 at 93" in told
    assert stage.holding.is_flat


def test_a_limit_exit_that_fills_leaves_nothing_behind() -> None:
    """Neither stop nor watch."""
    stage = Stage(Scripted({**STOPPED, 2: (AT_LIMIT,)}))

    told = stage.bars(*[flat(100)] * 4, (100, 106, 100, 106), flat(80))

    assert told[-2:] == ["exit filled 1 at 105", "round trip 5"]
    assert stage.resting() == {}
    assert stage.engine.routes[BTC].guards == {}


def test_the_stop_of_a_short_is_watched_too() -> None:
    """From the other side."""
    at_limit = leave(order_type=OrderType.LIMIT, limit_price=95.0)
    stage = Stage(
        Scripted({0: (enter(side=Side.SELL, stop_price=105.0),), 2: (at_limit,)}),
        allow_short=True,
    )

    stage.bars(*[flat(100)] * 4, (100, 106, 100, 106), flat(107))

    assert stage.holding.is_flat
    assert stage.engine.book.balance("USDT") == Decimal(9993)


def test_prices_that_cannot_be_wake_nothing() -> None:
    """A bar whose low is NaN is no reason to leave."""
    stage = Stage(Scripted({**STOPPED, 2: (AT_LIMIT,)}))
    stage.bars(*[flat(100)] * 4)

    stage.bars((100, 100, float("nan"), 100), (100, 100, -5.0, 100))

    assert stage.resting() == {"exit": "1 sell at 105"}


# what nobody wanted


def test_a_late_fill_that_opens_a_position_is_closed_again() -> None:
    """Canceled, the journal said, and then the exit filled a second time over."""
    wire = Wire(Scripted({**BARE, 1: OUT}))
    wire.bar(100)
    wire.fill("entry", "1")
    wire.bar(100)
    first = wire.last("exit")
    wire.cancel(first)
    wire.say("flatten")
    wire.fill("exit", "1")

    told = wire.fill(first, "1")

    assert wire.holding.quantity == -1
    assert told == [
        "exit filled 1 at 100",
        "anomaly overclosed",
        "exit approved: 1",
        "anomaly late fill",
    ]
    assert wire.engine.desk.live[wire.sent[-1].client_order_id].side is Side.BUY


def test_a_canceled_exit_with_a_late_fill_counts() -> None:
    """Fills win over cancels."""
    wire = guarded({**STOPPED, 1: OUT})
    wire.bar(100)
    wire.cancel("stop")
    wire.cancel("exit")
    wire.accept("stop")

    wire.fill("exit", "0.4")

    assert wire.holding.quantity == Decimal("0.6")
    assert wire.amended[-1].quantity == Decimal("0.6")
    assert anomalies(wire) == ["late fill"]
