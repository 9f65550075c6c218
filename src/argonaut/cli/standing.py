"""What `argonaut status` does: ask or read, then tell."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from argonaut.cli.inflow import inflow_lines
from argonaut.cli.output import print_json, print_line, printable
from argonaut.cli.place import JournalPlace
from argonaut.cli.stored import stored_snapshot
from argonaut.cli.trader import ask_trader, journal_meant
from argonaut.reports.wording import money, percent, plain, utc
from argonaut.runtime.snapshot import BudgetNow, HeldNow, RunSnapshot, StrategyNow


def tell_status(config: Path | None, *, as_json: bool) -> None:
    """Print the state of a run.

    Raises:
        ConfigError, JournalError: There is no such run, or its journal cannot be read.
    """
    journal = journal_meant(config)
    answer = ask_trader(journal, "/status")
    is_live = answer is not None
    shown = msgspec.convert(answer, RunSnapshot) if is_live else stored_snapshot(journal)
    if as_json:
        found: dict[str, Any] = msgspec.to_builtins(shown)
        print_json({"running": is_live, "journal": str(journal), **found})
        return
    for line in status_lines(shown, journal=journal, is_live=is_live):
        print_line(printable(line))


def status_lines(shown: RunSnapshot, *, journal: JournalPlace, is_live: bool) -> Iterator[str]:
    """Yield the state of a run as people read it."""
    state = f"running, mode {shown.mode}" if is_live else f"not running; left in mode {shown.mode}"
    yield f"{shown.name}: {state}"
    yield from (f"  limited by {each}" for each in shown.limits)
    yield f"  tape time {utc(shown.now_ns)} UTC{_progress(shown)}"
    if shown.equity is not None:
        yield (
            f"  equity {money(shown.equity)}{_since_start(shown)}, "
            f"drawdown {percent(shown.drawdown_fraction)}, lost today {money(shown.loss_today)}"
        )
    balances = ", ".join(f"{plain(amount)} {asset}" for asset, amount in shown.balances.items())
    yield f"  balances {balances or 'none'}"
    if shown.dust:
        dust = ", ".join(f"{plain(amount)} {asset}" for asset, amount in shown.dust.items())
        yield f"  given up as dust, still at the venue: {dust}"
    yield f"  {len(shown.holdings)} held"
    yield from (f"    {_held(each)}" for each in shown.holdings)
    yield from (f"  budget of {_budget(each)}" for each in shown.budgets)
    yield f"  {len(shown.orders)} orders working"
    for order in shown.orders:
        price = "" if order.price is None else f" at {plain(order.price)}"
        yield (
            f"    {order.role} {order.side} {plain(order.leaves)} {order.instrument_id}{price}, "
            f"{order.type}, {order.status}"
        )
    yield "  " + ", ".join(f"{count:,} {name}" for name, count in shown.counts.items())
    if shown.refusals:
        counts = sorted(shown.refusals.items(), key=lambda item: -item[1])
        yield "  refused by " + ", ".join(f"{code} {count:,}" for code, count in counts)
    yield from (f"  {name}: {said}" for name, said in shown.explanations.items())
    yield from _strategy_lines(shown)
    yield from inflow_lines(shown)
    yield f"  journal {journal}: {shown.journal_seq:,} rows, head {shown.journal_hash[:16]}"


def _strategy_lines(shown: RunSnapshot) -> Iterator[str]:
    """Yield what each strategy has made, and what is on trial under its own heading."""
    yield from (f"  made by {_made(each)}" for each in shown.strategies if not each.is_dry_run)
    trial = shown.dry_run
    if trial is None:
        return
    yield "  dry run, theoretical: nothing of it was sent, no money moved"
    yield from (f"    made by {_made(each)}" for each in shown.strategies if each.is_dry_run)
    if trial.equity is not None and trial.equity_start:
        change = percent(trial.equity / trial.equity_start - 1, signed=True)
        yield f"    equity {money(trial.equity)} ({change})"
    yield from (f"    holds {_held(each)}" for each in trial.holdings)
    counts = ", ".join(f"{count:,} {name}" for name, count in trial.counts.items())
    yield f"    {len(trial.orders)} orders working; {counts}"
    yield from (f"    {name}: {said}" for name, said in trial.explanations.items())


def _made(made: StrategyNow) -> str:
    held = "" if made.open_quote == 0 else f", {money(made.open_quote, signed=True)} open"
    return (
        f"{made.strategy_id}: {money(made.realized_quote, signed=True)} realized in "
        f"{made.trades:,} trades{held}"
    )


def _progress(shown: RunSnapshot) -> str:
    if not shown.rows_total:
        return ""
    return f", {shown.rows_played / shown.rows_total:.0%} of the tape"


def _since_start(shown: RunSnapshot) -> str:
    if not shown.equity_start or shown.equity is None:
        return ""
    return f" ({percent(shown.equity / shown.equity_start - 1, signed=True)})"


def _held(held: HeldNow) -> str:
    parts = [f"{held.strategy_id} {plain(held.quantity)} {held.instrument_id}"]
    parts.append(f"at {_price(held.average_price)}")
    if held.price is not None:
        parts.append(f"now {plain(held.price)}, {money(held.pnl_quote, signed=True)}")
    for name, price in (("stop", held.stop_price), ("target", held.target_price)):
        if price is not None:
            parts.append(f"{name} {plain(price)}")
    return ", ".join(parts)


def _budget(budget: BudgetNow) -> str:
    whole = "not known" if budget.budget_quote is None else money(budget.budget_quote)
    said = f"{budget.strategy_id}: {whole}, {money(budget.used_quote)} of it could be held"
    return said if budget.factor == 1 else f"{said}; {budget.factor:.0%} left: {budget.reason}"


def _price(value: Decimal) -> str:
    return f"{value:.8g}"
