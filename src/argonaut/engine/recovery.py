"""Folds stored journal rows into an engine: after it the engine is where their writer was.

Nothing is emitted, no strategy and no gate is asked. Every row is an input, which its handler takes
as it did then, or something a handler or a strategy did, which happens again only because its row
is there. An order that was meant to be sent and of which the venue has said nothing is UNKNOWN
afterwards: sent or not, nobody knows. It reserves its worst case and is ended by evidence alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from argonaut.domain.event import (
    Adjusted,
    Condition,
    Correction,
    Deposited,
    ExternalEvent,
    ForeignOrder,
    InstrumentListed,
    OperatorCommand,
    TimerFired,
)
from argonaut.domain.ids import FillId, InstrumentId
from argonaut.domain.order import (
    CancelRequested,
    Denied,
    Filled,
    OrderStatus,
    OutcomeUnknown,
    Report,
    Triggered,
)
from argonaut.domain.record import (
    SHADOW,
    Anomaly,
    Decision,
    DetectorAnswer,
    NoticePlanned,
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
from argonaut.domain.transitions import apply
from argonaut.engine.inbox import is_acknowledged
from argonaut.engine.later import TIMER_KEY
from argonaut.engine.netting import is_inside, other_side_of
from argonaut.engine.notices import NOTICES_KEY
from argonaut.engine.script import Script

if TYPE_CHECKING:
    from argonaut.engine.core import Engine

_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {
    kind: msgspec.json.Decoder(type_)
    for kind, type_ in (
        ("decision", Decision),
        ("intent", OrderSent),
        ("report", Report | Denied | CancelRequested),
        ("protection", ProtectionMoved),
        ("trail", Trailed),
        ("shortlist", Shortlisted),
        ("scanned", Scanned),
        ("signal", DetectorAnswer),
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
        ("timer", TimerFired),
        ("watch", WatchAnswer),
        ("notice", NoticePlanned),
        ("instrument", InstrumentListed),
    )
}
"""The kinds that change something. The others tell what follows from these, or of other things."""

_BESIDE = frozenset({"lease", "silence", "doubt"})
"""The kinds that are of no event: a start writes them for the starts after it."""

SENT_UNSEEN = frozenset({OrderStatus.SUBMITTED, OrderStatus.TRIGGERED, OrderStatus.PENDING_CANCEL})


_ASKED_FOR = (OrderSent, Denied, CancelRequested, Anomaly)  # by the handlers of other rows too


class StoredRow(Protocol):
    """A journal row, whoever stored it."""

    @property
    def event_seq(self) -> int:
        """The number of the input that caused it."""

    @property
    def event_ns(self) -> int:
        """The engine's time of that input."""

    @property
    def kind(self) -> str:
        """What the payload is."""

    @property
    def payload(self) -> bytes:
        """The body as JSON."""


def fold(engine: Engine, rows: Iterable[StoredRow]) -> None:
    """Take the rows after the snapshot that `engine` was loaded from, or all into a new one.

    The journal must be one of an engine with `folds`. Ask `engine.audit` for what is to be done
    once the venue has told what it has.

    Raises:
        msgspec.DecodeError: A payload is not what its kind says.
    """
    folding = _Folding(engine)
    ours = (row for row in rows if not (row.kind in _BESIDE or row.kind.startswith(SHADOW)))
    for (seq, event_ns), group in groupby(ours, key=attrgetter("event_seq", "event_ns")):
        folding.take(seq, event_ns, [_body_of(row) for row in group if row.kind in _DECODERS])
    folding.end()


def _body_of(row: StoredRow) -> msgspec.Struct:
    body: msgspec.Struct = _DECODERS[row.kind].decode(row.payload)
    return body


