"""A recorded listing: announcement, coin and book decide alike in a backtest and on paper.

The paper run is stopped between the announcement and the order, and goes on from its journal.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from argonaut.backtest.run import run_backtest
from argonaut.config.assembly import Assembly, assemble
from argonaut.config.load import check
from argonaut.journal.memory import MemoryJournal
from argonaut.journal.query import RowFilter
from argonaut.journal.reader import JournalReader
from argonaut.runtime.clock import SystemClock
from argonaut.runtime.paper import PaperRun
from tests.config.written import bars, minimal
from tests.parity.one_day import hashed

BEGIN_NS = 1_621_382_400 * 1_000_000_000  # 2021-05-19 00:00 UTC
SECOND_NS = 1_000_000_000
GO_LIVE_NS = BEGIN_NS + 7_200 * SECOND_NS


def with_a_listing(folder: Path) -> Assembly:
    """Return a run of Bitcoin's minutes, an announcement, and a coin's book from go-live on."""
    announced = {
        "ts_ns": BEGIN_NS + 3_600 * SECOND_NS, "source": "wire",
        "payload": {
            "id": 7, "title": "Binance Will List Coin (COIN)",
            "body": "Binance will list COIN and open trading at 2021-05-19 02:00 (UTC).",
        },
    }  # fmt: skip
    (folder / "events.jsonl").write_text(json.dumps(announced) + "\n")
    lines = ["ts_ns,bid,bid_quantity,ask,ask_quantity"]
    for second in range(600):
        price = 10 + second / 100
        lines.append(f"{GO_LIVE_NS + second * SECOND_NS},{price:.2f},1000,{price + 0.01:.2f},1000")
    (folder / "coin.csv").write_text("\n".join(lines) + "\n")
    raw = minimal(
        mode="paper",
        data=[
            bars(start="2021-05-19", end="2021-05-19T06:00"),
            {"path": str(folder / "coin.csv"), "instrument": "COIN/USDT", "kind": "quotes"},
            {"path": str(folder / "events.jsonl"), "kind": "events"},
        ],
        instruments={
            "COIN/USDT": {"is_listed_later": True, "tick_size": "0.01", "lot_size": "0.01"}
        },
        listings={"enabled": True},
        strategies=[{"id": "sniper", "class": "argonaut.strategies.listing_sniper.ListingSniper"}],
        paper={"speed": 0},
    )
    return assemble(check(raw, "listing"), folder=Path())


def test_backtest_and_a_stopped_and_resumed_paper_run_buy_the_coin_alike(tmp_path: Path) -> None:
    backtest = MemoryJournal(keeps_rows=True)
    run_backtest(with_a_listing(tmp_path), backtest)
    before = PaperRun.start(with_a_listing(tmp_path), tmp_path / "journal.db", SystemClock())
    before.player.play_until(GO_LIVE_NS + 5 * SECOND_NS)
    before.close()

    after = PaperRun.start(with_a_listing(tmp_path), tmp_path / "journal.db", SystemClock())
    asyncio.run(after.run())
    after.close()

    with JournalReader(tmp_path / "journal.db") as reader:
        assert hashed(reader.rows()) == hashed(backtest.rows)
        decided = list(reader.rows(RowFilter(kinds=("decision",))))
        kinds = {row.kind for row in reader.rows()}
    assert b"COIN/USDT@sim" in decided[0].payload
    assert {"watch", "instrument", "note", "round_trip"} <= kinds
