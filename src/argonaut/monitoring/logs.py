"""Structured logs: one event a line, JSON to a rotated file, short lines to a terminal.

Event names are stable and documented in docs/reference/log-events.md. Secrets are taken out at
the sink. `LogObserver` turns journal rows into events; nothing on the trading path logs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from traceback import format_exception
from typing import TYPE_CHECKING, Any

import msgspec
from loguru import logger

from argonaut.domain.command import Record
from argonaut.domain.event import Adjusted, Condition, Correction, ForeignOrder
from argonaut.domain.order import (
    Accepted,
    Canceled,
    Denied,
    Expired,
    Filled,
    Order,
    Rejected,
    Report,
    Triggered,
)
from argonaut.domain.record import (
    Allocated,
    Anomaly,
    Decision,
    DetectorAnswer,
    ModeChanged,
    NoticePlanned,
    OffPace,
    OrderSent,
    Shortlisted,
    StrategyPaused,
)
from argonaut.domain.roundtrip import RoundTrip
from argonaut.domain.signal import Note
from argonaut.monitoring.redaction import redact, redact_fields

if TYPE_CHECKING:
    from loguru import Message

EVENTS: dict[str, str] = {
    "order_placed": "An order's intent is durable and it goes to the venue.",
    "order_dry_run": "An order on trial: it goes to the shadow's venue, or where none is nowhere.",
    "dry_run_filled": "The shadow's venue filled an order on trial: no money moved.",
    "dry_run_closed": "A round trip on trial: its profit or loss is theoretical.",
    "dry_run_blocked": "The gate of the shadow refused a signal on trial.",
    "order_denied": "An order that was decided and then not sent: nothing was left to close.",
    "order_accepted": "The venue has it.",
    "order_filled": "One execution.",
    "order_canceled": "The venue took it out.",
    "order_expired": "It ended by its time in force or a rule of the venue.",
    "order_rejected": "The venue does not take it.",
    "order_triggered": "A stop reached its trigger.",
    "risk_blocked": "The gate refused a signal.",
    "trade_closed": "A round trip: entry, exit, profit or loss.",
    "signal_received": "A detector's signal and its answer.",
    "signal_refused": "The door turned a detector's signal away; it is among the dead letters.",
    "tuning_told": "A model or calibration was read and told to a strategy.",
    "tuning_refused": "A model or calibration on disk cannot be used; the one before stays.",
    "detectors_up": "Signals can come over a transport.",
    "detectors_down": "A transport is not connected; it is tried again.",
    "dead_letters_lost": "A refused signal could not be written down.",
    "event_taken": "An external event reached the engine; with how long each stage took.",
    "event_lost": "An external event could not be made durable; its source is asked again.",
    "event_ahead": "An event seems published in the future: our clock or its source's is wrong.",
    "feed_clock_wrong": "Our clock and that of an event source differ by more than five seconds.",
    "feed_fault": "An event source gave no usable answer; it is asked again, later and later.",
    "feed_stale": "An event source has not answered well for too long, or a push withholds.",
    "feed_well": "It answers again, and brings everything.",
    "push_missed": "The article list shows an announcement that a live push never brought.",
    "feed_failed": "A connector raised where it should have counted; it is begun anew.",
    "mode_changed": "How much the bot may do changed.",
    "strategy_paused": "A strategy raised and is not called again.",
    "strategy_allocated": "A strategy's budget went down or up a step, and why.",
    "strategy_off_pace": "A strategy is silent for too long, or too busy, and why.",
    "shortlisted": "The scanner has chosen what may be entered.",
    "anomaly": "Something that should not be.",
    "account_adjusted": "The venue's balance was not what fills and transfers explain.",
    "belief_corrected": "What the bot believed of an order was wrong, with the evidence.",
    "foreign_order": "An order at the venue that is none of ours; it is left alone.",
    "condition_changed": "A cause outside limits what the bot may do, or is over.",
    "order_stopped": "An order was kept from leaving by the last look at it.",
    "venue_failed": "A venue adapter raised where it should have answered.",
    "venue_unreachable": "The venue cannot be reached at the start; it is tried again.",
    "venue_silent": "The venue wants no request for a time; none is sent, over a restart too.",
    "listing_not_seen": "A coin is waited for, and this venue cannot be asked for one.",
    "listing_gone": "The venue has an instrument no more that an earlier run listed.",
    "strategy_note": "What a strategy tells the operator, such as what it bought and its stop.",
    "notice_planned": "An announced removal, pause or change is to be acted on.",
    "not_warmed_up": "The venue gave no past bars; indicators warm up as time goes.",
    "reconciled": "A round of questions to the venue found something to correct.",
    "unforeseen": "A bug that nothing foresaw, told in full; what it broke begins anew.",
    "stream_down": "A stream of the venue is not whole.",
    "stream_up": "It is whole again.",
    "run_ready": "Recovery is done; strategies run.",
    "shadow_failed": "What is on trial broke and is left alone; the account goes on.",
    "run_failed": "A bug or a broken sum stopped the run.",
    "run_started": "A run begins or goes on.",
    "run_ended": "A run is over.",
}
"""Every event name and what it means; the reference page is made from this."""

_OUTSIDE: dict[type, str] = {
    Adjusted: "account_adjusted",
    Correction: "belief_corrected",
    ForeignOrder: "foreign_order",
    Condition: "condition_changed",
}
_REPORTS: dict[type, str] = {
    Accepted: "order_accepted",
    Filled: "order_filled",
    Canceled: "order_canceled",
    Expired: "order_expired",
    Rejected: "order_rejected",
    Triggered: "order_triggered",
    Denied: "order_denied",
}


def set_up_logs(path: Path | None, level: str, *, to_terminal: bool) -> Callable[[], None]:
    """Send logs to a rotated JSON file and, when asked, to standard error; return the way back."""
    logger.remove()
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        logger.add(
            _json_sink(path), level=level, format="{message}", diagnose=False, backtrace=False
        )
    if to_terminal:
        logger.add(_print, level=level, format="{message}", diagnose=False, backtrace=False)
    return logger.remove


def log_event(
    name: str, *, level: str = "INFO", event_ns: int | None = None, **fields: object
) -> None:
    """Log one event of `EVENTS` with its fields; `event_ns` is the engine's time."""
    assert name in EVENTS, f"{name} is not a documented event"
    logger.bind(event=name, event_ns=event_ns, fields=fields).log(level, name)


