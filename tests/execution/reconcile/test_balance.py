"""Money the venue has and we do not, or the other way round."""

from __future__ import annotations

from decimal import Decimal

from argonaut.domain.ids import InstrumentId
from argonaut.domain.mode import TradingMode
from argonaut.domain.order import OrderStatus
from argonaut.execution.reconcile.balance import BY_HAND, TRANSFER, UNEXPLAINED
from argonaut.execution.reconcile.round import Rules
from tests.execution.reconcile.two_sides import (
    BOUND_NS,
    BTC,
    ETH,
    RULES,
    Account,
    Rounds,
    Truth,
    order_named,
)

S = OrderStatus
D = Decimal


def sides(*names: InstrumentId, rules: Rules = RULES) -> tuple[Account, Truth, Rounds]:
    ours = Account(*names, USDT="1000", BTC="5")
    truth = Truth(USDT="1000", BTC="5")
    return ours, truth, Rounds(ours, truth, rules)


def test_a_deposit_that_stands_is_booked_as_one() -> None:
    """F31: it is the owner's money, and no profit of any strategy."""
    ours, truth, rounds = sides()
    truth.move("USDT", D(500))

    first = rounds.round()
    assert (first.inputs, first.look_back) == ((), True)
    rounds.round()

    (booked,) = ours.adjusted
    assert (booked.asset, booked.amount, booked.reason) == ("USDT", D(500), TRANSFER)
    assert (ours.corrections[0].what, ours.corrections[0].subject) == ("adjusted", "USDT")
    assert ours.balances == truth.balances
    assert [rounds.round().inputs for _ in range(10)] == [()] * 10
    assert ours.limits == {}


def test_a_difference_that_changes_is_a_race_and_is_not_booked() -> None:
    """Balances and executions are read at two moments; only what stands still is real."""
    ours, truth, rounds = sides()
    for _ in range(5):
        truth.move("USDT", D(1))
        rounds.round()

    assert ours.adjusted == []
    assert ours.limits == {("residual", BTC): TradingMode.REDUCE_ONLY}

    truth.move("USDT", D(-5))
    rounds.round()
    assert ours.limits == {}


def test_nothing_is_booked_while_an_order_of_ours_is_in_flight() -> None:
    """The difference may be its execution, which will be told in a moment."""
    ours, truth, rounds = sides()
    ours.place(order_named("trend-1-1-e"))
    truth.move("USDT", D(-40))

    for _ in range(5):
        rounds.round(found={})

    assert ours.adjusted == []
    assert ours.limits == {("residual", BTC): TradingMode.REDUCE_ONLY}


def test_an_order_at_another_instrument_holds_only_what_it_moves() -> None:
    ours, truth, rounds = sides(BTC, ETH)
    ours.place(order_named("trend-1-1-e", instrument_id=ETH))
    truth.move("BTC", D(1))

    rounds.round(found={})
    rounds.round(found={})

    assert [each.asset for each in ours.adjusted] == ["BTC"]


def test_a_trade_by_hand_is_booked_on_both_sides_and_called_so() -> None:
    """A person sold at the exchange's own page, at an instrument we trade."""
    ours, truth, rounds = sides()
    truth.has(order_named("web-9f3a", quantity="2"), "99")
    truth.fill("99", "2")

    rounds.round()
    rounds.round()

    booked = {each.asset: (each.amount, each.reason) for each in ours.adjusted}
    assert booked == {"USDT": (D(-200), BY_HAND), "BTC": (D(2), BY_HAND)}
    assert rounds.round().inputs == ()


def test_both_sides_of_a_trade_that_no_list_has_wait_a_minute_under_a_limit() -> None:
    """It may be an execution of ours that the venue has not listed yet (F36)."""
    ours, truth, rounds = sides()
    truth.move("BTC", D("0.4"))
    truth.move("USDT", D(-40))

    for _ in range(3):
        rounds.round()
    assert ours.adjusted == []
    assert ours.limits == {("residual", BTC): TradingMode.REDUCE_ONLY}

    for _ in range(10):
        rounds.round()
    assert {each.reason for each in ours.adjusted} == {UNEXPLAINED}
    assert (ours.balances, ours.limits) == (truth.balances, {})


def test_an_execution_listed_after_it_was_written_off_comes_out_even() -> None:
    """Late is not lost: the fill is booked, and the adjustment goes back."""
    ours, truth, rounds = sides()
    order = ours.place(order_named("trend-1-1-e"), known_as="7")
    truth.has(order, "7")
    truth.end("7")
    rounds.round()
    fill = truth.fill("7", "0.4")
    for _ in range(15):
        rounds.round(fills={BTC: ()}, found={})
    assert len(ours.adjusted) == 2

    for _ in range(15):
        rounds.round()

    assert ours.orders[order.client_order_id].filled == fill.quantity
    assert ours.balances == truth.balances
    assert sum(each.amount for each in ours.adjusted) == 0


def test_less_at_the_venue_than_strategies_hold_closes_only() -> None:
    """Somebody sold what a strategy holds: its stop could not be filled any more."""
    ours, truth, rounds = sides()
    order = ours.place(order_named("trend-1-1-e"), known_as="7")
    truth.has(order, "7")
    truth.fill("7", "1")
    rounds.round()
    truth.move("BTC", D("-5.5"))

    rounds.round()
    rounds.round()
    rounds.round()

    assert ours.balances["BTC"] == D("0.5")
    assert ours.limits == {("residual", BTC): TradingMode.REDUCE_ONLY}
    truth.move("BTC", D(1))
    for _ in range(3):
        rounds.round()
    assert ours.limits == {}


def test_a_fee_coin_that_is_no_instrument_is_compared_too() -> None:
    """Fees in a third coin are ours as much as the rest."""
    ours = Account(USDT="1000", BNB="3")
    truth = Truth(USDT="1000", BNB="2.5")
    rounds = Rounds(ours, truth)

    rounds.round()
    rounds.round()

    assert ours.balances["BNB"] == D("2.5")


def test_coins_we_neither_trade_nor_have_are_none_of_our_business() -> None:
    ours, truth, rounds = sides()
    truth.move("SHIB", D(1_000_000))

    rounds.round()
    rounds.round()

    assert (ours.adjusted, ours.limits) == ([], {})


def test_at_a_start_a_difference_limits_at_once() -> None:
    """Nobody was watching: what happened meanwhile is found out before anything is risked."""
    ours, truth, rounds = sides(rules=Rules(lateness_ns=BOUND_NS, strict=True))
    truth.move("USDT", D(-100))

    rounds.round()
    assert ours.limits == {("residual", BTC): TradingMode.REDUCE_ONLY}
    rounds.round()
    assert (ours.limits, ours.balances) == ({}, truth.balances)


def test_what_a_start_has_found_lasts_as_long_as_it_stands() -> None:
    """A round right after the start once said that it was over, and let entries through."""
    ours, truth, rounds = sides(rules=Rules(lateness_ns=BOUND_NS, strict=True))
    truth.move("USDT", D(-100))
    rounds.round()
    rounds.rules = RULES

    rounds.round(after_s=1)
    assert ours.limits == {("residual", BTC): TradingMode.REDUCE_ONLY}
    rounds.round(after_s=5)
    assert (ours.limits, ours.balances) == ({}, truth.balances)


def test_a_round_without_balances_keeps_what_was_known() -> None:
    ours, truth, rounds = sides()
    truth.move("USDT", D(500))
    rounds.round()
    rounds.round(balances=None)
    rounds.round(fills={})

    rounds.round()

    assert len(ours.adjusted) == 1
