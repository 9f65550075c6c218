"""What should rest for a holding: prices, shares, and a stop that only tightens."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.ids import ClientOrderId, SignalId, StrategyId
from argonaut.domain.order import Order, OrderRole, OrderType, Side
from argonaut.domain.signal import Protection, Target
from argonaut.execution.guard import Guard, Leg, Pair
from argonaut.ledger.holding import Holding
from tests.stories.stage import BTC, instrument_of

THIRDS = (Target(fraction=0.1, share=0.3), Target(fraction=0.2, share=0.3))


def guard(
    *, is_long: bool = True, price: str = "100", rules: dict[str, Any] | None = None, **fields: Any
) -> Guard:
    holding = Holding(StrategyId("story"), BTC)
    holding.quantity = Decimal(1 if is_long else -1)
    holding.entry_tag, holding.entry_user_id = fields.pop("tag", ""), "u"
    made = Guard(
        holding,
        instrument_of("0.1", "0.01", **(rules or {})),
        Protection(**fields),
        signal_id=SignalId("s-0-1"),
        serial=3,
        created_ns=7,
    )
    made.price_from(Decimal(price))
    return made


def word(made: Guard, pair: Pair, leg: Leg | None, **fields: Any) -> Order:
    assert leg is not None
    given_: dict[str, Any] = {
        "quantity": Decimal(1),
        "order_id": ClientOrderId("s-0-1-s9"),
        "now_ns": 11,
        "is_linked": True,
        "reduce_only": True,
    }
    return made.word(pair, leg, **given_ | fields)


# prices


@pytest.mark.parametrize(
    ("fields", "is_long", "stop"),
    [
        ({"stop_price": 95.04}, True, "95.0"),
        ({"stop_fraction": 0.05}, True, "95.0"),
        ({"stop_fraction": 0.05}, False, "105.0"),
        ({"stop_fraction": 0.0333}, True, "96.6"),  # 96.67, a tick away from the price
        ({"stop_fraction": 0.0333}, False, "103.4"),  # 103.33
        ({"stop_price": 90.0, "trail_fraction": 0.05}, True, "95.0"),  # the tighter of the two
        ({"stop_price": 97.0, "trail_fraction": 0.05}, True, "97.0"),
        ({"stop_price": 103.0, "trail_fraction": 0.05}, False, "103.0"),
        ({"stop_fraction": 0.99999}, True, "0.1"),  # never below one tick
    ],
)
def test_a_stop_is_priced_from_the_entry(fields: dict[str, Any], is_long: bool, stop: str) -> None:
    made = guard(is_long=is_long, **fields)

    assert made.stop_price == made.stop_level == Decimal(stop)
    assert all(pair.stop is not None for pair in made.pairs)


def test_without_a_stop_there_is_no_leg_for_one() -> None:
    made = guard(targets=(Target(price=110.0),))

    assert made.stop_level is None
    assert [leg.role for pair in made.pairs for leg in pair.legs] == [OrderRole.TARGET]


@pytest.mark.parametrize(
    ("target", "is_long", "price"),
    [
        (Target(price=110.04), True, "110.0"),
        (Target(fraction=0.1), True, "110.0"),
        (Target(fraction=0.1), False, "90.0"),
        (Target(fraction=0.0333), True, "103.4"),  # away from the market
        (Target(fraction=0.9999), False, "0.1"),
    ],
)
def test_a_target_is_priced_from_the_entry(target: Target, is_long: bool, price: str) -> None:
    made = guard(is_long=is_long, targets=(target,))

    assert made.pairs[0].target_price == Decimal(price)


def test_the_share_no_target_takes_has_a_pair_with_a_stop_alone() -> None:
    made = guard(stop_fraction=0.05, targets=THIRDS)

    assert [pair.share for pair in made.pairs] == [Decimal("0.3"), Decimal("0.3"), Decimal("0.4")]
    assert made.pairs[-1].target is None


def test_shares_a_hair_over_one_do_not_sell_more_than_all() -> None:
    """0.1 + 0.2 + 0.7 is more than one in float64."""
    targets = tuple(Target(fraction=0.1, share=share) for share in (0.1, 0.2, 0.7))
    made = guard(targets=targets)

    assert sum(pair.share for pair in made.pairs) == 1


# quantities


def test_an_entry_is_spread_over_the_pairs_and_the_last_takes_the_rest() -> None:
    made = guard(stop_fraction=0.05, targets=THIRDS)

    made.grow(Decimal("0.07"))

    assert [pair.quantity for pair in made.pairs] == [
        Decimal("0.02"),
        Decimal("0.02"),
        Decimal("0.03"),
    ]


def test_an_exit_is_taken_from_the_farthest_target_first() -> None:
    made = guard(stop_fraction=0.05, targets=THIRDS)
    made.grow(Decimal(1))

    made.shrink(Decimal("0.5"))

    assert [pair.quantity for pair in made.pairs] == [Decimal("0.3"), Decimal("0.2"), Decimal(0)]


@given(
    moves=st.lists(st.tuples(st.booleans(), st.integers(1, 500)), max_size=20),
    shares=st.lists(st.sampled_from([0.1, 0.25, 0.3]), max_size=3),
)
def test_the_pairs_always_add_up_to_what_is_held(
    moves: list[tuple[bool, int]], shares: list[float]
) -> None:
    """Never more than is held, or a stop would open a position; never less, or a part is bare."""
    targets = tuple(Target(fraction=0.1, share=share) for share in shares)
    made = guard(stop_fraction=0.05, targets=targets)
    held = Decimal(0)
    for grows, lots in moves:
        quantity = min(Decimal(lots) / 100, held) if not grows else Decimal(lots) / 100
        (made.grow if grows else made.shrink)(quantity)
        held += quantity if grows else -quantity

        assert sum(pair.quantity for pair in made.pairs) == held
        assert all(pair.quantity >= 0 for pair in made.pairs)


def test_a_part_joins_the_largest_other_part() -> None:
    made = guard(stop_fraction=0.05, targets=THIRDS, rules={"min_notional": Decimal(30)})
    made.grow(Decimal(1))

    merged = made.merge(made.pairs[0], Decimal(95))

    assert merged
    assert [pair.quantity for pair in made.pairs] == [Decimal(0), Decimal("0.3"), Decimal("0.7")]


def test_parts_that_are_too_small_together_stay_apart() -> None:
    made = guard(stop_fraction=0.05, targets=THIRDS, rules={"min_notional": Decimal(300)})
    made.grow(Decimal(1))

    assert not made.merge(made.pairs[0], Decimal(95))
    assert made.pairs[0].quantity == Decimal("0.3")


def test_a_part_that_is_alone_has_nobody_to_join() -> None:
    made = guard(stop_fraction=0.05)
    made.grow(Decimal(1))

    assert not made.merge(made.pairs[0], Decimal(95))


# moves


@pytest.mark.parametrize(
    ("is_long", "moves", "stop"),
    [
        (True, ["97", "96", "98.5"], "98.5"),
        (False, ["103", "104", "101.5"], "101.5"),
    ],
)
def test_a_stop_only_tightens(is_long: bool, moves: list[str], stop: str) -> None:
    made = guard(is_long=is_long, stop_fraction=0.05)

    moved = [made.tighten(Decimal(each)) for each in moves]

    assert moved == [True, False, True]
    assert made.stop_level == Decimal(stop)


def test_a_first_stop_makes_a_leg_for_every_pair() -> None:
    made = guard(targets=THIRDS)

    assert made.tighten(Decimal(90))
    assert all(pair.stop is not None for pair in made.pairs)


def test_the_trail_takes_the_stop_along_and_never_back() -> None:
    made = guard(trail_fraction=0.1)
    levels = []
    for price in (100.0, 120.0, 110.0, 130.0, 131.0):
        made.follow(price)
        levels.append(made.stop_level)

    assert levels == [Decimal(each) for each in ("90.0", "108.0", "108.0", "117.0", "117.9")]
    assert made.stop_price == Decimal("90.0")  # what was asked for is told apart


def test_a_trail_below_the_stop_that_was_asked_for_moves_nothing() -> None:
    made = guard(stop_price=97.0, trail_fraction=0.1)

    assert not made.follow(105.0)
    assert made.stop_level == Decimal("97.0")


def test_the_trail_of_a_short_comes_down() -> None:
    made = guard(is_long=False, trail_fraction=0.1)

    assert made.follow(80.0)
    assert not made.follow(85.0)
    assert made.stop_level == Decimal("88.0")


@given(prices=st.lists(st.floats(1.0, 1000.0), max_size=30), is_long=st.booleans())
def test_no_sequence_of_prices_loosens_a_stop(prices: list[float], is_long: bool) -> None:
    made = guard(is_long=is_long, trail_fraction=0.1, stop_fraction=0.05)
    for number, price in enumerate(prices):
        before = made.stop_level
        if number % 3:
            made.follow(price)
        else:
            made.tighten(made.instrument.price(price))

        assert before is not None
        assert made.stop_level is not None
        assert made.stop_level >= before if is_long else made.stop_level <= before


def test_a_further_entry_brings_its_tighter_stop_and_no_target() -> None:
    made = guard(stop_price=95.0, targets=(Target(price=110.0),))

    made.add(Protection(stop_fraction=0.02, targets=(Target(price=130.0),)), Decimal(110))
    made.add(Protection(stop_price=50.0), Decimal(110))
    made.add(Protection(targets=(Target(price=130.0),)), Decimal(110))

    assert made.stop_level == Decimal("107.8")
    assert [pair.target_price for pair in made.pairs] == [Decimal("110.0")]


def test_the_first_pair_that_is_held_has_its_target_moved() -> None:
    made = guard(stop_fraction=0.05, targets=THIRDS)
    before = made.retarget(Decimal(130))
    made.grow(Decimal(1))
    made.pairs[0].quantity = Decimal(0)

    moved = made.retarget(Decimal(130))

    assert (before, moved) == (False, True)
    assert [pair.target_price for pair in made.pairs] == [Decimal("110.0"), Decimal(130), None]
    assert not made.retarget(Decimal(130))


def test_a_pair_without_a_target_gets_one() -> None:
    made = guard(stop_fraction=0.05)
    made.grow(Decimal(1))

    assert made.retarget(Decimal(130))
    assert made.pairs[0].target is not None


def test_what_was_given_up_is_tried_again() -> None:
    made = guard(stop_fraction=0.05)
    (leg,) = made.pairs[0].legs
    leg.is_given_up = True

    made.try_again()

    assert not leg.is_given_up


# orders


def test_legs_are_found_by_the_orders_that_stand_for_them() -> None:
    made = guard(stop_fraction=0.05, targets=(Target(price=110.0),))
    stop, target = made.pairs[0].legs
    stop.order_id = ClientOrderId("a")

    assert made.find(ClientOrderId("a")) == (made.pairs[0], stop)
    assert made.find(ClientOrderId("b")) is None
    assert list(made.order_ids()) == ["a"]
    assert target.order_id is None


def test_a_stop_is_worded_to_reduce_at_its_level() -> None:
    made = guard(stop_fraction=0.05, targets=THIRDS, tag="trend")

    order = word(made, made.pairs[1], made.pairs[1].stop)

    assert (order.client_order_id, order.parent_id) == ("s-0-1-s9", "s-0-1-e")
    assert (order.order_type, order.trigger_price) == (OrderType.STOP, Decimal("95.0"))
    assert (order.side, order.reduce_only, order.quantity) == (Side.SELL, True, Decimal(1))
    assert (order.oco_group, order.tag, order.user_id) == ("s-0-1-g3-1", "trend_stop", "u")
    assert order.created_ns == 11


def test_a_trailing_stop_is_worded_with_its_trail_and_where_it_is_by_now() -> None:
    made = guard(trail_fraction=0.1)
    made.follow(120.0)

    order = word(made, made.pairs[0], made.pairs[0].stop, is_linked=False)

    assert (order.order_type, order.trail_fraction) == (OrderType.TRAILING_STOP, Decimal("0.1"))
    assert (order.trigger_price, order.oco_group) == (Decimal("108.0"), "")


def test_a_target_is_worded_as_a_limit_on_the_closing_side() -> None:
    made = guard(is_long=False, targets=(Target(price=90.0),), exit_tag="out")

    order = word(made, made.pairs[0], made.pairs[0].target, reduce_only=False)

    assert (order.order_type, order.price, order.side) == (
        OrderType.LIMIT,
        Decimal("90.0"),
        Side.BUY,
    )
    assert (order.tag, order.reduce_only, order.trigger_price) == ("out", False, None)


def test_a_leg_without_tags_is_called_by_its_role() -> None:
    made = guard(stop_fraction=0.05)

    assert word(made, made.pairs[0], made.pairs[0].stop).tag == "stop"
    assert made.instrument_id == BTC
