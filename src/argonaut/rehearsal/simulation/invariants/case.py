"""One run as the invariants see it, and what one of them says when it does not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cached_property

import msgspec

from argonaut.domain.ids import InstrumentId
from argonaut.domain.instrument import Instrument
from argonaut.domain.number import ZERO
from argonaut.rehearsal.simulation.evidence import Evidence, Sent, TrueFill, TrueOrder
from argonaut.rehearsal.simulation.health import Health
from argonaut.rehearsal.simulation.plan import SECOND_NS
from argonaut.rehearsal.simulation.told import Entry, Story


class Violation(msgspec.Struct, frozen=True, kw_only=True):
    """An invariant that did not hold: for what, when, what was wanted and what was found."""

    invariant: str
    at_ns: int
    subject: str
    expected: str
    found: str

    @property
    def sentence(self) -> str:
        """Say it in one line."""
        return (
            f"{self.invariant} at {self.at_ns / SECOND_NS:.3f} s, {self.subject}: "
            f"want {self.expected}, found {self.found}"
        )


class Case:
    """The evidence of one run, with what several invariants look up in it."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.truth = evidence.truth
        self.plan = evidence.plan
        self.health = Health(evidence)

    @cached_property
    def story(self) -> Story:
        """What the journal tells."""
        return Story(self.evidence)

    @cached_property
    def instruments(self) -> dict[InstrumentId, Instrument]:
        """The trading rules by id."""
        return {each.instrument_id: each for each in self.evidence.instruments}

    @cached_property
    def own_orders(self) -> dict[str, list[TrueOrder]]:
        """Return the venue's orders that our key made, by client id."""
        found: dict[str, list[TrueOrder]] = {}
        for order in self.truth.orders:
            if order.is_ours:
                found.setdefault(order.client_order_id, []).append(order)
        return found

    @cached_property
    def own_fills(self) -> dict[str, TrueFill]:
        """Return the executions of our orders, by symbol and trade id."""
        return {
            fill_key(each.symbol, each.trade_id): each for each in self.truth.fills if each.is_ours
        }

    @cached_property
    def fills_of(self) -> dict[str, list[TrueFill]]:
        """The executions of our orders by client id, in the order they happened."""
        found: dict[str, list[TrueFill]] = {}
        for fill in sorted(self.own_fills.values(), key=lambda each: each.event_ns):
            found.setdefault(fill.client_order_id, []).append(fill)
        return found

    @cached_property
    def placements(self) -> tuple[tuple[str, Sent], ...]:
        """Every order placement that left, with its client id, in order."""
        return tuple((name, sent) for sent in self.evidence.sent for name in sent.places)

    @cached_property
    def first_sent(self) -> dict[str, Sent]:
        """The first request that placed each client id."""
        found: dict[str, Sent] = {}
        for name, sent in self.placements:
            found.setdefault(name, sent)
        return found

    @cached_property
    def look_ups(self) -> dict[str, list[Sent]]:
        """The questions about a single order, by client id, in order."""
        found: dict[str, list[Sent]] = {}
        for sent in self.evidence.sent:
            name = sent.params.get("origClientOrderId")
            if sent.method == "GET" and name is not None:
                found.setdefault(name, []).append(sent)
        return found

    @property
    def end_ns(self) -> int:
        """When the run was over."""
        return self.plan.end_ns

    @property
    def round_trip_ns(self) -> int:
        """Twice the longest way there and back: a place for a retry in it."""
        return 4 * self.plan.latency_ns[1]

    def price_at(self, symbol: str, at_ns: int) -> Decimal | None:
        """Return the venue's last price of a symbol at a time; None before the first."""
        found = None
        for since_ns, price in self.truth.prices.get(symbol, ()):
            if since_ns > at_ns:
                break
            found = price
        return found

    def prices_since(self, symbol: str, at_ns: int, back_ns: int) -> tuple[Decimal, ...]:
        """Return the venue's prices of a symbol in the time before, the one it began with too."""
        first = self.price_at(symbol, at_ns - back_ns)
        later = (
            price
            for since_ns, price in self.truth.prices.get(symbol, ())
            if at_ns - back_ns < since_ns <= at_ns
        )
        return (*later,) if first is None else (first, *later)

    def is_dust(self, instrument_id: InstrumentId, quantity: Decimal, at_ns: int) -> bool:
        """Whether a quantity is too little for the venue to take an order of it."""
        rules = self.instruments[instrument_id]
        lots = rules.quantity(abs(quantity))
        if lots == ZERO:
            return True
        price = self.price_at(symbol_of(instrument_id), at_ns)
        return price is not None and rules.fault_of(lots, price) is not None


def at(invariant: str, at_ns: int, subject: str, expected: str, found: str) -> Violation:
    """Return a violation at a time of the world."""
    return Violation(
        invariant=invariant, at_ns=at_ns, subject=subject, expected=expected, found=found
    )


def at_row(invariant: str, entry: Entry, subject: str, expected: str, found: str) -> Violation:
    """Return a violation in a row of the journal."""
    return at(invariant, entry.at_ns, f"{subject} (row {entry.row.seq})", expected, found)


Invariant = Callable[[Case], Iterator[Violation]]


def symbol_of(instrument_id: str) -> str:
    """Return BTC/USDT of BTC/USDT@binance."""
    return instrument_id.partition("@")[0]


def true_change(fill: TrueFill) -> Decimal:
    """Return by how much an execution changed the base asset, a fee taken in it included."""
    base = fill.symbol.partition("/")[0]
    fee = fill.fee if fill.fee_asset == base else ZERO
    return fill.quantity * (1 if fill.side == "buy" else -1) - fee


def balance_changes(fill: TrueFill) -> Iterator[tuple[str, Decimal]]:
    """Yield what an execution did to each balance."""
    base, _, quote = fill.symbol.partition("/")
    sign = 1 if fill.side == "buy" else -1
    yield base, fill.quantity * sign
    yield quote, -fill.quantity * fill.price * sign
    if fill.fee:
        yield fill.fee_asset, -fill.fee


def fill_key(symbol: str, trade_id: str) -> str:
    """Return what is unique for ever: trade ids are, within their symbol."""
    return f"{symbol}#{trade_id}"
