"""Everything that happened in a run, as a list of moments with words for people."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from argonaut.rehearsal.simulation.evidence import Evidence, Sent
from argonaut.rehearsal.simulation.invariants.case import Case
from argonaut.rehearsal.simulation.plan import Fault

_SHOWN = (
    "symbol",
    "side",
    "type",
    "quantity",
    "price",
    "stopPrice",
    "newClientOrderId",
    "origClientOrderId",
)
_ANSWER_SHOWN, _PAYLOAD_SHOWN = 120, 300  # characters


class Moment(msgspec.Struct, frozen=True):
    """Something that happened, in words."""

    at_ns: int
    what: str
    detail: str


def moments(case: Case) -> list[Moment]:
    """Return everything that happened, by its time on the world's clock."""
    evidence = case.evidence
    told = [
        *(Moment(f.at_ns, f"fault {f.kind}", fault_words(f)) for f in evidence.plan.faults),
        *_signals(evidence),
        *(
            Moment(sent.at_ns, "request", sent_words(sent))
            for sent in evidence.sent
            if sent.places or sent.cancels
        ),
        *_fills(evidence),
        *_lives(evidence),
        *_rows(case),
    ]
    return sorted(told, key=lambda each: each.at_ns)


def fault_words(fault: Fault) -> str:
    """Return the fields of a fault that say something."""
    said = msgspec.to_builtins(fault)
    return ", ".join(f"{name} {said[name]}" for name in said if name not in ("kind", "at_ns"))


def sent_words(sent: Sent) -> str:
    """Return what was asked for and what came back."""
    numbers = " ".join(f"{name}={sent.params[name]}" for name in _SHOWN if name in sent.params)
    if sent.answered_ns is None:
        answer = "never answered"
    else:
        took_ms = (sent.answered_ns - sent.at_ns) / 1e6
        answer = f"{sent.status} after {took_ms:.0f} ms {sent.answer[:_ANSWER_SHOWN]}".strip()
    return f"life {sent.life} {sent.method} {sent.path} {numbers}: {answer}"


def _signals(evidence: Evidence) -> Iterator[Moment]:
    for wish in evidence.plan.wishes:
        size = "out" if wish.notional is None else f"for {wish.notional}"
        said = f"{wish.signal_id} {wish.side} {wish.symbol} {size}"
        yield Moment(wish.at_ns, "signal", said)


def _fills(evidence: Evidence) -> Iterator[Moment]:
    for fill in evidence.truth.fills:
        said = f"{fill.client_order_id} {fill.quantity} at {fill.price} ({fill.trade_id})"
        yield Moment(fill.event_ns, "fill at the venue", said)


def _lives(evidence: Evidence) -> Iterator[Moment]:
    for life in evidence.lives:
        name = f"life {life.number}"
        yield Moment(life.began_ns, name, f"begins, epoch {life.epoch}")
        if life.ready_ns is not None:
            yield Moment(life.ready_ns, name, "READY")
        if life.ended_ns is not None:
            yield Moment(life.ended_ns, name, f"{life.ending} {life.error}".strip())


def _rows(case: Case) -> Iterator[Moment]:
    for entry in case.story.entries:
        row = entry.row
        payload = row.payload[:_PAYLOAD_SHOWN].decode("utf-8", "replace")
        yield Moment(entry.at_ns, f"row {row.seq} {row.kind}", f"{row.subject} {payload}")
