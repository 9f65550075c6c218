"""A backtest plays everything once, closes its books and says the same each time."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from argonaut.backtest.run import BacktestResult, run_backtest
from argonaut.domain.command import Record
from argonaut.domain.ids import InstrumentId
from argonaut.feeds.tape.columns import BarColumns
from argonaut.journal.memory import MemoryJournal
from tests.parity.one_day import one_day
from tests.stories.stage import MINUTE_NS, START_NS

ROWS = 2 * 2 * 1440  # two instruments, two days of minutes


class CountingJournal(MemoryJournal):
    """Counts commits, and the rows that were durable by the last one."""

    __slots__ = ("commits", "durable")

    def __init__(self) -> None:
        super().__init__(keeps_rows=True)
        self.commits = 0
        self.durable = 0

    def commit(self) -> None:
        """Note that all rows so far are durable."""
        self.commits += 1
        self.durable = self.head[0]


@pytest.fixture(scope="module")
def journal() -> CountingJournal:
    return CountingJournal()


@pytest.fixture(scope="module")
def progress() -> list[tuple[int, int]]:
    return []


@pytest.fixture(scope="module")
def seen() -> list[tuple[int, int, Record]]:
    return []


@pytest.fixture(scope="module")
def result(
    journal: CountingJournal,
    progress: list[tuple[int, int]],
    seen: list[tuple[int, int, Record]],
) -> BacktestResult:
    return run_backtest(
        one_day(),
        journal,
        progress=lambda played, rows: progress.append((played, rows)),
        observers=(lambda seq, ns, record: seen.append((seq, ns, record)),),
    )


def test_every_row_is_played_and_told_as_progress(
    result: BacktestResult, progress: list[tuple[int, int]]
) -> None:
    """A bar that never fills up makes people kill a run that is fine."""
    played = [each for each, _ in progress]

    assert result.rows_played == played[-1]
    assert {rows for _, rows in progress} == {played[-1]}
    assert played == sorted(played)
    assert result.rows_played >= ROWS


def test_the_result_names_the_head_of_the_journal(
    result: BacktestResult, journal: CountingJournal
) -> None:
    """The hash in the report is the one people compare two runs by."""
    assert (result.journal_rows, result.journal_sha256) == journal.head
    assert len(journal.rows) == result.journal_rows


def test_everything_is_committed_at_the_end(
    result: BacktestResult, journal: CountingJournal
) -> None:
    """The rows of closing the engine are written last, and are easily forgotten."""
    assert journal.durable == result.journal_rows


def test_an_observer_sees_every_row_in_the_order_of_the_journal(
    result: BacktestResult, journal: CountingJournal, seen: list[tuple[int, int, Record]]
) -> None:
    """Metrics and logs are made from what observers see."""
    kinds = [(seq, ns, record.kind, record.subject) for seq, ns, record in seen]

    assert kinds == [(row.event_seq, row.event_ns, row.kind, row.subject) for row in journal.rows]
    assert len(kinds) == result.journal_rows


def test_the_books_balance_and_hold_what_is_reported(result: BacktestResult) -> None:
    """A ledger with a residual makes every number of the report doubtful."""
    result.book.check()

    assert all(each == 0 for each in result.book.residuals().values())
    assert result.balances == dict(result.book.balances)
    assert result.balances["USDT"] != Decimal(10_000)
    assert result.log.trades > 0


def test_the_same_run_twice_has_the_same_hash(result: BacktestResult) -> None:
    """Without that, no change could ever be shown to change nothing."""
    again = run_backtest(one_day(), MemoryJournal())

    assert again.journal_sha256 == result.journal_sha256
    assert again.balances == result.balances


def test_another_day_has_another_hash(result: BacktestResult) -> None:
    """A hash that never changes proves nothing."""
    other = run_backtest(one_day(end="2021-05-19"), MemoryJournal())

    assert other.journal_sha256 != result.journal_sha256
    assert other.rows_played < result.rows_played


def long_and_flat(instrument_id: InstrumentId) -> BarColumns:
    """Minutes in which nothing happens, more than the tape plays in one go."""
    rows = 70_000
    price = np.full(rows, 100.0)
    open_ns = START_NS + MINUTE_NS * np.arange(rows, dtype=np.int64)
    return BarColumns(instrument_id, MINUTE_NS, open_ns, price, price, price, price, price)


@pytest.mark.slow
def test_a_long_tape_is_committed_and_told_piece_by_piece() -> None:
    """A year takes a while: people watch it go on, and a crash keeps what is done."""
    journal = CountingJournal()
    told: list[tuple[int, int]] = []
    assembly = one_day()
    streams = tuple(long_and_flat(each.instrument_id) for each in assembly.instruments)
    result = run_backtest(
        replace(assembly, streams=streams),
        journal,
        progress=lambda played, rows: told.append((played, rows)),
    )
    played = [each for each, _ in told]

    assert len(played) > 2
    assert journal.commits == len(played)
    assert played == sorted(set(played))
    assert told[-1] == (result.rows_played, result.rows_played)
