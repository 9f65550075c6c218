"""The rows of one event: each happens once, in the hands of whoever asks for it."""

from __future__ import annotations

from msgspec.structs import replace

from argonaut.domain.order import Canceled, CancelRequested, OrderRole
from argonaut.domain.record import Anomaly, Decision, OrderSent
from argonaut.domain.signal import Enter, Exit
from argonaut.engine.script import Script
from tests.domain.orders import CANCEL_REQUESTED, CANCELED, NAME, new_order
from tests.stories.stage import enter, leave

EXIT = Decision(signal_id="s", signal=leave(), approved=True, verdicts=())  # type: ignore[arg-type]
SENT = OrderSent(order=replace(new_order(), role=OrderRole.STOP), reason="protects", pair=1)


def test_rows_are_taken_in_order_and_once() -> None:
    script = Script([CANCEL_REQUESTED, CANCELED])

    assert script.told(NAME, CancelRequested)
    assert not script.told(NAME, CancelRequested)
    assert script.next() is CANCELED
    assert script.next() is None


def test_a_row_of_another_kind_or_order_is_no_answer() -> None:
    script = Script([CANCELED])

    assert not script.told(NAME, CancelRequested)
    assert script.told(NAME, Canceled)


def test_a_decision_is_found_by_its_holding_and_its_kind() -> None:
    script = Script([EXIT])

    assert script.decided(enter()) is None
    assert script.decided(leave(name="other")) is None
    assert script.decided(leave()) is EXIT
    assert isinstance(EXIT.signal, Exit)
    assert not isinstance(EXIT.signal, Enter)


def test_an_intent_is_found_by_its_order_and_its_pair() -> None:
    script = Script([SENT])

    assert script.placed(lambda each: each.role is OrderRole.STOP, 0) is None
    assert script.placed(lambda each: each.role is OrderRole.TARGET, 1) is None
    assert script.placed(lambda each: each.role is OrderRole.STOP, 1) is SENT.order
    assert script.sent(lambda each: True) is None


def test_a_row_that_was_put_back_is_the_next_one_and_can_be_dropped() -> None:
    dust = Anomaly(what="dust", detail="")
    script = Script([dust, CANCELED])
    first = script.next()
    assert first is not None
    script.put_back(first)

    assert script.tells_anomaly("dust", "")
    assert not script.tells_anomaly("dust", "1 BTC")
    assert script.was_anomaly("dust")
    script.put_back(first)
    script.drop(first)
    assert script.next() is CANCELED
