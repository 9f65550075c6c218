"""The automatic diagnosis: what a person would notice about a run, with the numbers.

Each rule is a function from the facts of a run to a finding or None; `RULES` is their order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import msgspec
import numpy as np

from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.number import to_float
from argonaut.domain.order import OrderRole
from argonaut.ledger.attribution import Attribution
from argonaut.reports.candles import Candles
from argonaut.reports.returns import DAY_NS
from argonaut.reports.run_log import LevelMark, RunLog
from argonaut.reports.statistics import Statistics
from argonaut.reports.trades import wilson_interval
from argonaut.reports.wording import counted, days, money, percent, utc

TRADES_WANTED = 30
_MOST = 0.5  # "most": more than half


class Finding(msgspec.Struct, frozen=True):
    """One line of the diagnosis. `code` is stable; the sentence carries the numbers."""

    code: str
    weight: Literal["warning", "note"]
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the rules look at."""

    log: RunLog
    statistics: Statistics
    account: Attribution
    candles: Mapping[InstrumentId, Candles] = field(default_factory=dict)


def diagnose(facts: Facts) -> tuple[Finding, ...]:
    """Return what stands out about a run, the gravest first within each weight."""
    found = [finding for rule in RULES if (finding := rule(facts)) is not None]
    return tuple(sorted(found, key=lambda finding: finding.weight != "warning"))


def _notices(facts: Facts) -> Finding | None:
    notices = facts.log.notices
    if not notices:
        return None
    kinds = ", ".join(f"{kind} {count}" for kind, count in Counter(n.kind for n in notices).items())
    last = notices[-1]
    said = f"{counted(len(notices), 'notice')} ({kinds}); the last at {utc(last.event_ns)}: "
    return Finding("notices", "warning", said + last.sentence)


def _flat_equity(facts: Facts) -> Finding | None:
    equity_ns, equity = facts.log.equity_columns()
    if not equity.size:
        return Finding("flat_equity", "warning", "no equity was sampled: the run had no events")
    changes = np.flatnonzero(np.diff(equity))
    if not changes.size:
        said = (
            f"equity stayed at {money(float(equity[0]))} over {counted(equity.size, 'sample')}: "
            f"{counted(facts.log.orders, 'order')}, {counted(facts.log.fills, 'fill')}, "
            f"{counted(facts.log.skips, 'reason')} to do nothing"
        )
        return Finding("flat_equity", "warning", said)
    moved_ns = np.concatenate(([equity_ns[0]], equity_ns[changes + 1], [equity_ns[-1]]))
    still_ns = np.diff(moved_ns)
    longest = int(still_ns.argmax())
    share = float(still_ns[longest]) / max(float(equity_ns[-1] - equity_ns[0]), 1.0)
    if share <= _MOST:
        return None
    said = (
        f"equity did not move for {days(float(still_ns[longest]) / DAY_NS)}, "
        f"{percent(share)} of the run, from {utc(int(moved_ns[longest]))}"
    )
    return Finding("flat_equity", "note", said)


def _few_trades(facts: Facts) -> Finding | None:
    trades, rate = facts.statistics.trades, facts.statistics.win_rate
    if trades >= TRADES_WANTED:
        return None
    if rate is None:
        said = f"no trade was closed; entries were wished for {counted(facts.log.entries, 'time')}"
        return Finding("few_trades", "warning", said)
    low, high = wilson_interval(round(rate * trades), trades)
    said = (
        f"{counted(trades, 'trade')}, fewer than {TRADES_WANTED}: a win rate of {percent(rate)} "
        f"could as well be anything from {percent(low)} to {percent(high)}"
    )
    return Finding("few_trades", "warning", said)


def _one_side(facts: Facts) -> Finding | None:
    trips = facts.log.round_trips
    longs = sum(trip.is_long for trip in trips)
    if len(trips) < 2 or 0 < longs < len(trips):
        return None
    said = f"all {len(trips):,} trades were {'long' if longs else 'short'}"
    moves = [
        f"{name} {percent(float(each.close[-1] / each.open[0] - 1), signed=True)}"
        for name, each in facts.candles.items()
        if len(each) and each.open[0] > 0
    ]
    if moves:
        said += f", while the market moved: {', '.join(moves[:5])}"
    return Finding("one_side", "note", said)


