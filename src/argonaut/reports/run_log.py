"""The log of one run: what its journal rows amount to, counted while they are written.

An observer of the session, in backtest and paper alike. It counts everything and keeps little: the
closed trades, one small mark a fill and a protective level, and the last decisions with their
reasons. Nothing is formatted before somebody reads it.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict, deque
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import msgspec
import numpy as np
from msgspec.structs import replace

from argonaut.domain.command import Record
from argonaut.domain.event import Adjusted, Condition, Correction, ForeignOrder
from argonaut.domain.ids import ClientOrderId, InstrumentId, StrategyId
from argonaut.domain.number import ZERO, to_float
from argonaut.domain.order import (
    Amended,
    Canceled,
    Expired,
    Filled,
    Order,
    OrderRole,
    Rejected,
    Side,
)
from argonaut.domain.record import (
    Allocated,
    Anomaly,
    Decision,
    DetectorAnswer,
    ModeChanged,
    OrderSent,
    ProtectionMoved,
    StrategyPaused,
)
from argonaut.domain.roundtrip import RoundTrip
from argonaut.domain.signal import Enter, Skip
from argonaut.domain.verdict import Outcome
from argonaut.reports.returns import Floats, Times, last_of_each_day
from argonaut.reports.signal_line import SignalLine, line_of

_ENDED_KEPT: Final = 1_000  # canceled orders remembered for a fill that is told late
_FRESH_MAX: Final = 1_024  # samples before they are packed: eight bytes a number, not thirty-two
_DETECTORS_KEPT: Final = 64  # distinct answers, which are few; a bound all the same

Body = Decision | ProtectionMoved | Skip | DetectorAnswer


class FillMark(msgspec.Struct, frozen=True, gc=False):
    """One execution as a chart needs it; price quote per base, quantity base units."""

    event_ns: int
    strategy_id: StrategyId
    instrument_id: InstrumentId
    side: Side
    role: OrderRole
    price: Decimal
    quantity: Decimal
    tag: str


class LevelMark(msgspec.Struct, frozen=True, gc=False):
    """A protective order that rested at `price` from `from_ns` until `to_ns`, and how it ended."""

    strategy_id: StrategyId
    instrument_id: InstrumentId
    role: OrderRole
    price: float
    from_ns: int
    to_ns: int
    ending: str  # "filled", "canceled", "moved", or "resting" at the end of the run


class Notice(msgspec.Struct, frozen=True, gc=False):
    """Something out of the ordinary: an anomaly, a paused strategy, a condition, a correction."""

    event_ns: int
    kind: str
    sentence: str


class RunLog:
    """Call it with every record, and `sample` with every mark to market.

    Args:
        kept: How many trades, fills and protective levels to keep, the last ones; None for all.
            Counts and sums always cover the whole run.
        decisions_kept: How many decisions to keep with their reasons, and as many skips.
        samples_kept: From this many equity samples on, every second one is dropped, but never
            the last of a day (so it is at least four a day); None keeps all.
    """

    __slots__ = (
        "_decided",
        "_ended",
        "_equity",
        "_equity_ns",
        "_fresh",
        "_fresh_ns",
        "_handlers",
        "_levels",
        "_resting",
        "_samples_kept",
        "_skipped",
        "_working",
        "decisions",
        "detector_answers",
        "entries",
        "entry_refusals",
        "equity_last",
        "equity_start",
        "fees",
        "fill_marks",
        "fills",
        "notices",
        "orders",
        "reduced",
        "reductions",
        "refusals",
        "round_trips",
        "skips",
        "slippage_quote",
        "trades",
    )

    def __init__(
        self,
        *,
        kept: int | None = None,
        decisions_kept: int = 200,
        samples_kept: int | None = None,
    ) -> None:
        self.decisions = 0
        self.entries = 0  # decisions that wanted to enter
        self.reduced = 0  # approved for less than was asked
        self.orders = 0
        self.fills = 0
        self.trades = 0
        self.skips = 0
        self.fees: dict[str, Decimal] = {}  # by asset paid in
        self.slippage_quote = ZERO
        self.refusals: dict[str, int] = {}  # by code
        self.entry_refusals: dict[str, int] = {}
        self.reductions: dict[str, int] = {}
        self.detector_answers: dict[str, int] = {}
        self.round_trips: deque[RoundTrip] = deque(maxlen=kept)
        self.fill_marks: deque[FillMark] = deque(maxlen=kept)
        self.notices: deque[Notice] = deque(maxlen=decisions_kept)
        self.equity_start: float | None = None
        self.equity_last: float | None = None
        self._levels: deque[LevelMark] = deque(maxlen=kept)
        self._decided: deque[tuple[int, Body]] = deque(maxlen=decisions_kept)
        self._skipped: deque[tuple[int, Body]] = deque(maxlen=decisions_kept)
        self._samples_kept = samples_kept
        self._equity_ns = array("q")
        self._equity = array("d")
        self._fresh_ns: list[int] = []  # samples not in the columns yet: lists take one at a time
        self._fresh: list[float] = []
        self._working: dict[ClientOrderId, Order] = {}
        self._ended: OrderedDict[ClientOrderId, Order] = OrderedDict()
        self._resting: dict[ClientOrderId, tuple[int, Decimal]] = {}  # since when, at what price
        self._handlers: dict[type, Callable[[int, Any], None]] = {
            Decision: self._on_decision,
            OrderSent: self._on_intent,
            Filled: self._on_fill,
            Canceled: self._on_ending,
            Expired: self._on_ending,
            Rejected: self._on_ending,
            Amended: self._on_amended,
            RoundTrip: self._on_round_trip,
            Skip: self._on_skip,
            ProtectionMoved: self._on_protection,
            DetectorAnswer: self._on_detector,
            Anomaly: self._on_anomaly,
            StrategyPaused: self._on_paused,
            Allocated: self._on_allocated,
            ModeChanged: self._on_mode,
            Adjusted: self._on_outside,
            Correction: self._on_outside,
            ForeignOrder: self._on_outside,
            Condition: self._on_outside,
        }

    def __call__(self, event_seq: int, event_ns: int, record: Record) -> None:
        """Take one journal row."""
        del event_seq
        body = record.body
        handler = self._handlers.get(type(body))
        if handler is not None:
            handler(event_ns, body)

    def sample(self, event_ns: int, equity: float) -> None:
        """Take one mark to market. Zeros before the first money are no equity and left out."""
        if self.equity_start is None:
            if not equity:
                return
            self.equity_start = equity
        self.equity_last = equity
        fresh, kept = self._fresh, self._samples_kept
        self._fresh_ns.append(event_ns)
        fresh.append(equity)
        if len(fresh) >= _FRESH_MAX:
            self._pack()
        if kept is not None and len(self._equity) + len(fresh) > kept:
            self._thin()

    # what was kept

    @property
    def approved(self) -> int:
        """Decisions that passed every check."""
        return self.decisions - sum(self.refusals.values())

    def equity_columns(self) -> tuple[Times, Floats]:
        """Return (times, equity) of the samples, copied: the log may go on."""
        self._pack()
        return (
            np.array(self._equity_ns, dtype=np.int64),
            np.array(self._equity, dtype=np.float64),
        )

    def levels(self, until_ns: int) -> list[LevelMark]:
        """Return the protective levels in the order they ended; those that rest end `until_ns`."""
        return [
            *self._levels,
            *(self._level(order_id, until_ns, "resting") for order_id in self._resting),
        ]

    def last_signals(self, count: int, *, with_skips: bool = False) -> list[SignalLine]:
        """Return what was decided last and why, newest first."""
        rows = list(self._decided)[-count:]
        if with_skips:
            rows = sorted(rows + list(self._skipped)[-count:], key=lambda row: row[0])[-count:]
        return [line_of(event_ns, body) for event_ns, body in reversed(rows)]

    # rows

    def _on_decision(self, event_ns: int, decision: Decision) -> None:
        self.decisions += 1
        self._decided.append((event_ns, decision))
        signal = decision.signal
        is_entry = type(signal) is Enter
        self.entries += is_entry
        if not decision.approved:
            code = decision.verdicts[-1].code
            _count(self.refusals, code)
            if is_entry:
                _count(self.entry_refusals, code)
            return
        if decision.quantity != decision.requested:
            self._on_reduction(decision)
        if not signal.dry_run:
            for order in decision.orders:
                self.orders += 1
                self._working[order.client_order_id] = order

    def _on_reduction(self, decision: Decision) -> None:
        clips = [each for each in decision.verdicts if each.outcome is Outcome.CLIP]
        self.reduced += bool(clips)
        for clip in clips:
            _count(self.reductions, clip.code)

    def _on_intent(self, event_ns: int, sent: OrderSent) -> None:
        order = sent.order
        order_id = order.client_order_id
        self.orders += order_id not in self._working  # a decided order may be resized first
        self._working[order_id] = order
        if order.role.is_protective:
            self._rest(event_ns, order)

    def _on_fill(self, event_ns: int, fill: Filled) -> None:
        self.fills += 1
        fee = fill.fee
        if fee:
            try:
                self.fees[fill.fee_asset] += fee
            except KeyError:
                self.fees[fill.fee_asset] = fee
        if fill.slippage_quote:
            self.slippage_quote += fill.slippage_quote
        order_id = fill.client_order_id
        order = self._working.get(order_id) or self._ended.get(order_id)
        if order is None:
            return
        quantity = fill.quantity
        self.fill_marks.append(
            FillMark(
                event_ns,
                order.strategy_id,
                order.instrument_id,
                order.side,
                order.role,
                fill.price,
                quantity,
                order.tag,
            )
        )
        if order.quantity == quantity or order.quantity <= quantity + order.filled:
            if order_id in self._resting:
                self._end_level(order_id, event_ns, "filled")
            self._working.pop(order_id, None)
        elif order_id in self._working:
            self._working[order_id] = replace(order, filled=order.filled + quantity)

    def _on_ending(self, event_ns: int, report: Canceled | Expired | Rejected) -> None:
        order_id = report.client_order_id
        if order_id in self._resting:
            self._end_level(order_id, event_ns, "canceled")
        order = self._working.pop(order_id, None)
        if order is not None:
            self._ended[order_id] = order
            if len(self._ended) > _ENDED_KEPT:
                self._ended.popitem(last=False)

    def _on_amended(self, event_ns: int, change: Amended) -> None:
        order_id = change.client_order_id
        order = self._working.get(order_id)
        if order is None:
            return
        if change.quantity is not None:
            self._working[order_id] = replace(order, quantity=change.quantity)
        price = change.trigger_price or change.price
        resting = self._resting.get(order_id)
        if resting is not None and price is not None and price != resting[1]:
            self._end_level(order_id, event_ns, "moved")
            self._resting[order_id] = (event_ns, price)

    def _on_round_trip(self, event_ns: int, trip: RoundTrip) -> None:
        del event_ns  # the trip carries its own times
        self.trades += 1
        self.round_trips.append(trip)

    def _on_skip(self, event_ns: int, skip: Skip) -> None:
        self.skips += 1
        self._skipped.append((event_ns, skip))

    def _on_protection(self, event_ns: int, moved: ProtectionMoved) -> None:
        self._decided.append((event_ns, moved))

    def _on_detector(self, event_ns: int, body: DetectorAnswer) -> None:
        self._decided.append((event_ns, body))
        if body.answer in self.detector_answers or len(self.detector_answers) < _DETECTORS_KEPT:
            _count(self.detector_answers, body.answer)

    def _on_anomaly(self, event_ns: int, anomaly: Anomaly) -> None:
        self.notices.append(Notice(event_ns, "anomaly", f"{anomaly.what}: {anomaly.detail}"))

    def _on_paused(self, event_ns: int, paused: StrategyPaused) -> None:
        said = f"{paused.strategy_id} at {paused.instrument_id} was paused: {paused.error}"
        self.notices.append(Notice(event_ns, "strategy_paused", said))

    def _on_allocated(self, event_ns: int, step: Allocated) -> None:
        self.notices.append(Notice(event_ns, "allocation", step.sentence))

    def _on_mode(self, event_ns: int, changed: ModeChanged) -> None:
        said = f"mode {changed.mode} by {changed.who}: {changed.reason}"
        self.notices.append(Notice(event_ns, "mode", said))

    def _on_outside(
        self, event_ns: int, body: Adjusted | Correction | ForeignOrder | Condition
    ) -> None:
        self.notices.append(Notice(event_ns, type(body).__name__.lower(), body.sentence))

    # protective levels

    def _rest(self, event_ns: int, order: Order) -> None:
        price = order.trigger_price or order.price
        if price is not None:
            self._resting[order.client_order_id] = (event_ns, price)

    def _end_level(self, order_id: ClientOrderId, event_ns: int, ending: str) -> None:
        self._levels.append(self._level(order_id, event_ns, ending))
        del self._resting[order_id]

    def _level(self, order_id: ClientOrderId, to_ns: int, ending: str) -> LevelMark:
        order = self._working[order_id]
        from_ns, price = self._resting[order_id]
        return LevelMark(
            order.strategy_id,
            order.instrument_id,
            order.role,
            to_float(price),
            from_ns,
            to_ns,
            ending,
        )

    def _pack(self) -> None:
        self._equity_ns.fromlist(self._fresh_ns)
        self._equity.fromlist(self._fresh)
        self._fresh_ns.clear()
        self._fresh.clear()

    def _thin(self) -> None:
        """Drop every second sample, but keep the first, the last and the last of every day."""
        times, equity = self.equity_columns()
        keep = np.zeros(times.size, dtype=bool)
        keep[::2] = True
        keep[-1] = True
        days = last_of_each_day(times)
        keep[days] = True
        self._equity_ns = array("q", times[keep].tobytes())
        self._equity = array("d", equity[keep].tobytes())
        # The days alone may come to fill the bound; then it grows with them.
        self._samples_kept = max(self._samples_kept or 0, 4 * days.size)


def _count(counts: dict[str, int], name: str) -> None:
    counts[name] = counts.get(name, 0) + 1
