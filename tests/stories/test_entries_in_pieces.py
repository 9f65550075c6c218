"""Protection of entries that come in pieces, twice, the other way, or too small."""

from __future__ import annotations

from decimal import Decimal

from argonaut.domain.order import Side
from argonaut.domain.signal import Target
from tests.stories.stage import BTC, OPEN_GATE, Scripted, Stage, enter, flat, move
from tests.stories.wire import Wire, anomalies, guarded

TARGETS = (Target(price=110.0),)
GUARDED = {0: (enter(stop_price=95.0, targets=TARGETS),)}
STOPPED = {0: (enter(stop_price=95.0),)}


def test_protection_grows_with_every_piece_of_the_entry() -> None:
    """Sized to what has filled: never more than is held, never less."""
    wire = Wire(Scripted(GUARDED))
    wire.bar(100)
    wire.fill("entry", "0.4")
    wire.accept("stop")
    wire.accept("target")

    wire.fill("entry", "0.6")

    assert [each.quantity for each in wire.sent[1:]] == [Decimal("0.4"), Decimal("0.4")]
    assert [each.quantity for each in wire.amended] == [Decimal(1), Decimal(1)]


def test_a_second_entry_brings_the_tighter_of_the_two_stops() -> None:
    """Its size was made from its own stop; under the looser one it would lose more than allowed."""
    wire = guarded({**STOPPED, 1: (enter(stop_price=97.0),)})
    wire.bar(100)
    wire.accept("entry")

    wire.fill("entry", "1")

    assert wire.amended[-1].trigger_price == Decimal("97.00")
    assert wire.amended[-1].quantity == Decimal(2)
    assert wire.holding.stop_price == Decimal("97.00")


def test_a_second_entry_does_not_loosen_the_stop() -> None:
    """A stop only tightens."""
    wire = guarded({**STOPPED, 1: (enter(stop_price=90.0),)})
    wire.bar(100)

    wire.fill("entry", "1")

    assert wire.amended[-1].trigger_price is None
    assert wire.amended[-1].quantity == Decimal(2)


def test_protection_covers_what_was_held_bare_before() -> None:
    """The first entry asked for none; the second one's stop guards the whole holding."""
    wire = Wire(Scripted({0: (enter(),), 1: (enter(stop_price=95.0),)}))
    wire.bar(100)
    wire.fill("entry", "1")
    wire.bar(100)

    wire.fill("entry", "1")

    assert wire.resting() == {"stop": "2 sell stop 95"}


def test_an_entry_the_other_way_shrinks_both_legs() -> None:
    """No venue does that by itself: nothing of the pair has filled."""
    stage = Stage(
        Scripted(
            {0: (enter("200", stop_price=95.0, targets=TARGETS),), 2: (enter(side=Side.SELL),)}
        ),
        allow_short=True,
    )

    stage.bars(*[flat(100)] * 4)

    assert stage.holding.quantity == 1
    assert stage.resting() == {"stop": "1 sell stop 95", "target": "1 sell at 110"}


def test_an_entry_that_turns_the_position_takes_its_protection_out() -> None:
    """The stop of a long would enlarge the short."""
    stage = Stage(
        Scripted({**GUARDED, 2: (enter("300", side=Side.SELL, stop_price=105.0),)}),
        allow_short=True,
    )

    stage.bars(*[flat(100)] * 4)

    assert stage.holding.quantity == -2
    assert stage.resting() == {"stop": "2 buy stop 105"}


def test_the_rest_of_an_entry_is_protected_after_its_first_part_was_stopped_out() -> None:
    """One entry, two positions: the second has a guard and ids of its own."""
    wire = Wire(Scripted(GUARDED))
    wire.bar(100)
    wire.fill("entry", "0.4")
    wire.accept("stop")
    wire.accept("target")
    wire.fill("stop", "0.4", "95")
    wire.cancel("target")

    wire.fill("entry", "0.6", "94")

    ids = [each.client_order_id for each in wire.sent]
    assert len(ids) == len(set(ids)) == 5
    assert {each.oco_group for each in wire.sent[1:3]} != {each.oco_group for each in wire.sent[3:]}
    assert wire.resting() == {"stop": "0.6 sell stop 95", "target": "0.6 sell at 110"}


