"""Positions and what guards them: a stop for each that wants one, and none left over."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from argonaut.domain.number import ZERO, to_decimal
from argonaut.domain.order import OrderRole
from argonaut.domain.record import Decision
from argonaut.domain.signal import Enter
from argonaut.rehearsal.simulation.evidence import TrueOrder
from argonaut.rehearsal.simulation.health import Span, merged
from argonaut.rehearsal.simulation.invariants.case import Case, Violation, at, true_change
from argonaut.rehearsal.simulation.plan import SECOND_NS
from argonaut.rehearsal.simulation.told import Key, base_change

_BARE_NS = SECOND_NS  # healthy time a known holding may be without its stop, beside the RTT
_ORPHAN_NS = 5 * SECOND_NS  # healthy time a protective order may outlive its holding
_RESTING_NS = 10 * SECOND_NS  # healthy time an exit may rest at a limit with no stop beside it
_NEAR = Decimal("0.001")  # of the price: a limit as near is at the market
Level = tuple[int, Decimal]  # from when on, how much


def positions_are_protected(case: Case) -> Iterator[Violation]:
    """I12: each unit of a holding that wants a stop has one within a second and an RTT.

    An entry that fills in parts, faster than a stop goes to the venue, always has its last part
    bare. So what is bare is told apart by since when: a stop that begins to rest covers what has
    been bare for longest. A holding that is being closed, a part at a time because the book is
    thin, has as long again from each part on: its stop is reached, and cannot rest.
    """
    for key, held in _holdings(case).items():
        guards = _guards(case, key)
        parts = sorted({ns for each in guards for ns in _fill_times(case, each)})
        late: list[Span] = []
        for wait in _waits(_bare(case, key, held, guards)):
            late.extend(
                (start_ns, end_ns)
                for start_ns, end_ns in _without_progress(wait, parts)
                if end_ns > _late_ns(case, start_ns)
            )
        for start_ns, end_ns in merged(late):
            found = f"none until {end_ns / SECOND_NS:.3f} s"
            wanted = f"a stop by {_late_ns(case, start_ns) / SECOND_NS:.3f} s"
            yield at("I12", start_ns, "|".join(key), wanted, found)


def _late_ns(case: Case, since_ns: int) -> int:
    return case.health.deadline_ns(since_ns, _BARE_NS + case.round_trip_ns)


def _guards(case: Case, key: Key) -> list[TrueOrder]:
    """Return the stops and exits of a holding as the venue has them."""
    return [
        order
        for name, told in case.story.orders.items()
        if told.key == key and told.intent.role in (OrderRole.STOP, OrderRole.EXIT)
        for order in case.own_orders.get(name, [])
    ]


def _fill_times(case: Case, order: TrueOrder) -> Iterator[int]:
    return (each.event_ns for each in case.fills_of.get(order.client_order_id, ()))


def _without_progress(wait: Span, parts: Sequence[int]) -> Iterator[Span]:
    """Yield what a wait is made of: from its start, or from a part closed, to the next or its end.

    `parts` are the times at which a part was closed, in order.
    """
    start_ns, end_ns = wait
    inside = parts[bisect_right(parts, start_ns) : bisect_left(parts, end_ns)]
    yield from pairwise([start_ns, *inside, end_ns])


def _waits(bare: Iterable[tuple[Span, Decimal]]) -> Iterator[Span]:
    """Yield from when to when units were bare: those that came first are covered first."""
    queue: deque[tuple[int, Decimal]] = deque()  # since when, and how many
    total, last_ns = ZERO, 0
    for (start_ns, end_ns), amount in bare:
        if start_ns > last_ns or amount < total:
            covered = total if start_ns > last_ns else total - amount
            yield from _covered(queue, covered, last_ns)
            total -= covered
        if amount > total:
            queue.append((start_ns, amount - total))
        total, last_ns = amount, end_ns
    yield from _covered(queue, total, last_ns)


def _covered(queue: deque[tuple[int, Decimal]], amount: Decimal, at_ns: int) -> Iterator[Span]:
    """Take what has been bare for longest out of the queue, and yield for how long it was."""
    while amount > ZERO:
        since_ns, units = queue.popleft()
        if units > amount:
            queue.appendleft((since_ns, units - amount))
        amount -= units
        yield since_ns, at_ns


def no_orphans(case: Case) -> Iterator[Violation]:
    """I13: no protective order outlives its holding by more than 5 s, or could turn it."""
    holdings = _holdings(case)
    for name, told in case.story.orders.items():
        if not told.intent.role.is_protective:
            continue
        held = holdings.get(told.key, [])
        for order in case.own_orders.get(name, []):
            end_ns = case.end_ns if order.ended_ns is None else order.ended_ns
            for start_ns, until_ns in _flat_spans(case, told.key, held, order.created_ns, end_ns):
                late_ns = case.health.deadline_ns(start_ns, _ORPHAN_NS + case.round_trip_ns)
                if until_ns > late_ns:
                    wanted = f"taken out by {late_ns / SECOND_NS:.3f} s"
                    found = f"still there at {until_ns / SECOND_NS:.3f} s"
                    yield at("I13", start_ns, name, wanted, found)


def nothing_is_sold_short(case: Case) -> Iterator[Violation]:
    """I13: what closes a holding never opens the other side: our fills never sum below zero."""
    sums: dict[str, Decimal] = {}
    for fill in sorted(case.own_fills.values(), key=lambda each: each.event_ns):
        sums[fill.symbol] = held = sums.get(fill.symbol, ZERO) + true_change(fill)
        if held < ZERO:
            found = f"{held} after {fill.client_order_id}"
            yield at("I13", fill.event_ns, fill.symbol, "never below zero", found)


def _holdings(case: Case) -> dict[Key, list[Level]]:
    """Return what each strategy knew it held, by the times it learned of it."""
    changes: dict[Key, list[Level]] = {}
    for step in case.story.fills:
        key = (step.order.strategy_id, step.order.instrument_id)
        changes.setdefault(key, []).append((step.entry.at_ns, base_change(step)))
    return {key: _summed([*found, *_given_up(case, key)]) for key, found in changes.items()}


def _summed(changes: Iterable[Level]) -> list[Level]:
    """Return what changes amount to, from when on."""
    levels: list[Level] = []
    held = ZERO
    for at_ns, change in sorted(changes, key=lambda each: each[0]):
        held += change
        levels.append((at_ns, held))
    return levels


def _given_up(case: Case, key: Key) -> Iterator[Level]:
    """Yield what was written off as too little to sell: it is held no more, and wants no stop."""
    for entry in case.story.of_kind("anomaly"):
        amount, _, where = entry.body.detail.partition(" ")
        if entry.body.what == "dust" and where.startswith(key[1]):
            yield entry.at_ns, -Decimal(amount)


def _wants_stop(case: Case, key: Key) -> list[Span]:
    """Return when a strategy's holding wants a stop: an entry with one has filled, until flat."""
    with_stop = {
        order.client_order_id
        for entry in case.story.of_kind("decision")
        for order in entry.body.orders
        if isinstance(entry.body.signal, Enter) and entry.body.signal.protection.has_stop
    }
    held, since_ns = ZERO, None
    spans: list[Span] = []
    for step in case.story.fills:
        order, at_ns = step.order, step.entry.at_ns
        if (order.strategy_id, order.instrument_id) != key:
            continue
        change = base_change(step)
        closes = held * change < ZERO
        held += change
        if since_ns is None and order.client_order_id in with_stop:
            since_ns = at_ns
        if case.is_dust(key[1], held, at_ns):
            if closes:
                held = ZERO  # what is left is written off, and no part of what comes later
            if since_ns is not None:
                spans.append((since_ns, at_ns))
                since_ns = None
    return spans if since_ns is None else [*spans, (since_ns, case.end_ns)]


