"""One decision as a person reads it: who wanted what, why, what became of it and why."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from argonaut.domain.ids import InstrumentId
from argonaut.domain.record import Decision, DetectorAnswer, ProtectionMoved
from argonaut.domain.signal import Enter, Protect, Skip
from argonaut.domain.verdict import Outcome


class SignalLine(msgspec.Struct, frozen=True):
    """A row of the list of last signals. All text comes from outside: escape it before HTML."""

    event_ns: int
    who: str  # strategy or detector
    instrument_id: InstrumentId
    wish: str  # "buy", "sell", "exit", "protect", "skip" or "signal buy"
    reason: str
    answer: str  # "approved", "reduced", "refused", "moved", "kept", "dry run", ...
    why: str  # quantity, or the sentence of the check that decided


def line_of(event_ns: int, body: Decision | ProtectionMoved | Skip | DetectorAnswer) -> SignalLine:
    """Return the line of one journal row."""
    if isinstance(body, Decision):
        return _of_decision(event_ns, body)
    if isinstance(body, ProtectionMoved):
        signal: Protect | Skip = body.signal
        wish, answer, why = "protect", "moved" if body.moved else "kept", body.detail
    elif isinstance(body, Skip):
        signal = body
        wish, answer, why = "skip", "nothing done", ""
    else:
        return _of_detector(event_ns, body)
    return SignalLine(
        event_ns, signal.strategy_id, signal.instrument_id, wish, signal.reason, answer, why
    )


def _of_decision(event_ns: int, decision: Decision) -> SignalLine:
    signal = decision.signal
    wish = signal.side.value if isinstance(signal, Enter) else "exit"
    answer, why = _answer(decision)
    return SignalLine(
        event_ns, signal.strategy_id, signal.instrument_id, wish, signal.reason, answer, why
    )


def _answer(decision: Decision) -> tuple[str, str]:
    if not decision.approved:
        return "refused", decision.verdicts[-1].sentence.removeprefix("refused: ")
    if decision.signal.dry_run:
        return "dry run", f"would trade {_plain(decision.quantity)}"
    if not decision.orders:
        return "kept", decision.verdicts[-1].sentence.removeprefix("passed: ")
    clips = [each for each in decision.verdicts if each.outcome is Outcome.CLIP]
    if clips:
        said = "; ".join(each.sentence.removeprefix("reduced: ") for each in clips)
        return "reduced", f"{_plain(decision.quantity)} of {_plain(decision.requested)}: {said}"
    return "approved", _plain(decision.quantity)


def _of_detector(event_ns: int, body: DetectorAnswer) -> SignalLine:
    signal = body.signal
    return SignalLine(
        event_ns,
        signal.source,
        signal.instrument_id,
        f"signal {signal.side}",
        f"confidence {signal.confidence:g}",
        body.answer,
        body.detail,
    )


def _plain(quantity: Decimal | None) -> str:
    return "?" if quantity is None else f"{quantity.normalize():f}"
