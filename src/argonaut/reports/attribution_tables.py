"""Who earned what, cut four ways, as every report shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from argonaut.domain.number import to_float
from argonaut.ledger.attribution import Attribution
from argonaut.ledger.book import Book


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributionTables:
    """Sums of the ledger per strategy, instrument and tag, and over everything."""

    total: Attribution = field(default_factory=Attribution)
    by_strategy: Mapping[str, Attribution] = field(default_factory=dict)
    by_instrument: Mapping[str, Attribution] = field(default_factory=dict)
    by_tag: Mapping[str, Attribution] = field(default_factory=dict)


def attribution_tables(book: Book) -> AttributionTables:
    """Return the tables of a book as it stands."""
    return AttributionTables(
        total=book.account(),
        by_strategy=book.attribution("strategy"),
        by_instrument=book.attribution("instrument"),
        by_tag=book.attribution("tag"),
    )


def attribution_object(row: Attribution) -> dict[str, Any]:
    """Return one row as JSON values; money as numbers in the account's quote asset."""
    return {
        "realized": to_float(row.realized),
        "fees_quote": to_float(row.fees),
        "slippage_quote": to_float(row.slippage_quote),
        "volume_quote": to_float(row.volume_quote),
        "fills": row.fills,
        "trades": row.round_trips,
        "wins": row.wins,
        "win_rate": row.win_rate,
        "unvalued": {asset: to_float(row.unvalued[asset]) for asset in sorted(row.unvalued)},
    }
