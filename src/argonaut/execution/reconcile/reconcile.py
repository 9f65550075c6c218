"""One round of reconciliation: the inputs that make our state equal to the venue's.

Pure: the round's answers and what we have in, inputs for the engine and what to ask next out.
Feeding the inputs makes the next round of the same answers find nothing; ten rounds are as one.
Every change of ours comes behind a `Correction` that says why, with the evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from argonaut.domain.event import Correction, ForeignOrder
from argonaut.domain.ids import ClientOrderId, InstrumentId, OrderKey
from argonaut.domain.order import Order, OrderStatus
from argonaut.domain.venue_view import NotFound, VenueFill, VenueOrder
from argonaut.execution.reconcile.absence import absent, compatible
from argonaut.execution.reconcile.balance import assets_of, balanced
from argonaut.execution.reconcile.locks import unexplained_locks
from argonaut.execution.reconcile.order import (
    brought_level,
    is_another,
    lags,
    missed,
    went_back,
)
from argonaut.execution.reconcile.round import (
    APART_NS,
    Absence,
    Cause,
    Findings,
    Found,
    Limit,
    Memory,
    Ours,
    Rules,
    Said,
    is_acknowledged,
    limits_told,
)

_UNKNOWN = OrderStatus.UNKNOWN


def reconcile(*, ours: Ours, said: Said, memory: Memory, rules: Rules) -> Findings:
    """Return what a round leads to."""
    return _Round(ours, said, memory, rules).findings()


class _Round:
    """Works through one round; nothing of it lives longer."""

    def __init__(self, ours: Ours, said: Said, memory: Memory, rules: Rules) -> None:
        self._ours = ours
        self._said = said
        self._memory = memory
        self._rules = rules
        self._inputs: list[Found] = []
        self._ask: list[ClientOrderId] = []
        self._limits: dict[Limit, str] = {}
        self._absences: dict[ClientOrderId, Absence] = {}
        self._told_foreign = set(memory.told_foreign)
        self._others = memory.others | {
            each.key for each in said.probed.values() if ours.order(each.client_order_id) is None
        }
        self._risen: dict[ClientOrderId, int] = {}
        self._take_out: list[Order] = []
        self._shown = self._what_is_shown()
        self._own_fills: dict[ClientOrderId, list[VenueFill]] = {}
        self._loose: list[VenueFill] = []  # of nobody we know
        self._sort_fills()

    def findings(self) -> Findings:
        """Return everything, in the order it is to be fed."""
        self._late_fills()
        for order in list(self._ours.live.values()):
            self._look_at(order)
        self._strangers()
        books = balanced(
            ours=self._ours,
            said=self._said,
            memory=self._memory,
            rules=self._rules,
            shown=self._shown,
            booking=self._booking(),
            loose=self._loose,
        )
        limits = self._limits | dict(books.limits)
        told = limits_told(limits, self._memory.limits, self._ours.now_ns)
        return Findings(
            inputs=(*self._inputs, *books.inputs, *told),
            memory=Memory(
                absences=self._absences,
                residuals=books.residuals,
                told_foreign=frozenset(self._told_foreign),
                others=self._others,
                risen=self._risen,
                limits=limits,
                locked=self._known_locks(),
            ),
            ask=tuple(self._ask),
            probe=self._probes(),
            take_out=tuple(self._take_out),
            look_back=bool(books.residuals),
        )

    # what the answers say of whom

    def _what_is_shown(self) -> dict[ClientOrderId, VenueOrder | NotFound]:
        """Return what is said of each order of ours; a look-up is newer than the list."""
        shown: dict[ClientOrderId, VenueOrder | NotFound] = {
            each.client_order_id: each for each in self._said.open_orders or ()
        }
        by_venue = {each.key: each for each in self._said.open_orders or ()}
        for name, order in self._ours.live.items():
            listed = order.venue_order_id and by_venue.get(
                (order.instrument_id, order.venue_order_id)
            )
            if listed:
                shown[name] = listed
        for each in self._said.probed.values():
            shown.setdefault(each.client_order_id, each)
        for name, answer in self._said.found.items():
            if isinstance(answer, VenueOrder) or name not in shown:
                shown[name] = answer
        return shown

    def _sort_fills(self) -> None:
        """Give every execution that is not in the books to its order, or to nobody."""
        named = {
            each.key: each.client_order_id
            for each in self._shown.values()
            if isinstance(each, VenueOrder)
        }
        for fills in self._said.fills.values():
            for fill in fills:
                if self._ours.has_booked(fill.instrument_id, fill.fill_id):
                    continue
                order = self._owner(fill, named)
                if order is None:
                    self._loose.append(fill)
                else:
                    self._own_fills.setdefault(order.client_order_id, []).append(fill)

    def _owner(self, fill: VenueFill, named: Mapping[OrderKey, ClientOrderId]) -> Order | None:
        name = fill.client_order_id or named.get(fill.order_key)
        order = self._ours.order(name) if name else None
        return order or self._ours.order_at_venue(*fill.order_key)

    def _late_fills(self) -> None:
        """Book what executed of orders that have ended here: the money is real."""
        for name, fills in self._own_fills.items():
            if name in self._ours.live:
                continue
            order = self._ours.order(name)
            assert order is not None, "an execution was given to an order we know"
            self._inputs += missed(order, fills, self._ours.now_ns)

    # our live orders

    def _look_at(self, order: Order) -> None:
        name = order.client_order_id
        shown, fills = self._shown.get(name), self._own_fills.get(name, [])
        if isinstance(shown, VenueOrder):
            self._on_shown(order, shown, fills)
            return
        if fills:  # executions prove more than a look-up denies
            self._inputs += missed(order, fills, self._ours.now_ns)
        if shown is None:
            self._ask.append(name)
            self._keep("venue order", order.instrument_id)  # no answer proves nothing
        elif is_acknowledged(order):
            said = f"the venue acknowledged {name} and does not show it: {shown.detail}"
            self._limit("venue order", order, said)
        is_over = not (is_acknowledged(order) or fills) and self._is_absent(order)
        if order.status is _UNKNOWN and not is_over:
            self._limit("unknown order", order, f"nobody knows whether the venue has {name}")

    def _on_shown(self, order: Order, shown: VenueOrder, fills: list[VenueFill]) -> None:
        name = order.client_order_id
        if is_another(order, shown):
            said = f"{name} is {order.venue_order_id} to us, and {shown.venue_order_id} there"
            self._limits[Limit("another instance", None)] = said
            return
        asked_with = self._ours.filled_when_asked(name)
        if went_back(shown, asked_with):
            said = f"the venue shows {name} {shown.filled} filled and had told {asked_with}"
            self._limit("venue order", order, said)
            self._inputs += missed(order, fills, self._ours.now_ns)
            return
        self._inputs += brought_level(order, shown, fills, self._ours.now_ns)
        if lags(order, shown, fills):
            said = f"the venue shows {name} {shown.filled} filled and does not list it all"
            self._limit("venue order", order, said)

    def _is_absent(self, order: Order) -> bool:
        """End an order that certainly never was there; note the half of such evidence."""
        verdict = absent(
            order,
            ours=self._ours,
            said=self._said,
            memory=self._memory,
            rules=self._rules,
            loose=[each for each in self._loose if each.order_key not in self._others],
            others=[each for each in self._loose if not self._may_be_ours(each)],
        )
        if isinstance(verdict, Absence):
            self._absences[order.client_order_id] = verdict
            return False
        self._inputs += verdict or ()
        return verdict is not None

    def _may_be_ours(self, fill: VenueFill) -> bool:
        """Whether an execution nobody owns could be one of an order we have no proof of."""
        return fill.order_key not in self._others and any(
            compatible(order, fill)
            for order in self._ours.live.values()
            if not is_acknowledged(order)
        )

    def _known_locks(self) -> Mapping[str, Decimal]:
        """Return what is locked by no order shown, while there is none it could be."""
        if not all(is_acknowledged(order) for order in self._ours.live.values()):
            return self._memory.locked
        locks = unexplained_locks(self._ours, self._said)
        return self._memory.locked if locks is None else locks

    def _limit(self, cause: Cause, order: Order, detail: str) -> None:
        self._limits.setdefault(Limit(cause, order.instrument_id), detail)

    def _keep(self, cause: Cause, instrument_id: InstrumentId | None) -> None:
        """Let a limit of the last round hold on, because this one says nothing about it."""
        limit = Limit(cause, instrument_id)
        if limit in self._memory.limits:
            self._limits.setdefault(limit, self._memory.limits[limit])

    # orders that are not ours, or not any more

    def _strangers(self) -> None:
        if self._said.open_orders is None:
            self._keep("another instance", None)
        for shown in self._said.open_orders or ():
            name = shown.client_order_id
            if name in self._ours.live or self._is_live_by_venue_id(shown):
                continue
            known = self._ours.order(name) if name else None
            if known is not None:
                self._on_risen(known, shown)
                continue
            if self._ours.is_ours(name):
                said = f"{name} is live at the venue and no intent of this journal"
                self._limits[Limit("another instance", None)] = said
            if shown.key not in self._told_foreign:
                self._told_foreign.add(shown.key)
                self._inputs.append(ForeignOrder(event_ns=self._ours.now_ns, order=shown))

    def _is_live_by_venue_id(self, shown: VenueOrder) -> bool:
        order = self._ours.order_at_venue(*shown.key)
        return order is not None and order.client_order_id in self._ours.live

    def _on_risen(self, order: Order, shown: VenueOrder) -> None:
        """Take out an order that ended here and is live there, once that is certain."""
        name, now_ns = order.client_order_id, self._said.asked_ns
        first_ns = self._risen[name] = self._memory.risen.get(name, now_ns)
        answer = self._said.found.get(name)
        if now_ns - first_ns < APART_NS:
            return
        if not isinstance(answer, VenueOrder):
            self._ask.append(name)
            return
        if answer.status.is_final:
            return
        said = f"{name} is live at the venue though it was {order.status.value} here; taken out"
        self._limits.setdefault(Limit("venue order", order.instrument_id), said)
        if Limit("venue order", order.instrument_id) not in self._memory.limits:
            self._inputs.append(
                Correction(
                    event_ns=self._ours.now_ns,
                    what="found",
                    subject=name,
                    detail=said,
                    evidence={"venue_order": shown.venue_order_id, "filled": str(shown.filled)},
                )
            )
        self._take_out.append(order)

    # what else follows

    def _booking(self) -> frozenset[str]:
        """Return the assets whose balance the executions found in this round will change."""
        moving: frozenset[str] = frozenset()
        for fills in self._own_fills.values():
            for fill in fills:
                moving |= assets_of(self._ours.instruments[fill.instrument_id])
                moving |= {fill.fee_asset}
        return moving

    def _probes(self) -> tuple[OrderKey, ...]:
        """Return the orders behind loose executions that could belong to an unproved order."""
        suspects = {fill.order_key: None for fill in self._loose if self._may_be_ours(fill)}
        return tuple(suspects)
