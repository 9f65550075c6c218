"""Plans from seeds: each run has some kinds of fault and not others, so that rare meetings happen.

When every run has every fault, some always hide the others. So a seed first draws which kinds
there are at all, then how many of each, then when. One run in ten is quiet: nothing goes wrong in
it, and whatever fails there needs no fault to fail.
"""

from __future__ import annotations

from decimal import Decimal

from argonaut.rehearsal.simulation.dice import Dice
from argonaut.rehearsal.simulation.kinds import KINDS, Kind
from argonaut.rehearsal.simulation.plan import (
    SECOND_NS,
    Fault,
    FaultPlan,
    MarketShape,
    Wish,
)

_QUIET = 0.1  # of all runs have no fault
_WHOLE_CALM = 0.1  # of all runs have the whole calm, however well all is in it
_KINDS_MOST = 6  # in one run
_FIRST_NS = 5 * SECOND_NS  # by then a healthy trader is ready
_TRADE_S = (30, 30, 60, 60, 120)  # of trading at least, and up to twice as long
_WISHES = (2, 14)
_NOTIONALS = ("60", "200", "500", "900", "2500")
_ABSURD = ("1e30", "0.000001", "100000000")  # sizes that must never reach the wire
_MILLISECOND_NS = 1_000_000
_CAPS = (("5000", "8000"), ("1000", "1500"), ("600", "900"))
"""Quote units at risk at one instrument and in all: wide ones, and two that bind soon."""


def draw_plan(seed: int) -> FaultPlan:
    """Return the plan of a seed: always the same one."""
    dice = Dice(seed, "plan")
    at_least_s = dice.pick(_TRADE_S)
    trade_ns = dice.between(at_least_s, 2 * at_least_s) * SECOND_NS
    market = MarketShape(
        step_ticks=dice.pick((10, 40, 150)),
        level_lots=dice.pick((20_000, 20_000, 200, 40)),
        keeps_books=Dice(seed, "books").chance(0.25),
    )
    low_ms = dice.pick((1, 5, 30))
    symbol_cap, account_cap = Dice(seed, "caps").pick(_CAPS)
    return FaultPlan(
        seed=seed,
        trade_ns=trade_ns,
        ends_when_well=not Dice(seed, "calm").chance(_WHOLE_CALM),
        latency_ns=(low_ms * _MILLISECOND_NS, low_ms * dice.pick((1, 4, 20)) * _MILLISECOND_NS),
        market=market,
        symbol_cap=Decimal(symbol_cap),
        account_cap=Decimal(account_cap),
        wishes=_wishes(Dice(seed, "wishes"), trade_ns, market.symbols),
        faults=_faults(Dice(seed, "faults"), trade_ns),
    )


def _wishes(dice: Dice, trade_ns: int, symbols: tuple[str, ...]) -> tuple[Wish, ...]:
    """Draw buys, sells and now and then something absurd, in the order they come."""
    times = sorted(dice.between(_FIRST_NS, trade_ns) for _ in range(dice.between(*_WISHES)))
    made = []
    for number, at_ns in enumerate(times):
        is_entry = dice.chance(0.65)
        is_absurd = dice.chance(0.03)
        notional = dice.pick(_ABSURD if is_absurd else _NOTIONALS) if is_entry else None
        made.append(
            Wish(
                at_ns=at_ns,
                signal_id=f"w{number}",
                symbol=dice.pick(symbols),
                side="buy" if is_entry else "sell",
                notional=None if notional is None else Decimal(notional),
                limit_offset=dice.pick((-0.001, -0.0002, 0.001)) if dice.chance(0.4) else None,
                stop_fraction=dice.pick((0.002, 0.01, 0.03)) if dice.chance(0.85) else None,
                target_fraction=dice.pick((0.002, 0.01)) if dice.chance(0.3) else None,
                repeats=dice.between(1, 3) if dice.chance(0.2) else 0,
            )
        )
    return tuple(made)


def _faults(dice: Dice, trade_ns: int) -> tuple[Fault, ...]:
    if dice.chance(_QUIET):
        return ()
    chosen = [name for name, kind in KINDS.items() if dice.chance(0.1 * kind.weight)]
    while len(chosen) > _KINDS_MOST:
        chosen.pop(dice.below(len(chosen)))
    faults = [
        draw_fault(dice, name, trade_ns)
        for name in chosen
        for _ in range(dice.between(1, KINDS[name].most))
    ]
    return tuple(sorted(faults, key=lambda each: (each.at_ns, each.kind)))


def draw_fault(dice: Dice, name: str, trade_ns: int) -> Fault:
    """Return one fault of a kind, anywhere in its ranges and in the time of trading."""
    kind: Kind = KINDS[name]
    low, high = kind.amount
    return Fault(
        kind=name,
        at_ns=dice.between(0 if dice.chance(0.1) else _FIRST_NS, trade_ns),
        for_ns=_seconds(dice, kind.for_s),
        target=dice.pick(kind.targets),
        count=dice.between(*kind.count),
        amount=round(low + (high - low) * dice.random(), 3),
    )


def _seconds(dice: Dice, bounds: tuple[float, float]) -> int:
    """Draw a time in ns, short ones as likely as long ones."""
    low, high = bounds
    share = dice.random()
    return int((low + (high - low) * share * share) * SECOND_NS)
