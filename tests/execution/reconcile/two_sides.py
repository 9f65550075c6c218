"""An account of ours and a venue's truth, so that tests can let them differ and be reconciled.

`Ours` folds inputs the way the engine does, by the order table and plain sums. `Truth` is what the
venue has; `said` words it as the answers of a round.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from argonaut.domain.event import Adjusted, Condition, Correction, ForeignOrder
from argonaut.domain.ids import ClientOrderId, FillId, InstrumentId, StrategyId, VenueOrderId
from argonaut.domain.instrument import Instrument
from argonaut.domain.mode import TradingMode
from argonaut.domain.number import ZERO
from argonaut.domain.order import (
    Accepted,
    Filled,
    Order,
    OrderRole,
    OrderStatus,
    OrderType,
    OutcomeUnknown,
    Side,
    Submitted,
)
from argonaut.domain.transitions import apply
from argonaut.domain.venue_view import NotFound, VenueFill, VenueOrder
from argonaut.execution.reconcile.reconcile import reconcile
from argonaut.execution.reconcile.round import LOCAL, Findings, Found, Memory, Rules, Said

BTC = InstrumentId("BTC/USDT@venue")
ETH = InstrumentId("ETH/USDT@venue")
S = OrderStatus
SECOND_NS = 1_000_000_000
BOUND_NS = 10 * SECOND_NS
START_NS = 1_000 * SECOND_NS
RULES = Rules(lateness_ns=BOUND_NS)
D = Decimal


def instrument(name: InstrumentId = BTC) -> Instrument:
    base, _, quote = name.partition("@")[0].partition("/")
    return Instrument(
        instrument_id=name, base=base, quote=quote, tick_size=D("0.01"), lot_size=D("0.001")
    )


def order_named(name: str, quantity: str = "1", **fields: Any) -> Order:
    given: dict[str, Any] = {
        "client_order_id": ClientOrderId(name),
        "strategy_id": StrategyId("trend"),
        "instrument_id": BTC,
        "side": Side.BUY,
        "order_type": OrderType.LIMIT,
        "role": OrderRole.ENTRY,
        "quantity": D(quantity),
        "price": D(100),
        "created_ns": START_NS,
    }
    made = Order(**given | fields)
    return apply(made, Submitted(client_order_id=made.client_order_id, event_ns=START_NS))


class Account:
    """What we believe: orders by the table, balances by the fills, limits by the conditions."""

    def __init__(self, *names: InstrumentId, **balances: str) -> None:
        self.now_ns = START_NS
        self.instruments: Mapping[InstrumentId, Instrument] = {
            each: instrument(each) for each in names or (BTC,)
        }
        self.orders: dict[ClientOrderId, Order] = {}
        self.balances: dict[str, Decimal] = {
            asset: D(amount) for asset, amount in (balances or {"USDT": "1000"}).items()
        }
        self.booked: dict[FillId, Filled] = {}
        self.limits: dict[tuple[str, InstrumentId | None], TradingMode] = {}
        self.foreign: list[VenueOrder] = []
        self.corrections: list[Correction] = []
        self.adjusted: list[Adjusted] = []

    # `round.Ours`

    @property
    def live(self) -> Mapping[ClientOrderId, Order]:
        return {name: each for name, each in self.orders.items() if not each.is_final}

    def order(self, client_order_id: ClientOrderId) -> Order | None:
        return self.orders.get(client_order_id)

    def order_at_venue(
        self, instrument_id: InstrumentId, venue_order_id: VenueOrderId
    ) -> Order | None:
        for order in self.orders.values():
            if (order.instrument_id, order.venue_order_id) == (instrument_id, venue_order_id):
                return order
        return None

    def has_booked(self, instrument_id: InstrumentId, fill_id: FillId) -> bool:
        del instrument_id
        return fill_id in self.booked

    def is_ours(self, client_order_id: ClientOrderId) -> bool:
        return client_order_id.startswith("trend-")

    def held(self, instrument_id: InstrumentId) -> Decimal:
        return sum(
            (
                order.filled * order.side.sign
                for order in self.orders.values()
                if order.instrument_id == instrument_id
            ),
            ZERO,
        )

    def sent_by_ns(self, client_order_id: ClientOrderId) -> int:
        return self.orders[client_order_id].created_ns

    def filled_when_asked(self, client_order_id: ClientOrderId) -> Decimal:
        return self.orders[client_order_id].filled

    # how it changes

    def place(self, order: Order, *, known_as: str = "") -> Order:
        """Have sent an order; `known_as` is the venue's id when it was acknowledged."""
        self.orders[order.client_order_id] = order
        if known_as:
            accepted = Accepted(
                client_order_id=order.client_order_id,
                event_ns=START_NS,
                venue_order_id=VenueOrderId(known_as),
            )
            self.take([accepted])
        return self.orders[order.client_order_id]

    def lose_track(self, order: Order) -> None:
        """Get no answer to an order."""
        lost = OutcomeUnknown(
            client_order_id=order.client_order_id, event_ns=START_NS, reason="timeout"
        )
        self.take([lost])

    def take(self, inputs: Iterable[Found]) -> None:
        """Fold inputs as the engine does."""
        for each in inputs:
            if isinstance(each, Correction):
                self.corrections.append(each)
            elif isinstance(each, ForeignOrder):
                self.foreign.append(each.order)
            elif isinstance(each, Condition):
                self._limit(each)
            elif isinstance(each, Adjusted):
                self.adjusted.append(each)
                self._add(each.asset, each.amount)
            else:
                self._report(each)

    def _report(self, report: Any) -> None:
        before = self.orders[report.client_order_id]
        after = self.orders[report.client_order_id] = apply(before, report)
        if isinstance(report, Filled) and after is not before:
            self.booked[report.fill_id] = report
            place = self.instruments[after.instrument_id]
            self._add(place.base, report.quantity * after.side.sign)
            self._add(place.quote, -report.quantity * report.price * after.side.sign)
            self._add(report.fee_asset or place.quote, -report.fee)

    def _limit(self, condition: Condition) -> None:
        key = (condition.cause, condition.instrument_id)
        if condition.mode is TradingMode.ACTIVE:
            del self.limits[key]
        else:
            self.limits[key] = condition.mode

    def _add(self, asset: str, amount: Decimal) -> None:
        self.balances[asset] = self.balances.get(asset, ZERO) + amount


