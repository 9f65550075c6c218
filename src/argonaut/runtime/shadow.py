"""The shadow of a live run: what is on trial beside the account, on the same streams.

It is stepped after the account, so it never makes an order wait, and it cannot stop it: if it
breaks, it is left alone until the next start. Its venue dies with the process; the next start folds
its rows and gives that venue back the orders that rest there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec

from argonaut.config.shadow import Shadow
from argonaut.domain.command import Record
from argonaut.domain.event import Event, InstrumentListed
from argonaut.domain.ids import StrategyId, VenueOrderId
from argonaut.domain.market import Bar, Quote, Trade
from argonaut.domain.order import Accepted, Order, OrderStatus, OrderType
from argonaut.domain.record import Decision
from argonaut.domain.signal import Overheard, Skip
from argonaut.engine.core import Engine
from argonaut.engine.recovery import fold
from argonaut.engine.saved import row_of
from argonaut.journal.query import RowFilter
from argonaut.journal.row import Row
from argonaut.journal.shadow import shadow_rows
from argonaut.monitoring.logs import log_event
from argonaut.runtime.recorder import LiveJournal, Recorder

STATE: Final = "shadow"
"""Where a snapshot of the account keeps that of the shadow."""

_WHOLE: Final = "whole"
_SINCE: Final = "since"


class RecorderJournal:
    """A recorder in the shape of `ports.Journal`; the loop commits."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def append(self, event_seq: int, event_ns: int, kind: str, subject: str, payload: bytes) -> int:
        """Write one row."""
        self._recorder.write(event_seq, event_ns, kind, subject, msgspec.Raw(payload))
        return self._recorder.rows_written

    def commit(self) -> None:
        """Leave it to the loop."""

    @property
    def head(self) -> tuple[int, str]:
        """Sequence number and hash (hex) of the last row that is in the journal."""
        return self._recorder.journal.head

    def close(self) -> None:
        """Leave it to the run."""


