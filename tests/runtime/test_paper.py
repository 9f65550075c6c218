"""A paper run: paced by a clock, commanded by people, the same after any restart."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from argonaut.backtest.run import run_backtest
from argonaut.domain.command import Record
from argonaut.journal.errors import (
    JournalBusyError,
    JournalConfigError,
    JournalDivergedError,
    JournalError,
)
from argonaut.journal.memory import MemoryJournal
from argonaut.journal.reader import JournalReader
from argonaut.runtime.paper import PaperRun
from tests.parity.one_day import hashed, one_day

MINUTE_NS = 60_000_000_000
END = "2021-05-19"


@dataclass
class FakeClock:
    """Moves only when it is told to, or by `step_ns` each time it is read."""

    mono: int = 5_000
    step_ns: int = 0
    readings: list[int] = field(default_factory=list)

    def wall_ns(self) -> int:
        """A time that never changes."""
        return 1_700_000_000_000_000_000

    def mono_ns(self) -> int:
        """Move on by a step."""
        self.mono += self.step_ns
        self.readings.append(self.mono)
        return self.mono


def started(path: Path, *, speed: float = 0.0, clock: FakeClock | None = None) -> PaperRun:
    return PaperRun.start(one_day(speed=speed, end=END), path, clock or FakeClock())


def hash_of(path: Path) -> str:
    with JournalReader(path) as reader:
        report = reader.verify()
        assert report.ok
        return report.head_hash


def test_a_run_to_the_end_is_the_backtest(tmp_path: Path) -> None:
    """What paper does and what the backtest promised are one thing."""
    run = started(tmp_path / "journal.db")
    asyncio.run(run.run())
    head = run.journal.head
    run.close()
    result = run_backtest(one_day(end=END), MemoryJournal())

    assert run.is_finished
    assert head == (result.journal_rows, result.journal_sha256)
    assert run.engine.book.balances == result.balances
    assert run.rows_recovered == 0


def test_the_folder_of_the_journal_is_made(tmp_path: Path) -> None:
    """The first run of a new user should not fail on a missing folder."""
    started(tmp_path / "a" / "b" / "journal.db").close()

    assert (tmp_path / "a" / "b" / "journal.db").exists()


def test_the_opening_balance_is_durable_before_anything_is_played(tmp_path: Path) -> None:
    """A run killed at once starts again with the same money."""
    run = started(tmp_path / "journal.db")
    rows = list(run.journal.rows())
    run.close()

    assert run.player.rows_played == 0
    assert [row.kind for row in rows][:1] == ["deposit"]


def test_speed_sets_how_much_of_the_tape_a_turn_plays(tmp_path: Path) -> None:
    """At 60 times the pace of life, one second is one minute of tape and not a row more."""
    clock = FakeClock(step_ns=1_000_000_000)
    run = started(tmp_path / "journal.db", speed=60.0, clock=clock)
    first_ns = run.player.next_ns()
    assert first_ns is not None
    nexts: list[int] = []

    def on_turn() -> None:
        next_ns = run.player.next_ns()
        assert next_ns is not None
        nexts.append(next_ns)
        if len(nexts) == 5:
            run.stop()

    asyncio.run(run.run(on_turn))
    run.close()

    for turn, next_ns in enumerate(nexts, start=1):
        assert first_ns + turn * MINUTE_NS < next_ns <= first_ns + (turn + 1) * MINUTE_NS


def test_no_time_passing_plays_only_what_is_due_now(tmp_path: Path) -> None:
    """A machine that stalls may not make the tape run ahead."""
    run = started(tmp_path / "journal.db", speed=60.0)
    first_ns = run.player.next_ns()
    turns = 0

    def on_turn() -> None:
        nonlocal turns
        turns += 1
        if turns == 3:
            run.stop()

    asyncio.run(run.run(on_turn))
    next_ns = run.player.next_ns()
    run.close()

    assert first_ns is not None
    assert next_ns is not None
    assert first_ns < next_ns <= first_ns + MINUTE_NS


def test_stop_ends_the_run_at_the_next_turn_and_keeps_everything(tmp_path: Path) -> None:
    """Stop is no crash: what was decided is on the disk, and the run can go on."""
    run = stopped_early(tmp_path / "journal.db")

    assert run.is_stopping
    assert not run.is_finished
    with JournalReader(tmp_path / "journal.db") as reader:
        assert len(list(reader.rows())) > 1


def stopped_early(path: Path, *, rows: int = 1_500) -> PaperRun:
    run = started(path)
    run.player.play_to_row(rows)
    run.stop()
    asyncio.run(run.run())
    run.close()
    return run


def test_a_stopped_run_goes_on_to_the_same_journal(tmp_path: Path) -> None:
    """A restart may cost time, never a decision."""
    stopped_early(tmp_path / "stopped.db")
    again = started(tmp_path / "stopped.db")
    recovered = again.rows_recovered
    asyncio.run(again.run())
    again.close()
    whole = started(tmp_path / "whole.db")
    asyncio.run(whole.run())
    whole.close()

    assert recovered > 1
    assert hash_of(tmp_path / "stopped.db") == hash_of(tmp_path / "whole.db")


def commanded(path: Path, *, restarts: bool) -> None:
    run = started(path)
    run.player.play_to_row(1_000)
    run.command("pause", who="ann", reason="lunch")
    run.player.play_to_row(1_400)
    run.command("resume", who="ann", reason="back")
    run.command("flatten", who="bob", reason="news")
    if restarts:
        run.close()
        run = started(path)
    run.player.play_to_row(1_900)
    if restarts:
        run.journal.commit()
        run.close()
        run = started(path)
    asyncio.run(run.run())
    run.close()


def test_commands_are_fed_again_where_they_came(tmp_path: Path) -> None:
    """A person's pause is an input: a restart that forgets it trades on, against their word."""
    commanded(tmp_path / "restarted.db", restarts=True)
    commanded(tmp_path / "whole.db", restarts=False)

    assert hash_of(tmp_path / "restarted.db") == hash_of(tmp_path / "whole.db")
    with (
        JournalReader(tmp_path / "restarted.db") as one,
        JournalReader(tmp_path / "whole.db") as other,
    ):
        rows = hashed(one.rows())
        assert rows == hashed(other.rows())
    assert sum(row[3] == "operator" for row in rows) == 3


