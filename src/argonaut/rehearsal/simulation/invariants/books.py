"""Money: what is held, what it adds up to, and what could be lost at the worst."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import accumulate

from argonaut.domain.ids import ClientOrderId, InstrumentId
from argonaut.domain.number import ZERO
from argonaut.domain.order import Filled, Order, OrderRole, Side
from argonaut.domain.record import Decision, OrderSent
from argonaut.rehearsal.simulation.invariants.case import (
    Case,
    Violation,
    at,
    at_row,
    balance_changes,
    symbol_of,
    true_change,
)
from argonaut.rehearsal.simulation.plan import SECOND_NS
from argonaut.rehearsal.simulation.told import Entry, Key, Step, base_change, is_entry

_SEEN_NS = 30 * SECOND_NS  # a price older than that is not traded on (I10)


def positions_are_true(case: Case) -> Iterator[Violation]:
    """I04: after the calm, what is held is what our executions at the venue amount to."""
    true: dict[str, Decimal] = {}
    for fill in case.own_fills.values():
        true[fill.symbol] = true.get(fill.symbol, ZERO) + true_change(fill)
    written_off = _written_off(case)
    for rules in case.evidence.instruments:
        name = rules.instrument_id
        wanted = true.get(symbol_of(name), ZERO)
        found = case.evidence.belief.positions.get(name, ZERO)
        dust = written_off.get(name, ZERO)
        if wanted != found + dust:
            yield at("I04", case.end_ns, name, f"{wanted} held", f"{found} and {dust} dust")


def balances_are_true(case: Case) -> Iterator[Violation]:
    """I05: after the calm each asset's balance is the venue's, to the last unit."""
    belief, true = case.evidence.belief.balances, case.truth.balances
    for asset in sorted({*belief, *true}):
        ours, theirs = belief.get(asset, ZERO), true.get(asset, ZERO)
        if ours != theirs:
            yield at("I05", case.end_ns, asset, f"{theirs} as at the venue", f"{ours}")
    for asset, told in sorted(_told_balances(case).items()):
        ours = belief.get(asset, ZERO)
        if told != ours:
            yield at("I05", case.end_ns, asset, f"{told} as the journal tells", f"{ours}")


def books_balance(case: Case) -> Iterator[Violation]:
    """I06: all postings of an asset sum to zero, and the strategies' parts make the whole."""
    belief = case.evidence.belief
    for asset, residual in belief.residuals.items():
        if residual:
            yield at("I06", case.end_ns, asset, "postings that sum to 0", f"{residual}")
    parts: dict[str, Decimal] = {}
    for key, quantity in belief.holdings.items():
        name = key.partition("|")[2]
        parts[name] = parts.get(name, ZERO) + quantity
    for name in sorted({*parts, *belief.positions}):
        whole, sum_ = belief.positions.get(name, ZERO), parts.get(name, ZERO)
        if whole != sum_:
            yield at("I06", case.end_ns, name, f"holdings that make {whole}", f"{sum_}")


def adjustments_are_real(case: Case) -> Iterator[Violation]:
    """I05: an adjustment stands for something that happened, and for nothing of a strategy's.

    What happened before the account was first looked at is part of what it opened with.
    """
    outside = _outside(case)
    adjusted, opened = _summed(case, "adjustment"), _summed(case, "deposit")
    opened_ns = _opened_ns(case)
    for asset in sorted({*outside, *adjusted}):
        moves = outside.get(asset, [])
        whole = sum((amount for _, amount in moves), ZERO)
        before = opened.get(asset, ZERO) - (_came_to(case, asset) - whole)
        sooner = _levels(moves, opened_ns)
        wanted = whole - before if before in sooner else whole
        found = adjusted.get(asset, ZERO)
        if wanted != found:
            yield at("I05", case.end_ns, asset, f"adjustments of {wanted}", f"{found}")


