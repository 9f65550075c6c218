import math

import pytest

from argonaut.domain.order import OrderType, Side
from argonaut.domain.signal import Protection, Target
from argonaut.domain.verdict import Outcome
from argonaut.risk.finite import Finite
from argonaut.risk.view import Proposal
from tests.risk.account import D, FakeAccount, entry, instrument, limit_entry


def verdict_on(wish, **view):
    return Finite().verdict(Proposal(wish, instrument()), FakeAccount(**view))


@pytest.mark.parametrize(
    ("price", "said"),
    [
        (None, "no price of BTC/USDT@sim has been seen"),
        (D("NaN"), "want a market price > 0, not NaN"),
        (D("Infinity"), "want a market price > 0, not Infinity"),
        (D(0), "want a market price > 0, not 0"),
        (D(-1), "want a market price > 0, not -1"),
    ],
)
def test_without_a_market_price_nothing_is_entered(price, said):
    """A missing price read as zero is a position of any size."""
    verdict = verdict_on(entry(), price=price)

    assert (verdict.outcome, verdict.sentence) == (Outcome.REFUSE, f"refused: {said}")


@pytest.mark.parametrize("confidence", [0.0, 0.5, 1.0])
def test_a_confidence_from_zero_to_one_passes(confidence):
    verdict = verdict_on(entry(confidence=confidence))

    assert verdict.outcome is Outcome.PASS


@pytest.mark.parametrize("confidence", [-0.01, 1.01, math.nan, math.inf])
def test_any_other_confidence_is_refused(confidence):
    verdict = verdict_on(entry(confidence=confidence))

    assert verdict.detail == f"want 0 <= confidence <= 1, not {confidence}"


@pytest.mark.parametrize("price", [0.0, -1.0, math.nan, math.inf])
@pytest.mark.parametrize("name", ["limit_price", "trigger_price"])
def test_an_order_price_that_is_no_price_is_refused(name, price):
    verdict = verdict_on(entry(order_type=OrderType.STOP_LIMIT, **{name: price}))

    assert verdict.detail == f"want {name} > 0, not {price}"


@pytest.mark.parametrize(
    ("order_type", "given", "missing"),
    [
        (OrderType.LIMIT, {"trigger_price": 100.0}, "limit_price"),
        (OrderType.STOP, {"limit_price": 100.0}, "trigger_price"),
        (OrderType.STOP_LIMIT, {"trigger_price": 100.0}, "limit_price"),
        (OrderType.STOP_LIMIT, {"limit_price": 100.0}, "trigger_price"),
        (OrderType.TRAILING_STOP, {}, "trail_fraction"),
    ],
)
def test_an_order_type_wants_its_prices(order_type, given, missing):
    verdict = verdict_on(entry(order_type=order_type, **given))

    assert verdict.detail == f"a {order_type.value} entry wants a {missing}"


@pytest.mark.parametrize(
    ("order_type", "given"),
    [
        (OrderType.MARKET, {}),
        (OrderType.LIMIT, {"limit_price": 99.0}),
        (OrderType.STOP, {"trigger_price": 101.0}),
        (OrderType.STOP_LIMIT, {"trigger_price": 101.0, "limit_price": 102.0}),
        (OrderType.TRAILING_STOP, {"protection": Protection(trail_fraction=0.01)}),
    ],
)
def test_a_complete_entry_passes(order_type, given):
    verdict = verdict_on(entry(order_type=order_type, **given))

    assert verdict.outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("side", "stop", "is_right"),
    [
        (Side.BUY, 99.99, True),
        (Side.BUY, 99.996, False),  # the nearest tick is the price itself
        (Side.BUY, 100.0, False),
        (Side.BUY, 101.0, False),
        (Side.SELL, 100.01, True),
        (Side.SELL, 100.0, False),
        (Side.SELL, 99.0, False),
    ],
)
def test_a_stop_is_a_tick_or_more_on_the_losing_side(side, stop, is_right):
    """A stop on the wrong side fires at once and pays two fees for nothing."""
    verdict = verdict_on(entry(side=side, protection=Protection(stop_price=stop)))

    assert (verdict.outcome is Outcome.PASS) is is_right
    assert ("want the stop" in verdict.detail) is not is_right


@pytest.mark.parametrize(
    ("side", "target", "is_right"),
    [
        (Side.BUY, 100.01, True),
        (Side.BUY, 100.0, False),
        (Side.SELL, 99.99, True),
        (Side.SELL, 100.0, False),
    ],
)
def test_a_target_is_a_tick_or_more_on_the_winning_side(side, target, is_right):
    targets = (Target(fraction=0.5, share=0.5), Target(price=target, share=0.5))
    verdict = verdict_on(entry(side=side, protection=Protection(targets=targets)))

    assert (verdict.outcome is Outcome.PASS) is is_right
    assert ("want the target" in verdict.detail) is not is_right


def test_a_stop_is_measured_from_the_limit_price_of_a_limit_entry():
    wish = limit_entry(95.0, protection=Protection(stop_price=97.0))

    assert verdict_on(wish).detail == "want the stop below the price 95.00, not 97.00"


def test_a_price_below_half_a_tick_is_no_price():
    assert verdict_on(limit_entry(0.001)).detail == "price is below one tick (0.01)"
