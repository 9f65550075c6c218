"""What is on trial, for logs and people: under names of its own, never those of the account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from argonaut.domain.command import Record
from argonaut.domain.order import Filled, Rejected
from argonaut.domain.record import Allocated, Anomaly, Decision, OffPace, OrderSent, StrategyPaused
from argonaut.domain.roundtrip import RoundTrip
from argonaut.monitoring.logs import log_event, log_order

Observer = Callable[[int, int, Record], None]  # (event_seq, event_ns, record)

_OURS: Final = frozenset(
    {
        Decision,
        OrderSent,
        Filled,
        Rejected,
        RoundTrip,
        StrategyPaused,
        Anomaly,
        Allocated,
        OffPace,
    }
)
"""What happens on trial alone; the rest of the shadow's rows say what the account's say, too."""


class TrialsOnly:
    """Passes on the rows of the shadow that tell of something the account's rows do not."""

    def __init__(self, observe: Observer) -> None:
        self._observe = observe

    def __call__(self, event_seq: int, event_ns: int, record: Record) -> None:
        """Take one row of the shadow."""
        if type(record.body) in _OURS:
            self._observe(event_seq, event_ns, record)


class TrialLog:
    """Logs rows of the shadow."""

    def __init__(self) -> None:
        self._tellers: dict[type, Callable[[int, Any], None]] = {
            Decision: _decision,
            OrderSent: lambda ns, body: log_order("order_dry_run", ns, body.order, body.reason),
            Filled: lambda ns, body: log_event("dry_run_filled", event_ns=ns, **_fields(body)),
            RoundTrip: lambda ns, body: log_event(
                "dry_run_closed",
                event_ns=ns,
                **_fields(body),
                pnl_fraction=str(body.pnl_fraction),
            ),
            StrategyPaused: lambda ns, body: log_event(
                "strategy_paused", level="ERROR", event_ns=ns, dry_run=True, **_fields(body)
            ),
            Anomaly: lambda ns, body: log_event(
                "anomaly", level="WARNING", event_ns=ns, dry_run=True, **_fields(body)
            ),
        }

    def __call__(self, event_seq: int, event_ns: int, record: Record) -> None:
        """Log one row of the shadow, if its kind is one people follow."""
        del event_seq
        tell = self._tellers.get(type(record.body))
        if tell is not None:
            tell(event_ns, record.body)


def _decision(event_ns: int, decision: Decision) -> None:
    if not decision.approved:
        verdict = decision.verdicts[-1]
        log_event(
            "dry_run_blocked",
            event_ns=event_ns,
            signal_id=decision.signal_id,
            strategy=decision.signal.strategy_id,
            instrument=decision.signal.instrument_id,
            code=verdict.code,
            reason=verdict.sentence,
        )
    for order in decision.orders:
        log_order("order_dry_run", event_ns, order, decision.signal.reason)


def _fields(body: msgspec.Struct) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(body)
    return {name: value for name, value in fields.items() if name not in ("type", "event_ns")}