def adjustments_are_right_at_once(case: Case) -> Iterator[Violation]:
    """I05: what has been adjusted is at each moment what others had done by then.

    An adjustment that is taken back later was a fill of ours on its way: whoever looked in between
    was misled, and so was the risk gate.
    """
    outside, opened_ns = _outside(case), _opened_ns(case)
    sums: dict[str, Decimal] = {}
    for entry in case.story.of_kind("adjustment"):
        asset = entry.body.asset
        found = sums[asset] = sums.get(asset, ZERO) + entry.body.amount
        moves = outside.get(asset, [])
        sooner, by_now = _levels(moves, opened_ns), _levels(moves, entry.at_ns)
        if not any(found == now - before for now in by_now for before in sooner):
            wanted = f"what others had changed by then, {by_now[-1]} in all"
            yield at_row("I05", entry, asset, wanted, f"adjustments of {found}")


def _outside(case: Case) -> dict[str, list[tuple[int, Decimal]]]:
    """Return what others than the trader did to each balance, in order: (ns, amount)."""
    moves = [(each.at_ns, each.asset, each.amount) for each in case.truth.transfers]
    for fill in case.truth.fills:
        if not fill.is_ours:
            moves += [(fill.event_ns, asset, amount) for asset, amount in balance_changes(fill)]
    by_asset: dict[str, list[tuple[int, Decimal]]] = {}
    for at_ns, asset, amount in sorted(moves):
        by_asset.setdefault(asset, []).append((at_ns, amount))
    return by_asset


def _levels(moves: Sequence[tuple[int, Decimal]], until_ns: int) -> list[Decimal]:
    """Return the sums that the moves up to a time have passed through, nothing first."""
    return list(accumulate((amount for ns, amount in moves if ns <= until_ns), initial=ZERO))


def _opened_ns(case: Case) -> int:
    """Return when the account was looked at first."""
    return max((each.at_ns for each in case.story.of_kind("deposit")), default=0)


def _summed(case: Case, kind: str) -> dict[str, Decimal]:
    """Return the amounts of all rows of a kind by asset."""
    sums: dict[str, Decimal] = {}
    for entry in case.story.of_kind(kind):
        sums[entry.body.asset] = sums.get(entry.body.asset, ZERO) + entry.body.amount
    return sums


def _came_to(case: Case, asset: str) -> Decimal:
    """Return what the account has of an asset, less what our own executions made of it."""
    own = sum(
        (
            amount
            for fill in case.own_fills.values()
            for moved, amount in balance_changes(fill)
            if moved == asset
        ),
        ZERO,
    )
    return case.truth.balances.get(asset, ZERO) - own


def children_fit_their_parent(case: Case) -> Iterator[Violation]:
    """I08: what closes a holding never adds up to more than is held (Knight)."""
    ledger = _Ledger()
    for entry in case.story.entries:
        for order in ledger.take(case, entry):
            if is_entry(order):
                continue
            key = (order.strategy_id, order.instrument_id)
            asked = ledger.asked(key, order.role)
            held = ledger.held.get(key, ZERO)
            if asked > abs(held):
                found = f"{asked} asked for by {order.role.value} orders, {held} held"
                yield at_row("I08", entry, order.client_order_id, "no more than is held", found)


def exposure_stays_capped(case: Case) -> Iterator[Violation]:
    """I09: position and all live and UNKNOWN entries at the worst side stay within every cap."""
    ledger, plan = _Ledger(), case.plan
    for entry in case.story.entries:
        fresh = ledger.take(case, entry)
        if not any(is_entry(order) for order in fresh):
            continue
        total = ZERO
        for name in case.instruments:
            worst = ledger.worst(name) * (_price(case, entry, name) or ZERO)
            total += worst
            if worst > plan.symbol_cap and any(order.instrument_id == name for order in fresh):
                yield at_row("I09", entry, name, f"at most {plan.symbol_cap}", f"{worst:.2f}")
        if total > plan.account_cap:
            wanted = f"at most {plan.account_cap}"
            yield at_row("I09", entry, "the account", wanted, f"{total:.2f}")


def _written_off(case: Case) -> Mapping[str, Decimal]:
    """Return what was told to be too little to trade, by instrument."""
    sums: dict[str, Decimal] = {}
    for entry in case.story.of_kind("anomaly"):
        for name, quantity in _dust_of(entry):
            sums[name] = sums.get(name, ZERO) + quantity
    return sums


