"""The trading desk: wishes in, orders out, reports folded into the book, protection kept whole."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from decimal import Decimal
from typing import Final

import msgspec

from argonaut.domain.command import AmendOrder, CancelOrder, Command, Record, SubmitOrder
from argonaut.domain.ids import ClientOrderId, InstrumentId, SignalId, StrategyId
from argonaut.domain.instrument import Instrument
from argonaut.domain.order import (
    Accepted,
    Amended,
    Canceled,
    CancelRequested,
    Denied,
    Filled,
    Order,
    OrderRole,
    OrderStatus,
    OrderType,
    Report,
    Side,
    Submitted,
    Triggered,
)
from argonaut.domain.record import Anomaly, Decision, OrderSent, ProtectionMoved
from argonaut.domain.signal import (
    UNPROTECTED,
    Announce,
    Enter,
    Exit,
    Note,
    Protect,
    Protection,
    Signal,
    Skip,
    Watch,
)
from argonaut.domain.transitions import apply
from argonaut.domain.venue_view import VenueOrder
from argonaut.domain.verdict import Approved, Outcome, Refused, Verdict
from argonaut.engine import ids
from argonaut.engine.account import Account
from argonaut.engine.exits import Exits
from argonaut.engine.held import HELD_HERE, held_here, trailed
from argonaut.engine.inbox import Inbox
from argonaut.engine.netting import Netting
from argonaut.engine.route import Route, Span
from argonaut.engine.script import Script
from argonaut.engine.warden import Warden
from argonaut.execution.orders import entry_order
from argonaut.ledger.holding import Holding
from argonaut.ports import Capability
from argonaut.risk.gate import Gate

_ENTRY: Final = OrderRole.ENTRY
_LIMIT: Final = OrderType.LIMIT
_MARKET: Final = OrderType.MARKET
_PENDING_CANCEL: Final = OrderStatus.PENDING_CANCEL
_REFUSE: Final = Outcome.REFUSE
_SELL: Final = Side.SELL
FOREIGN_KEPT: Final = 1_000  # venue orders that are not ours, remembered so that each is told once
_UNTOLD_KEPT: Final = 10_000  # fills and ends that strategies hear of when the bot has recovered
# Final orders remembered for late fills; an older one is a foreign report
CLOSED_KEPT: Final = 2_000


class Desk:
    """Owns the live orders; every change of one goes through `_store`.

    What closes a position is in `exits`, what protects it in `warden`.
    """

    def __init__(
        self,
        account: Account,
        gate: Gate,
        capability: Capability,
        emit: Callable[[Command], None],
        *,
        epoch: str,
        folds: bool = False,
        nets: bool = True,
    ) -> None:
        self.account = account
        self.capability = capability
        self.live = account.live
        self.closed: OrderedDict[ClientOrderId, Order] = OrderedDict()
        self.foreign: OrderedDict[str, None] = OrderedDict()
        self.signals_taken = 0
        self.inbox = Inbox(self)
        self.on_watch: Callable[[Watch], None] = _nobody  # who answers for instruments to come
        self.untold: deque[tuple[Order, Filled | None]] = deque(maxlen=_UNTOLD_KEPT)
        self.warden = Warden(self)
        self._gate = gate
        self.emit = emit
        self.epoch = epoch
        self.folds = folds  # a restart folds the journal, so what prices did is in it too
        self.script: Script | None = None  # while it does
        self.twins: frozenset[StrategyId] | None = None  # not None in the shadow: all is on trial
        self.advisers: frozenset[StrategyId] = frozenset()  # nothing of theirs is sent
        self.entry_protection: dict[ClientOrderId, Protection] = {}  # kept for late fills
        self.exits = Exits(self, emit)
        self.netting = Netting(self, is_on=nets)

    # wishes

    def take(self, signal: Signal, holding: Holding) -> None:
        """Send one wish through the gate and, when approved, its order to the outbox."""
        if self.script is not None:
            self._take_as_told(signal, self.script)
            return
        # Asked of a struct, `isinstance` goes through its metaclass at ten times the cost.
        if type(signal) is Enter or type(signal) is Exit:
            self._trade(signal, holding)
        elif isinstance(signal, Skip):
            self.emit(Record("skip", signal.strategy_id, signal))
        elif isinstance(signal, Note):
            self.emit(Record("note", signal.strategy_id, signal))
        elif isinstance(signal, Watch):
            self.on_watch(signal)
        elif isinstance(signal, Protect):
            self._protect(signal)
        else:
            assert not isinstance(signal, Announce), "the engine tells everybody"
            self._trade(signal, holding)

    def _trade(self, signal: Enter | Exit, holding: Holding) -> None:
        if self.twins is not None:
            if type(signal) is Enter and _is_the_accounts(signal, self.twins):
                return
            signal = msgspec.structs.replace(signal, dry_run=False)
        if signal.strategy_id in self.advisers:
            signal = msgspec.structs.replace(signal, dry_run=True)
        signal_id = self._name(signal.strategy_id)
        if type(signal) is Enter or isinstance(signal, Enter):
            self._enter(signal, signal_id)
        else:
            self.exits.take(signal, signal_id, holding)

    def _protect(self, signal: Protect) -> None:
        signal_id = self._name(signal.strategy_id)
        moved, detail = self.warden.move(signal, signal_id)
        body = ProtectionMoved(signal=signal, moved=moved, detail=detail, signal_id=signal_id)
        self.emit(Record("protection", signal.strategy_id, body))
        self.warden.restore((signal.strategy_id, signal.instrument_id))

    def _name(self, strategy_id: StrategyId) -> SignalId:
        self.signals_taken += 1
        return ids.signal_id(strategy_id, self.epoch, self.signals_taken)

    def _take_as_told(self, signal: Signal, script: Script) -> None:
        decision = script.decided(signal) if isinstance(signal, Enter | Exit) else None
        if decision is not None:
            self.repeat(decision)

    def repeat(self, decision: Decision) -> None:
        """Do once more what a stored decision led to."""
        self.signals_taken += 1
        signal = decision.signal
        if signal.dry_run:
            return
        if isinstance(signal, Exit):
            self.exits.repeat(decision)
        elif decision.approved:
            self._go(decision.orders[0], signal.protection)

    def cancel_entries(self) -> None:
        """Ask for every live entry to be taken out, even if that was asked before."""
        self.exits.deny_entries()
        for order in list(self.live.values()):
            if order.role is _ENTRY:
                self.cancel(order)

    def cancel_entries_at(self, instrument_id: InstrumentId) -> None:
        """Ask for the entries of every strategy at one instrument to be taken out."""
        seats = self.account.routes[instrument_id].seats
        self.exits.deny_entries([(seat.strategy.strategy_id, instrument_id) for seat in seats])
        for order in list(self.live.values()):
            if order.instrument_id == instrument_id:
                self._cancel_entry(order)

    def cancel_entries_held_here(self) -> None:
        """Take out what would become an entry without anybody looking; the venue has none of it."""
        self.exits.deny_entries()
        for route in self.account.routes.values():
            for order in list(route.local.values()):
                self._cancel_entry(order)

    def cancel_entries_of(self, holding: Holding) -> None:
        """Ask for the entries of one strategy at one instrument to be taken out."""
        self.exits.deny_entries([(holding.strategy_id, holding.instrument_id)])
        for order in list(self.live.values()):
            if (
                order.strategy_id == holding.strategy_id
                and order.instrument_id == holding.instrument_id
            ):
                self._cancel_entry(order)

    def _cancel_entry(self, order: Order) -> None:
        if order.role is _ENTRY and order.status is not _PENDING_CANCEL:
            self.cancel(order)

    def _enter(self, entry: Enter, signal_id: SignalId) -> None:
        route = self.account.routes.get(entry.instrument_id)
        if route is None:
            said = f"unknown instrument {entry.instrument_id}"
            self.refuse(entry, "filters", said, signal_id)
            return
        if route.is_frozen:
            self.refuse(entry, "frozen", f"{entry.instrument_id} is frozen", signal_id)
            return
        if route.causes:
            said = f"{entry.instrument_id} is limited by {', '.join(route.causes)}"
            self.refuse(entry, "frozen", said, signal_id)
            return
        answer = self._ask_gate_to_enter(entry, route.instrument)
        if type(answer) is not Approved and isinstance(answer, Refused):
            self.record_refusal(answer, signal_id)
            return
        price = route.money()
        assert price is not None, "the gate refuses an entry without a price"
        order = entry_order(
            answer,
            route.instrument,
            order_id=ids.order_id(signal_id, "e"),
            signal_id=signal_id,
            decision_price=price,
            now_ns=self.account.now_ns,
        )
        self.record_approval(answer, signal_id, order)
        if not entry.dry_run:
            self._go(order, entry.protection)

    def _go(self, order: Order, protection: Protection) -> None:
        if protection is not UNPROTECTED and not protection.is_empty:
            self.entry_protection[order.client_order_id] = protection
        self.account.order_rate.add(self.account.now_ns)
        self.exits.owed.forgive((order.strategy_id, order.instrument_id))
        if not self.exits.hold_back(order):
            self.send(order)

    # the gate

    def _ask_gate_to_enter(self, entry: Enter, instrument: Instrument) -> Approved | Refused:
        try:
            return self._gate.enter(entry, instrument, self.account)
        except Exception as error:  # noqa: BLE001 - a plug-in check may raise anything
            return _raised(entry, error)

    def ask_gate_to_exit(
        self, wish: Exit, instrument: Instrument, held: Decimal
    ) -> Approved | Refused:
        """Return the gate's answer to an exit from `held` base units, signed."""
        try:
            return self._gate.exit(wish, instrument, self.account, held)
        except Exception as error:  # noqa: BLE001 - a strategy may put anything into a wish
            return _raised(wish, error)

    def refuse(self, signal: Enter | Exit, code: str, detail: str, signal_id: SignalId) -> None:
        """Journal why a wish is not even put to the gate."""
        self.record_refusal(_refusal(signal, code, detail), signal_id)

    def record_refusal(self, answer: Refused, signal_id: SignalId) -> None:
        """Journal a refusal with its verdicts."""
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

    def record_approval(
        self, answer: Approved, signal_id: SignalId, order: Order, *, is_kept: bool = False
    ) -> None:
        """Journal an approval with its verdicts and the order meant by it, unless it `is_kept`."""
        verdicts = answer.verdicts
        if is_kept:
            said = f"kept here until the price is {order.price}"
            verdicts = (*verdicts, Verdict("holding", detail=said))
        body = Decision(
            signal_id=signal_id,
            signal=answer.signal,
            approved=True,
            verdicts=verdicts,
            requested=answer.requested,
            quantity=answer.quantity,
            market_price=order.decision_price,
            orders=() if is_kept else (order,),
        )
        self.emit(Record("decision", signal_id, body))

    # orders out

    def intend(self, order: Order, reason: str, *, pair: int = 0) -> None:
        """Journal an order that was not part of a decision, before it is sent."""
        body = OrderSent(order=order, reason=reason, pair=pair)
        self.emit(Record("intent", order.client_order_id, body))

    def send(self, order: Order, *, before: Order | None = None) -> None:
        """Hand an order to the outbox, or hold it here when the venue has no such type.

        `before` is the order as it waited, if it did.
        """
        now_ns = self.account.now_ns
        sent = apply(order, Submitted(client_order_id=order.client_order_id, event_ns=now_ns))
        if order.order_type in self.capability.order_types:
            self.store(before, sent)
            self.emit(SubmitOrder(sent))
            if sent.order_type is _MARKET:
                self.netting.note(sent)
            return
        held = apply(
            sent,
            Accepted(
                client_order_id=order.client_order_id,
                event_ns=now_ns,
                venue_order_id=HELD_HERE,
            ),
        )
        route = self.account.routes[order.instrument_id]
        held = held_here(held, route)
        self.store(before, held)
        route.local[order.client_order_id] = held

    def drop(self, order: Order, denied: Denied) -> bool:
        """Journal that an order that waited here is not sent; return whether it was so."""
        script = self.script
        if script is not None and not script.told(order.client_order_id, Denied):
            return False
        self.emit(Record("report", order.client_order_id, denied))
        self.store(order, apply(order, denied))
        return True

    def cancel(self, order: Order) -> None:
        """Ask for an order to be taken out; one held here goes at once."""
        order_id, now_ns = order.client_order_id, self.account.now_ns
        if self.script is not None and not self.script.told(order_id, CancelRequested):
            return
        asked = CancelRequested(client_order_id=order_id, event_ns=now_ns)
        if self.folds:
            self.emit(Record("report", order_id, asked))
        self.store(order, apply(order, asked))
        is_held = self.account.routes[order.instrument_id].local.pop(order_id, None) is not None
        was_kept = self.netting.take_out(order_id) or (
            self.script is not None and self.script.told(order_id, Canceled)
        )
        if is_held or was_kept:
            self.on_report(Canceled(client_order_id=order_id, event_ns=now_ns))
        else:
            self.emit(CancelOrder(order_id, order.instrument_id))

    def amend(self, order: Order, change: AmendOrder) -> None:
        """Ask for a resting order to be changed in place; one held here changes at once."""
        local = self.account.routes[order.instrument_id].local
        if order.client_order_id not in local:
            self.emit(change)
            return
        if self.script is not None and not self.script.told(order.client_order_id, Amended):
            return
        changed = Amended(
            client_order_id=order.client_order_id,
            event_ns=self.account.now_ns,
            quantity=change.quantity,
            price=change.price,
            trigger_price=change.trigger_price,
        )
        self.on_report(changed)
        local[order.client_order_id] = self.live[order.client_order_id]

    def watch(self, route: Route, span: Span) -> None:
        """Trigger the orders held here that the prices reach; let guards see them too."""
        for order in list(route.local.values()):
            trigger = order.trigger_price
            if trigger is None:  # it began to be held before there was a price
                order = held_here(order, route)  # noqa: PLW2901 - the same order, complete
                route.local[order.client_order_id] = self.live[order.client_order_id] = order
            elif span.low <= trigger if order.side is _SELL else span.high >= trigger:
                self.trigger(route, order)
            elif order.trail_fraction is not None:
                moved = trailed(order, route, span)
                route.local[order.client_order_id] = self.live[order.client_order_id] = moved
        if route.guards:
            self.warden.watch(route, span)

    def trigger(self, route: Route, order: Order) -> None:
        """Send an order held here whose price is reached, as what it becomes."""
        del route.local[order.client_order_id]
        event = Triggered(client_order_id=order.client_order_id, event_ns=self.account.now_ns)
        self.emit(Record("report", order.client_order_id, event))
        after = msgspec.structs.replace(
            apply(order, event),
            order_type=_LIMIT if order.price is not None else _MARKET,
            venue_order_id=None,  # the venue has not seen it so far
        )
        self.store(order, after)
        if order.role.is_protective:
            self.warden.on_report(order, after, event)
        self.emit(SubmitOrder(after))

    # what becomes of orders

    def on_report(self, report: Report) -> None:
        """Fold one report into its order, the book and the protection."""
        self.inbox.on_report(report)

    def recall(self, order: Order) -> None:
        """Take back an order that was forgotten, because something is told of it after all."""
        assert order.is_final, f"a live order was forgotten: {order}"
        self.closed[order.client_order_id] = order

    def tell(self, order: Order, fill: Filled | None) -> None:
        """Keep for its strategy that an order filled or, without a fill, that it is over."""
        if order.strategy_id in self.account.routes[order.instrument_id].followers:
            self.untold.append((order, fill))

    def forget_untold(self, strategy_id: StrategyId, instrument_id: InstrumentId | None) -> None:
        """Take for told what a strategy was to hear of its orders, anywhere where None is said."""
        for told in list(self.untold):
            is_there = instrument_id in (None, told[0].instrument_id)
            if is_there and told[0].strategy_id == strategy_id:
                self.untold.remove(told)

    def store(self, before: Order | None, after: Order) -> None:
        """Keep the order where it belongs and move what it reserves; its end is told once."""
        order_id = after.client_order_id
        if after.status.is_final:
            if before is None or not before.status.is_final:
                self.tell(after, None)
            self.live.pop(order_id, None)
            self.closed[order_id] = after
            if len(self.closed) > CLOSED_KEPT:
                oldest, _ = self.closed.popitem(last=False)
                self.entry_protection.pop(oldest, None)
        else:
            self.live[order_id] = after
        self.account.order_changed(before, after)

    def anomaly(self, what: str, detail: str, instrument_id: InstrumentId | None = None) -> None:
        """Journal what should not be; with an instrument, no more entries there."""
        if self.script is not None and not self.script.was_anomaly(what):
            return
        body = Anomaly(
            what=what,
            detail=detail,
            frozen=instrument_id is not None,
            instrument_id=instrument_id,
        )
        self.emit(Record("anomaly", what, body))
        if instrument_id is None:
            return
        self.account.routes[instrument_id].is_frozen = True
        self.cancel_entries_at(instrument_id)

    def is_news(self, found: VenueOrder) -> bool:
        """Whether an order at the venue that is none of ours was not told before."""
        name = " ".join(found.key)
        if name in self.foreign:
            return False
        self.foreign[name] = None
        if len(self.foreign) > FOREIGN_KEPT:
            self.foreign.popitem(last=False)
        return True


def _nobody(wish: Watch) -> None:
    """Take a wish where no instrument can be listed."""
    raise AssertionError(f"an engine answers for {wish.instrument_id}")


def _is_the_accounts(entry: Enter, twins: frozenset[StrategyId]) -> bool:
    """Whether a twin enters without a signal: the strategy it is a twin of does so in earnest."""
    return entry.strategy_id in twins and not entry.answers_to


def _refusal(signal: Enter | Exit, code: str, detail: str) -> Refused:
    return Refused(signal=signal, verdicts=(Verdict(code, _REFUSE, detail=detail),))


def _raised(signal: Enter | Exit, error: Exception) -> Refused:
    """Refuse a wish that a check could not even look at."""
    return _refusal(signal, "check", f"{type(error).__name__}: {error}")
