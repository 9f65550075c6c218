"""Why the bot did or did not trade, out of its rows: gate by gate, with counts per blocker."""

from __future__ import annotations

import re
from collections import Counter, OrderedDict, deque
from collections.abc import Iterable, Iterator
from decimal import Decimal
from heapq import nsmallest

import msgspec

from argonaut.domain.event import Correction
from argonaut.domain.ids import ClientOrderId
from argonaut.domain.record import (
    Decision,
    DetectorAnswer,
    NoticePlanned,
    StrategyPaused,
    WatchAnswer,
)
from argonaut.domain.signal import Enter, Note, Skip
from argonaut.domain.verdict import Outcome, Verdict
from argonaut.journal.body import Body, body_of
from argonaut.journal.row import Row
from argonaut.journal.shadow import of_both, told

_ON_TRIAL = ("decision", "skip", "strategy_paused", "watch", "note")
KINDS = (*of_both(_ON_TRIAL), "signal", "notice", "correction")
"""The kinds of rows an answer is made from."""

_BLOCKERS_TOLD_MAX = 12
_ORDERS_KEPT = 10_000  # of decisions: what is found out of an order is found out soon
_NUMBER = re.compile(r"\d[\d,.]*(?:e[+-]?\d+)?")


class Step(msgspec.Struct, frozen=True):
    """What one check of the gate said."""

    code: str
    outcome: str  # pass, clip or refuse
    value: Decimal | None
    limit: Decimal | None
    sentence: str


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One moment: who wanted what and why, what every check said, what came of it."""

    event_ns: int
    who: str
    instrument_id: str
    wish: str  # buy, sell, exit, skip, signal buy, paused, watch, note, order
    reason: str
    answer: str  # approved, refused, nothing done, corrected, the door's; on trial "dry run: ..."
    first_blocker: str | None = None  # code of the check that refused, else the first that reduced
    why: str = ""
    steps: tuple[Step, ...] = ()
    requested: Decimal | None = None  # base units
    quantity: Decimal | None = None
    market_price: Decimal | None = None


class WhyAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The moments asked for, oldest first, and what stood in the way over the whole journal."""

    instrument: str  # as it was asked; empty for all
    at_ns: int | None
    last_ns: int | None  # of the newest row that could have been told
    reasons: tuple[Reason, ...]
    counts: dict[str, int]  # by answer
    blockers: dict[str, int]  # refusals by code
    skips: dict[str, int]  # reasons of strategies, numbers left out
    instruments: tuple[str, ...]  # everything there is a row about


def why(
    rows: Iterable[Row], *, instrument: str = "", at_ns: int | None = None, limit: int = 5
) -> WhyAnswer:
    """Return the last `limit` moments of an instrument, or those nearest to an instant.

    Args:
        rows: Of the kinds in `KINDS`, by rising `seq`.
        instrument: `BTC/USDT`, `BTCUSDT`, `BTC` or with `@venue`; empty for all.
        at_ns: UTC nanoseconds.
        limit: How many moments.

    Raises:
        JournalBrokenError: A row is not what its kind says.
    """
    count = _Count()
    found = (each for each in count.of(rows) if is_named(instrument, each.instrument_id))
    told = count.answers_of(found)
    if at_ns is None:
        reasons = list(deque(told, maxlen=limit))
    else:
        reasons = sorted(
            nsmallest(limit, told, key=lambda each: abs(each.event_ns - at_ns)),
            key=lambda each: each.event_ns,
        )
    return WhyAnswer(
        instrument=instrument,
        at_ns=at_ns,
        last_ns=count.last_ns,
        reasons=tuple(reasons),
        counts=dict(count.answers.most_common()),
        blockers=dict(count.blockers.most_common(_BLOCKERS_TOLD_MAX)),
        skips=dict(count.skips.most_common(_BLOCKERS_TOLD_MAX)),
        instruments=tuple(sorted(count.instruments)),
    )


def is_named(asked: str, instrument_id: str) -> bool:
    """Whether a person who writes `asked` means this instrument."""
    if not asked or asked == instrument_id:
        return True
    if "@" in asked:
        return False
    pair = instrument_id.partition("@")[0]
    base = pair.partition("/")[0]
    letters = _letters(asked)
    return letters in (_letters(pair), _letters(base))


def reason_of(row: Row) -> Reason | None:
    """Return the moment a row tells of by itself; None when its kind tells of none.

    Raises:
        JournalBrokenError: The row is not what its kind says.
    """
    return _moment_of(row)[1]


def _moment_of(row: Row) -> tuple[Body | None, Reason | None]:
    """Return the body of a row that is no shadow's, and what the row tells of by itself."""
    row, is_shadow = told(row)
    if not is_shadow:
        body = body_of(row)
        return body, _reason_of(row, body)
    reason = _reason_of(row, body_of(row)) if row.kind in _ON_TRIAL else None
    if reason is None:
        return None, None
    done = reason.answer in ("approved", "reduced")
    answer = "dry run" if done else f"dry run: {reason.answer}"
    return None, msgspec.structs.replace(reason, answer=answer)


