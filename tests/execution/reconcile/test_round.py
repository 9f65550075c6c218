"""What counts as acknowledged and settled, and how limits are told."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from argonaut.domain.ids import VenueOrderId
from argonaut.domain.mode import TradingMode
from argonaut.domain.number import ONE
from argonaut.domain.order import OrderStatus
from argonaut.domain.venue_view import NotFound
from argonaut.execution.reconcile.round import (
    LOCAL,
    Limit,
    is_acknowledged,
    is_settled,
    limits_told,
)
from tests.execution.reconcile.two_sides import BTC, Truth, order_named


@pytest.mark.parametrize(
    ("venue_order_id", "filled", "acknowledged"),
    [(None, 0, False), (LOCAL, 0, False), ("7", 0, True), (None, 1, True)],
)
def test_only_the_venue_s_own_word_acknowledges_an_order(
    venue_order_id: VenueOrderId | None, filled: int, *, acknowledged: bool
) -> None:
    """An order that was held here is called local until the venue gives it a name."""
    order = replace(order_named("trend-1-1-e"), venue_order_id=venue_order_id, filled=ONE * filled)

    assert is_acknowledged(order) is acknowledged


def test_an_order_is_settled_when_both_count_the_same() -> None:
    """Only then is a difference of balances not its doing."""
    truth = Truth()
    order = replace(order_named("trend-1-1-e"), status=OrderStatus.ACCEPTED)
    shown = truth.has(order, "7")

    assert is_settled(order, shown)
    assert not is_settled(replace(order, status=OrderStatus.UNKNOWN), shown)
    assert not is_settled(order, replace(shown, filled=ONE))
    assert not is_settled(order, NotFound(detail=""))
    assert not is_settled(order, None)


def test_only_what_changes_about_limits_is_told() -> None:
    """A limit that holds for an hour is one row, not two hundred and forty."""
    old, new = Limit("residual", BTC), Limit("venue order", BTC)

    told = limits_told({new: "why"}, {old: "since before"}, 7)

    assert [(each.cause, each.mode, each.detail) for each in told] == [
        ("venue order", TradingMode.NO_NEW_RISK, "why"),
        ("residual", TradingMode.ACTIVE, ""),
    ]
    assert limits_told({new: "again"}, {new: "why"}, 8) == []
