"""An engine whose venue is the test: orders wait in `sent` until the test answers them.

For what a real venue may do and the simulated one never does: answer late, twice, or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from argonaut.domain.command import AmendOrder, CancelOrder, Command, Record, SetTimer, SubmitOrder
from argonaut.domain.event import Deposited, Event, OperatorCommand, TimerFired
from argonaut.domain.ids import ClientOrderId, FillId, VenueId, VenueOrderId
from argonaut.domain.market import Bar
from argonaut.domain.mode import Verb
from argonaut.domain.order import (
    Accepted,
    Canceled,
    Expired,
    Filled,
    Order,
    OrderType,
    OutcomeUnknown,
    Rejected,
)
from argonaut.engine.core import Engine
from argonaut.engine.setup import EngineSetup
from argonaut.journal.memory import MemoryJournal
from argonaut.ledger.holding import Holding
from argonaut.ports import Capability
from argonaut.risk.gate import Gate
from argonaut.strategies.interface import Strategy
from tests.stories.stage import (
    BTC,
    MINUTE_NS,
    OPEN_GATE,
    SECOND_NS,
    START_NS,
    Script,
    Scripted,
    Stage,
    instrument_of,
    resting_of,
    told,
)


class Wire:
    """Steps events in and keeps what the engine wants done."""

    def __init__(
        self,
        *strategies: Strategy,
        cash: str = "10000",
        gate: Gate = OPEN_GATE,
        capability: Mapping[str, Any] | None = None,
        rules: Mapping[str, Any] | None = None,
        setup: Mapping[str, Any] | None = None,
    ) -> None:
        given: dict[str, Any] = {
            "venue_id": VenueId("sim"),
            "order_types": frozenset(OrderType),
            "has_oco": True,
            "has_amend": True,
            "has_reduce_only": True,
            "allows_short": True,
        }
        parts: dict[str, Any] = {
            "instruments": (instrument_of(**(rules or {})),),
            "strategies": strategies,
            "gate": gate,
            "capability": Capability(**given | dict(capability or {})),
            "quote": "USDT",
            "base_timeframes_ns": {BTC: MINUTE_NS},
        }
        self.setup = EngineSetup(**parts | dict(setup or {}))
        self.engine = Engine(self.setup)
        self.records: list[Record] = []
        self.journal = MemoryJournal(keeps_rows=True)
        self.sent: list[Order] = []
        self.canceled: list[ClientOrderId] = []
        self.amended: list[AmendOrder] = []
        self.timers: dict[str, int | None] = {}
        self.now_ns = START_NS
        self.fills = 0
        self.step(Deposited(event_ns=START_NS, asset="USDT", amount=Decimal(cash)))

    @property
    def holding(self) -> Holding:
        """What the first strategy holds."""
        return self.engine.book.holding(next(iter(self.engine.strategies())).strategy_id, BTC)

    def step(self, event: Event) -> list[str]:
        """Step one event and return what it journaled."""
        first = len(self.records)
        for command in self.engine.step(event):
            self.keep(command)
        return [line for record in self.records[first:] for line in told(record)]

    def keep(self, command: Command) -> None:
        """Take what the engine wants done."""
        if isinstance(command, Record):
            self.records.append(command)
            engine, body = self.engine, msgspec.json.encode(command.body, order="deterministic")
            self.journal.append(engine.seq, engine.now_ns, command.kind, command.subject, body)
        elif isinstance(command, SubmitOrder):
            self.sent.append(command.order)
        elif isinstance(command, CancelOrder):
            self.canceled.append(command.client_order_id)
        elif isinstance(command, AmendOrder):
            self.amended.append(command)
        else:
            assert isinstance(command, SetTimer)
            self.timers[command.key] = command.at_ns

    def bar(self, price: float, high: float | None = None, low: float | None = None) -> list[str]:
        """Close a minute's bar at `price`."""
        opened_ns, self.now_ns = self.now_ns, self.now_ns + MINUTE_NS
        return self.step(
            Bar(
                BTC,
                MINUTE_NS,
                opened_ns,
                open=price,
                high=price if high is None else high,
                low=price if low is None else low,
                close=price,
                volume=1.0,
            )
        )

    def wait(self, seconds: float) -> list[str]:
        """Let time pass and fire what is due."""
        self.now_ns += int(seconds * SECOND_NS)
        told: list[str] = []
        for key, at_ns in list(self.timers.items()):
            if at_ns is not None and at_ns <= self.now_ns:
                del self.timers[key]
                told += self.step(TimerFired(key=key, event_ns=self.now_ns))
        return told

    def say(self, verb: Verb) -> list[str]:
        """Give a person's command."""
        return self.step(OperatorCommand(event_ns=self.now_ns, verb=verb, reason="now"))

    # the venue's answers

    def last(self, who: str | Order) -> Order:
        """Return the last order sent in a role; an order is itself."""
        if isinstance(who, Order):
            return who
        return next(each for each in reversed(self.sent) if each.role.value == who)

    def accept(self, who: str | Order) -> list[str]:
        """Acknowledge an order, or the last one of a role."""
        order_id = self.last(who).client_order_id
        return self.step(
            Accepted(
                client_order_id=order_id,
                event_ns=self.now_ns,
                venue_order_id=VenueOrderId(f"v-{order_id}"),
            )
        )

    def fill(
        self, who: str | Order, quantity: str, price: str = "100", fill_id: str = "", **fields: Any
    ) -> list[str]:
        """Report an execution."""
        self.fills += 1
        return self.step(
            Filled(
                client_order_id=self.last(who).client_order_id,
                event_ns=self.now_ns,
                fill_id=FillId(fill_id or f"f{self.fills}"),
                quantity=Decimal(quantity),
                price=Decimal(price),
                **fields,
            )
        )

    def reject(self, who: str | Order, reason: str = "no", *, code: str = "no") -> list[str]:
        """Refuse it."""
        return self.step(
            Rejected(
                client_order_id=self.last(who).client_order_id,
                event_ns=self.now_ns,
                code=code,
                reason=reason,
            )
        )

    def cancel(self, who: str | Order) -> list[str]:
        """Report it as taken out."""
        return self.step(
            Canceled(client_order_id=self.last(who).client_order_id, event_ns=self.now_ns)
        )

    def expire(self, who: str | Order) -> list[str]:
        """Report that it ended by itself, as a market order does that finds nobody."""
        return self.step(
            Expired(client_order_id=self.last(who).client_order_id, event_ns=self.now_ns)
        )

    def lose(self, who: str | Order) -> list[str]:
        """Leave open whether the venue has it."""
        return self.step(
            OutcomeUnknown(
                client_order_id=self.last(who).client_order_id,
                event_ns=self.now_ns,
                reason="timeout",
            )
        )

    def resting(self) -> dict[str, str]:
        """Return the live orders: role -> what rests."""
        return resting_of(self.engine)


def guarded(script: Script, **settings: Any) -> Wire:
    """A long of 1 at 100, entered at the first bar, whose protection the venue has accepted."""
    wire = Wire(Scripted(script), **settings)
    wire.bar(100)
    wire.fill("entry", "1")
    for order in wire.sent[1:]:
        wire.accept(order.role.value)
    return wire


def anomalies(stage: Wire | Stage) -> list[str]:
    """Return what should not have been, as far as it was told."""
    return [each.subject for each in stage.records if each.kind == "anomaly"]