def _reason_of(row: Row, body: Body | None) -> Reason | None:
    if isinstance(body, Decision):
        return _of_decision(row.event_ns, body)
    if isinstance(body, Skip):
        return Reason(
            event_ns=row.event_ns,
            who=body.strategy_id,
            instrument_id=body.instrument_id,
            wish="skip",
            reason=body.reason,
            answer="nothing done",
        )
    if isinstance(body, Note):
        return Reason(
            event_ns=row.event_ns,
            who=body.strategy_id,
            instrument_id=body.instrument_id,
            wish="note",
            reason=body.reason,
            answer="told",
        )
    if isinstance(body, NoticePlanned):
        return Reason(
            event_ns=row.event_ns,
            who="notices",
            instrument_id=body.instrument_id,
            wish=body.action,
            reason=f"{body.kind} {body.event_id}: {body.detail}",
            answer="planned",
        )
    if isinstance(body, WatchAnswer):
        return Reason(
            event_ns=row.event_ns,
            who=body.signal.strategy_id,
            instrument_id=body.signal.instrument_id,
            wish="watch",
            reason=body.signal.reason,
            answer="waited for" if body.accepted else "refused",
            first_blocker=None if body.accepted else "listings",
            why=body.detail,
        )
    if isinstance(body, DetectorAnswer):
        return Reason(
            event_ns=row.event_ns,
            who=body.signal.source,
            instrument_id=body.signal.instrument_id,
            wish=f"signal {body.signal.side}",
            reason=f"signal {body.signal.signal_id}, confidence {body.signal.confidence:g}",
            answer=body.answer,
            why=body.detail,
        )
    if isinstance(body, StrategyPaused):
        return Reason(
            event_ns=row.event_ns,
            who=body.strategy_id,
            instrument_id=body.instrument_id,
            wish="paused",
            reason=body.error,
            answer="not called again",
        )
    return None


class _Count:
    """What passes by, counted: over all rows, and over those that were asked for."""

    def __init__(self) -> None:
        self.last_ns: int | None = None
        self.instruments: set[str] = set()
        self.answers: Counter[str] = Counter()
        self.blockers: Counter[str] = Counter()
        self.skips: Counter[str] = Counter()
        self._orders: OrderedDict[ClientOrderId, Decision] = OrderedDict()  # who wanted them

    def of(self, rows: Iterable[Row]) -> Iterator[Reason]:
        for row in rows:
            body, reason = _moment_of(row)
            if isinstance(body, Decision):
                self._remember(body)
            elif isinstance(body, Correction):
                reason = self._of_correction(row.event_ns, body)
            if reason is not None:
                self.last_ns = row.event_ns
                self.instruments.add(reason.instrument_id)
                yield reason

    def _remember(self, decision: Decision) -> None:
        for order in decision.orders:
            self._orders[order.client_order_id] = decision
            if len(self._orders) > _ORDERS_KEPT:
                self._orders.popitem(last=False)

    def _of_correction(self, event_ns: int, found: Correction) -> Reason | None:
        """Return what the venue showed of an order that somebody wanted, such as that it has none.

        What is found out of balances, or of an order that protects, is no answer to why.
        """
        decision = self._orders.get(ClientOrderId(found.subject))
        if decision is None:
            return None
        return Reason(
            event_ns=event_ns,
            who=decision.signal.strategy_id,
            instrument_id=decision.signal.instrument_id,
            wish="order",
            reason=found.sentence,
            answer="corrected",
        )

    def answers_of(self, reasons: Iterable[Reason]) -> Iterator[Reason]:
        for reason in reasons:
            self.answers[reason.answer] += 1
            if reason.answer == "refused" and reason.first_blocker:
                self.blockers[reason.first_blocker] += 1
            if reason.wish == "skip" and reason.answer == "nothing done":
                self.skips[_NUMBER.sub("…", reason.reason)] += 1
            yield reason


def _of_decision(event_ns: int, decision: Decision) -> Reason:
    signal = decision.signal
    blocker = next((each for each in decision.verdicts if each.outcome is Outcome.CLIP), None)
    if not decision.approved:
        blocker = decision.verdicts[-1]
        answer, why_ = "refused", blocker.sentence
    elif signal.dry_run:
        answer, why_ = "dry run", ""
    elif blocker is not None:
        answer, why_ = "reduced", blocker.sentence
    else:
        answer, why_ = "approved", ""
    return Reason(
        event_ns=event_ns,
        who=signal.strategy_id,
        instrument_id=signal.instrument_id,
        wish=signal.side.value if isinstance(signal, Enter) else "exit",
        reason=signal.reason,
        answer=answer,
        first_blocker=None if blocker is None else blocker.code,
        why=why_,
        steps=tuple(map(_step, decision.verdicts)),
        requested=decision.requested,
        quantity=decision.quantity,
        market_price=decision.market_price,
    )


def _step(verdict: Verdict) -> Step:
    return Step(verdict.code, verdict.outcome.value, verdict.value, verdict.limit, verdict.sentence)


def _letters(name: str) -> str:
    return "".join(letter for letter in name.upper() if letter.isalnum())
