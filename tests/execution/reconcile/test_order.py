"""One order beside what the venue shows of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from argonaut.domain.ids import VenueOrderId
from argonaut.domain.order import Amended, Order, OrderStatus, OrderType, Side, Triggered
from argonaut.execution.reconcile.order import (
    brought_level,
    is_another,
    lags,
    missed,
    report_of,
    went_back,
)
from tests.execution.reconcile.two_sides import Truth, order_named

S = OrderStatus
D = Decimal


def accepted(**fields: Any) -> Order:
    return replace(
        order_named("trend-1-1-e", **fields),
        status=S.ACCEPTED,
        venue_order_id=VenueOrderId("7"),
    )


def test_an_execution_becomes_a_report_with_everything_that_was_paid() -> None:
    """A fee left out is a ledger that is wrong by cents, for ever."""
    order, truth = accepted(), Truth()
    truth.has(order, "7")
    fill = replace(truth.fill("7", "0.4", fee="0.04"), is_maker=True)

    report = report_of(order, fill)

    assert (report.fill_id, report.quantity, report.price) == (fill.fill_id, D("0.4"), D(100))
    assert (report.fee, report.fee_asset, report.is_maker) == (D("0.04"), "USDT", True)
    assert report.event_ns == fill.event_ns


def test_missed_executions_are_booked_in_the_order_they_happened() -> None:
    """Average prices and round trips depend on it; lists come in any order."""
    order, truth = accepted(), Truth()
    truth.has(order, "7")
    fills = [truth.fill("7", "0.2"), truth.fill("7", "0.3"), truth.fill("7", "0.5")]

    inputs = missed(order, fills[::-1], 9)

    assert [getattr(each, "quantity", None) for each in inputs[1::2]] == [
        D("0.2"),
        D("0.3"),
        D("0.5"),
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [("price", D(101)), ("quantity", D(2)), ("trigger_price", D(89))],
)
def test_what_was_changed_in_place_is_taken_over(name: str, value: Decimal) -> None:
    """The stop that rests is the one the guard has to know."""
    order = accepted(order_type=OrderType.STOP_LIMIT, side=Side.SELL, trigger_price=D(90))
    shown = replace(Truth().has(order, "7"), **{name: value})

    (changed,) = brought_level(order, shown, (), 9)

    assert isinstance(changed, Amended)
    assert getattr(changed, name) == value


def test_a_price_the_venue_leaves_out_is_no_change() -> None:
    """A market order shows none, and so do stops without a limit."""
    order = accepted()
    shown = replace(Truth().has(order, "7"), price=None)

    assert brought_level(order, shown, (), 9) == []
    assert brought_level(order, replace(shown, price=D(0)), (), 9) == []


def test_a_market_order_is_never_amended() -> None:
    """One sized by quote units shows another quantity than the most it could have reached."""
    order = accepted(order_type=OrderType.MARKET, price=None)
    shown = replace(Truth().has(order, "7"), quantity=D("0.7"))

    assert brought_level(order, shown, (), 9) == []


def test_a_trigger_is_told_once() -> None:
    order = accepted(order_type=OrderType.STOP, price=None, trigger_price=D(90))
    shown = replace(Truth().has(order, "7"), status=S.TRIGGERED)

    (told,) = brought_level(order, shown, (), 9)

    assert isinstance(told, Triggered)
    assert brought_level(replace(order, status=S.TRIGGERED), shown, (), 9) == []


def test_a_refusal_after_an_execution_is_an_end_with_what_filled() -> None:
    """The order table lets no filled order be rejected, and the venue says so all the same."""
    order, truth = accepted(), Truth()
    truth.has(order, "7")
    fill = truth.fill("7", "0.4")
    shown = replace(truth.orders[fill.venue_order_id], status=S.REJECTED)

    kinds = [type(each).__name__ for each in brought_level(order, shown, [fill], 9)]

    assert kinds == ["Correction", "Filled", "Correction", "Expired"]


def test_counts_that_lag_or_go_back_are_seen() -> None:
    order, truth = accepted(), Truth()
    truth.has(order, "7")
    fill = truth.fill("7", "0.4")
    shown = truth.orders[fill.venue_order_id]

    assert (lags(order, shown, []), lags(order, shown, [fill])) == (True, False)
    assert (went_back(shown, D("0.5")), went_back(shown, D("0.4"))) == (True, False)


def test_two_ids_of_the_venue_for_one_of_ours_are_two_orders() -> None:
    shown = Truth().has(accepted(), "8")

    assert is_another(accepted(), shown)
    assert not is_another(order_named("trend-1-1-e"), shown)
    assert not is_another(replace(accepted(), venue_order_id=VenueOrderId("local")), shown)
