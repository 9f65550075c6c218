"""On trial live, a strategy does what a backtest of the same quotes makes it do."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

from argonaut.backtest.run import run_backtest
from argonaut.config.assembly import assemble
from argonaut.config.load import check
from argonaut.domain.market import Quote
from argonaut.domain.order import Filled
from argonaut.domain.record import Decision
from argonaut.journal.body import body_of
from argonaut.journal.memory import MemoryJournal
from argonaut.journal.row import Row
from argonaut.journal.shadow import shadow_rows
from tests.parity.wisher import QuoteWisher
from tests.runtime.lives import LIVE, World, told

MODELS = {"fees": {"class": "MakerTaker"}, "slippage": {"class": "SpreadPlusImpact"}}
WISHER = {
    "id": "trial",
    "class": "tests.parity.wisher.QuoteWisher",
    "params": {"seed": 5, "often": 0.2},
    "dry_run": True,
}
ADRIFT = {**LIVE, "strategies": [WISHER], "venue": {**LIVE["venue"], **MODELS}}


def done(rows: Iterable[Row]) -> list[tuple[object, ...]]:
    """Return what was decided and filled: when, what, at what price, with what fee."""
    found: list[tuple[object, ...]] = []
    for row in shadow_rows(rows):
        body = body_of(row)
        if isinstance(body, Decision):
            verdicts = [(each.code, each.outcome) for each in body.verdicts]
            found.append((row.event_ns, body.approved, body.quantity, body.market_price, verdicts))
        elif isinstance(body, Filled):
            found.append((row.event_ns, body.quantity, body.price, body.fee, body.slippage_quote))
    return found


def live() -> tuple[list[Quote], list[Row]]:
    """Show a wandering price to a live run; return the quotes it took and its rows."""
    dice = Random(11)
    quotes: list[Quote] = []
    rows: list[Row] = []

    async def whole(world: World) -> None:
        async with world.life() as life:
            price = 100.0
            for _ in range(300):
                price *= 1 + dice.gauss(0, 0.001)
                await world.prices(f"{price:.2f}")
            assert life.run.shadow is not None
            (strategy,) = life.run.shadow.engine.strategies()
            assert isinstance(strategy, QuoteWisher)
            quotes.extend(strategy.seen)
        rows.extend(world.rows())

    told(whole, **ADRIFT)
    return quotes, rows


def played(quotes: list[Quote], folder: Path) -> list[Row]:
    """Play the same quotes in a backtest."""
    lines = ["ts_ns,bid,bid_quantity,ask,ask_quantity"]
    lines += [
        f"{q.event_ns},{q.bid!r},{q.bid_quantity!r},{q.ask!r},{q.ask_quantity!r}" for q in quotes
    ]
    path = folder / "quotes.csv"
    path.write_text("\n".join(lines) + "\n")
    raw: dict[str, Any] = {
        "mode": "backtest",
        "balances": {"USDT": 10_000},
        "data": [{"path": str(path), "instrument": "BTC/USDT", "kind": "quotes"}],
        "instruments": {"BTC/USDT": {"tick_size": "0.01", "lot_size": "0.001"}},
        "strategies": [WISHER],
        "venue": MODELS,
        "risk": LIVE["risk"],
        "plugins": {"allow": ["tests"]},
    }
    journal = MemoryJournal(keeps_rows=True)
    run_backtest(assemble(check(raw, "trial"), folder=folder), journal)
    return journal.rows


def test_the_same_quotes_make_the_same_decisions_and_fills(tmp_path: Path) -> None:
    quotes, rows = live()
    ours = done(rows)

    assert len([each for each in ours if len(each) == 5]) > 10
    assert ours == done(played(quotes, tmp_path))