class Truth:
    """What the venue has."""

    def __init__(self, **balances: str) -> None:
        self.orders: dict[VenueOrderId, VenueOrder] = {}
        self.fills: list[VenueFill] = []
        self.balances = {
            asset: D(amount) for asset, amount in (balances or {"USDT": "1000"}).items()
        }

    def has(self, order: Order, known_as: str, *, status: OrderStatus = S.ACCEPTED) -> VenueOrder:
        """Let an order have arrived."""
        name = VenueOrderId(known_as)
        self.orders[name] = VenueOrder(
            instrument_id=order.instrument_id,
            client_order_id=order.client_order_id,
            venue_order_id=name,
            side=order.side,
            status=status,
            quantity=order.quantity,
            price=order.price,
            trigger_price=order.trigger_price,
        )
        return self.orders[name]

    def fill(self, known_as: str, quantity: str, *, fill_id: str = "", fee: str = "0") -> VenueFill:
        """Let an order execute at its price, or at 100."""
        name, amount = VenueOrderId(known_as), D(quantity)
        order = self.orders[name]
        price = order.price or D(100)
        filled = order.filled + amount
        status = S.FILLED if filled == order.quantity else S.PARTIALLY_FILLED
        if order.status.is_final:
            status = order.status
        self.orders[name] = replace(order, filled=filled, status=status)
        made = VenueFill(
            instrument_id=order.instrument_id,
            fill_id=FillId(fill_id or f"f{len(self.fills) + 1}"),
            venue_order_id=name,
            side=order.side,
            quantity=amount,
            price=price,
            fee=D(fee),
            fee_asset="USDT",
            event_ns=START_NS + len(self.fills),
        )
        self.fills.append(made)
        place = instrument(order.instrument_id)
        self.move(place.base, amount * order.side.sign)
        self.move(place.quote, -amount * price * order.side.sign - D(fee))
        return made

    def end(self, known_as: str, status: OrderStatus = S.CANCELED) -> None:
        name = VenueOrderId(known_as)
        self.orders[name] = replace(self.orders[name], status=status)

    def move(self, asset: str, amount: Decimal) -> None:
        """Let units come or go."""
        self.balances[asset] = self.balances.get(asset, ZERO) + amount

    def said(self, ours: Account, **answers: Any) -> Said:
        """Word the truth as the answers of a round asked now."""
        given: dict[str, Any] = {
            "asked_ns": ours.now_ns,
            "open_orders": tuple(each for each in self.orders.values() if not each.status.is_final),
            "fills": {
                name: tuple(each for each in self.fills if each.instrument_id == name)
                for name in ours.instruments
            },
            "balances": dict(self.balances),
            "found": {name: self.find(order) for name, order in ours.orders.items()},
        }
        return Said(**given | answers)

    def find(self, order: Order) -> VenueOrder | NotFound:
        for each in self.orders.values():
            if each.client_order_id == order.client_order_id:
                return each
        if order.venue_order_id not in (None, LOCAL):
            found = self.orders.get(order.venue_order_id)
            if found is not None:
                return found
        return NotFound(detail="no such order")


class Rounds:
    """Reconciles an account with a truth, round by round, six seconds apart."""

    def __init__(self, ours: Account, truth: Truth, rules: Rules = RULES) -> None:
        self.ours = ours
        self.truth = truth
        self.rules = rules
        self.memory = Memory()

    def round(self, *, after_s: float = 6, **answers: Any) -> Findings:
        """Ask, and take what follows."""
        self.ours.now_ns += int(after_s * SECOND_NS)
        said = self.truth.said(self.ours, **answers)
        found = reconcile(ours=self.ours, said=said, memory=self.memory, rules=self.rules)
        self.memory = found.memory
        self.ours.take(found.inputs)
        return found