class _Folding:
    """One fold under way."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._desk = engine.desk
        self._routes = engine.routes
        self._halves: dict[FillId, Filled] = {}  # inside fills whose other side is in no row so far
        desk, account = engine.desk, engine.account
        self._handlers: dict[type, Callable[[Any], None]] = {
            Decision: desk.repeat,
            OrderSent: self._on_sent,
            Denied: desk.exits.repeat_denial,
            CancelRequested: self._on_cancel,
            Triggered: self._on_triggered,
            ProtectionMoved: self._on_protection,
            Trailed: desk.warden.repeat_trail,
            Shortlisted: self._on_shortlist,
            Scanned: self._on_scanned,
            DetectorAnswer: lambda answer: engine.doorman.remember(answer.signal),
            ExternalEvent: engine.doorman.hear,
            StrategyPaused: self._on_paused,
            StrategyState: self._on_state,
            Anomaly: self._on_anomaly,
            Deposited: lambda each: account.deposit(each.asset, each.amount, each.event_ns),
            Adjusted: account.adjust,
            TransferValued: lambda each: engine.book.value_transfers(each.asset, each.rate),
            Correction: desk.inbox.on_correction,
            ForeignOrder: self._on_foreign,
            Condition: engine.modes.on_condition,
            OperatorCommand: engine.modes.on_operator,
            TimerFired: self._on_timer,
            WatchAnswer: engine.listings.remember,
            NoticePlanned: engine.notices.remember,
            InstrumentListed: engine.listings.on_listed,
        }

    def take(self, seq: int, event_ns: int, bodies: list[msgspec.Struct]) -> None:
        """Take the rows of one event, or as many of them as were stored."""
        engine, script = self._engine, Script(bodies)
        engine.seq = seq
        engine.now_ns = engine.account.now_ns = event_ns
        self._desk.script = script
        for each in bodies:
            if isinstance(each, Filled) and is_inside(each.fill_id):
                self._note_half(each)
        while (body := script.next()) is not None:
            handler = self._handlers.get(type(body), self._desk.on_report)
            if isinstance(body, _ASKED_FOR):
                script.put_back(body)
            handler(body)
            script.drop(body)  # where its handler found nothing to do
        self._desk.script = None
        engine.forget_commands()

    def _note_half(self, fill: Filled) -> None:
        if self._halves.pop(other_side_of(fill).fill_id, None) is None:
            self._halves[fill.fill_id] = fill

    def end(self) -> None:
        """Say of every order whose fate was on its way that nobody knows it."""
        desk = self._desk
        desk.netting.complete(self._halves.values())
        self._engine.forget_commands()
        for order in list(desk.live.values()):
            is_held = order.client_order_id in self._routes[order.instrument_id].local
            if is_held or order.status not in SENT_UNSEEN or is_acknowledged(order):
                continue
            unknown = OutcomeUnknown(
                client_order_id=order.client_order_id,
                event_ns=self._engine.now_ns,
                reason="sent or not when the run stopped",
            )
            desk.store(order, apply(order, unknown))
        desk.warden.forget_what_was_asked()

    def _on_sent(self, sent: OrderSent) -> None:
        desk, order = self._desk, sent.order
        if order.role.is_protective:
            desk.warden.repeat(sent)
        else:
            desk.exits.release((order.strategy_id, order.instrument_id))
        script = desk.script
        assert script is not None, "rows are being taken"
        found = script.sent(lambda each: each.client_order_id == order.client_order_id)
        if found is not None and not desk.netting.repeat(order):
            desk.send(order)  # nobody knows any more why: it may be at the venue all the same
            if order.role.is_protective:
                desk.warden.adopt(order)

    def _on_cancel(self, asked: CancelRequested) -> None:
        order = self._desk.live.get(asked.client_order_id)
        if order is not None:
            self._desk.cancel(order)

    def _on_triggered(self, triggered: Triggered) -> None:
        order = self._desk.live.get(triggered.client_order_id)
        route = None if order is None else self._routes[order.instrument_id]
        if order is not None and route is not None and order.client_order_id in route.local:
            self._desk.trigger(route, order)
        else:
            self._desk.on_report(triggered)

    def _on_protection(self, moved: ProtectionMoved) -> None:
        signal, warden = moved.signal, self._desk.warden
        self._desk.signals_taken += 1
        if moved.moved or " stays at " in moved.detail:  # else refused, for a NaN that JSON has not
            warden.move(signal, moved.signal_id)
            warden.restore((signal.strategy_id, signal.instrument_id))

    def _on_shortlist(self, told: Shortlisted) -> None:
        if self._engine.account.scanner is not None:
            self._engine.account.scanner.repeat(told)

    def _on_scanned(self, bar: Scanned) -> None:
        if self._engine.account.scanner is not None:
            self._engine.account.scanner.repeat_bar(bar)

    def _on_foreign(self, found: ForeignOrder) -> None:
        self._desk.is_news(found.order)

    def _on_paused(self, paused: StrategyPaused) -> None:
        for seat in list(self._routes[paused.instrument_id].seats):
            if seat.strategy.strategy_id == paused.strategy_id:
                for route, each in self._engine.listings.seats_of(seat.strategy):
                    route.pause(each)
                    self._desk.cancel_entries_of(each.holding)

    def _on_state(self, stored: StrategyState) -> None:
        place: InstrumentId | None = stored.instrument_id
        for seat in self._routes[stored.instrument_id].seats:
            if seat.strategy.strategy_id == stored.strategy_id:
                seat.strategy.load(stored.state)
                if seat.strategy.roams:
                    place = None  # one state for all its instruments
        self._desk.forget_untold(stored.strategy_id, place)  # that state knows

    def _on_anomaly(self, anomaly: Anomaly) -> None:
        self._desk.anomaly(anomaly.what, anomaly.detail, anomaly.instrument_id)

    def _on_timer(self, timer: TimerFired) -> None:
        if timer.key == NOTICES_KEY:
            self._engine.notices.look()
        elif timer.key == TIMER_KEY:
            self._desk.exits.retry()
