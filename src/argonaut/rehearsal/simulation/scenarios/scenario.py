"""What a scenario is, and the words its plans are written in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from msgspec.structs import replace

from argonaut.rehearsal.simulation.invariants.case import Case
from argonaut.rehearsal.simulation.plan import SECOND_NS, Fault, FaultPlan, MarketShape, Wish

BTC, ETH = "BTC/USDT", "ETH/USDT"
QUIET_MARKET = MarketShape(symbols=(BTC,), step_ticks=5)
THIN_MARKET = MarketShape(symbols=(BTC,), step_ticks=5, level_lots=150)
LIVELY_MARKET = MarketShape(symbols=(BTC,), step_ticks=150)
BOOK_MARKET = MarketShape(symbols=(BTC,), step_ticks=5, keeps_books=True)
Expectation = Callable[[Case], Iterator[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A row of the failure model: `core` is the one plan whose every crash point is tried.

    Every plan must keep every invariant; `expects` says what has to come out beyond that.
    """

    name: str  # F10
    title: str
    plans: tuple[FaultPlan, ...]
    core: FaultPlan
    expects: Sequence[Expectation] = ()

    def disappointments(self, case: Case) -> tuple[str, ...]:
        """Return what was expected of a run and did not come."""
        return tuple(said for expectation in self.expects for said in expectation(case))


def scenario(
    name: str, title: str, plans: Sequence[FaultPlan], *expects: Expectation, core: int = 0
) -> Scenario:
    """Return a scenario whose plans carry its name and differ in their seeds."""
    numbered = tuple(
        _named(plan, f"{name}.{number}", seed=number) for number, plan in enumerate(plans)
    )
    return Scenario(name=name, title=title, plans=numbered, core=numbered[core], expects=expects)


def plan(
    *events: Wish | Fault, trade_s: float = 30, market: MarketShape = QUIET_MARKET
) -> FaultPlan:
    """Return a plan of wishes and faults, in any order."""
    return FaultPlan(
        seed=0,
        trade_ns=_ns(trade_s),
        market=market,
        wishes=tuple(
            sorted((e for e in events if isinstance(e, Wish)), key=lambda each: each.at_ns)
        ),
        faults=tuple(
            sorted((e for e in events if isinstance(e, Fault)), key=lambda each: each.at_ns)
        ),
    )


def buy(
    at_s: float,
    name: str = "buy",
    *,
    notional: str = "500",
    limit_offset: float | None = None,
    target_fraction: float | None = None,
    repeats: int = 0,
) -> Wish:
    """Return a signal to buy BTC for so many USDT with a stop three percent below."""
    return Wish(
        at_ns=_ns(at_s),
        signal_id=name,
        symbol=BTC,
        side="buy",
        notional=Decimal(notional),
        limit_offset=limit_offset,
        stop_fraction=0.03,
        target_fraction=target_fraction,
        repeats=repeats,
    )


def sell(at_s: float, name: str = "sell") -> Wish:
    """Return a signal to close what is held, or to take out what is still being bought."""
    return Wish(at_ns=_ns(at_s), signal_id=name, symbol=BTC, side="sell")


def fault(
    kind: str,
    at_s: float,
    for_s: float = 0,
    target: str = "",
    *,
    count: int = 1,
    amount: float = 0.0,
) -> Fault:
    """Return a fault, times in seconds."""
    return Fault(
        kind=kind,
        at_ns=_ns(at_s),
        for_ns=_ns(for_s),
        target=target,
        count=count,
        amount=amount,
    )


def _ns(seconds: float) -> int:
    return round(seconds * SECOND_NS)


def _named(plan_: FaultPlan, name: str, *, seed: int) -> FaultPlan:
    return replace(plan_, scenario=name, seed=seed)
