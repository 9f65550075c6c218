"""What stands in a row: its payload as the noun that was recorded, or as JSON for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from argonaut.domain.event import (
    Adjusted,
    Condition,
    Correction,
    Deposited,
    DetectorSignal,
    ExternalEvent,
    ForeignOrder,
    InstrumentListed,
    OperatorCommand,
)
from argonaut.domain.event import TimerFired as Timer
from argonaut.domain.order import CancelRequested, Denied, Report
from argonaut.domain.record import (
    Allocated,
    Anomaly,
    Decision,
    DetectorAnswer,
    ModeChanged,
    NoticePlanned,
    OffPace,
    OrderSent,
    ProtectionMoved,
    Scanned,
    Shortlisted,
    StrategyPaused,
    StrategyState,
    Trailed,
    TransferValued,
    WatchAnswer,
)
from argonaut.domain.roundtrip import RoundTrip
from argonaut.domain.signal import Note, Skip
from argonaut.journal.errors import JournalBrokenError
from argonaut.journal.row import Row
from argonaut.journal.shadow import told

Body = (
    Decision
    | OrderSent
    | Report
    | Denied
    | CancelRequested
    | RoundTrip
    | Skip
    | ProtectionMoved
    | Trailed
    | Allocated
    | Scanned
    | Shortlisted
    | OffPace
    | DetectorAnswer
    | ModeChanged
    | StrategyPaused
    | StrategyState
    | Anomaly
    | Deposited
    | Adjusted
    | TransferValued
    | Correction
    | ForeignOrder
    | Condition
    | DetectorSignal
    | OperatorCommand
    | ExternalEvent
    | InstrumentListed
    | WatchAnswer
    | NoticePlanned
    | Note
    | Timer
)
_DECODERS: Mapping[str, msgspec.json.Decoder[Any]] = {
    kind: msgspec.json.Decoder(type_)
    for kind, type_ in (
        ("decision", Decision),
        ("intent", OrderSent),
        ("report", Report | Denied | CancelRequested),
        ("round_trip", RoundTrip),
        ("skip", Skip),
        ("protection", ProtectionMoved),
        ("trail", Trailed),
        ("allocation", Allocated),
        ("shortlist", Shortlisted),
        ("scanned", Scanned),
        ("pace", OffPace),
        ("signal", DetectorAnswer),
        ("mode", ModeChanged),
        ("strategy_paused", StrategyPaused),
        ("strategy_state", StrategyState),
        ("anomaly", Anomaly),
        ("deposit", Deposited),
        ("adjustment", Adjusted),
        ("transfer_valued", TransferValued),
        ("correction", Correction),
        ("foreign", ForeignOrder),
        ("condition", Condition),
        ("operator", OperatorCommand),
        ("event", ExternalEvent),
        ("timer", Timer),
        ("instrument", InstrumentListed),
        ("watch", WatchAnswer),
        ("notice", NoticePlanned),
        ("note", Note),
    )
}
KINDS = (*_DECODERS, "snapshot")
"""Every kind of row, but for those of the shadow. Only an engine reads a snapshot, its state."""


def body_of(row: Row) -> Body | None:
    """Return what was recorded; None for a kind this program does not know.

    Raises:
        JournalBrokenError: The payload is not what the kind says.
    """
    decoder = _DECODERS.get(row.kind)
    if decoder is None:
        return None
    try:
        body: Body = decoder.decode(row.payload)
    except (msgspec.DecodeError, ValueError) as error:
        raise JournalBrokenError(
            f"row {row.seq} is no {row.kind}: {error}; verify the journal", row.seq
        ) from error
    return body


def row_object(row: Row) -> dict[str, Any]:
    """Return a row as JSON values, verdicts with their sentences.

    Raises:
        JournalBrokenError: The payload is no JSON, or not what the kind says.
    """
    try:
        body: Any = msgspec.json.decode(row.payload)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise JournalBrokenError(f"row {row.seq} holds no JSON: {error}", row.seq) from error
    as_told = told(row)[0]
    if as_told.kind == "decision":
        decision = body_of(as_told)
        assert isinstance(decision, Decision), "the kind says so"
        for verdict, shown in zip(decision.verdicts, body["verdicts"], strict=True):
            shown["sentence"] = verdict.sentence
    return {
        "seq": row.seq,
        "event_seq": row.event_seq,
        "event_ns": row.event_ns,
        "kind": row.kind,
        "subject": row.subject,
        "body": body,
    }
