"""Ways out: an exit a strategy asks for, everything at a person's word, and what lost its stop.

The protection of a holding lends its base units to an exit: first it is taken out at the venue,
then the exit goes, then what is left is protected again. Entries that were asked for after the exit
go after it. While a limit exit rests it is watched here: at the stop's level it is taken out, so
that the stop can do its work. What a thin book leaves of an exit at market follows it at once, once
a second at the most; an exit that got nothing waits for longer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import msgspec

from argonaut.domain.command import AmendOrder, Command
from argonaut.domain.ids import SignalId
from argonaut.domain.number import ONE, ZERO
from argonaut.domain.order import (
    Denied,
    Expired,
    Filled,
    Order,
    OrderRole,
    OrderStatus,
    OrderType,
    Rejected,
    Report,
    Side,
)
from argonaut.domain.record import Decision
from argonaut.domain.signal import Exit
from argonaut.domain.verdict import Approved, Refused
from argonaut.engine.ids import order_id
from argonaut.engine.later import Later
from argonaut.engine.owed import Owed
from argonaut.engine.rests import STRAY, Rests
from argonaut.engine.route import Key
from argonaut.engine.saved_parts import SavedExits
from argonaut.execution.orders import exit_order
from argonaut.execution.reconcile.absence import ABSENT
from argonaut.ledger.holding import Holding
from argonaut.ports import MISTIMED, NOT_SENT, THROTTLED

_BUY: Final = Side.BUY
_EXIT: Final = OrderRole.EXIT
_LIMIT: Final = OrderType.LIMIT
_MARKET: Final = OrderType.MARKET
_PENDING_CANCEL: Final = OrderStatus.PENDING_CANCEL
_SELL: Final = Side.SELL
if TYPE_CHECKING:
    from argonaut.engine.desk import Desk


RESENDABLE: Final = frozenset({NOT_SENT, THROTTLED, MISTIMED, ABSENT})
"""Codes of exits that were certainly never executed and would be taken at another time."""
_LEVELS: Final = (OrderRole.STOP, OrderRole.TARGET)
_ESCAPE: Final = "unprotected"  # tags of exits that nobody else asked for
_FLATTEN: Final = "flatten"
_PACE_NS: Final = 1_000_000_000  # between two exits of a holding that each get a part of it
_BARE_NS: Final = _PACE_NS // 2  # to the next exit of a part, once the stop of the rest is refused
_TRIES_TOLD: Final = 3  # failed tries in a row to leave, after which a person is told


class Exits:
    """At most one exit a holding, working or waiting for the venue to let go of the protection."""

    def __init__(self, desk: Desk, emit: Callable[[Command], None]) -> None:
        self._desk = desk
        self._account = desk.account
        self._later = Later(emit)
        self.owed = Owed(desk)
        self.rests = Rests(desk, self._later, self._again)
        self.waiting: dict[Key, Order] = {}  # for the venue to let go of the protection
        self._behind = desk.account.behind  # entries that go after a waiting exit
        self.flattening = ""  # why everything is to be closed, empty while it is not

    # what is asked

    def take(self, wish: Exit, signal_id: SignalId, holding: Holding) -> None:
        """Send an exit through the gate and, when approved, its order to the outbox."""
        desk, account = self._desk, self._account
        route = account.routes.get(wish.instrument_id)
        if route is None:
            desk.refuse(wish, "filters", f"unknown instrument {wish.instrument_id}", signal_id)
            return
        if holding.exiting:
            desk.refuse(wish, "holding", "an exit is already working", signal_id)
            return
        if self.owed.is_kept_already(wish):
            said = f"an exit at {wish.limit_price} is kept here already"
            desk.refuse(wish, "holding", said, signal_id)
            return
        if not wish.dry_run:
            desk.cancel_entries_of(holding)
            if self.owed.is_for_what_fills(wish, holding):
                said = "nothing is held yet: what the entry still fills is closed at once"
                desk.refuse(wish, "holding", said, signal_id)
                return
        answer = desk.ask_gate_to_exit(wish, route.instrument, holding.quantity)
        if type(answer) is not Approved and isinstance(answer, Refused):
            desk.record_refusal(answer, signal_id)
            return
        key = (wish.strategy_id, wish.instrument_id)
        if desk.inbox.is_too_little(key, answer.quantity):
            said = f"the venue takes no order of {answer.quantity}: it is worth too little"
            desk.refuse(wish, "filters", said, signal_id)
            if not wish.dry_run:
                desk.inbox.write_off_rest(key)
            return
        side = _SELL if holding.is_long else _BUY
        order = exit_order(
            answer,
            route.instrument,
            order_id=order_id(signal_id, "x"),
            signal_id=signal_id,
            side=side,
            decision_price=route.money(),
            reduce_only=account.reduces(wish.instrument_id, side, answer.quantity),
            now_ns=account.now_ns,
        )
        if wish.dry_run:
            desk.record_approval(answer, signal_id, order)
            return
        self.owed.take(wish, holding, order.quantity)
        is_kept = self.owed.keeps(order)
        desk.record_approval(answer, signal_id, order, is_kept=is_kept)
        if not is_kept:
            self._go(order)

    def repeat(self, decision: Decision) -> None:
        """Do once more what a stored decision led to."""
        wish = decision.signal
        key = (wish.strategy_id, wish.instrument_id)
        if wish.instrument_id not in self._account.routes:
            return
        holding = self._account.book.holding(key[0], key[1])
        if holding.exiting:
            return
        self._desk.cancel_entries_of(holding)
        if not decision.approved:
            if not self.owed.is_for_what_fills(wish, holding):
                self._desk.inbox.write_off_rest(key)
            return
        assert isinstance(wish, Exit), f"an exit was decided, not {wish}"
        self.owed.take(wish, holding, decision.quantity)
        if decision.orders:
            self._go(decision.orders[0])
        elif holding.quantity:
            self._desk.inbox.write_off_rest(key)

    # how it goes

    def _go(self, order: Order) -> None:
        key = (order.strategy_id, order.instrument_id)
        if self._desk.warden.suspend(key, is_watched=order.order_type is _LIMIT):
            self.waiting[key] = order  # sent when the venue has let go of the base units
            self._account.order_changed(None, order)
        else:
            self._desk.send(order)
            self._desk.warden.restore(key)

    def flatten(self, reason: str) -> None:
        """Close everything, and what an exit leaves too, until `stop_flattening`."""
        self.flattening = reason or "flatten"
        for holding in self._account.book.holdings():
            self._close(holding)

    def stop_flattening(self) -> None:
        """Leave alone what is still held."""
        self.flattening = ""

    def escape(self, key: Key, reason: str, *, tag: str = _ESCAPE) -> None:
        """Leave a holding that nothing protects."""
        holding = self._account.book.holding(key[0], key[1])
        if not holding.exiting:
            self._leave(holding, reason, tag=tag)

    def on_bare(self, key: Key, reason: str, *, is_refused: bool, tag: str = _ESCAPE) -> None:
        """Leave a holding whose stop was given up because the venue `is_refused` it.

        While another exit rests, or when the stop has not even left this machine, the stop is tried
        again first; and what is to be tried again soon is not left meanwhile.
        """
        holding, later = self._account.book.holding(key[0], key[1]), self._later
        if holding.exiting or not (is_refused or later.tries(key) >= _TRIES_TOLD):
            self._again(holding)
        elif not later.is_set(key):
            self.escape(key, reason, tag=tag)
        elif self.owed.is_due(key):  # a part of it is to go anyway, and nothing rests meanwhile
            later.wait(key, self._account.now_ns + _BARE_NS)

    def on_protected(self, key: Key) -> None:
        """Forget the tries for a holding whose stops all rest, unless an exit is still to go."""
        is_to_go = self.owed.is_due(key) or self._account.book.holding(*key).is_stray
        if not (self.flattening or is_to_go):
            self._later.done(key)

    def leave(self, key: Key, share: Decimal, reason: str, *, tag: str) -> None:
        """Leave a share of a holding at once: a level kept here is reached."""
        self._leave(self._account.book.holding(key[0], key[1]), reason, tag=tag, share=share)

    def retry(self) -> None:
        """Try again what is due: to leave, else to protect."""
        for key in self._later.due(self._account.now_ns):
            self._try(key)

    def _try(self, key: Key) -> None:
        holding = self._account.book.holding(key[0], key[1])
        if self.flattening:
            self._close(holding)
        elif holding.is_stray:
            self.rests.leave(key)
        elif not self.owed.pay(key):
            self._desk.warden.try_again(key)
            self.rests.leave(key)
        if not holding.exiting:
            self._desk.warden.resume(key)  # it was to leave, and may not: the stop is to rest

    # what happened

    def on_entry_fill(self, key: Key) -> None:
        """Close at once what still fills while everything is being closed, or was to be."""
        if self.flattening:
            self._close(self._account.book.holding(key[0], key[1]))
        else:
            self.owed.pay(key)

    def on_end(self, before: Order, order: Order, report: Report) -> None:
        """Take the next step after an exit order: leave the rest, or protect it again."""
        key = (order.strategy_id, order.instrument_id)
        holding = self._account.book.holding(key[0], key[1])
        self.owed.paid(key, order.filled)
        is_undone = False
        if type(report) is not Filled and not before.status.is_final:  # as a rule it is one
            if isinstance(report, Expired) and self._is_to_go_on(order, holding):
                self._go_on_leaving(order, holding)
                return
            is_undone = _is_undone(report) and not self._is_own(order)
        if is_undone:
            self.owed.take_back(order, holding)
        if self.flattening and (order.filled or before.status is _PENDING_CANCEL):
            self._close(holding)  # at once: the venue has not refused it
        if not holding.exiting:
            self._desk.warden.resume(key)
        if not self.has_lots(holding):
            self._later.done(key)
        elif not holding.exiting and (
            is_undone or self.flattening or self._desk.warden.is_bare(key)
        ):
            has_made_way = before.status is _PENDING_CANCEL
            if has_made_way or (order.filled and not before.status.is_final):
                self._go_on_soon(key, order)
            self._again(holding)

    def _go_on_soon(self, key: Key, order: Order) -> None:
        """Count tries anew after an exit that got something or made way; what is bare goes soon."""
        self._later.done(key)
        if self._desk.warden.is_bare(key):
            self._later.wait(key, max(self._account.now_ns, order.created_ns + _PACE_NS))

    def _is_to_go_on(self, order: Order, holding: Holding) -> bool:
        """Whether an exit that ended by itself got a part of a holding of which nothing is to stay.

        Then the venue has somebody to trade with. Of a target the rest waits for its price.
        """
        if not order.filled or order.order_type is not OrderType.MARKET or holding.exiting:
            return False
        if not self.has_lots(holding) or order.side.sign * holding.quantity > 0:
            return False
        rules = self._account.routes[holding.instrument_id].instrument
        is_all = order.quantity - order.filled >= rules.quantity(abs(holding.quantity))
        return bool(self.flattening) or (is_all and not self._is_for(order, (OrderRole.TARGET,)))

    def _go_on_leaving(self, order: Order, holding: Holding) -> None:
        """Have the rest leave at once, but not faster than the pace; its stop stays out till then.

        A stop would have to be taken out again, and is mostly refused: the price is beyond it.
        """
        key = (order.strategy_id, order.instrument_id)
        self._later.done(key)
        if not self.flattening:
            self.owed.take_back(order, holding)
        due_ns = order.created_ns + _PACE_NS
        if self._account.now_ns < due_ns:
            self._later.wait(key, due_ns)
        else:
            self._try(key)

    def _is_own(self, order: Order) -> bool:
        """Whether an exit was asked for here, where its reason is looked at again."""
        is_ours = bool(self.flattening) or order.tag in (_ESCAPE, _FLATTEN)
        return is_ours or self._is_for(order, _LEVELS)

    def _is_for(self, order: Order, levels: Iterable[OrderRole]) -> bool:
        """Whether an exit was asked for here because one of these levels was reached."""
        guard = self._desk.warden.guards.get((order.strategy_id, order.instrument_id))
        return guard is not None and any(order.tag == guard.tag_of(each) for each in levels)

    def _again(self, holding: Holding) -> None:
        key = (holding.strategy_id, holding.instrument_id)
        if self._later.is_set(key):
            return
        tries = self._later.again(key, self._account.now_ns)
        if tries == _TRIES_TOLD:
            said = f"{holding.quantity} {key[1]} of {key[0]} after {tries} tries"
            self._desk.anomaly("not flat", said)

    def release(self, key: Key) -> None:
        """Send a waiting exit once no protective order holds the base units any more."""
        order = self.waiting.get(key)
        if order is None:
            return
        account = self._account
        held = max(-order.side.sign * account.book.holding(key[0], key[1]).quantity, ZERO)
        if held and self._desk.warden.has_live_legs(key):
            return
        quantity = account.routes[key[1]].instrument.quantity(min(order.quantity, held))
        if not quantity:
            if self._deny(order, "nothing is left to close"):
                self._let_go(key)
            return
        changed, reason = self._as_sent(order, quantity)
        script = self._desk.script
        if script is not None and reason:
            told = script.sent(lambda each: each.client_order_id == order.client_order_id)
            if told is None:
                return  # its intent is in no journal, so it has not left
            changed = told
        del self.waiting[key]
        account.order_changed(order, changed)
        if reason:
            self._desk.intend(changed, reason)
        self._desk.send(changed, before=changed)
        self._desk.warden.restore(key)
        self._go_on(key)

    def _let_go(self, key: Key) -> None:
        """Go on without the exit that waited and was denied."""
        del self.waiting[key]
        self._desk.warden.resume(key)
        self._go_on(key)

    def _as_sent(self, order: Order, quantity: Decimal) -> tuple[Order, str]:
        """Return a waiting exit as it goes now, and why it is not as it was decided."""
        account, reason = self._account, ""
        changes: dict[str, Any] = {"quantity": quantity, "created_ns": account.now_ns}
        if quantity != order.quantity:
            reason = "exit shrunk by what closed meanwhile"
        reduce_only = account.reduces(order.instrument_id, order.side, quantity)
        if reduce_only != order.reduce_only:
            changes["reduce_only"] = reduce_only
            reason = reason or "another strategy holds the opposite by now"
        is_stray = account.book.holding(order.strategy_id, order.instrument_id).is_stray
        if (self.flattening or is_stray) and order.order_type is not _MARKET:
            changes |= {"order_type": _MARKET, "price": None}
            reason = self.flattening or STRAY
        return msgspec.structs.replace(order, **changes), reason

    def trim(self, key: Key) -> None:
        """Leave a working exit no more than there is, when something else has closed a part."""
        held = self._account.book.holding(key[0], key[1]).quantity
        for order in self.working(key):
            left = max(-order.side.sign * held, ZERO)
            if order.leaves <= left or order.status is _PENDING_CANCEL:
                continue
            if not left:
                self._desk.cancel(order)
            elif order.order_type is _LIMIT and self._desk.capability.has_amend:
                change = AmendOrder(
                    client_order_id=order.client_order_id,
                    instrument_id=order.instrument_id,
                    quantity=order.filled + left,
                )
                self._desk.amend(order, change)

    def hold_back(self, order: Order) -> bool:
        """Keep an entry until the exit that waits has gone; return whether one waits."""
        key = (order.strategy_id, order.instrument_id)
        if key not in self.waiting:
            return False
        self._behind.setdefault(key, []).append(order)
        self._account.order_changed(None, order)
        return True

    def deny_entries(self, keys: Iterable[Key] | None = None) -> None:
        """Let go of entries that were held back, for these holdings or for all."""
        for key in list(self._behind) if keys is None else keys:
            orders = self._behind.pop(key, [])
            kept = [each for each in orders if not self._deny(each, "taken out before it was sent")]
            if kept:
                self._behind[key] = kept

    def _go_on(self, key: Key) -> None:
        """Send the entries that were held back."""
        for order in self._behind.pop(key, ()):
            self._desk.send(order, before=order)

    def repeat_denial(self, denied: Denied) -> None:
        """Drop once more what a stored row says was not sent."""
        for key, order in list(self.waiting.items()):
            if order.client_order_id == denied.client_order_id and self._desk.drop(order, denied):
                self._let_go(key)
        for key, orders in list(self._behind.items()):
            for order in orders:
                is_meant = order.client_order_id == denied.client_order_id
                if is_meant and self._desk.drop(order, denied):
                    self._behind[key] = [each for each in orders if each is not order]

    def _deny(self, order: Order, reason: str) -> bool:
        now_ns = self._account.now_ns
        denied = Denied(client_order_id=order.client_order_id, event_ns=now_ns, reason=reason)
        return self._desk.drop(order, denied)

    def give_up(self, key: Key) -> None:
        """Take out a working limit exit, so that the holding can be left another way."""
        for order in self.working(key):
            if order.order_type is _LIMIT and order.status is not _PENDING_CANCEL:
                self._desk.cancel(order)

    def is_waiting(self, key: Key) -> bool:
        """Whether an exit waits for the venue to let go of the base units."""
        return key in self.waiting

    def go_on(self) -> None:
        """Take every next step that is due, after a restart."""
        for key in list(self.waiting):
            self.release(key)
        if self.flattening:
            self.flatten(self.flattening)
        for owing in self.owed.save():
            self.owed.pay(owing.key)
        self.rests.look()
        self._later.set_timer()

    # over a restart

    def save(self) -> SavedExits:
        """Return what waits, in order."""
        return SavedExits(
            waiting=list(self.waiting.values()),
            behind=[each for orders in self._behind.values() for each in orders],
            later=self._later.save(),
            flattening=self.flattening,
            owed=self.owed.save(),
        )

    def load(self, saved: SavedExits) -> None:
        """Take back what `save` returned, with what it reserves."""
        for order in saved.waiting:
            self.waiting[order.strategy_id, order.instrument_id] = order
            self._account.order_changed(None, order)
        for order in saved.behind:
            self._behind.setdefault((order.strategy_id, order.instrument_id), []).append(order)
            self._account.order_changed(None, order)
        self._later.load(saved.later)
        self.owed.load(saved.owed)
        self.flattening = saved.flattening

    # how

    def _close(self, holding: Holding) -> None:
        if holding.exiting:  # its end brings us back here
            self.give_up((holding.strategy_id, holding.instrument_id))
        elif self.has_lots(holding):
            self._leave(holding, self.flattening, tag=_FLATTEN)

    def _leave(self, holding: Holding, reason: str, *, tag: str, share: Decimal = ONE) -> None:
        wish = Exit(
            strategy_id=holding.strategy_id,
            instrument_id=holding.instrument_id,
            reason=reason,
            fraction=share,
            tag=tag,
        )
        self._desk.take(wish, holding)

    def working(self, key: Key) -> list[Order]:
        """Return the exits of a holding that are at the venue, or on their way."""
        return [
            each
            for each in self._desk.live.values()
            if each.role is _EXIT and (each.strategy_id, each.instrument_id) == key
        ]

    def has_lots(self, holding: Holding) -> bool:
        """Whether enough is held for the venue to take an order of it, as far as is known."""
        held, price = holding.quantity, holding.average_price
        if not held or price is None:  # flat, as a rule: this is asked when an exit has ended
            return False
        return self._account.routes[holding.instrument_id].instrument.takes_of(held, price)


def _is_undone(report: Report) -> bool:
    """Whether an exit ended though the venue would take it, or the rest of it, at another time."""
    if isinstance(report, Rejected):
        return report.code in RESENDABLE
    return isinstance(report, Expired)  # nobody bought
