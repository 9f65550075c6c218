"""Venues that can do less, and two strategies that want the opposite."""

from __future__ import annotations

from decimal import Decimal

from argonaut.domain.order import OrderType, Side
from argonaut.domain.signal import Target
from tests.stories.stage import BTC, Script, Scripted, Stage, enter, flat, leave, move
from tests.stories.wire import Wire, anomalies

TARGETS = (Target(price=110.0),)
GUARDED = {0: (enter(stop_price=95.0, targets=TARGETS),)}
STOPPED = {0: (enter(stop_price=95.0),)}
TRAILED = {0: (enter(trail_fraction=0.1),)}


def test_without_oco_a_filled_target_takes_the_stop_out() -> None:
    """The engine does what the venue does not, where both may rest over the same base units."""
    stage = Stage(Scripted(GUARDED), capability={"has_oco": False, "allows_short": True})

    told = stage.bars(flat(100), flat(100), (100, 112, 100, 111))

    assert told[-3:] == ["target filled 1 at 110", "round trip 10", "stop canceled"]
    assert stage.resting() == {}


def test_on_spot_without_oco_the_target_is_kept_here_and_taken_at_market() -> None:
    """The stop locks the base units: a target beside it would be refused."""
    stage = Stage(Scripted(GUARDED), capability={"has_oco": False})

    told = stage.bars(flat(100), flat(100), (100, 112, 100, 111), flat(111))

    assert told[-4:] == [
        "exit approved: 1",
        "stop canceled",
        "exit filled 1 at 111",
        "round trip 11",
    ]
    assert stage.resting() == {}


def test_without_amendments_a_moved_stop_is_taken_out_and_placed_anew() -> None:
    """Two orders at a time would be one too many."""
    stage = Stage(
        Scripted({**GUARDED, 2: (move(stop_price=97.0),)}), capability={"has_amend": False}
    )

    told = stage.bars(*[flat(100)] * 3)

    assert told[-3:] == ["protection stop to 97.00", "stop canceled", "stop accepted"]
    assert stage.resting() == {"stop": "1 sell stop 97", "target": "1 sell at 110"}
    assert anomalies(stage) == []


def test_a_stop_held_here_is_not_linked_to_a_target_at_the_venue() -> None:
    """The venue cannot take out what it does not know: a stop left behind would sell again."""
    can = {"order_types": frozenset({OrderType.MARKET, OrderType.LIMIT}), "has_oco": True}
    stage = Stage(Scripted(GUARDED), capability=can)

    stage.bars(flat(100), flat(100), (100, 112, 100, 111))

    assert stage.holding.is_flat
    assert stage.resting() == {}
    assert stage.engine.routes[BTC].local == {}


def test_a_stop_held_here_moves_and_grows_in_place() -> None:
    """Nothing has to be asked of anybody."""
    can = {"order_types": frozenset({OrderType.MARKET, OrderType.LIMIT})}
    wire = Wire(Scripted({**STOPPED, 1: (move(stop_price=97.0),)}), capability=can)
    wire.bar(100)
    wire.fill("entry", "0.4")
    wire.bar(100)

    wire.fill("entry", "0.6")

    assert wire.resting() == {"stop": "1 sell stop 97"}
    assert [each.role.value for each in wire.sent] == ["entry"]


def test_a_trailing_stop_held_here_keeps_its_mark_when_it_grows() -> None:
    """An amendment of the size alone must not set the trigger back."""
    can = {"order_types": frozenset({OrderType.MARKET, OrderType.LIMIT})}
    wire = Wire(Scripted(TRAILED), capability=can)
    wire.bar(100)
    wire.fill("entry", "0.4")
    wire.bar(118, high=120, low=110)

    wire.fill("entry", "0.6")

    assert wire.resting() == {"stop": "1 sell stop 108"}


# two strategies with opposite holdings


def test_opposite_holdings_of_two_strategies_are_both_protected() -> None:
    """The account holds nothing, so a reduce-only stop would be refused, again and again."""
    long = Scripted({0: (enter(stop_price=95.0, name="long"),)}, name="long")
    short = Scripted({0: (enter(side=Side.SELL, stop_price=105.0, name="short"),)}, name="short")
    stage = Stage(long, short, allow_short=True)

    stage.bars(flat(100), flat(100))

    stops = [each for each in stage.engine.desk.live.values() if each.role.value == "stop"]
    assert sorted(each.side.value for each in stops) == ["buy", "sell"]
    assert anomalies(stage) == []


def test_opposite_holdings_are_stopped_out_each_for_itself() -> None:
    """What one loses the other wins, and both end flat."""
    long = Scripted({0: (enter(stop_price=95.0, name="long"),)}, name="long")
    short = Scripted({0: (enter(side=Side.SELL, stop_price=105.0, name="short"),)}, name="short")
    stage = Stage(long, short, allow_short=True)

    stage.bars(flat(100), flat(100), (100, 100, 94, 96), (96, 106, 96, 106))

    assert stage.held_by("long").is_flat
    assert stage.held_by("short").is_flat
    assert stage.engine.book.balance("USDT") == Decimal(9990)


def test_the_ids_of_protective_orders_are_never_used_twice() -> None:
    """I02: a venue takes an id a second time once the first order has filled."""
    targets = (Target(price=110.0, share=0.5), Target(price=120.0, share=0.5))
    script: Script = {
        0: (enter("200", stop_price=95.0, targets=targets),),
        3: (leave("0.5"),),
        5: (enter("200", stop_price=96.0, targets=targets),),
    }
    stage = Stage(Scripted(script))

    stage.bars(*[flat(100)] * 8)

    sent = [each.order for each in stage.bodies("intent")]
    sent += [order for each in stage.bodies("decision") for order in each.orders]
    ids = [each.client_order_id for each in sent]
    assert len(ids) == len(set(ids)) >= 10
