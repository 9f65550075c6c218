"""Budgets by weight; a strategy that does worse than it said has less, and earns it back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.record import Allocated
from argonaut.domain.roundtrip import RoundTrip
from argonaut.risk.allocation import Allocator, Expectation, Plan, Share

D = Decimal
ONE, TWO, FIXED = StrategyId("one"), StrategyId("two"), StrategyId("fixed")


def trip(fraction: str, name: StrategyId = ONE) -> RoundTrip:
    """A closed trade of 100 quote units that earned that fraction of them."""
    return RoundTrip(
        strategy_id=name,
        instrument_id=InstrumentId("BTC/USDT@sim"),
        is_long=True,
        quantity=D(1),
        entry_price=D(100),
        exit_price=D(100),
        opened_ns=1,
        closed_ns=2,
        pnl=D(fraction) * 100,
        fees=D(0),
    )


def allocator(window: int = 10, **expects: float) -> Allocator:
    shares = {ONE: Share(expects=Expectation(**expects)), TWO: Share(weight=D(3))}
    return Allocator(Plan(shares=shares, window_trades=window))


def play(it: Allocator, *fractions: str) -> list[Allocated]:
    steps = [it.on_trip(trip(each)) for each in fractions]
    return [each for each in steps if each is not None]


def test_capital_is_shared_by_weight_after_what_is_fixed() -> None:
    shares = {ONE: Share(), TWO: Share(weight=D(3)), FIXED: Share(budget_quote=D(200))}
    it = Allocator(Plan(shares=shares))

    assert [it.budget(each, D(1000)) for each in shares] == [D(200), D(600), D(200)]
    assert it.budget(FIXED, None) == D(200)
    assert it.budget(ONE, None) is None, "equity is not known, so neither is its part"
    assert it.budget(StrategyId("nobody"), D(1000)) == 0


def test_capital_of_its_own_does_not_move_with_equity() -> None:
    it = Allocator(Plan(shares={ONE: Share()}, capital_quote=D(500)))

    assert it.budget(ONE, None) == it.budget(ONE, D(9)) == D(500)


def test_a_strategy_that_wins_less_than_it_said_has_half_its_budget() -> None:
    it = allocator(win_rate=0.6)

    steps = play(it, *["-0.01", "0.01"] * 2, *["-0.01"] * 6)

    (step,) = steps
    assert (step.factor, step.was, step.trades, step.win_rate) == (D("0.5"), D(1), 10, 0.2)
    assert step.reason == "won 20% of 10 trades, expected 60%"
    assert it.budget(ONE, D(1000)) == D(125)
    assert it.budget(TWO, D(1000)) == D(750)


def test_bad_luck_within_doubt_changes_nothing() -> None:
    """Four of ten where six were expected happens too often to mean anything."""
    assert play(allocator(win_rate=0.6), *["0.01"] * 4, *["-0.01"] * 6) == []


def test_a_mean_clearly_below_what_was_expected_is_drift() -> None:
    steps = play(allocator(pnl_fraction=0.01), *["-0.010", "-0.012"] * 5)

    assert [each.reason for each in steps] == ["earned -1.100% a trade, expected 1.000%"]


def test_a_deeper_fall_than_expected_is_drift_at_once() -> None:
    """Losses do not wait for a window to be full."""
    steps = play(allocator(drawdown_fraction=0.05), "0.02", "-0.03", "-0.03")

    assert [each.reason for each in steps] == ["lost 6.00% from its peak, expected at most 5.00%"]


def test_steps_go_down_to_the_last_and_no_further() -> None:
    it = allocator(window=5, win_rate=0.9)

    steps = play(it, *["-0.01"] * 25)

    assert [each.factor for each in steps] == [D("0.5"), D("0.25"), D("0.1")]
    assert it.factor(ONE) == D("0.1")


def test_a_whole_window_as_expected_earns_a_step_back() -> None:
    it = allocator(window=5, win_rate=0.6)
    play(it, *["-0.01"] * 5)

    (step,) = play(it, *["0.01"] * 5)

    assert (step.was, step.factor, step.reason) == (D("0.5"), D(1), "5 trades in a row as expected")


def test_without_expectations_nobody_is_judged() -> None:
    assert play(allocator(window=5), *["-0.5"] * 50) == []


def test_trades_of_a_strategy_without_a_share_count_for_nobody() -> None:
    assert allocator().on_trip(trip("-1", StrategyId("nobody"))) is None


@given(
    st.lists(st.sampled_from(["-0.02", "-0.01", "0.01", "0.03"]), max_size=60), st.integers(0, 60)
)
def test_saved_at_any_trade_it_goes_on_as_if_nothing_had_happened(
    fractions: list[str], cut: int
) -> None:
    whole, first = allocator(win_rate=0.5), allocator(win_rate=0.5)
    expected = play(whole, *fractions)
    told = play(first, *fractions[:cut])
    second = allocator(win_rate=0.5)

    second.load(first.save())

    assert told + play(second, *fractions[cut:]) == expected
    assert second.save() == whole.save()
    assert D("0.1") <= second.factor(ONE) <= 1


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Expectation(win_rate=45.0), "want 0 < win_rate < 1"),
        (lambda: Expectation(drawdown_fraction=0.0), "want 0 < drawdown_fraction < 1"),
        (lambda: Share(weight=D(0)), "want weight > 0"),
        (lambda: Share(budget_quote=D(-1)), "want budget_quote > 0"),
        (lambda: Plan(shares={}, steps=(D("0.5"), D(0))), "want steps that fall"),
        (lambda: Plan(shares={}, steps=(D("0.5"), D("0.6"))), "want steps that fall"),
        (lambda: Plan(shares={}, window_trades=4), "want window_trades >= 5"),
        (lambda: Plan(shares={}, doubt=0.0), "want doubt > 0"),
        (lambda: Plan(shares={}, capital_quote=D(0)), "want capital_quote > 0"),
    ],
)
def test_a_plan_that_plans_nothing_is_refused(make: Any, said: str) -> None:
    with pytest.raises(InvalidValueError, match=said):
        make()