def test_a_command_changes_the_mode_at_once_and_is_durable(tmp_path: Path) -> None:
    """Whoever says halt means now, and after a power cut as well."""
    run = started(tmp_path / "journal.db")
    run.player.play_to_row(100)
    run.command("halt", who="ann", reason="no")
    mode = run.engine.account.mode
    run.close()
    again = started(tmp_path / "journal.db")
    again_mode, rows = again.engine.account.mode, again.player.rows_played
    again.close()

    assert mode.name == "KILLED"
    assert again_mode is mode
    assert rows == 100


def test_a_finished_run_started_again_adds_nothing(tmp_path: Path) -> None:
    """What is left is the quiet end of the tape; starting twice may not end twice."""
    run = started(tmp_path / "journal.db")
    asyncio.run(run.run())
    run.close()
    head = hash_of(tmp_path / "journal.db")
    again = started(tmp_path / "journal.db")
    asyncio.run(again.run())
    again.close()

    assert again.is_finished
    assert hash_of(tmp_path / "journal.db") == head


def test_observers_hear_the_recovered_rows_again(tmp_path: Path) -> None:
    """The report after a restart is about the whole run."""
    stopped_early(tmp_path / "journal.db")
    heard: list[Record] = []
    run = PaperRun.start(
        one_day(end=END),
        tmp_path / "journal.db",
        FakeClock(),
        observers=(lambda _seq, _ns, record: heard.append(record),),
    )
    recovered = run.rows_recovered
    run.close()

    assert len(heard) >= recovered > 1


def test_another_config_is_refused(tmp_path: Path) -> None:
    """Another strategy's decisions in the same journal would explain nothing."""
    started(tmp_path / "journal.db").close()

    with pytest.raises(JournalConfigError):
        PaperRun.start(one_day(end="2021-05-20"), tmp_path / "journal.db", FakeClock())


def test_a_second_trader_of_one_journal_is_refused(tmp_path: Path) -> None:
    """Two bots on one account buy everything twice."""
    run = started(tmp_path / "journal.db")

    with pytest.raises(JournalBusyError):
        started(tmp_path / "journal.db")
    run.close()
    started(tmp_path / "journal.db").close()


def test_a_journal_the_tape_does_not_make_is_refused_and_released(tmp_path: Path) -> None:
    """Going on from a past that did not happen is worse than not starting."""
    run = started(tmp_path / "journal.db")
    run.journal.append(99, run.engine.now_ns, "anomaly", "x", b"{}")
    run.close()

    for _ in range(2):  # a journal left open would be busy the second time
        with pytest.raises(JournalDivergedError) as refused:
            started(tmp_path / "journal.db")
        assert isinstance(refused.value, JournalError)
