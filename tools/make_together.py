"""Makes what `config/paper-together.yaml` replays beside the bundled ETH/USD trades and quotes.

Usage: `python -m tools.make_together`. The bars are those trades, minute by minute. The signals are
what a simple detector would have said at each bar's close. Nothing was announced or posted about
these four hours that anybody recorded, so the events are made up, where volume was unusual: they
show how event strategies live beside the others, and prove nothing about the events.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

import polars as pl

from argonaut.backtest.run import run_backtest
from argonaut.config.assembly import Assembly, assemble
from argonaut.config.load import load_config
from argonaut.domain.event import ExternalEvent
from argonaut.domain.order import Filled
from argonaut.domain.record import Decision
from argonaut.domain.signal import Enter, Skip
from argonaut.engine.netting import is_inside
from argonaut.journal.body import body_of
from argonaut.journal.memory import MemoryJournal
from argonaut.journal.row import Row
from argonaut.ledger.attribution import Attribution

FOLDER = Path(__file__).resolve().parent.parent / "data" / "recordings"
TRADES = FOLDER / "gemini_spot_ETHUSD_trades_20210701.parquet"
BARS = FOLDER / "gemini_spot_ETHUSD_1m_20210701.parquet"
CONFIG = FOLDER.parents[1] / "config" / "paper-together.yaml"
SIGNALS = FOLDER / "together_signals.jsonl"
EVENTS = FOLDER / "together_events.jsonl"
MINUTE_NS = 60 * 1_000_000_000
_THINKING_NS = 750_000_000  # from a bar's close until somebody has told of it


class Minute(NamedTuple):
    """One bar: `ts` is its open in UTC nanoseconds, volume in base units."""

    ts: int
    open: float
    high: float
    low: float
    close: float
    volume: float


def minutes(trades: Iterable[tuple[int, float, float]]) -> Iterator[Minute]:
    """Yield the bars of (UTC nanoseconds, price, base units); a minute without trades is flat."""
    current: Minute | None = None
    for at_ns, price, quantity in trades:
        ts = at_ns - at_ns % MINUTE_NS
        if current is not None and ts == current.ts:
            high, low = max(current.high, price), min(current.low, price)
            volume = current.volume + quantity
            current = Minute(ts, current.open, high, low, price, volume)
            continue
        if current is not None:
            yield current
            close = current.close
            for empty in range(current.ts + MINUTE_NS, ts, MINUTE_NS):
                yield Minute(empty, close, close, close, close, 0.0)
        current = Minute(ts, price, price, price, price, quantity)
    if current is not None:
        yield current


def signals(bars: list[Minute]) -> Iterator[dict[str, Any]]:
    """Yield what a detector of ten-minute moves says, at most every ten minutes."""
    next_at = 10
    for at in range(10, len(bars)):
        move = bars[at].close / bars[at - 10].close - 1
        if at < next_at or abs(move) < 0.002:
            continue
        next_at = at + 10
        side, intent = ("buy", "enter") if move > 0 else ("sell", "exit")
        told: dict[str, Any] = {
            "ts_ns": bars[at].ts + MINUTE_NS + _THINKING_NS,
            "id": f"ten-{at}",
            "source": "ten-minutes",
            "instrument": "ETH/USD",
            "side": side,
            "intent": intent,
            "confidence": round(min(0.5 + abs(move) * 50, 1.0), 3),
        }
        yield told | ({"notional": "60"} if intent == "enter" else {})


def events(bars: list[Minute]) -> Iterator[dict[str, Any]]:
    """Yield made-up posts where volume is four times the usual, a promotion and a listing."""
    next_at = 30
    for at in range(30, len(bars)):
        at_ns = bars[at].ts + MINUTE_NS + _THINKING_NS
        if at == 60:
            yield {
                "ts_ns": at_ns,
                "id": "promo-1",
                "source": "made-up",
                "kind": "promo",
                "symbols": ["ETH"],
                "title": "Made up: trade 120 USD of ETH, share 300,000 USD",
                "priority": 0.8,
                "payload": {
                    "min_volume_quote": "120",
                    "pool_quote": "300000",
                    "participants": "10000",
                    "starts_ns": str(at_ns),
                    "ends_ns": str(at_ns + 120 * MINUTE_NS),
                },
            }
        if at == 120:
            yield {
                "ts_ns": at_ns,
                "id": "listing-1",
                "source": "made-up",
                "kind": "listing",
                "symbols": ["ETH"],
                "title": "Made up: ETH will be listed in a minute",
                "priority": 1.0,
                "payload": {"market": "spot", "go_live_ns": str(at_ns + MINUTE_NS)},
            }
        usual = fmean(each.volume for each in bars[at - 30 : at])
        if at < next_at or bars[at].volume < 4 * usual:
            continue
        next_at = at + 20
        yield {
            "ts_ns": at_ns,
            "id": f"posts-{at}",
            "source": "made-up",
            "kind": "social",
            "symbols": ["ETH"],
            "title": "Made up: everybody talks about ETH",
            "priority": 0.9,
            "score": 2.6,
            "mentions": 40,
            "velocity": round(bars[at].volume / usual, 2),
            "sentiment": 0.4 if bars[at].close >= bars[at].open else -0.4,
        }


def lines(told: Iterable[dict[str, Any]]) -> str:
    """Return them as JSON lines."""
    return "".join(json.dumps(each) + "\n" for each in told)


def read_bars() -> list[Minute]:
    """Return the bars of the bundled trades."""
    frame = pl.read_parquet(TRADES).select("ts_event", "price", "qty")
    return list(minutes(frame.iter_rows()))


class Said(NamedTuple):
    """What one strategy said and earned; money in the account's quote asset."""

    strategy: str
    entries: int  # approved
    exits: int  # approved; stops and targets are the venue's
    refused: int
    skips: int
    events: int  # told of by itself
    inside: int  # fills against another strategy
    trades: int
    fees: Decimal
    pnl: Decimal  # realized, and what is held at the last price


