"""The summary of a backtest as one JSON object, the answer of `backtest --json`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from argonaut.domain.number import to_float
from argonaut.ledger.attribution import Attribution
from argonaut.reports.attribution_tables import AttributionTables, attribution_object
from argonaut.reports.diagnosis import Finding
from argonaut.reports.dry_run import DryRun, dry_run_object
from argonaut.reports.run_log import RunLog
from argonaut.reports.statistics import Statistics

_RENAMED = {"average_win": "avg_win", "average_loss": "avg_loss"}


def backtest_summary(
    log: RunLog,
    statistics: Statistics,
    attribution: AttributionTables,
    *,
    balances: Mapping[str, Decimal],
    journal_sha256: str,
    diagnosis: Iterable[Finding] = (),
    dry_run: DryRun | None = None,
) -> dict[str, Any]:
    """Return every figure of a run as JSON values: numbers, strings, None where not defined.

    Money is in the account's quote asset, `balances` in units of each asset; fractions, not
    percents. `fees_quote` and `slippage_quote` come from the ledger; `trades` are round trips. What
    was on trial is in `dry_run` alone, None where nothing was.
    """
    figures = {
        _RENAMED.get(name, name): value
        for name, value in msgspec.structs.asdict(statistics).items()
        if name != "trades"
    }
    return {
        "orders": log.orders,
        "fills": log.fills,
        "trades": log.trades,
        **figures,
        "fees_quote": to_float(attribution.total.fees),
        "slippage_quote": to_float(attribution.total.slippage_quote),
        "realized_quote": to_float(attribution.total.realized),
        "volume_quote": to_float(attribution.total.volume_quote),
        "decisions": log.decisions,
        "entries": log.entries,
        "approved": log.approved,
        "reduced": log.reduced,
        "refusals": _sorted(log.refusals),
        "reductions": _sorted(log.reductions),
        "skips": log.skips,
        "notices": [notice.sentence for notice in log.notices],
        "by_strategy": _objects(attribution.by_strategy),
        "by_instrument": _objects(attribution.by_instrument),
        "by_tag": _objects(attribution.by_tag),
        "balances": {asset: to_float(balances[asset]) for asset in sorted(balances)},
        "diagnosis": [msgspec.structs.asdict(finding) for finding in diagnosis],
        "dry_run": None if dry_run is None else dry_run_object(dry_run),
        "journal_sha256": journal_sha256,
    }


def _objects(rows: Mapping[str, Attribution]) -> dict[str, dict[str, Any]]:
    return {name: attribution_object(row) for name, row in rows.items()}


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    """Return counts with the largest first."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
