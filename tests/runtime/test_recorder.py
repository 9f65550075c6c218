"""Rows before deeds: where they are safe, and what is left when they are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from argonaut.domain.command import Record
from argonaut.domain.record import Anomaly
from argonaut.runtime.emergency import MemoryEmergency
from argonaut.runtime.recorder import Durable, Recorder, move_in
from tests.runtime.journals import FailingJournal, journal_in
from tests.runtime.virtual import VirtualClock, VirtualLoop


def a_row(what: str = "x") -> Record:
    return Record("anomaly", what, Anomaly(what=what, detail="d"))


@pytest.fixture
def clock() -> VirtualClock:
    loop = VirtualLoop()
    loop.close()
    return VirtualClock(loop)


def test_rows_are_durable_after_a_commit_and_watchers_see_them(
    tmp_path: Path, clock: VirtualClock
) -> None:
    seen: list[str] = []
    journal = journal_in(tmp_path, clock)
    recorder = Recorder(
        journal, clock, emergency=None, observers=[lambda _s, _n, record: seen.append(record.kind)]
    )

    recorder.record(1, 7, a_row())
    assert recorder.is_dirty
    assert recorder.commit() is Durable.JOURNAL

    assert [(row.kind, row.event_ns) for row in journal.rows()] == [("anomaly", 7)]
    assert (seen, recorder.is_dirty) == (["anomaly"], False)


def test_a_full_disk_sends_the_rows_since_the_last_commit_to_the_emergency_log(
    tmp_path: Path, clock: VirtualClock, capsys: pytest.CaptureFixture[str]
) -> None:
    """F03: what is done from now on has a record, and the record says what was before it."""
    emergency = MemoryEmergency()
    journal = FailingJournal(journal_in(tmp_path, clock), fails_from=2)
    recorder = Recorder(journal, clock, emergency=emergency)
    recorder.record(1, 1, a_row("kept"))
    recorder.commit()

    recorder.record(2, 2, a_row("lost"))
    assert recorder.commit() is Durable.EMERGENCY
    recorder.record(3, 3, a_row("later"))
    assert recorder.commit() is Durable.EMERGENCY

    assert [(row.seq, row.subject) for row in emergency.rows()] == [(2, "lost"), (3, "later")]
    assert "no room left" in capsys.readouterr().err
    assert [row.subject for row in journal.rows()] == ["kept"]


def test_without_an_emergency_log_nothing_is_durable_and_all_is_said_aloud(
    tmp_path: Path, clock: VirtualClock, capsys: pytest.CaptureFixture[str]
) -> None:
    recorder = Recorder(
        FailingJournal(journal_in(tmp_path, clock), fails_from=1), clock, emergency=None
    )
    recorder.record(1, 1, a_row("lost"))

    assert recorder.commit() is Durable.NOWHERE
    assert '"lost"' in capsys.readouterr().err


def test_a_slow_disk_is_measured(tmp_path: Path, clock: VirtualClock) -> None:
    journal = FailingJournal(journal_in(tmp_path, clock))
    recorder = Recorder(journal, clock, emergency=None)
    commit = journal.commit

    def slow() -> None:
        clock.passed_ns += 700_000_000
        commit()

    journal.commit = slow  # type: ignore[method-assign]
    recorder.record(1, 1, a_row())
    recorder.commit()

    assert recorder.commit_ns == 700_000_000


def test_the_next_start_moves_the_stranded_rows_in_once(
    tmp_path: Path, clock: VirtualClock
) -> None:
    """Rows of the commit that failed may have reached the file after all: their numbers tell."""
    emergency = MemoryEmergency()
    inner = journal_in(tmp_path, clock)
    recorder = Recorder(FailingJournal(inner, fails_from=2), clock, emergency=emergency)
    recorder.record(1, 1, a_row("one"))
    recorder.commit()
    for what in ("two", "three"):
        recorder.record(2, 2, a_row(what))
    recorder.commit()

    assert move_in(inner, emergency) == 2
    assert move_in(inner, emergency) == 0

    assert [row.subject for row in inner.rows()] == ["one", "two", "three"]
    emergency.write([*emergency.rows()])
    assert emergency.rows() == ()


def test_one_more_may_watch_from_then_on(tmp_path: Path, clock: VirtualClock) -> None:
    """What is on trial is made after the recorder is."""
    seen: list[str] = []
    recorder = Recorder(journal_in(tmp_path, clock), clock, emergency=None)
    recorder.record(1, 1, a_row("before"))
    recorder.show(lambda _seq, _ns, record: seen.append(record.subject))
    recorder.record(2, 2, a_row("after"))

    assert seen == ["after"]
    assert recorder.seq == 2
