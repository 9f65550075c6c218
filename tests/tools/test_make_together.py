"""Every strategy on one account: none starves, opposites meet inside, the parts make the whole."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from argonaut.config.assembly import assemble
from argonaut.config.load import check
from argonaut.journal.reader import JournalReader
from argonaut.runtime.clock import SystemClock
from argonaut.runtime.paper import PaperRun
from tools.make_together import (
    BARS,
    CONFIG,
    EVENTS,
    MINUTE_NS,
    SIGNALS,
    Minute,
    Together,
    events,
    lines,
    minutes,
    play,
    read_bars,
    signals,
    table,
)

TELLS_ONLY = {"situations"}  # tells others, and never trades
LEFT = {"sniper"}  # what it is told of trades already


@pytest.fixture(scope="module")
def together() -> Together:
    return play()


def test_trades_become_bars_and_a_minute_without_any_is_flat() -> None:
    trades = [(0, 10.0, 1.0), (1, 12.0, 2.0), (2, 9.0, 1.0), (2 * MINUTE_NS + 5, 11.0, 3.0)]

    assert list(minutes(trades)) == [
        Minute(0, 10.0, 12.0, 9.0, 9.0, 4.0),
        Minute(MINUTE_NS, 9.0, 9.0, 9.0, 9.0, 0.0),
        Minute(2 * MINUTE_NS, 11.0, 11.0, 11.0, 11.0, 3.0),
    ]
    assert list(minutes([])) == []


def test_what_is_bundled_is_what_the_tool_makes() -> None:
    bars = read_bars()

    assert SIGNALS.read_text(encoding="utf-8") == lines(signals(bars))
    assert EVENTS.read_text(encoding="utf-8") == lines(events(bars))
    assert BARS.exists()


def test_no_strategy_starves(together: Together) -> None:
    """Each has decided, refrained with a reason, or told of something."""
    for each in together.rows:
        assert each.entries + each.skips + each.events > 0, each.strategy
        if each.strategy not in TELLS_ONLY | LEFT:
            assert each.entries > 0, f"{each.strategy} never entered"


def test_opposite_wishes_met_inside_in_pairs(together: Together) -> None:
    inside = [each.inside for each in together.rows]

    assert sum(inside) >= 2
    assert sum(inside) % 2 == 0
    assert sum(each > 0 for each in inside) >= 2


def test_attribution_sums_exactly_to_the_account(together: Together) -> None:
    """To the last digit: equity at the end less what was paid in is what the strategies made."""
    assert sum((each.pnl for each in together.rows), Decimal(0)) == together.earned


def test_the_table_tells_every_strategy_and_both_sums(together: Together) -> None:
    told = table(together)

    assert all(f"| {each.strategy} |" in told for each in together.rows)
    assert f"| **all** | | | | | | | | {sum(each.fees for each in together.rows):.2f} |" in told
    assert f"| the account | | | | | | | | | {together.earned:+.2f} |" in told


def test_the_page_has_the_table_of_this_run(together: Together) -> None:
    page = (CONFIG.parents[1] / "docs/explanation/together.md").read_text(encoding="utf-8")

    assert table(together) in page


def test_paper_decides_what_the_backtest_decided(together: Together, tmp_path: Path) -> None:
    raw: dict[str, Any] = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    raw["paper"] = {"speed": 0}
    assembly = assemble(check(raw, "together"), folder=CONFIG.parent)
    run = PaperRun.start(assembly, tmp_path / "journal.db", SystemClock())
    asyncio.run(run.run())
    run.close()

    with JournalReader(tmp_path / "journal.db") as reader:
        *_, last = reader.rows()
    assert last.hash.hex() == together.journal_sha256