def _bare(
    case: Case, key: Key, known: Sequence[Level], guards: Sequence[TrueOrder]
) -> Iterator[tuple[Span, Decimal]]:
    """Yield the spans in which more was held than stops and exits would close, and how much more.

    What is held is what was known of, but no more than there was: a stop that has filled closes
    its holding, told or not. An exit that rests at a limit the price is away from closes nothing,
    a while after it was placed.
    """
    instrument_id, wanting = key[1], _wants_stop(case, key)
    true, entries = _true_levels(case, key), _entries(case, key)
    times = {at_ns for at_ns, _ in (*known, *true)} | {ns for span in wanting for ns in span}
    times |= {ns for span in entries for ns in span}
    for order in guards:
        times |= {order.created_ns, *_turns(case, order), _end_of(case, order)}
    for start_ns, end_ns in pairwise(sorted(times | {case.end_ns})):
        if not any(since_ns <= start_ns < until_ns for since_ns, until_ns in wanting):
            continue
        held = min(_level_at(known, start_ns), _level_at(true, start_ns))
        closing = sum(
            (_leaves_at(case, each, start_ns) for each in guards if _closes(case, each, start_ns)),
            ZERO,
        )
        if held > closing and not case.is_dust(instrument_id, held - closing, start_ns):
            may_grow = any(since_ns <= start_ns < until_ns for since_ns, until_ns in entries)
            if not (may_grow and _is_below_minimum(case, key, held - closing)):
                yield (start_ns, end_ns), held - closing


