"""Opposite wishes of one moment meet inside: no fee, exact books, every part protected."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from argonaut.domain.command import Record
from argonaut.domain.event import Condition
from argonaut.domain.ids import ClientOrderId, FillId
from argonaut.domain.mode import TradingMode
from argonaut.domain.order import Filled, Order, OrderStatus, OrderType, Side
from argonaut.domain.signal import Exit, Signal
from argonaut.engine.core import Engine
from argonaut.engine.netting import is_inside, other_side_of
from argonaut.engine.recovery import fold
from argonaut.journal.row import Row
from argonaut.venues.sim import FixedLatency, MakerTaker
from tests.stories.stage import BTC, OPEN_GATE, Script, Scripted, Stage, enter, flat, leave
from tests.stories.wire import Wire

D = Decimal
FOLDS = {"folds": True}
FEES = {"fees": MakerTaker(D("0.001"), D("0.001"))}


def two(one: Script, other: Script, **settings: Any) -> Stage:
    """Two strategies, each with a script of its own, where the gate asks for validity alone."""
    given: dict[str, Any] = {"gate": OPEN_GATE} | settings
    return Stage(Scripted(one, "one"), Scripted(other, "other"), **given)


def inside(stage: Stage) -> list[Filled]:
    fills = [each for each in stage.bodies("report") if isinstance(each, Filled)]
    return [each for each in fills if is_inside(each.fill_id)]


def sent(stage: Stage) -> dict[str, Decimal]:
    """What the venue has filled, by order."""
    fills = [each for each in stage.bodies("report") if isinstance(each, Filled)]
    return {each.client_order_id: each.quantity for each in fills if not is_inside(each.fill_id)}


def test_an_exit_and_an_entry_as_large_meet_and_nothing_goes_to_the_venue() -> None:
    """The money: two fees and a spread that nobody pays."""
    stage = two(
        {0: [enter("100", name="one")], 2: [leave(name="one")]},
        {2: [enter("100", name="other")]},
        models=FEES,
    )

    stage.bars(*[flat(100)] * 5)

    assert len(sent(stage)) == 1, "only the first entry went out"
    assert [(each.quantity, each.price, each.fee) for each in inside(stage)] == [
        (D(1), D(100), D(0))
    ] * 2
    assert (stage.held_by("one").quantity, stage.held_by("other").quantity) == (D(0), D(1))
    assert stage.engine.book.position(BTC).quantity == stage.venue.balances["BTC"] == D(1)
    assert stage.engine.book.postings["fees", "USDT"] == D("0.1")


def test_the_smaller_is_taken_out_of_the_larger_exit() -> None:
    stage = two(
        {0: [enter("100", name="one")], 2: [leave(name="one")]}, {2: [enter("40", name="other")]}
    )

    stage.bars(*[flat(100)] * 5)

    assert sorted(sent(stage).values()) == [D("0.6"), D(1)]
    assert (stage.held_by("one").quantity, stage.held_by("other").quantity) == (D(0), D("0.4"))
    assert stage.engine.book.position(BTC).quantity == stage.venue.balances["BTC"] == D("0.4")


def test_the_smaller_is_taken_out_of_the_larger_entry() -> None:
    stage = two(
        {0: [enter("40", name="one")], 2: [leave(name="one")]}, {2: [enter("100", name="other")]}
    )

    stage.bars(*[flat(100)] * 5)

    assert sorted(sent(stage).values()) == [D("0.4"), D("0.6")]
    assert (stage.held_by("one").quantity, stage.held_by("other").quantity) == (D(0), D(1))


def test_each_sub_position_keeps_a_stop_of_its_own_size() -> None:
    """An exit whose stop rests waits for it; the entry waits with it, and takes the base over."""
    stage = two(
        {0: [enter("100", name="one", stop_fraction=0.1)], 2: [leave("0.5", name="one")]},
        {2: [enter("40", name="other", stop_fraction=0.05)]},
    )

    stage.bars(*[flat(100)] * 5)

    stops = {each.strategy_id: each for each in stage.engine.desk.live.values()}
    assert {name: (each.leaves, each.trigger_price) for name, each in stops.items()} == {
        "one": (D("0.5"), D(90)),
        "other": (D("0.4"), D(95)),
    }
    assert [each.quantity for each in inside(stage)] == [D("0.4"), D("0.4")]


def test_an_entry_of_two_parts_is_protected_whole() -> None:
    stage = two(
        {0: [enter("40", name="one", stop_fraction=0.1)], 2: [leave(name="one")]},
        {2: [enter("100", name="other", stop_fraction=0.05)]},
    )

    stage.bars(*[flat(100)] * 5)

    stops = [each for each in stage.engine.desk.live.values() if each.role.is_protective]
    assert sum(each.leaves for each in stops) == stage.held_by("other").quantity == D(1)


class _Voice(Scripted):
    """Says what its script has at the n-th trade."""

    def on_bar(self, bar: object, holding: object) -> Sequence[Signal]:
        return ()

    def on_trade(self, trade: object, holding: object) -> Sequence[Signal]:
        self.bars += 1
        return tuple(self.script.get(self.bars - 1, ()))


def _slow() -> Stage:
    """A venue that needs a second and a half to let go of a stop; both wish at the fifth trade."""
    stage = Stage(
        _Voice({0: [enter("100", name="one", stop_fraction=0.1)], 4: [leave(name="one")]}, "one"),
        _Voice({4: [enter("40", name="other")]}, "other"),
        models={"latency": FixedLatency(1500)},
        gate=OPEN_GATE,
    )
    stage.trades(*[100.0] * 5)
    assert len(stage.engine.desk.netting.kept) == 1, "it waits for the stop to be let go"
    return stage


def test_an_entry_waits_no_longer_than_a_second_for_an_exit() -> None:
    """A venue that does not let go of a stop must not swallow another strategy's entry."""
    stage = _slow()

    stage.trades(*[100.0] * 8)

    assert inside(stage) == []
    assert (stage.held_by("one").quantity, stage.held_by("other").quantity) == (D(0), D("0.4"))