def _fees_eat_profit(facts: Facts) -> Finding | None:
    fees, net = to_float(facts.account.fees), to_float(facts.account.realized)
    gross = net + fees
    if fees <= 0 or gross <= 0 or fees <= _MOST * gross:
        return None
    said = (
        f"fees of {money(fees)} took {percent(fees / gross)} of {money(gross)} earned before fees"
    )
    return Finding("fees_eat_profit", "warning", said)


def _slippage_eats_profit(facts: Facts) -> Finding | None:
    lost, net = to_float(facts.account.slippage_quote), to_float(facts.account.realized)
    before = net + lost
    if lost <= 0 or before <= 0 or lost <= _MOST * before:
        return None
    said = f"slippage of {money(lost)} took {percent(lost / before)} of {money(before)}"
    return Finding("slippage_eats_profit", "warning", said)


def _most_refused(facts: Facts) -> Finding | None:
    log = facts.log
    refused = sum(log.entry_refusals.values())
    if not log.entries or refused <= _MOST * log.entries:
        return None
    code = max(log.entry_refusals, key=log.entry_refusals.__getitem__)
    said = (
        f"{refused:,} of {log.entries:,} entries were refused, "
        f"{log.entry_refusals[code]:,} of them by {code}"
    )
    return Finding("most_refused", "warning", said)


def _gaps(facts: Facts) -> Finding | None:
    """Holes in the data, and fills right behind one: the price before them was old."""
    parts, stale = [], 0
    for name, candles in facts.candles.items():
        gaps = candles.gaps()
        if not gaps:
            continue
        after, longest = max(gaps, key=lambda gap: gap[1])
        parts.append(
            f"{name}: {counted(len(gaps), 'gap')}, {sum(gap[1] for gap in gaps):,} bars missing, "
            f"longest {longest:,} before {utc(int(candles.open_ns[after]))}"
        )
        filled_ns = [mark.event_ns for mark in facts.log.fill_marks if mark.instrument_id == name]
        bars = np.searchsorted(candles.open_ns, np.array(filled_ns, dtype=np.int64)) - 1
        stale += int(np.isin(bars, [index for index, _ in gaps]).sum())
    if not parts:
        return None
    said = "; ".join(parts[:5]) + f"; {counted(stale, 'fill')} in the first bar behind a gap"
    return Finding("gaps", "warning" if stale else "note", said)


def _stop_and_target_in_one_bar(facts: Facts) -> Finding | None:
    """Exits whose order within the bar is an assumption, not a fact."""
    groups: dict[tuple[StrategyId, InstrumentId, int], list[LevelMark]] = {}
    exits = 0
    for level in facts.log.levels(0):
        if level.ending in {"filled", "canceled"}:
            exits += level.ending == "filled"
            key = (level.strategy_id, level.instrument_id, level.to_ns)
            groups.setdefault(key, []).append(level)
    both = sum(_is_ambiguous(levels, facts.candles) for levels in groups.values())
    if not both:
        return None
    said = (
        f"{both:,} of {exits:,} protective exits had stop and target inside one bar; "
        "which came first is the fill model's assumption"
    )
    return Finding("stop_and_target_in_one_bar", "note", said)


def _is_ambiguous(levels: list[LevelMark], candles: Mapping[InstrumentId, Candles]) -> bool:
    filled = {level.role for level in levels if level.ending == "filled"}
    other = {level.role for level in levels if level.ending == "canceled"} - filled
    bars = candles.get(levels[0].instrument_id)
    if not filled or not other or bars is None:
        return False
    index = bars.holding(levels[0].to_ns)
    if index is None:
        return False
    reached = {level.role for level in levels if bars.low[index] <= level.price <= bars.high[index]}
    return reached >= {OrderRole.STOP, OrderRole.TARGET}


RULES: tuple[Callable[[Facts], Finding | None], ...] = (
    _notices,
    _flat_equity,
    _few_trades,
    _most_refused,
    _fees_eat_profit,
    _slippage_eats_profit,
    _stop_and_target_in_one_bar,
    _gaps,
    _one_side,
)