class LiveShadow:
    """Follows one account. `feed` steps the account's loop."""

    def __init__(self, shadow: Shadow, account: Engine, feed: Callable[[Event], None]) -> None:
        self.has_failed = False
        self.whole_seq = 0  # the row of the last snapshot that has its state; 0 is none
        self.parts = shadow
        self._account = account
        self._feed = feed
        self._session = shadow.session
        self._mirror = shadow.mirror
        self._overheard: deque[Overheard] = deque()
        self._decided: dict[StrategyId, None] = {}
        shadow.join(account, self._overheard.append)
        shadow.session.show(self._note)

    @property
    def is_awake(self) -> bool:
        """Whether it has begun, and goes on."""
        return self._mirror.is_awake and not self.has_failed

    # over a restart

    def fold(self, journal: LiveJournal, saved: Mapping[str, Any]) -> None:
        """Bring it to where its rows end; `saved` is its part of the last snapshot.

        Without a row or a state it sleeps as new.
        """
        self.whole_seq = saved.get(_SINCE, journal.snapshot_seq)
        if _SINCE in saved:  # it had failed by then: what is true are its rows
            wanted = RowFilter(kinds=("snapshot",), from_seq=self.whole_seq, to_seq=self.whole_seq)
            found = [msgspec.json.decode(row.payload) for row in journal.rows(wanted)]
            saved = found[0].get(STATE, {}) if found else {}
        rows = journal.rows(RowFilter(from_seq=max(self.whole_seq, 1)))
        self._guarded(lambda: self._fold(saved.get(_WHOLE), rows))

    def _fold(self, state: Mapping[str, Any] | None, rows: Iterable[Row]) -> None:
        engine, ours = self.parts.engine, list(shadow_rows(rows))
        if state is not None:
            engine.load(state)
        fold(engine, ours)
        self._mirror.is_awake = state is not None or bool(ours)

    def resume(self) -> None:
        """Give the venue back what it had, and do what is to be done after a restart."""
        if self.is_awake:
            self._guarded(self._resume)

    def _resume(self) -> None:
        engine, venue = self.parts.engine, self.parts.venue
        now_ns = engine.now_ns
        for listed in engine.listings.listed.values():
            venue.list_instrument(listed.instrument)
        for asset in dict.fromkeys(asset for _, asset in engine.book.postings):
            venue.deposit(asset, engine.book.at_venue(asset))
        for order in list(engine.desk.live.values()):
            if order.client_order_id in engine.routes[order.instrument_id].local:
                continue
            venue.restore(self._as_trailed(order), now_ns)
            if order.status is OrderStatus.UNKNOWN:  # it waits: nobody else could have taken it
                name = VenueOrderId(f"{venue.venue_id}-{order.client_order_id}")
                self._session.feed(
                    Accepted(
                        client_order_id=order.client_order_id, event_ns=now_ns, venue_order_id=name
                    )
                )
        self._session.perform(engine.audit())

    def _as_trailed(self, order: Order) -> Order:
        """Return a trailing stop with the trigger its trail had reached: its guard knows it."""
        if order.order_type is not OrderType.TRAILING_STOP:
            return order
        guards = self.parts.engine.desk.warden.guards
        guard = guards.get((order.strategy_id, order.instrument_id))
        if guard is None or guard.find(order.client_order_id) is None:
            return order
        return msgspec.structs.replace(order, trigger_price=guard.stop_level)

    def begin(self) -> None:
        """Start from what the account has now, unless it did before."""
        if not (self._mirror.is_awake or self.has_failed):
            self._guarded(lambda: self.parts.begin(self._account))

    def save(self) -> dict[str, Any]:
        """Return its part of a snapshot: its whole state, or where the last one is once it failed.

        A state that a bug has left is not kept; the rows that led to it are.
        """
        if self.has_failed:
            return {_SINCE: self.whole_seq}
        return {_WHOLE: self.parts.engine.save()} if self.is_awake else {}

    # while it goes on

    def observe(self, event_seq: int, event_ns: int, record: Record) -> None:
        """Take one row of the account."""
        self._mirror(event_seq, event_ns, record)

    def _note(self, event_seq: int, event_ns: int, record: Record) -> None:
        """Take one row of the shadow: who decided something has a state worth keeping."""
        del event_seq, event_ns
        body = record.body
        if isinstance(body, Decision):
            self._decided[body.signal.strategy_id] = None
        elif isinstance(body, Skip):
            self._decided[body.strategy_id] = None

    def follow(self, event: Event) -> None:
        """Take what the account has just taken, and what came of it."""
        if self.has_failed:
            return
        if self._mirror.is_awake and type(event) in (Bar, Quote, Trade):
            self._guarded(lambda: self._show(event))
        if self._mirror.waiting:
            self._guarded(self._pass_on)
        if self._decided:
            self._guarded(self._save_deciders)
        while self._overheard:
            self._feed(self._overheard.popleft())

    def pass_time(self, now_ns: int) -> None:
        """Fire the timers that are due, where no market data comes."""
        if self.is_awake:
            self._guarded(lambda: self._session.pass_time(now_ns))

    def close(self) -> None:
        """Mark its book to market a last time, at the end of a run."""
        if self.is_awake:
            self._guarded(self.parts.close)

    def _show(self, event: Event) -> None:
        session = self._session
        if isinstance(event, Bar):
            if event.instrument_id in session.working:
                session.open(event.instrument_id, event.open_ns, event.open)
            session.bar(event)
        elif isinstance(event, Quote):
            session.quote(event)
        elif isinstance(event, Trade):
            session.trade(event)

    def _pass_on(self) -> None:
        waiting = self._mirror.waiting
        while waiting:
            if not self._mirror.is_awake:
                self.parts.begin(self._account)
            event = waiting.popleft()
            if isinstance(event, InstrumentListed):
                self.parts.venue.list_instrument(event.instrument)
            self._session.feed(event)

    def _save_deciders(self) -> None:
        rows = [
            row_of(each)
            for each in self.parts.engine.strategies()
            if each.strategy_id in self._decided and each.saved
        ]
        self._decided.clear()
        self._session.perform(rows)

    def _guarded(self, work: Callable[[], None]) -> None:
        """Do it; a bug ends the trial, not the trading."""
        try:
            work()
        except Exception as error:  # noqa: BLE001 - whatever it is, real money does not wait for it
            self.has_failed = True
            self._mirror.is_awake = False
            self._mirror.waiting.clear()
            self._account.intake.beside = None
            said = f"{type(error).__name__}: {error}"
            log_event("shadow_failed", level="ERROR", error=said)
