"""Which column of a file is which of ours: names in use by venues, vendors and other bots."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from argonaut.feeds.errors import DataFileError
from argonaut.feeds.tape.columns import Kind

Names = tuple[str, ...]

_EVENT: Names = (
    "tsevent",
    "transactiontime",
    "transacttime",
    "timestamp",
    "tsns",
    "ts",
    "time",
    "datetime",
    "date",
    "eventtime",
)
_RECEIVED: Names = ("tsrecv", "receivedns", "localtimestamp", "timestampofreceive")
_SYMBOL: Names = ("symbol", "instrument", "pair")
_PRICE: Names = ("price", "p")
_QUANTITY: Names = ("qty", "quantity", "size", "amount", "q")

_BAR_PRICES: Mapping[str, Names] = {
    # An unnamed first column is a data frame's index, written by pandas.
    "open_ns": (
        "ts",
        "tsns",
        "openns",
        "opentime",
        "unix",
        "timestamp",
        "datetime",
        "date",
        "time",
        "",
    ),
    "open": ("open", "o"),
    "high": ("high", "h"),
    "low": ("low", "l"),
    "close": ("close", "c"),
}

# Our name -> spellings, first wins; letters and digits only, lower case.
COLUMNS: Mapping[Kind, Mapping[str, Names]] = {
    Kind.BARS: {**_BAR_PRICES, "volume": ("volume", "v", "vol"), "symbol": _SYMBOL},
    Kind.MARK: {**_BAR_PRICES, "symbol": _SYMBOL},
    Kind.TRADES: {
        "event_ns": _EVENT,
        "received_ns": _RECEIVED,
        "symbol": _SYMBOL,
        "trade_id": ("tradeid", "aggtradeid", "id"),
        "price": _PRICE,
        "quantity": _QUANTITY,
        "aggressor": ("aggressor", "side", "takerside"),
        "buyer_is_maker": ("isbuyermaker", "isbuyermarketmaker", "buyermaker", "m"),
    },
    Kind.QUOTES: {
        "event_ns": _EVENT,
        "received_ns": _RECEIVED,
        "symbol": _SYMBOL,
        "bid": ("bid", "bidprice", "bestbidprice", "bestbid"),
        "bid_quantity": ("bidqty", "bidquantity", "bestbidqty", "bidamount", "bidsize"),
        "ask": ("ask", "askprice", "bestaskprice", "bestask"),
        "ask_quantity": ("askqty", "askquantity", "bestaskqty", "askamount", "asksize"),
    },
    Kind.FUNDING: {
        "event_ns": ("ts", "tsns", "fundingtime", "calctime", "timestamp", "time", "date"),
        "rate": ("rate", "fundingrate", "lastfundingrate"),
        "symbol": _SYMBOL,
    },
    Kind.BOOK_DELTAS: {
        "event_ns": _EVENT,
        "received_ns": _RECEIVED,
        "symbol": _SYMBOL,
        "first_id": ("firstid", "firstupdateid"),
        "last_id": ("lastid", "lastupdateid", "finalupdateid"),
        "prev_id": ("previd", "pu"),
        "snapshot": ("snapshot", "issnapshot"),
        "side": ("side",),
        "is_ask": ("isask",),
        "price": _PRICE,
        "quantity": _QUANTITY,
    },
}
OPTIONAL = frozenset(
    {
        "symbol",
        "received_ns",
        "trade_id",
        "aggressor",
        "buyer_is_maker",
        "first_id",
        "last_id",
        "prev_id",
        "snapshot",
        "side",
        "is_ask",
    }
)
# A book delta has all the columns of a trade; these tell it apart.
_BOOK_MARKS = ("first_id", "last_id", "prev_id", "snapshot", "is_ask")

# data.binance.vision, files without a header; `_` marks columns we have no use for.
_KLINES = ("open_time", "open", "high", "low", "close", "volume", *("_",) * 6)
_SPOT_TRADES = ("id", "price", "qty", "_", "time", "is_buyer_maker", "_")
_FUTURES_TRADES = ("id", "price", "qty", "_", "time", "is_buyer_maker")
_SPOT_AGG_TRADES = ("agg_trade_id", "price", "qty", "_", "_", "time", "is_buyer_maker", "_")
_FUTURES_AGG_TRADES = ("agg_trade_id", "price", "qty", "_", "_", "time", "is_buyer_maker")


def headerless_names(fields: Sequence[str]) -> list[str] | None:
    """Return column names for the first row of a Binance-vision file, None when none fit."""
    flags = [field.strip().lower() in {"true", "false"} for field in fields]
    layouts = {
        (12, False): _KLINES,
        (6, True): _FUTURES_TRADES,
        (8, True): _SPOT_AGG_TRADES,
        # Both have seven columns: the sixth is a flag in one and a time in the other.
        (7, True): _SPOT_TRADES if len(fields) > 5 and flags[5] else _FUTURES_AGG_TRADES,
    }
    layout = layouts.get((len(fields), any(flags)))
    if layout is None:
        return None
    return [name if name != "_" else f"_{position}" for position, name in enumerate(layout)]


def kind_of(names: Sequence[str]) -> Kind | None:
    """Return what rows with these columns are, None when it cannot be told."""
    if any(mark in _find(Kind.BOOK_DELTAS, names) for mark in _BOOK_MARKS):
        return Kind.BOOK_DELTAS
    for kind in (Kind.QUOTES, Kind.BARS, Kind.MARK, Kind.FUNDING, Kind.TRADES):
        found = _find(kind, names)
        if not _missing(kind, found):
            return kind
    return None


def match_columns(path: Path, kind: Kind, names: Sequence[str]) -> dict[str, str]:
    """Return our name -> the file's name for every column of `kind` the file has.

    Raises:
        DataFileError: A column is missing; the message says which spellings would do.
    """
    found = _find(kind, names)
    missing = _missing(kind, found)
    if missing:
        wanted = ", ".join(repr(_shown(kind, name)) for name in missing)
        had = ", ".join(repr(name) for name in names[:20])
        raise DataFileError(f"{path}: {kind} want a column {wanted}; the file has {had}")
    return found


def _find(kind: Kind, names: Sequence[str]) -> dict[str, str]:
    by_plain = {re.sub(r"[^a-z0-9]", "", name.lower()): name for name in names}
    return {
        ours: by_plain[next(name for name in spellings if name in by_plain)]
        for ours, spellings in COLUMNS[kind].items()
        if any(name in by_plain for name in spellings)
    }


def _missing(kind: Kind, found: Mapping[str, str]) -> list[str]:
    return [name for name in COLUMNS[kind] if name not in OPTIONAL and name not in found]


def _shown(kind: Kind, name: str) -> str:
    return COLUMNS[kind][name][0] if name.endswith("_ns") else name