def test_a_late_fill_of_a_leg_that_was_replaced_shrinks_what_replaced_it() -> None:
    """We heard "canceled" first, but the trade happened."""
    wire = guarded({**STOPPED, 1: (move(stop_price=97.0),)}, capability={"has_amend": False})
    wire.bar(100)
    first = wire.last("stop")
    wire.cancel("stop")
    wire.accept("stop")
    second = wire.last("stop")

    wire.fill(first, "0.4", "95")

    assert wire.holding.quantity == Decimal("0.6")
    assert wire.canceled == [first.client_order_id, second.client_order_id]


# sizes no order can carry


def test_a_part_too_small_for_an_order_joins_another_part() -> None:
    """10 USDT over two targets at a venue that wants 6 an order: one stop over all, not none."""
    halves = (Target(price=110.0, share=0.5), Target(price=120.0, share=0.5))
    stage = Stage(
        Scripted({0: (enter("10", stop_price=95.0, targets=halves),)}),
        gate=OPEN_GATE,
        rules={"min_notional": Decimal(6)},
    )

    stage.bars(flat(100), flat(100))

    assert stage.resting() == {"stop": "0.1 sell stop 95", "target": "0.1 sell at 120"}
    assert anomalies(stage) == []


def test_a_position_too_small_for_any_order_is_told_once() -> None:
    """Nothing can be done about it, so nobody should be told twice."""
    wire = Wire(Scripted(STOPPED), rules={"min_notional": Decimal(20)})
    wire.bar(100)
    wire.fill("entry", "0.1")

    wire.fill("entry", "0.01")
    wire.bar(100)
    wire.bar(100)

    assert [each.role.value for each in wire.sent] == ["entry"]
    assert anomalies(wire) == ["unprotected"]
    assert not wire.engine.routes[BTC].is_frozen


def test_protection_waits_for_a_size_that_an_order_can_carry() -> None:
    """The next piece of the entry makes it large enough."""
    wire = Wire(Scripted(STOPPED), rules={"min_notional": Decimal(20)})
    wire.bar(100)
    wire.fill("entry", "0.1")

    wire.fill("entry", "0.9")

    assert wire.resting() == {"stop": "1 sell stop 95"}


def test_a_stop_is_never_larger_than_the_venue_takes() -> None:
    """Two entries of the most there may be: one of them protected is better than none."""
    wire = guarded(
        {**STOPPED, 1: (enter(stop_price=95.0),)}, rules={"max_quantity": Decimal("1.5")}
    )
    wire.bar(100)

    wire.fill("entry", "1")

    assert wire.amended[-1].quantity == Decimal("1.5")


def test_fees_in_base_leave_a_stop_of_whole_lots() -> None:
    """Of 1 BTC bought 0.9995 arrives, of which 0.999 can be sold: that much is protected."""
    wire = Wire(Scripted(STOPPED))
    wire.bar(100)

    wire.fill("entry", "1", fee=Decimal("0.0005"), fee_asset="BTC")

    assert wire.holding.quantity == Decimal("0.9995")
    assert wire.resting() == {"stop": "0.999 sell stop 95"}


def test_dust_left_by_a_stop_does_not_lend_its_old_stop_to_the_next_entry() -> None:
    """The next trade has a stop of its own, not the last one's."""
    wire = Wire(Scripted({**STOPPED, 1: (enter(stop_price=80.0),)}))
    wire.bar(100)
    wire.fill("entry", "1", fee=Decimal("0.0005"), fee_asset="BTC")
    wire.accept("stop")
    wire.fill("stop", "0.999", "95")
    was_flat = wire.holding.is_flat
    wire.bar(90)

    wire.fill("entry", "1.111", "90")

    assert was_flat
    assert "dust" in anomalies(wire)
    assert wire.resting() == {"stop": "1.111 sell stop 80"}
