"""A strategy on trial does in the shadow what it would do, and the account never notices."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argonaut.backtest.run import BacktestResult, run_backtest
from argonaut.config.assembly import Assembly, assemble
from argonaut.config.load import check
from argonaut.domain.record import SHADOW
from argonaut.journal.memory import MemoryJournal
from argonaut.journal.reader import JournalReader
from argonaut.journal.row import Row
from argonaut.journal.shadow import shadow_rows
from argonaut.runtime.clock import SystemClock
from argonaut.runtime.paper import PaperRun
from tests.config.written import RECORDINGS, bars, minimal
from tests.parity.one_day import hashed

WISHER = "tests.parity.wisher.Wisher"
HOURS = {"start": "2021-05-19T12:00:00", "end": "2021-05-19T15:00:00"}


def wisher(name: str, seed: int, *, dry_run: bool = False, often: float = 0.1) -> dict[str, Any]:
    return {
        "id": name,
        "class": WISHER,
        "params": {"seed": seed, "often": often},
        "dry_run": dry_run,
    }


def assembled(*strategies: dict[str, Any], mode: str = "backtest", **more: Any) -> Assembly:
    given: dict[str, Any] = {"data": [bars("BTC", **HOURS), bars("DOGE", **HOURS)], **more}
    raw = minimal(
        mode=mode,
        strategies=list(strategies),
        plugins={"allow": ["tests"]},
        paper={"speed": 0.0},
        **given,
    )
    return assemble(check(raw, "trial"), folder=RECORDINGS)


def played(*strategies: dict[str, Any], **more: Any) -> tuple[BacktestResult, list[Row]]:
    journal = MemoryJournal(keeps_rows=True)
    return run_backtest(assembled(*strategies, **more), journal), journal.rows


def said(rows: Iterable[Row]) -> list[tuple[object, ...]]:
    """Return all of a row but its place in the chain."""
    return [(row.event_seq, row.event_ns, row.kind, row.subject, row.payload) for row in rows]


def of_account(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if not row.kind.startswith(SHADOW)]


@settings(max_examples=25)
@given(seeds=st.tuples(*[st.integers(0, 10_000)] * 3), netting=st.booleans())
def test_the_account_is_byte_for_byte_what_it_is_without_a_strategy_on_trial(
    seeds: tuple[int, int, int], netting: bool
) -> None:
    """Orders, fills, balances, verdicts: a trial that moves real money is none."""
    one, other, trial = seeds
    real = (wisher("one", one), wisher("other", other))
    without, plain_rows = played(*real, execution={"netting": netting})
    beside, rows = played(
        wisher("trial", trial, dry_run=True), *real, execution={"netting": netting}
    )

    assert said(of_account(rows)) == said(plain_rows)
    assert beside.balances == without.balances
    assert beside.book.attribution("strategy") == without.book.attribution("strategy")
    assert beside.log.equity_last == without.log.equity_last
    assert beside.shadow is not None
    assert set(beside.shadow.engine.book.attribution("strategy")) <= {"trial"}


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000))
def test_on_trial_it_does_what_it_would_do_in_earnest(seed: int) -> None:
    """The same fills at the same prices with the same fees, stops and targets."""
    earnest, real = played(wisher("it", seed))
    trial, rows = played(wisher("it", seed, dry_run=True))

    shadow = trial.shadow
    assert shadow is not None
    assert [(row.event_ns, row.kind) for row in shadow_rows(rows)] == [
        (row.event_ns, row.kind) for row in real
    ]
    assert shadow.engine.book.balances == earnest.balances
    assert shadow.log.equity_last == earnest.log.equity_last
    assert [(each.event_ns, each.price, each.quantity) for each in shadow.log.fill_marks] == [
        (each.event_ns, each.price, each.quantity) for each in earnest.log.fill_marks
    ]
    assert trial.log.fills == trial.log.orders == 0
    assert trial.balances == {"USDT": 10_000}


def test_stops_and_targets_of_a_trial_really_exit() -> None:
    trial, _ = played(wisher("it", 3, dry_run=True))

    assert trial.shadow is not None
    roles = {mark.role.value for mark in trial.shadow.log.fill_marks}
    assert {"entry", "stop", "target"} <= roles


def test_the_shadow_venue_holds_what_the_shadow_book_says() -> None:
    """Two ledgers that drift apart would make a profit of nothing."""
    trial, _ = played(wisher("it", 3, dry_run=True))

    assert trial.shadow is not None
    held = {asset: amount for asset, amount in trial.shadow.venue.balances.items() if amount}
    assert held == trial.shadow.engine.book.balances


def test_no_id_of_the_shadow_is_one_of_the_account() -> None:
    """A log of orders that mixes two under one name tells lies about both."""
    _, rows = played(wisher("it", 3), wisher("trial", 3, dry_run=True))
    kinds = ("decision", "intent", "report")
    real = {row.subject for row in of_account(rows) if row.kind in kinds}
    trial = {row.subject for row in shadow_rows(rows) if row.kind in kinds}

    assert real
    assert trial
    assert not real & trial


def test_a_run_without_trials_has_no_shadow() -> None:
    """What nobody uses costs nothing and writes nothing."""
    result, rows = played(wisher("one", 1))

    assert result.shadow is None
    assert not list(shadow_rows(rows))


def test_the_budget_of_a_trial_is_nobody_elses() -> None:
    """Capital shared with a strategy that spends none of it would lie idle."""
    allocation = {"enabled": True, "capital_quote": 1000}
    without, plain_rows = played(wisher("one", 1), allocation=allocation)
    beside, rows = played(wisher("one", 1), wisher("trial", 2, dry_run=True), allocation=allocation)

    assert said(of_account(rows)) == said(plain_rows)
    assert beside.balances == without.balances


def paper(folder: Path) -> PaperRun:
    strategies = (wisher("one", 1), wisher("trial", 2, dry_run=True))
    return PaperRun.start(assembled(*strategies, mode="paper"), folder / "j.db", SystemClock())


def test_backtest_and_paper_write_the_same_rows_of_a_trial(tmp_path: Path) -> None:
    _, rows = played(wisher("one", 1), wisher("trial", 2, dry_run=True))
    run = paper(tmp_path)
    asyncio.run(run.run())
    run.close()

    with JournalReader(tmp_path / "j.db") as reader:
        assert hashed(reader.rows()) == hashed(rows)


def kept(run: PaperRun) -> dict[str, Any]:
    """What a restart must not lose: money, positions, orders, stops."""
    assert run.shadow is not None
    saved = run.shadow.engine.save()
    return {"book": saved["book"], "desk": saved["desk"]}


@pytest.mark.parametrize("played_rows", [1, 97, 200])
def test_a_trial_goes_on_after_a_restart_where_it_was(tmp_path: Path, played_rows: int) -> None:
    """The same shadow positions, orders and stops; the end is that of a run never stopped."""
    result, rows = played(wisher("one", 1), wisher("trial", 2, dry_run=True))
    run = paper(tmp_path)
    run.player.play_to_row(played_rows)
    run.journal.commit()
    assert run.shadow is not None
    before = kept(run)
    run.close()
    again = paper(tmp_path)
    assert again.shadow is not None
    assert kept(again) == before
    asyncio.run(again.run())
    again.close()

    with JournalReader(tmp_path / "j.db") as reader:
        assert hashed(reader.rows()) == hashed(rows)
    assert result.shadow is not None
    assert again.shadow.engine.book.balances == result.shadow.engine.book.balances


def combined(analysis: str, *, dry_run: bool = False) -> dict[str, Any]:
    return {
        "id": "both",
        "class": "argonaut.strategies.combined.Combined",
        "params": {"analysis": [analysis]},
        "dry_run": dry_run,
    }


def signaled(folder: Path, *, dry_run: bool = False) -> dict[str, Any]:
    """A signal of a detector every quarter of an hour, to buy BTC."""
    first_ns = 1_621_425_600_000_000_000  # 12:00 of that day
    rows = [
        {
            "ts_ns": first_ns + number * 900_000_000_000,
            "id": f"s{number}",
            "source": "clock",
            "instrument": "BTC/USDT",
            "side": "buy",
            "notional": "50",
            "dry_run": dry_run,
        }
        for number in range(1, 12)
    ]
    path = folder / "signals.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return {"path": str(path), "kind": "signals"}


@pytest.mark.parametrize("on_trial", ["adviser", "listener"])
def test_one_that_lives_on_wishes_hears_them_over_the_border(tmp_path: Path, on_trial: str) -> None:
    """An adviser on trial is the usual way to have an opinion without its orders."""
    result, _ = played(
        wisher("adviser", 1, dry_run=on_trial == "adviser", often=0.5),
        combined("adviser", dry_run=on_trial == "listener"),
        data=[bars("BTC", **HOURS), signaled(tmp_path)],
    )

    assert result.shadow is not None
    trading = result.log if on_trial == "adviser" else result.shadow.log
    assert any(mark.strategy_id == "both" for mark in trading.fill_marks)


def test_a_signal_on_trial_is_filled_in_the_shadow_by_a_twin(tmp_path: Path) -> None:
    detector = {"id": "door", "class": "argonaut.strategies.detector_driven.DetectorDriven"}
    hours = bars("BTC", **HOURS)
    silent, _ = played(detector, data=[hours])
    earnest, _ = played(detector, data=[hours, signaled(tmp_path)])
    trial, rows = played(detector, data=[hours, signaled(tmp_path, dry_run=True)])

    assert silent.shadow is None
    assert earnest.shadow is None
    assert earnest.log.fills
    assert trial.shadow is not None
    assert trial.log.fills == 0
    assert trial.shadow.engine.book.balances == earnest.balances
    assert {row.kind for row in of_account(rows)} == {"deposit", "signal"}