def _dust_of(entry: Entry) -> Iterator[tuple[str, Decimal]]:
    """Yield what a row writes off as too little to trade."""
    if entry.row.kind == "anomaly" and entry.body.what == "dust":
        quantity, name = entry.body.detail.split()[:2]
        yield name, Decimal(quantity)


class _Ledger:
    """Holdings and live orders as told so far: an order counts from its intent on."""

    def __init__(self) -> None:
        self.held: dict[Key, Decimal] = {}
        self.live: dict[ClientOrderId, Order] = {}
        self._written_off: dict[str, Decimal] = {}
        self._steps: dict[int, Step] | None = None

    def take(self, case: Case, entry: Entry) -> tuple[Order, ...]:
        """Take one row; return the orders it means to send."""
        if self._steps is None:
            self._steps = {
                step.entry.row.seq: step
                for told in case.story.orders.values()
                for step in told.steps
            }
        step = self._steps.get(entry.row.seq)
        if step is not None:
            self._report(step)
        for name, dust in _dust_of(entry):
            self._written_off[name] = self._written_off.get(name, ZERO) + dust
        fresh = _meant(entry)
        for order in fresh:
            self.live[order.client_order_id] = order
        return fresh

    def asked(self, key: Key, role: OrderRole) -> Decimal:
        """Return what live orders of one role could still close."""
        return sum(
            (
                _leaves(each)
                for each in self.live.values()
                if each.role is role and (each.strategy_id, each.instrument_id) == key
            ),
            ZERO,
        )

    def worst(self, name: InstrumentId) -> Decimal:
        """Return the most base units that could be held long or short of an instrument."""
        held = sum((q for (_, where), q in self.held.items() if where == name), ZERO)
        held -= self._written_off.get(name, ZERO)
        buys = sells = ZERO
        for order in self.live.values():
            if order.instrument_id == name and is_entry(order):
                if order.side is Side.BUY:
                    buys += _leaves(order)
                else:
                    sells += _leaves(order)
        return max(abs(held + buys), abs(held - sells))

    def _report(self, step: Step) -> None:
        order = step.order
        if isinstance(step.report, Filled):
            key = (order.strategy_id, order.instrument_id)
            self.held[key] = self.held.get(key, ZERO) + base_change(step)
        if order.is_final:
            self.live.pop(order.client_order_id, None)
        else:
            self.live[order.client_order_id] = order


def _meant(entry: Entry) -> tuple[Order, ...]:
    body = entry.body
    if isinstance(body, Decision):
        return body.orders if body.approved and not body.signal.dry_run else ()
    return (body.order,) if isinstance(body, OrderSent) else ()


def _leaves(order: Order) -> Decimal:
    """Return what an order could still fill; one of unknown fate all that it has not."""
    return ZERO if order.is_final else order.quantity - order.filled


def _price(case: Case, entry: Entry, name: InstrumentId) -> Decimal | None:
    """Return the price the decision was made on; of another instrument the least it may have seen.

    Which of the last prices the trader had seen is not known: it must not be blamed for a tick on
    its way. Nor for going by the middle of the quote, a tick below a print at the ask.
    """
    body = entry.body
    if isinstance(body, Decision) and body.signal.instrument_id == name:
        return body.market_price
    seen = case.prices_since(symbol_of(name), entry.at_ns, _SEEN_NS)
    return min(seen) - case.instruments[name].tick_size if seen else None


def _told_balances(case: Case) -> Mapping[str, Decimal]:
    """Return deposits, adjustments, fills and fees summed by asset."""
    sums: dict[str, Decimal] = {}

    def add(asset: str, amount: Decimal) -> None:
        sums[asset] = sums.get(asset, ZERO) + amount

    for kind in ("deposit", "adjustment"):
        for entry in case.story.of_kind(kind):
            add(entry.body.asset, entry.body.amount)
    for step in case.story.fills:
        fill = step.report
        assert isinstance(fill, Filled), f"want a fill, not {fill}"
        base, _, quote = symbol_of(step.order.instrument_id).partition("/")
        sign = step.order.side.sign
        add(base, fill.quantity * sign)
        add(quote, -fill.quantity * fill.price * sign)
        if fill.fee:
            add(fill.fee_asset, -fill.fee)
    return sums
