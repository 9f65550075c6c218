"""Inputs that are neither market data nor reports."""

import msgspec
import pytest

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.event import (
    Deposited,
    DetectorSignal,
    ExternalEvent,
    OperatorCommand,
    TimerFired,
)
from argonaut.domain.ids import InstrumentId, SignalId
from tests.domain.orders import D

Inputs = Deposited | TimerFired | DetectorSignal | ExternalEvent | OperatorCommand
SIGNAL = DetectorSignal(
    event_ns=5,
    signal_id=SignalId("s-1"),
    source="pump-detector",
    instrument_id=InstrumentId("BTC/USDT@sim"),
    side="buy",
    notional=D("25.50"),
    metadata={"channel": "7"},
)


@pytest.mark.parametrize(
    "event",
    [
        Deposited(event_ns=1, asset="USDT", amount=D("-10.50")),
        TimerFired(event_ns=2, key="flatten"),
        SIGNAL,
        ExternalEvent(event_ns=3, event_id="e", source="feed", kind="listing", symbols=("BRD",)),
        OperatorCommand(event_ns=4, verb="halt", who="ann", reason="maintenance"),
    ],
)
def test_any_input_says_in_json_which_one_it_is(event: Inputs) -> None:
    assert msgspec.json.decode(msgspec.json.encode(event), type=Inputs) == event


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity"])
def test_a_transfer_that_is_no_number_is_refused(amount: str) -> None:
    with pytest.raises(InvalidValueError, match=f"want a finite amount of USDT, not {amount}"):
        Deposited(event_ns=1, asset="USDT", amount=D(amount))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b'"side":"buy"', b'"side":"long"', "Invalid enum value 'long'"),
        (b'"source"', b'"sauce"', "unknown field `sauce`"),
        (b'"25.50"', b'"lots"', "Invalid decimal string"),
    ],
)
def test_a_detector_that_says_it_wrongly_is_not_understood(
    old: bytes, new: bytes, message: str
) -> None:
    text = msgspec.json.encode(SIGNAL).replace(old, new)

    with pytest.raises(msgspec.ValidationError, match=message):
        msgspec.json.decode(text, type=DetectorSignal)


def test_two_signals_share_no_metadata() -> None:
    one = DetectorSignal(
        event_ns=1, signal_id=SignalId("a"), source="d", instrument_id=InstrumentId("x"), side="buy"
    )
    two = DetectorSignal(
        event_ns=1, signal_id=SignalId("b"), source="d", instrument_id=InstrumentId("x"), side="buy"
    )
    one.metadata["channel"] = "7"

    assert two.metadata == {}
