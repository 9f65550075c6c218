"""The book as JSON values, and back. Lists keep their order, so a restart reports in the same one.

Each record's fields are named as the attributes they save, which is what copies them.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from argonaut.domain.ids import FillId, InstrumentId, StrategyId
from argonaut.domain.number import ZERO
from argonaut.ledger.attribution import Row
from argonaut.ledger.errors import LedgerError
from argonaut.ledger.position import Held
from argonaut.ledger.posting import AssetTotals
from argonaut.ledger.sheet import Sheet


class SavedTotals(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One asset's running totals."""

    asset: str
    wallet: Decimal
    market: Decimal
    fees: Decimal
    equity: Decimal
    dust: Decimal
    adjustments: Decimal = ZERO  # states of older versions have none


class SavedHeld(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the fold writes."""

    quantity: Decimal
    cost: Decimal
    average_price: Decimal | None
    entry_fees: Decimal
    realized: Decimal
    opened_ns: int | None
    closed_ns: int | None


class SavedHolding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The filled part of a holding; its working part is the engine's to save."""

    strategy_id: StrategyId
    entry_tag: str
    entry_user_id: str
    filled: SavedHeld
    is_stray: bool = False


class SavedSheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One instrument's page."""

    instrument_id: InstrumentId
    position: SavedHeld
    holdings: list[SavedHolding]
    last_price: Decimal | None
    last_ns: int
    seen: list[FillId]


class SavedRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of the attribution."""

    strategy_id: StrategyId
    instrument_id: InstrumentId
    tag: str
    user_id: str
    quote: str
    gross: Decimal
    fees: Decimal
    volume: Decimal
    slippage: Decimal
    fills: int
    round_trips: int
    wins: int
    unvalued: dict[str, Decimal]


class SavedBook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything a book knows."""

    quote: str
    totals: list[SavedTotals]
    sheets: list[SavedSheet]
    rows: list[SavedRow]
    net_transfers_quote: Decimal
    transfers_unvalued: dict[str, Decimal]


RecordT = TypeVar("RecordT", bound=msgspec.Struct)


def read(state: Mapping[str, Any]) -> SavedBook:
    """Check and return saved state.

    Raises:
        LedgerError: It is not what `Book.save` returns.
    """
    try:
        return msgspec.convert(state, SavedBook)
    except msgspec.ValidationError as error:
        raise LedgerError(f"want the state of a book, not one where {error}") from error


def write(book: SavedBook) -> dict[str, Any]:
    """Return a record as JSON values."""
    values: dict[str, Any] = msgspec.to_builtins(book)
    return values


def totals_of(total: AssetTotals) -> SavedTotals:
    """Return one asset's totals as a record."""
    return _record(SavedTotals, total)


def load_totals(saved: SavedTotals, total: AssetTotals) -> None:
    """Write a record into one asset's totals."""
    _write(saved, total)


def row_of(row: Row) -> SavedRow:
    """Return one row as a record."""
    record = _record(SavedRow, row)
    return msgspec.structs.replace(record, unvalued=dict(sorted(row.unvalued.items())))


def load_row(saved: SavedRow) -> Row:
    """Return the row of a record."""
    row = Row(
        saved.strategy_id,
        saved.instrument_id,
        tag=saved.tag,
        user_id=saved.user_id,
        quote=saved.quote,
    )
    _write(saved, row)
    return row


def sheet_of(sheet: Sheet) -> SavedSheet:
    """Return one instrument's page as a record."""
    return SavedSheet(
        instrument_id=sheet.instrument.instrument_id,
        position=_record(SavedHeld, sheet.position),
        holdings=[
            SavedHolding(
                strategy_id=holding.strategy_id,
                entry_tag=holding.entry_tag,
                entry_user_id=holding.entry_user_id,
                filled=_record(SavedHeld, holding),
                is_stray=holding.is_stray,
            )
            for holding in sheet.holdings.values()
        ],
        last_price=sheet.last_price,
        last_ns=sheet.last_ns,
        seen=list(sheet.seen),
    )


def load_sheet(saved: SavedSheet, sheet: Sheet) -> None:
    """Write a record into the page; holdings that strategies know stay the same objects."""
    _write(saved.position, sheet.position)
    for entry in saved.holdings:
        holding = sheet.holding(entry.strategy_id)
        _write(entry.filled, holding)
        holding.entry_tag = entry.entry_tag
        holding.entry_user_id = entry.entry_user_id
        holding.is_stray = entry.is_stray
    sheet.last_price = saved.last_price
    sheet.last_ns = saved.last_ns
    sheet.seen = dict.fromkeys(saved.seen)


def _record(kind: type[RecordT], source: Held | AssetTotals | Row) -> RecordT:
    return kind(*(getattr(source, name) for name in kind.__struct_fields__))


def _write(saved: msgspec.Struct, target: Held | AssetTotals | Row) -> None:
    for name in saved.__struct_fields__:
        setattr(target, name, getattr(saved, name))
