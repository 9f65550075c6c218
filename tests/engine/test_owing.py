"""What is left of an exit, and when its price is there."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from argonaut.domain.ids import SignalId
from argonaut.domain.order import OrderType
from argonaut.domain.signal import Exit
from argonaut.engine.owing import Owing
from argonaut.engine.route import Span
from tests.stories.stage import leave

LIMIT = leave("1", order_type=OrderType.LIMIT, limit_price=105.0)


def span(low: float, high: float) -> Span:
    return Span(since_ns=0, low=low, high=high, peak=high, trough=low, last=high)


@pytest.mark.parametrize(
    ("low", "high", "is_long", "is_there"),
    [
        (100.0, 104.9, True, False),
        (100.0, 105.0, True, True),
        (105.1, 110.0, False, False),
        (105.0, 110.0, False, True),
    ],
)
def test_a_limit_is_reached_from_the_side_the_position_is_on(
    low: float, high: float, is_long: bool, is_there: bool
) -> None:
    assert Owing(LIMIT).is_reached(span(low, high), is_long=is_long) is is_there


def test_an_exit_at_market_waits_for_no_price() -> None:
    assert Owing(leave()).limit_price is None
    assert not Owing(leave()).is_reached(span(1.0, 1000.0), is_long=True)


@pytest.mark.parametrize(
    ("left", "held", "share"),
    [(None, "3", "1"), ("3", "3", "1"), ("5", "3", "1"), ("1", "-4", "0.25")],
)
def test_what_is_left_is_asked_for_as_a_share_of_what_is_held(
    left: str | None, held: str, share: str
) -> None:
    """Rounded up by less than any lot, so that the share is never a lot short."""
    owing = Owing(LIMIT, None if left is None else Decimal(left))

    asked = owing.due(Decimal(held), "now").fraction

    assert Decimal(0) <= asked - Decimal(share) < Decimal("1e-15")


def test_what_is_asked_for_again_is_of_no_detectors_signal() -> None:
    """A signal has one effect (I23); what it left undone is our own affair."""
    told = msgspec.structs.replace(LIMIT, signal_id=SignalId("w1"), source="desk", tag="out")

    again = Owing(told).due(Decimal(1), "its price is there")

    assert isinstance(again, Exit)
    assert (again.signal_id, again.source, again.tag) == ("", "", "out")
    assert again.reason == "its price is there"
    assert again.limit_price == 105.0
