"""Makes a plan that fails as small as it can be and still fail: kinds, then faults, then orders.

A person reads what is left. So whole kinds of fault go first, then single ones, then wishes, and
at last times and sizes become round and short.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from msgspec.structs import replace

from argonaut.rehearsal.simulation.plan import SECOND_NS, FaultPlan, MarketShape

T = TypeVar("T")
Fails = Callable[[FaultPlan], bool]
_PLAIN = FaultPlan(seed=0)


class Shrinker:
    """Tries smaller plans until none of them fails any more, or `tries_max` runs are spent."""

    def __init__(
        self,
        fails: Fails,
        *,
        tries_max: int = 400,
        on_try: Callable[[FaultPlan], None] | None = None,
    ) -> None:
        self._fails = fails
        self._tries_max = tries_max
        self._on_try = on_try
        self.tries = 0

    def shrink(self, plan: FaultPlan) -> FaultPlan:
        """Return the smallest failing plan that was found; `plan` itself has to fail."""
        before = None
        while before != plan and self.tries < self._tries_max:
            before = plan
            for step in (_without_kinds, _without_faults, _without_wishes, _plainer, _shorter):
                plan = self._exhaust(plan, step)
        return plan

    def _exhaust(
        self, plan: FaultPlan, step: Callable[[FaultPlan], Iterator[FaultPlan]]
    ) -> FaultPlan:
        """Take the first smaller plan of a step that fails, again and again."""
        is_smaller = True
        while is_smaller:
            is_smaller = False
            for smaller in step(plan):
                if self.tries >= self._tries_max:
                    return plan
                if smaller != plan and self._still_fails(smaller):
                    plan, is_smaller = smaller, True
                    break
        return plan

    def _still_fails(self, plan: FaultPlan) -> bool:
        self.tries += 1
        if self._on_try is not None:
            self._on_try(plan)
        return self._fails(plan)


def _without_kinds(plan: FaultPlan) -> Iterator[FaultPlan]:
    kinds = list(dict.fromkeys(each.kind for each in plan.faults))
    for kind in kinds:
        yield replace(plan, faults=tuple(each for each in plan.faults if each.kind != kind))


def _without_faults(plan: FaultPlan) -> Iterator[FaultPlan]:
    for rest in _fewer(plan.faults):
        yield replace(plan, faults=rest)


def _without_wishes(plan: FaultPlan) -> Iterator[FaultPlan]:
    for rest in _fewer(plan.wishes):
        yield replace(plan, wishes=rest)


def _fewer(items: Sequence[T]) -> Iterator[tuple[T, ...]]:
    """Yield the items without a half, a quarter … and at last without a single one of them."""
    size = len(items)
    while size > 1:
        size = (size + 1) // 2
        for start in range(0, len(items), size):
            yield (*items[:start], *items[start + size :])
        if size == 1:
            return
    if len(items) == 1:
        yield ()


def _plainer(plan: FaultPlan) -> Iterator[FaultPlan]:
    """Take the usual market and network, and leave out what is special about a wish."""
    yield replace(plan, market=MarketShape(symbols=plan.market.symbols))
    yield replace(plan, latency_ns=_PLAIN.latency_ns)
    symbols = tuple(dict.fromkeys(each.symbol for each in plan.wishes))
    if symbols:
        yield replace(plan, market=replace(plan.market, symbols=symbols))
    for place in range(len(plan.wishes)):
        for change in ({"repeats": 0}, {"limit_offset": None}, {"target_fraction": None}):
            yield _with_wish(plan, place, **change)


def _shorter(plan: FaultPlan) -> Iterator[FaultPlan]:
    """Make times short and round and counts small."""
    times = [*(each.at_ns for each in plan.wishes), *(each.at_ns for each in plan.faults)]
    last_ns = max(times, default=0)
    yield replace(plan, trade_ns=min(plan.trade_ns, _rounded_up(last_ns) + SECOND_NS))
    for place, fault in enumerate(plan.faults):
        for smaller in (
            replace(fault, for_ns=fault.for_ns // 2 if fault.for_ns > SECOND_NS else fault.for_ns),
            replace(fault, count=(fault.count + 1) // 2),
            replace(fault, at_ns=fault.at_ns - fault.at_ns % SECOND_NS),
            replace(fault, amount=round(fault.amount)),
        ):
            if smaller != fault:
                yield replace(
                    plan, faults=(*plan.faults[:place], smaller, *plan.faults[place + 1 :])
                )
    for place, wish in enumerate(plan.wishes):
        yield _with_wish(plan, place, at_ns=wish.at_ns - wish.at_ns % SECOND_NS)


def _rounded_up(at_ns: int) -> int:
    return -(-at_ns // SECOND_NS) * SECOND_NS


def _with_wish(plan: FaultPlan, place: int, **change: object) -> FaultPlan:
    wish = replace(plan.wishes[place], **change)
    return replace(plan, wishes=(*plan.wishes[:place], wish, *plan.wishes[place + 1 :]))
