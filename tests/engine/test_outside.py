"""What the venue shows and nothing of ours explains: booked, told, never touched."""

from __future__ import annotations

from decimal import Decimal

import pytest

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.event import Adjusted, Correction, ForeignOrder
from argonaut.domain.ids import ClientOrderId, InstrumentId, VenueOrderId
from argonaut.domain.order import OrderStatus, Side
from argonaut.domain.venue_view import VenueOrder
from argonaut.engine.core import Engine
from argonaut.engine.recovery import fold
from tests.stories.stage import BTC, Scripted, enter
from tests.stories.wire import Wire, guarded

D = Decimal


def adjusted(wire: Wire, amount: str, asset: str = "USDT") -> None:
    wire.step(Adjusted(event_ns=wire.now_ns, asset=asset, amount=D(amount), reason="by hand"))


def foreign(number: int = 1, instrument_id: InstrumentId = BTC) -> ForeignOrder:
    return ForeignOrder(
        event_ns=1,
        order=VenueOrder(
            instrument_id=instrument_id,
            client_order_id=ClientOrderId("web-1"),
            venue_order_id=VenueOrderId(f"v-{number}"),
            side=Side.BUY,
            status=OrderStatus.ACCEPTED,
            quantity=D(1),
            price=D(90),
        ),
    )


def test_f31_an_adjustment_has_an_account_of_its_own_and_no_strategy() -> None:
    wire = guarded({0: (enter(stop_price=95.0),)})

    adjusted(wire, "-0.25", "BTC")
    book = wire.engine.book

    assert book.postings["adjustments", "BTC"] == D("0.25")
    assert book.balance("BTC") == D("0.75")
    assert wire.holding.quantity == 1
    assert book.account().realized == 0
    book.check()


def test_i27_an_adjustment_is_neither_drawdown_nor_loss() -> None:
    """Half the account moved away by hand must not stop the bot as if it had been lost."""
    wire = Wire(Scripted({}))
    wire.bar(100)

    adjusted(wire, "-5000")
    tracker = wire.engine.account.equity_tracker

    assert tracker.loss_today == 0
    assert tracker.drawdown_fraction == 0
    assert wire.engine.account.equity() == D(5_000)


def test_i19_i27_an_adjustment_keeps_what_it_was_worth_over_a_restart() -> None:
    """Valued anew at another price, the drawdown after a restart would be another."""
    wire = Wire(Scripted({}), setup={"folds": True})
    wire.bar(100)
    adjusted(wire, "2", "BTC")
    fresh = Wire(Scripted({}), setup={"folds": True})
    fresh.engine = Engine(fresh.setup)

    fold(fresh.engine, wire.journal.rows)

    assert wire.engine.book.net_transfers_quote == D(10_200)
    assert fresh.engine.book.net_transfers_quote == D(10_200)


def test_an_adjustment_of_nothing_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="other than 0"):
        Adjusted(event_ns=1, asset="USDT", amount=D(0), reason="by hand")


def test_a_correction_is_journaled_under_what_it_corrects() -> None:
    """I17: the evidence stands before the step it allows."""
    wire = Wire(Scripted({}))

    wire.step(
        Correction(event_ns=1, what="absent", subject="a-1", detail="never seen", evidence={})
    )

    assert (wire.records[-1].kind, wire.records[-1].subject) == ("correction", "a-1")


def test_f16_a_foreign_order_is_told_once_and_left_alone() -> None:
    wire = Wire(Scripted({0: (enter(),)}))

    for number in (1, 1, 2, 1):
        wire.step(foreign(number))
    wire.step(foreign(1, InstrumentId("ETH/USDT@venue")))  # numbered on its own

    told = [each.subject for each in wire.records if each.kind == "foreign"]
    assert told == ["v-1", "v-2", "v-1"]
    assert wire.canceled == []
    assert wire.bar(100) == ["enter approved: 1"]


def test_foreign_orders_are_remembered_up_to_a_bound() -> None:
    """I26: an account somebody else trades on must not fill our memory."""
    wire = Wire(Scripted({}))

    for number in range(1_100):
        wire.step(foreign(number))

    assert len(wire.engine.desk.foreign) == 1_000
