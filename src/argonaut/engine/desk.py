"""The trading desk: wishes in, orders out, reports folded into the book, protection kept whole."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import msgspec

from argonaut.domain.command import AmendOrder, CancelOrder, Command, Record, SubmitOrder
from argonaut.domain.ids import ClientOrderId, InstrumentId, SignalId, StrategyId, VenueOrderId
from argonaut.domain.order import (
    Accepted,
    Amended,
    Canceled,
    CancelRequested,
    Filled,
    IllegalTransitionError,
    Order,
    OrderRole,
    OrderType,
    Report,
    Side,
    Submitted,
    Triggered,
    apply,
)
from argonaut.domain.record import Anomaly, Decision, OrderSent, ProtectionMoved
from argonaut.domain.signal import Enter, Exit, Protect, Protection, Signal, Skip
from argonaut.domain.verdict import Approved, Outcome, Refused, Verdict
from argonaut.engine.account import Account
from argonaut.engine.route import Route
from argonaut.engine.warden import Warden
from argonaut.execution.orders import entry_order, exit_order
from argonaut.ledger.holding import Holding
from argonaut.ports import Capability
from argonaut.risk.gate import Gate

_CLOSED_KEPT = 10_000  # final orders remembered for late fills; an older one is a foreign report
Key = tuple[StrategyId, InstrumentId]


class Desk:
    """Owns the live orders; every change of one goes through `_store`."""

    def __init__(
        self,
        account: Account,
        gate: Gate,
        capability: Capability,
        emit: Callable[[Command], None],
        *,
        epoch: str,
        dry_runs: frozenset[StrategyId] = frozenset(),
    ) -> None:
        self.account = account
        self.capability = capability
        self.live: dict[ClientOrderId, Order] = {}
        self.closed: dict[ClientOrderId, Order] = {}
        self.signals_taken = 0
        self.warden = Warden(self)
        self._gate = gate
        self.emit = emit
        self._epoch = epoch
        self._dry_runs = dry_runs
        self._entry_protection: dict[ClientOrderId, Protection] = {}
        self._waiting_exits: dict[Key, Order] = {}

    # wishes

    def take(self, signal: Signal, holding: Holding) -> None:
        """Send one wish through the gate and, when approved, its order to the outbox."""
        if isinstance(signal, Skip):
            self.emit(Record("skip", signal.strategy_id, signal))
            return
        self.signals_taken += 1
        if isinstance(signal, Protect):
            moved, detail = self.warden.move(signal)
            body = ProtectionMoved(signal=signal, moved=moved, detail=detail)
            self.emit(Record("protection", signal.strategy_id, body))
            return
        if signal.strategy_id in self._dry_runs:
            signal = msgspec.structs.replace(signal, dry_run=True)
        signal_id = signal.signal_id or SignalId(
            f"{signal.strategy_id}-{self._epoch}-{self.signals_taken}"
        )
        if isinstance(signal, Enter):
            self._enter(signal, signal_id)
        else:
            self._exit(signal, signal_id, holding)

    def flatten(self, *, reason: str) -> None:
        """Ask to close everything held; allowed in every mode."""
        for holding in self.account.book.holdings():
            if holding.quantity:
                wish = Exit(
                    strategy_id=holding.strategy_id,
                    instrument_id=holding.instrument_id,
                    reason=reason,
                    tag="flatten",
                )
                self.take(wish, holding)

    def cancel_entries(self) -> None:
        """Ask for every live entry to be taken out."""
        for order in [each for each in self.live.values() if each.role is OrderRole.ENTRY]:
            self.cancel(order)

    def _enter(self, entry: Enter, signal_id: SignalId) -> None:
        route = self.account.routes.get(entry.instrument_id)
        if route is None:
            answer: Approved | Refused = _refusal(
                entry, "filters", f"unknown instrument {entry.instrument_id}"
            )
        elif route.is_frozen:
            answer = _refusal(entry, "frozen", f"{entry.instrument_id} is frozen")
        else:
            answer = self._gate.enter(entry, route.instrument, self.account)
        if route is None or isinstance(answer, Refused):
            assert isinstance(answer, Refused), "an unknown instrument is never approved"
            self._refuse(answer, signal_id)
            return
        price = route.money()
        assert price is not None, "the gate refuses an entry without a price"
        order = entry_order(
            answer,
            route.instrument,
            signal_id=signal_id,
            decision_price=price,
            now_ns=self.account.now_ns,
        )
        self._record_approval(answer, signal_id, order)
        if entry.dry_run:
            return
        if not entry.protection.is_empty:
            self._entry_protection[order.client_order_id] = entry.protection
        self.account.order_rate.add(self.account.now_ns)
        self.send(order)

    def _exit(self, wish: Exit, signal_id: SignalId, holding: Holding) -> None:
        if holding.exiting:
            self._refuse(_refusal(wish, "holding", "an exit is already working"), signal_id)
            return
        if not wish.dry_run:
            self._cancel_entries_of(holding)
        route = self.account.routes[wish.instrument_id]
        answer = self._gate.exit(wish, route.instrument, self.account, holding.quantity)
        if isinstance(answer, Refused):
            self._refuse(answer, signal_id)
            return
        order = exit_order(
            answer,
            route.instrument,
            signal_id=signal_id,
            side=Side.SELL if holding.is_long else Side.BUY,
            decision_price=route.money(),
            now_ns=self.account.now_ns,
        )
        self._record_approval(answer, signal_id, order)
        if wish.dry_run:
            return
        key = (wish.strategy_id, wish.instrument_id)
        if self.warden.suspend(key):
            self._waiting_exits[key] = order  # sent when the venue has let go of the base units
        else:
            self.send(order)

    def _cancel_entries_of(self, holding: Holding) -> None:
        if not holding.entering:
            return
        for order in list(self.live.values()):
            if (
                order.role is OrderRole.ENTRY
                and order.strategy_id == holding.strategy_id
                and order.instrument_id == holding.instrument_id
            ):
                self.cancel(order)

    def _refuse(self, answer: Refused, signal_id: SignalId) -> None:
        route = self.account.routes.get(answer.signal.instrument_id)
        body = Decision(
            signal_id=signal_id,
            signal=answer.signal,
            approved=False,
            verdicts=answer.verdicts,
            requested=answer.requested,
            market_price=None if route is None else route.money(),
        )
        self.emit(Record("decision", signal_id, body))

    def _record_approval(self, answer: Approved, signal_id: SignalId, order: Order) -> None:
        body = Decision(
            signal_id=signal_id,
            signal=answer.signal,
            approved=True,
            verdicts=answer.verdicts,
            requested=answer.requested,
            quantity=answer.quantity,
            market_price=order.decision_price,
            orders=(order,),
        )
        self.emit(Record("decision", signal_id, body))

    # orders out

    def send(self, order: Order, *, reason: str = "") -> None:
        """Hand an order to the outbox, or hold it here when the venue has no such type.

        With a reason the order was not part of a decision, and gets an intent row of its own.
        """
        if reason:
            self.emit(
                Record("intent", order.client_order_id, OrderSent(order=order, reason=reason))
            )
        now_ns = self.account.now_ns
        sent = apply(order, Submitted(client_order_id=order.client_order_id, event_ns=now_ns))
        if order.order_type in self.capability.order_types:
            self._store(None, sent)
            self.emit(SubmitOrder(sent))
            return
        held = apply(
            sent,
            Accepted(
                client_order_id=order.client_order_id,
                event_ns=now_ns,
                venue_order_id=VenueOrderId("local"),
            ),
        )
        self._store(None, held)
        self.account.routes[order.instrument_id].local[order.client_order_id] = held

    def cancel(self, order: Order) -> None:
        """Ask for an order to be taken out; one held here goes at once."""
        now_ns = self.account.now_ns
        local = self.account.routes[order.instrument_id].local
        if local.pop(order.client_order_id, None) is not None:
            gone = Canceled(client_order_id=order.client_order_id, event_ns=now_ns)
            self.on_report(gone)
            return
        asked = CancelRequested(client_order_id=order.client_order_id, event_ns=now_ns)
        self._store(order, apply(order, asked))
        self.emit(CancelOrder(order.client_order_id, order.instrument_id))

    def amend(self, order: Order, change: AmendOrder) -> None:
        """Ask for a resting order to be changed in place; one held here changes at once."""
        local = self.account.routes[order.instrument_id].local
        if order.client_order_id in local:
            changed = Amended(
                client_order_id=order.client_order_id,
                event_ns=self.account.now_ns,
                quantity=change.quantity,
                price=change.price,
                trigger_price=change.trigger_price,
            )
            self.on_report(changed)
            local[order.client_order_id] = self.live[order.client_order_id]
            return
        self.emit(change)

    def watch(self, route: Route, low: float, high: float) -> None:
        """Trigger the orders held here that a price between `low` and `high` reaches."""
        for order in list(route.local.values()):
            trigger = order.trigger_price
            assert trigger is not None, f"a held order has a trigger: {order}"
            if low <= trigger if order.side is Side.SELL else high >= trigger:
                self._trigger(route, order)
            elif order.trail_fraction is not None:
                route.local[order.client_order_id] = _trailed(order, route, low, high)

    def _trigger(self, route: Route, order: Order) -> None:
        del route.local[order.client_order_id]
        event = Triggered(client_order_id=order.client_order_id, event_ns=self.account.now_ns)
        self.emit(Record("report", order.client_order_id, event))
        after = msgspec.structs.replace(
            apply(order, event),
            order_type=OrderType.LIMIT if order.price is not None else OrderType.MARKET,
        )
        self._store(order, after)
        self.emit(SubmitOrder(after))

    # reports in

    def on_report(self, report: Report) -> tuple[Order, Filled | None] | None:
        """Fold one report into the order, the book and the protection.

        Returns the order and the fill when it was new, so that the strategy can be told.
        """
        before = self.live.get(report.client_order_id) or self.closed.get(report.client_order_id)
        if before is None:
            self._anomaly("foreign report", str(report), None)
            return None
        try:
            after = apply(before, report)
        except IllegalTransitionError as error:
            self._anomaly("illegal transition", str(error), before.instrument_id)
            return None
        if after is before:
            return None  # told before; it counts once
        self.emit(Record("report", report.client_order_id, report))
        self._store(before, after)
        fill = report if isinstance(report, Filled) else None
        if fill is not None:
            self._book(after, fill)
        if after.is_final:
            self._finish(after)
        elif after.role.is_protective and fill is None:
            self.warden.sweep(after)
        if after.role is not OrderRole.ENTRY or fill is not None:
            self.warden.restore((after.strategy_id, after.instrument_id))
        return after, fill

    def _book(self, order: Order, fill: Filled) -> None:
        book = self.account.book
        holding = book.holding(order.strategy_id, order.instrument_id)
        was = holding.quantity
        for trip in book.apply_fill(order, fill):
            self.emit(Record("round_trip", order.client_order_id, trip))
        protection = self._entry_protection.get(order.client_order_id)
        self.warden.on_fill(order, holding, was, protection)
        if holding.quantity and order.role is not OrderRole.ENTRY:
            dust = book.write_off_dust(order.strategy_id, order.instrument_id)
            if dust:
                self._anomaly("dust", f"{dust} {order.instrument_id} is below one lot", None)
        self.account.settle(order.instrument_id)

    def _finish(self, order: Order) -> None:
        """Let go of what a final order kept waiting."""
        self._entry_protection.pop(order.client_order_id, None)
        key = (order.strategy_id, order.instrument_id)
        if order.role is OrderRole.EXIT:
            self.warden.resume(key)
        elif order.role.is_protective:
            self.warden.forget(key, order)
            self._release_exit(key)

    def _release_exit(self, key: Key) -> None:
        """Send a waiting exit once no protective order holds the base units any more."""
        order = self._waiting_exits.get(key)
        if order is None or self.warden.has_live_legs(key):
            return
        del self._waiting_exits[key]
        holding = self.account.book.holding(*key)
        left = min(order.quantity, abs(holding.quantity))
        quantity = self.account.routes[key[1]].instrument.quantity(left)
        if quantity <= 0:
            self.warden.resume(key)
            return
        self.send(
            msgspec.structs.replace(order, quantity=quantity, created_ns=self.account.now_ns),
            reason="" if quantity == order.quantity else "exit shrunk by a protective fill",
        )

    def _store(self, before: Order | None, after: Order) -> None:
        """Keep the order where it belongs and move what it reserves."""
        order_id = after.client_order_id
        if after.is_final:
            self.live.pop(order_id, None)
            self.closed[order_id] = after
            if len(self.closed) > _CLOSED_KEPT:
                del self.closed[next(iter(self.closed))]
        else:
            self.live[order_id] = after
        self.account.order_changed(before, after)

    def _anomaly(self, what: str, detail: str, instrument_id: InstrumentId | None) -> None:
        if instrument_id is not None:
            self.account.routes[instrument_id].is_frozen = True
        self.emit(
            Record("anomaly", what, Anomaly(what=what, detail=detail, frozen=bool(instrument_id)))
        )


def _refusal(signal: Enter | Exit, code: str, detail: str) -> Refused:
    return Refused(signal=signal, verdicts=(Verdict(code, Outcome.REFUSE, detail=detail),))


def _trailed(order: Order, route: Route, low: float, high: float) -> Order:
    """Return the held trailing stop with its trigger moved by a new best price."""
    trail, trigger = order.trail_fraction, order.trigger_price
    assert trail is not None, "only a trailing stop trails"
    assert trigger is not None, "a trailing stop has a trigger"
    best = route.instrument.price(high if order.side is Side.SELL else low)
    level = route.instrument.price_passive(
        best * (Decimal(1) - order.side.opposite.sign * trail), order.side.opposite
    )
    tighter = max(trigger, level) if order.side is Side.SELL else min(trigger, level)
    return order if tighter == trigger else msgspec.structs.replace(order, trigger_price=tighter)