def test_an_entry_that_waits_is_taken_out_by_a_pause_without_a_word_to_the_venue() -> None:
    stage = _slow()

    stage.say("pause")
    stage.trades(*[100.0] * 8)

    assert (stage.held_by("one").quantity, stage.held_by("other").quantity) == (D(0), D(0))
    assert stage.engine.desk.netting.kept == {}
    assert stage.engine.account.free_quote(BTC) == D(10000)


def test_what_the_venue_would_not_take_is_not_left_over() -> None:
    """A rest below the smallest order could not be closed: then both go out whole."""
    stage = two(
        {0: [enter("100", name="one")], 2: [leave(name="one")]},
        {2: [enter("98", name="other")]},
        rules={"min_notional": D(5)},
    )

    stage.bars(*[flat(100)] * 5)

    assert inside(stage) == []
    assert sorted(sent(stage).values()) == [D("0.98"), D(1), D(1)]


def test_two_entries_of_opposite_sides_meet_where_shorts_are_allowed() -> None:
    stage = two(
        {0: [enter("100", name="one")]},
        {0: [enter("60", side=Side.SELL, name="other")]},
        allow_short=True,
    )

    stage.bars(*[flat(100)] * 3)

    assert list(sent(stage).values()) == [D("0.4")]
    assert (stage.held_by("one").quantity, stage.held_by("other").quantity) == (D(1), D("-0.6"))
    stage.engine.book.check()


def test_limit_orders_and_the_same_strategy_do_not_meet() -> None:
    limit = Exit(
        strategy_id=leave(name="one").strategy_id,
        instrument_id=BTC,
        reason="the script says so",
        order_type=OrderType.LIMIT,
        limit_price=100.0,
    )
    stage = two({0: [enter("100", name="one")], 2: [limit]}, {2: [enter("100", name="other")]})

    stage.bars(*[flat(100)] * 5)

    assert inside(stage) == []


def test_netting_can_be_switched_off() -> None:
    stage = two(
        {0: [enter("100", name="one")], 2: [leave(name="one")]},
        {2: [enter("100", name="other")]},
        setup={"nets": False},
    )

    stage.bars(*[flat(100)] * 5)

    assert inside(stage) == []
    assert stage.held_by("other").quantity == D(1)


