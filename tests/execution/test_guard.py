"""What should protect a holding: levels from the entry, parts that add up, stops that tighten."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.ids import InstrumentId, SignalId, StrategyId
from argonaut.domain.instrument import Instrument
from argonaut.domain.order import OrderRole, OrderType, Side
from argonaut.domain.signal import Protection, Target
from argonaut.execution.guard import Guard
from argonaut.ledger.holding import Holding

BTC = InstrumentId("BTC/USDT@sim")
INSTRUMENT = Instrument(
    instrument_id=BTC,
    base="BTC",
    quote="USDT",
    tick_size=Decimal("0.5"),
    lot_size=Decimal("0.1"),
    min_notional=Decimal(10),
)
LOTS = st.integers(1, 10_000).map(lambda lots: Decimal(lots) / 10)


def guard(*, is_long: bool = True, entry: str = "100", **protection: object) -> Guard:
    holding = Holding(StrategyId("trend"), BTC)
    holding.quantity = Decimal(1 if is_long else -1)
    holding.entry_tag = "breakout"
    made = Guard(
        holding,
        INSTRUMENT,
        Protection(**protection),  # type: ignore[arg-type]
        signal_id=SignalId("trend-0-1"),
        serial=1,
        created_ns=0,
    )
    made.price_from(Decimal(entry))
    return made


def test_fractions_are_measured_from_the_entry_against_a_long() -> None:
    """A stop of two percent means two percent of what was paid."""
    made = guard(stop_fraction=0.02, targets=(Target(fraction=0.05),))

    assert (made.stop_price, made.pairs[0].target_price) == (Decimal(98), Decimal(105))
    assert made.close_side is Side.SELL


def test_a_short_is_guarded_the_other_way_round() -> None:
    """The same words, the mirrored prices."""
    made = guard(is_long=False, stop_fraction=0.02, targets=(Target(fraction=0.05),))

    assert (made.stop_price, made.pairs[0].target_price) == (Decimal(102), Decimal(95))
    assert made.close_side is Side.BUY


def test_of_a_stop_and_a_trail_the_tighter_one_holds() -> None:
    """Nobody asks for a trail to lose more."""
    assert guard(stop_fraction=0.01, trail_fraction=0.05).stop_price == Decimal(99)
    assert guard(stop_fraction=0.05, trail_fraction=0.01).stop_price == Decimal(99)


def test_a_level_that_would_reach_zero_rests_at_one_tick() -> None:
    """No venue takes an order at a price of nothing."""
    assert guard(stop_fraction=0.999).stop_price == Decimal("0.5")


def test_later_fills_leave_the_levels_where_they_are() -> None:
    """A worse second fill may not loosen the stop."""
    made = guard(stop_fraction=0.02)
    made.price_from(Decimal(50))

    assert made.stop_price == Decimal(98)


def test_what_the_targets_leave_over_has_a_stop_of_its_own() -> None:
    """A third at the first target, a third at the second, the rest runs with its stop."""
    made = guard(
        stop_price=95.0, targets=(Target(price=110.0, share=0.33), Target(price=120.0, share=0.33))
    )
    made.grow(Decimal("1.0"))

    assert [pair.quantity for pair in made.pairs] == [
        Decimal("0.3"),
        Decimal("0.3"),
        Decimal("0.4"),
    ]
    assert [pair.target_price for pair in made.pairs] == [Decimal(110), Decimal(120), None]
    assert all(pair.stop is not None for pair in made.pairs)


@given(st.lists(LOTS, min_size=1, max_size=8), st.lists(st.integers(0, 100), max_size=8))
def test_the_parts_always_add_up_to_what_is_held(grown: list[Decimal], shares: list[int]) -> None:
    """A lot nobody guards, or a stop for more than there is, costs money either way."""
    made = guard(
        stop_price=95.0, targets=(Target(price=110.0, share=0.37), Target(price=120.0, share=0.41))
    )
    held = Decimal(0)
    for quantity in grown:
        made.grow(quantity)
        held += quantity
    for share in shares:
        closed = INSTRUMENT.quantity(held * share / 100)
        made.shrink(closed)
        held -= closed

    assert made.quantity == held
    assert all(pair.quantity >= 0 for pair in made.pairs)


def test_an_exit_takes_the_farthest_target_first() -> None:
    """What is nearest to its profit keeps its order."""
    made = guard(stop_price=95.0, targets=(Target(price=110.0, share=0.5),))
    made.grow(Decimal(2))
    made.shrink(Decimal("1.5"))

    assert [pair.quantity for pair in made.pairs] == [Decimal("0.5"), Decimal(0)]


def test_a_stop_moves_in_the_protective_direction_only() -> None:
    """For a long up, for a short down."""
    long, short = guard(stop_price=95.0), guard(is_long=False, stop_price=105.0)

    assert long.tighten(Decimal(97))
    assert not long.tighten(Decimal(97))
    assert not long.tighten(Decimal(90))
    assert short.tighten(Decimal(103))
    assert not short.tighten(Decimal(110))
    assert (long.stop_price, short.stop_price) == (Decimal(97), Decimal(103))


def test_a_stop_can_be_given_to_what_had_none() -> None:
    """Every part gets one."""
    made = guard(targets=(Target(price=110.0, share=0.5),))

    assert made.tighten(Decimal(95))
    assert all(pair.stop is not None for pair in made.pairs)


def test_a_trail_follows_the_best_price_and_never_comes_back() -> None:
    """The high water mark is kept, whatever comes after it."""
    made = guard(trail_fraction=0.1)

    assert made.follow(120.0)
    assert not made.follow(110.0)
    assert not made.follow(120.0)
    assert made.stop_level == Decimal(108)


def test_the_trail_of_a_short_follows_down() -> None:
    """Mirrored: the best price is the lowest."""
    made = guard(is_long=False, trail_fraction=0.1)

    assert made.follow(80.0)
    assert made.stop_level == Decimal(88)


def test_the_stop_of_a_further_entry_counts_where_it_is_tighter() -> None:
    """Its own stop may have sized the entry."""
    made = guard(stop_price=95.0)
    made.add(Protection(stop_price=90.0), Decimal(100))
    loose = made.stop_price
    made.add(Protection(stop_price=97.0), Decimal(100))

    assert (loose, made.stop_price) == (Decimal(95), Decimal(97))


def test_a_target_moves_for_the_first_open_part() -> None:
    """And says so only when it moved."""
    made = guard(stop_price=95.0, targets=(Target(price=110.0),))
    empty = made.retarget(Decimal(115))
    made.grow(Decimal(1))

    assert not empty
    assert made.retarget(Decimal(115))
    assert not made.retarget(Decimal(115))
    assert made.pairs[0].target_price == Decimal(115)


def test_a_part_too_small_for_an_order_joins_another() -> None:
    """One stop over everything beats none over a part."""
    made = guard(stop_price=95.0, targets=(Target(price=110.0, share=0.5),))
    made.pairs[0].quantity, made.pairs[1].quantity = Decimal("1.0"), Decimal("0.1")

    assert made.merge(made.pairs[1], Decimal(95))
    assert [pair.quantity for pair in made.pairs] == [Decimal("1.1"), Decimal(0)]


def test_a_part_that_is_too_small_with_all_others_stays() -> None:
    """Then the caller has to say that it is unprotected."""
    made = guard(stop_price=95.0, targets=(Target(price=110.0, share=0.5),))
    made.pairs[1].quantity = Decimal("0.1")
    alone = made.merge(made.pairs[1], Decimal(1))
    made.pairs[0].quantity = Decimal("0.1")

    assert not alone
    assert not made.merge(made.pairs[1], Decimal(1))


def test_a_worded_stop_reduces_only_and_knows_its_sibling() -> None:
    """What leaves is what was meant: side, size, trigger, link and tag."""
    made = guard(stop_price=95.0, targets=(Target(price=110.0),))
    made.grow(Decimal(1))
    pair = made.pairs[0]
    stop, target = (
        made.word(
            pair, leg, quantity=Decimal(1), number=7, now_ns=5, is_linked=True, reduce_only=True
        )
        for leg in pair.legs
    )

    assert (stop.order_type, stop.trigger_price, stop.role) == (
        OrderType.STOP,
        Decimal(95),
        OrderRole.STOP,
    )
    assert (target.order_type, target.price) == (OrderType.LIMIT, Decimal(110))
    assert stop.oco_group == target.oco_group != ""
    assert (stop.client_order_id, target.client_order_id) == ("trend-0-1-s7", "trend-0-1-t7")
    assert (stop.tag, stop.reduce_only, stop.side) == ("breakout_stop", True, Side.SELL)


def test_a_leg_is_found_by_the_order_that_stands_for_it() -> None:
    """Reports name orders, not legs."""
    made = guard(stop_price=95.0)
    leg = made.pairs[0].legs[0]
    order = made.word(
        made.pairs[0],
        leg,
        quantity=Decimal(1),
        number=1,
        now_ns=0,
        is_linked=False,
        reduce_only=True,
    )
    leg.order_id = order.client_order_id

    assert made.find(order.client_order_id) == (made.pairs[0], leg)
    assert list(made.order_ids()) == [order.client_order_id]
    assert order.oco_group == ""