class Together(NamedTuple):
    """One run of the config: who said what, and whether the parts make the whole."""

    rows: tuple[Said, ...]
    earned: Decimal  # equity at the end less what was paid in
    journal_sha256: str


def play() -> Together:
    """Backtest the config; every strategy has its row."""
    assembly = assemble(load_config(CONFIG, environment={}), folder=CONFIG.parent)
    journal = MemoryJournal(keeps_rows=True)
    result = run_backtest(assembly, journal)
    counts: Counter[tuple[str, str]] = Counter()
    for row in journal.rows:
        for name, what in _said(row):
            counts[name, what] += 1
    book, names = result.book, [each.id for each in assembly.config.strategies]
    attribution = book.attribution()
    held: dict[str, Decimal] = dict.fromkeys(names, Decimal(0))
    prices = {each.instrument_id: _last_price(assembly) for each in book.positions()}
    for holding in book.holdings():
        if holding.quantity:
            worth = holding.quantity * prices[holding.instrument_id]
            held[holding.strategy_id] += worth - holding.cost
    rows = []
    for name in names:
        earned = attribution.get(name, Attribution())
        rows.append(
            Said(
                strategy=name,
                entries=counts[name, "entry"],
                exits=counts[name, "exit"],
                refused=counts[name, "refused"],
                skips=counts[name, "skip"],
                events=counts[name, "event"],
                inside=counts[name, "in"],
                trades=earned.round_trips,
                fees=earned.fees,
                pnl=earned.realized + held[name],
            )
        )
    equity = book.equity_exact(prices.get)
    assert equity is not None, "everything has a price"
    return Together(tuple(rows), equity - book.net_transfers_quote, result.journal_sha256)


def _last_price(assembly: Assembly) -> Decimal:
    (instrument,) = assembly.instruments
    frame = pl.read_parquet(FOLDER / "gemini_spot_ETHUSD_quotes_20210701.parquet")
    bid, ask = frame.select("bid", "ask").row(-1)
    return instrument.price((bid + ask) * 0.5)


def _said(row: Row) -> Iterator[tuple[str, str]]:
    body = body_of(row)
    if isinstance(body, Decision):
        kind = "entry" if isinstance(body.signal, Enter) else "exit"
        yield body.signal.strategy_id, kind if body.approved else "refused"
    elif isinstance(body, Skip):
        yield body.strategy_id, "skip"
    elif isinstance(body, ExternalEvent):
        yield body.source, "event"
    elif isinstance(body, Filled) and is_inside(body.fill_id):
        yield body.client_order_id.rsplit("-", 3)[0], "in"


def table(found: Together) -> str:
    """Return the rows as Markdown."""
    lines = [
        "| strategy | entries | exits | refused | skips | events | inside | trades | fees | P&L |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for each in found.rows:
        cells = (*each[:-2], f"{each.fees:.2f}", f"{each.pnl:+.2f}")
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    fees, pnl = sum(each.fees for each in found.rows), sum(each.pnl for each in found.rows)
    lines.append(f"| **all** | | | | | | | | {fees:.2f} | {pnl:+.2f} |")
    lines.append(f"| the account | | | | | | | | | {found.earned:+.2f} |")
    return "\n".join(lines)


def main() -> None:
    """Write the three files and print the table."""
    bars = read_bars()
    pl.DataFrame(bars, schema=list(Minute._fields), orient="row").write_parquet(
        BARS, compression="zstd"
    )
    SIGNALS.write_text(lines(signals(bars)), encoding="utf-8")
    EVENTS.write_text(lines(events(bars)), encoding="utf-8")
    print(table(play()))


if __name__ == "__main__":
    main()