def log_unforeseen(loop: object, context: Mapping[str, Any]) -> None:
    """Log what nobody handled, with where it was raised: the exception handler of a run's loop.

    asyncio's own writes to standard error, which no log file has and no secret is taken out of.
    """
    del loop
    fault = context.get("exception")
    log_event(
        "unforeseen",
        level="ERROR",
        what=context.get("message", ""),
        error=repr(fault),
        trace="" if fault is None else "".join(format_exception(fault)),
    )


class LogObserver:
    """Logs what journal rows tell: an observer of the session."""

    def __init__(self) -> None:
        self._tellers: dict[type, Callable[[int, Any], None]] = {
            Decision: _decision,
            OrderSent: lambda ns, body: log_order("order_placed", ns, body.order, body.reason),
            Note: lambda ns, body: log_event(
                "strategy_note",
                event_ns=ns,
                strategy=body.strategy_id,
                instrument=body.instrument_id,
                text=body.reason,
            ),
            NoticePlanned: lambda ns, body: log_event(
                "notice_planned",
                level="WARNING",
                event_ns=ns,
                instrument=body.instrument_id,
                action=body.action,
                reason=body.detail,
            ),
            RoundTrip: lambda ns, body: log_event(
                "trade_closed",
                event_ns=ns,
                **msgspec.to_builtins(body),
                pnl_fraction=str(body.pnl_fraction),
            ),
            ModeChanged: lambda ns, body: log_event(
                "mode_changed", level="WARNING", event_ns=ns, **msgspec.to_builtins(body)
            ),
            StrategyPaused: lambda ns, body: log_event(
                "strategy_paused", level="ERROR", event_ns=ns, **msgspec.to_builtins(body)
            ),
            Allocated: lambda ns, body: log_event(
                "strategy_allocated", level="WARNING", event_ns=ns, **msgspec.to_builtins(body)
            ),
            OffPace: lambda ns, body: log_event(
                "strategy_off_pace", level="WARNING", event_ns=ns, **msgspec.to_builtins(body)
            ),
            Shortlisted: lambda ns, body: log_event(
                "shortlisted", event_ns=ns, **msgspec.to_builtins(body)
            ),
            Anomaly: lambda ns, body: log_event(
                "anomaly", level="WARNING", event_ns=ns, **msgspec.to_builtins(body)
            ),
            DetectorAnswer: lambda ns, body: log_event(
                "signal_received",
                event_ns=ns,
                signal_id=body.signal.signal_id,
                source=body.signal.source,
                answer=body.answer,
                detail=body.detail,
            ),
            **dict.fromkeys(_OUTSIDE, _outside),
            **dict.fromkeys(_REPORTS, _report),
        }

    def __call__(self, event_seq: int, event_ns: int, record: Record) -> None:
        """Log one journal row, if its kind is one people follow."""
        del event_seq
        tell = self._tellers.get(type(record.body))
        if tell is not None:
            tell(event_ns, record.body)


