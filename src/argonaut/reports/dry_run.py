"""What was on trial, for reports: theoretical, and in no figure of the account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from argonaut.domain.number import ZERO, to_float
from argonaut.ledger.attribution import Attribution
from argonaut.ledger.book import Book
from argonaut.reports.attribution_tables import attribution_object
from argonaut.reports.run_log import RunLog
from argonaut.reports.wording import NOTHING, counted, money, percent, plain

DRY_RUN_HEADING = "Dry run (theoretical: nothing was sent, no money moved)"
DRY_RUN_HEAD = ("", "trades", "win rate", "realized", "open", "fees", "slippage", "volume", "held")


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """Money in the account's quote asset; `open_quote` is what closing at the last price makes."""

    by_strategy: Mapping[str, Attribution]
    open_quote: Mapping[str, Decimal]
    balances: Mapping[str, Decimal]
    held: Mapping[str, Mapping[str, Decimal]]  # by strategy and instrument, base units
    counts: Mapping[str, int]
    refusals: Mapping[str, int]
    equity_start: float | None
    equity_final: float | None


def dry_run_of(log: RunLog, book: Book, open_quote: Mapping[str, Decimal]) -> DryRun:
    """Return what a shadow amounted to, from its own log and book."""
    held: dict[str, dict[str, Decimal]] = {}
    for each in book.holdings():
        if each.quantity:
            held.setdefault(each.strategy_id, {})[each.instrument_id] = each.quantity
    return DryRun(
        by_strategy=book.attribution("strategy"),
        open_quote=dict(open_quote),
        balances=dict(book.balances),
        held=held,
        counts={
            "decisions": log.decisions,
            "approved": log.approved,
            "orders": log.orders,
            "fills": log.fills,
            "trades": log.trades,
            "skips": log.skips,
        },
        refusals=dict(log.refusals),
        equity_start=log.equity_start,
        equity_final=log.equity_last,
    )


def dry_run_rows(found: DryRun) -> list[tuple[str, ...]]:
    """Return one row a strategy, under `DRY_RUN_HEAD`."""
    return [
        (
            name or "(none)",
            f"{row.round_trips:,}",
            percent(row.win_rate),
            money(row.realized, signed=True),
            money(found.open_quote.get(name, ZERO), signed=True),
            money(row.fees),
            money(row.slippage_quote),
            money(row.volume_quote),
            _held(found.held.get(name, {})),
        )
        for name, row in found.by_strategy.items()
    ]


def _held(held: Mapping[str, Decimal]) -> str:
    return ", ".join(f"{plain(quantity)} {name}" for name, quantity in held.items()) or NOTHING


def dry_run_sentence(found: DryRun, quote: str) -> str:
    """Say what it came to."""
    count = found.counts
    said = (
        f"{counted(count['orders'], 'order')}, {counted(count['fills'], 'fill')} and "
        f"{counted(count['trades'], 'trade')} in a shadow of the account"
    )
    if not found.equity_start or found.equity_final is None:
        return said
    change = found.equity_final / found.equity_start - 1
    return (
        f"{said}, from {money(found.equity_start)} to {money(found.equity_final)} {quote} "
        f"({percent(change, signed=True)})"
    )


def dry_run_object(found: DryRun) -> dict[str, Any]:
    """Return it as JSON values; everything in it is theoretical."""
    return {
        "is_theoretical": True,
        "equity_start": found.equity_start,
        "equity_final": found.equity_final,
        **found.counts,
        "refusals": dict(found.refusals),
        "balances": {asset: to_float(found.balances[asset]) for asset in sorted(found.balances)},
        "by_strategy": {
            name: {
                **attribution_object(row),
                "open_quote": to_float(found.open_quote.get(name, ZERO)),
                "held": {
                    place: to_float(quantity)
                    for place, quantity in found.held.get(name, {}).items()
                },
            }
            for name, row in found.by_strategy.items()
        },
    }