def _entries(case: Case, key: Key) -> list[Span]:
    """Return from when to when each entry of a holding was at the venue."""
    return [
        (order.created_ns, _end_of(case, order))
        for name, told in case.story.orders.items()
        if told.key == key and told.intent.role is OrderRole.ENTRY
        for order in case.own_orders.get(name, ())
    ]


def _is_below_minimum(case: Case, key: Key, quantity: Decimal) -> bool:
    """Whether so much is worth an order at the market, and the venue takes no stop of it."""
    rules = case.instruments[key[1]]
    levels = [
        level
        for entry in case.story.of_kind("decision")
        if isinstance(entry.body.signal, Enter)
        and (entry.body.signal.strategy_id, entry.body.signal.instrument_id) == key
        and (level := _stop_level(entry.body)) is not None
    ]
    lots = rules.quantity(quantity)
    return any(lots > ZERO and rules.fault_of(lots, each) for each in levels)


def _stop_level(told: Decision) -> Decimal | None:
    """Return where the stop of an entry was asked for, by the price it was decided at."""
    assert isinstance(told.signal, Enter), "only an entry asks for one"
    protection, price = told.signal.protection, told.market_price
    if protection.stop_price is not None:
        return to_decimal(protection.stop_price)
    if protection.stop_fraction is None or price is None:
        return None
    return price * (1 - to_decimal(protection.stop_fraction))


def _end_of(case: Case, order: TrueOrder) -> int:
    return case.end_ns if order.ended_ns is None else order.ended_ns


def _turns(case: Case, order: TrueOrder) -> Iterator[int]:
    """Yield when the price moved while a limit order had been resting for a while."""
    if order.kind == "LIMIT":
        since_ns = case.health.deadline_ns(order.created_ns, _RESTING_NS)
        yield since_ns
        for at_ns, _ in case.truth.prices.get(order.symbol, ()):
            if since_ns < at_ns < _end_of(case, order):
                yield at_ns


def _closes(case: Case, order: TrueOrder, at_ns: int) -> bool:
    """Whether an order closes at a stop's level or at once; one that rests at a far limit not."""
    price = case.price_at(order.symbol, at_ns)
    if order.kind != "LIMIT" or order.price is None or price is None:
        return True
    if at_ns < case.health.deadline_ns(order.created_ns, _RESTING_NS):
        return True
    distance = (order.price - price) * (1 if order.side == "sell" else -1)
    return distance <= price * _NEAR


def _flat_spans(
    case: Case, key: Key, held: Sequence[Level], start_ns: int, end_ns: int
) -> Iterator[Span]:
    """Yield the spans in which nothing worth an order was held while an order was live."""
    moments = sorted({start_ns, *(each for each, _ in held if start_ns < each < end_ns)})
    spans = [
        (since_ns, until_ns)
        for since_ns, until_ns in zip(moments, [*moments[1:], end_ns], strict=True)
        if case.is_dust(key[1], _level_at(held, since_ns), since_ns)
    ]
    yield from merged(spans)


def _true_levels(case: Case, key: Key) -> list[Level]:
    """Return what our executions for one strategy really amounted to, by when they happened."""
    names = {name for name, told in case.story.orders.items() if told.key == key}
    changes = [
        (fill.event_ns, true_change(fill))
        for fill in case.own_fills.values()
        if fill.client_order_id in names
    ]
    return _summed([*changes, *_given_up(case, key)])


def _level_at(levels: Sequence[Level], at_ns: int) -> Decimal:
    place = bisect_right([each for each, _ in levels], at_ns)
    return levels[place - 1][1] if place else ZERO


def _leaves_at(case: Case, order: TrueOrder, at_ns: int) -> Decimal:
    """Return what an order at the venue could still fill at a time."""
    if not (order.created_ns <= at_ns and (order.ended_ns is None or at_ns < order.ended_ns)):
        return ZERO
    filled = sum(
        (
            fill.quantity
            for fill in case.fills_of.get(order.client_order_id, ())
            if fill.event_ns <= at_ns
        ),
        ZERO,
    )
    return order.quantity - filled