def _decision(event_ns: int, decision: Decision) -> None:
    if not decision.approved:
        verdict = decision.verdicts[-1]
        log_event(
            "risk_blocked",
            level="WARNING",
            event_ns=event_ns,
            signal_id=decision.signal_id,
            strategy=decision.signal.strategy_id,
            instrument=decision.signal.instrument_id,
            code=verdict.code,
            reason=verdict.sentence,
        )
    name = "order_dry_run" if decision.signal.dry_run else "order_placed"
    for order in decision.orders:
        log_order(name, event_ns, order, decision.signal.reason)


def log_order(name: str, event_ns: int, order: Order, reason: str) -> None:
    """Log that an order is on its way, and why."""
    log_event(
        name,
        event_ns=event_ns,
        client_order_id=order.client_order_id,
        strategy=order.strategy_id,
        instrument=order.instrument_id,
        side=order.side.value,
        type=order.order_type.value,
        role=order.role.value,
        quantity=str(order.quantity),
        reason=reason,
    )


def _outside(event_ns: int, body: Adjusted | Correction | ForeignOrder | Condition) -> None:
    log_event(_OUTSIDE[type(body)], level="WARNING", event_ns=event_ns, sentence=body.sentence)


def _report(event_ns: int, report: Report | Denied) -> None:
    fields = msgspec.to_builtins(report)
    fields.pop("type")
    fields.pop("event_ns")
    level = "WARNING" if isinstance(report, Rejected) else "INFO"
    log_event(_REPORTS[type(report)], level=level, event_ns=event_ns, **fields)


def _json_sink(path: Path) -> Callable[[Message], None]:
    """Return a sink that writes one JSON object a line and starts a new file at 20 MB."""
    most = 20_000_000

    def write(message: Message) -> None:
        line = json_line(message)
        if path.exists() and path.stat().st_size > most:
            path.replace(path.with_suffix(".1.log"))
        with path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    return write


def json_line(message: Message) -> str:
    """Return one log event as a line of JSON, secrets taken out."""
    record = message.record
    extra = record["extra"]
    line = {
        "time": record["time"].astimezone(UTC).isoformat(),
        "level": record["level"].name,
        "event": extra.get("event") or redact(record["message"]),
        "event_time": _when(extra.get("event_ns")),
        **redact_fields(extra.get("fields", {})),
    }
    return msgspec.json.encode(line, order="deterministic").decode()


def _print(message: Message) -> None:
    record = message.record
    extra = record["extra"]
    shown = redact_fields(extra.get("fields", {}))
    fields = " ".join(f"{key}={value}" for key, value in shown.items())
    when = _when(extra.get("event_ns")) or record["time"].strftime("%H:%M:%S")
    sys.stderr.write(redact(f"{when} {record['level'].name:7} {record['message']} {fields}") + "\n")


def _when(event_ns: int | None) -> str | None:
    if event_ns is None:
        return None
    return datetime.fromtimestamp(event_ns / 1e9, UTC).isoformat(timespec="milliseconds")