def test_the_other_side_of_a_fill_names_the_first_again() -> None:
    fill = Filled(
        client_order_id=ClientOrderId("a-e"),
        event_ns=1,
        fill_id=FillId("in/a-e/b-x"),
        quantity=D(1),
        price=D(2),
    )

    other = other_side_of(fill)

    assert (other.client_order_id, other.fill_id) == ("b-x", "in/b-x/a-e")
    assert other_side_of(other) == fill


@pytest.mark.parametrize("cut", range(3, 40))
def test_f01_a_cross_of_which_one_row_was_stored_is_whole_after_a_restart(cut: int) -> None:
    """Between two rows of one cross the account would hold what the venue has not."""
    scripts: tuple[Script, Script] = (
        {0: [enter("100", name="one", stop_fraction=0.1)], 2: [leave(name="one")]},
        {2: [enter("40", name="other", stop_fraction=0.05)]},
    )
    stage = two(*scripts, setup=FOLDS)
    stage.bars(*[flat(100)] * 5)
    rows: list[Row] = list(stage.journal.rows)[:cut]
    engine = Engine(two(*scripts, setup=FOLDS).setup)

    fold(engine, rows)

    engine.book.check()
    held = engine.book.position(BTC).quantity
    at_venue = sum(each.quantity * order.side.sign for each, order in _venue_fills(stage, rows))
    assert held == at_venue
    engine.step(Condition(event_ns=engine.now_ns, cause="recovering", mode=TradingMode.RECOVERING))
    said = [each for each in engine.audit() if isinstance(each, Record) and each.kind == "report"]
    told = [each.payload for each in rows if each.kind == "report" and b'"in/' in each.payload]
    assert len(told) % 2 == len(
        [each for each in said if isinstance(each.body, Filled) and is_inside(each.body.fill_id)]
    )


def _venue_fills(stage: Stage, rows: list[Row]) -> list[tuple[Filled, Order]]:
    known = {**stage.engine.desk.closed, **stage.engine.desk.live}
    stored = len([each for each in rows if each.kind == "report"])
    reports = stage.bodies("report")[:stored]
    fills = [each for each in reports if isinstance(each, Filled)]
    return [(each, known[each.client_order_id]) for each in fills if not is_inside(each.fill_id)]


def test_a_part_ends_filled_and_the_rest_is_another_order() -> None:
    """Each order of the journal has an end of its own."""
    stage = two(
        {0: [enter("100", name="one")], 2: [leave(name="one")]}, {2: [enter("40", name="other")]}
    )

    stage.bars(*[flat(100)] * 5)

    closed = stage.engine.desk.closed.values()
    assert {each.status for each in closed} == {OrderStatus.FILLED}
    assert all(each.filled == each.quantity for each in closed)


def test_i19_an_entry_that_waited_here_and_was_not_wanted_any_more_is_over_in_a_fold_too() -> None:
    """What is left of one that met an exit ends at once, and an exit owed is decided on that."""
    at_limit = leave(name="other", order_type=OrderType.LIMIT, limit_price=90.0)
    scripts: tuple[Script, Script] = (
        {0: [enter("100", name="one", stop_fraction=0.1)], 2: [leave(name="one")]},
        {1: [enter("40", name="other"), at_limit], 2: [enter("200", name="other")]},
    )
    wire = Wire(Scripted(scripts[0], "one"), Scripted(scripts[1], "other"), setup=FOLDS)
    wire.bar(100)
    wire.fill("entry", "1")
    wire.accept("stop")
    wire.bar(100)
    first = wire.last("entry")
    wire.bar(100)
    wire.cancel(first)
    told = wire.cancel("stop")
    engine = Engine(Wire(Scripted({}, "one"), Scripted({}, "other"), setup=FOLDS).setup)

    fold(engine, wire.journal.rows)

    assert told[-3:] == ["entry cancelrequested", "entry canceled", "exit approved: 1"]
    assert engine.desk.exits.save() == wire.engine.desk.exits.save()
