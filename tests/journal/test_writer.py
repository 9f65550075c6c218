import subprocess
import sys

import apsw
import pytest

from argonaut.journal import writer as writing
from argonaut.journal.chain import GENESIS
from argonaut.journal.errors import (
    JournalBrokenError,
    JournalBusyError,
    JournalConfigError,
    JournalIOError,
    JournalVersionError,
)
from argonaut.journal.meta import Meta
from argonaut.journal.query import RowFilter
from argonaut.journal.reader import verify
from tests.journal.opening import (
    META,
    CountingClock,
    append_next,
    file_of,
    is_as_written,
    opened,
    written,
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.db"


def change(path, statement, bindings=()):
    """Change a closed file behind the journal's back."""
    connection = apsw.Connection(str(path))
    connection.execute(statement, bindings)
    connection.close()


def asked(path, statement):
    """Return every row of a query on a closed file."""
    connection = apsw.Connection(str(path))
    rows = connection.execute(statement).fetchall()
    connection.close()
    return rows


def test_rows_number_from_one_without_gaps_and_come_back_as_written(path):
    journal = opened(path)
    numbers = [journal.append(1, seq, "signal", "", b"{}") for seq in range(5)]
    journal.commit()
    rows = list(journal.rows())
    journal.close()

    assert numbers == [1, 2, 3, 4, 5]
    assert [row.seq for row in rows] == numbers
    assert rows[0].prev_hash == GENESIS
    assert [row.prev_hash for row in rows[1:]] == [row.hash for row in rows[:-1]]


def test_a_reopened_journal_goes_on_where_it_ended(path):
    head = written(path, 7)
    journal = opened(path)
    resumed = journal.head
    append_next(journal, 3)
    journal.close()

    assert resumed == head
    assert verify(path).rows == 10
    assert verify(path).ok


def test_rows_not_committed_are_not_shown(path):
    journal = opened(path)
    append_next(journal, 2)
    journal.commit()
    append_next(journal, 2)

    assert [row.seq for row in journal.rows()] == [1, 2]
    assert [row.seq for row in journal.rows(RowFilter(to_seq=1))] == [1]
    journal.close()
    assert verify(path).rows == 4


def test_a_caller_that_never_commits_is_committed_for(path):
    """Memory is bounded, and a row is durable at the latest with the 4,096th of its group."""
    journal = opened(path)
    append_next(journal, writing.GROUP_ROWS_MAX - 1)
    before = sum(1 for _ in journal.rows())
    append_next(journal)
    after = sum(1 for _ in journal.rows())
    journal.close()

    assert (before, after) == (0, writing.GROUP_ROWS_MAX)


def test_stamps_are_those_of_the_group_and_change_no_hash(path, tmp_path):
    one = opened(path, clock=CountingClock(5), pid=1, mode="paper")
    append_next(one, 2)
    one.commit()
    append_next(one, 1)
    one.commit()
    other = opened(tmp_path / "other.db", clock=CountingClock(999), pid=2, mode="backtest")
    append_next(other, 3)
    other.commit()
    stamps = [(row.wall_ns, row.mono_ns, row.pid, row.mode) for row in one.rows()]
    heads = one.head, other.head
    one.close()
    other.close()

    assert stamps == [(6, 6, 1, "paper"), (6, 6, 1, "paper"), (7, 7, 1, "paper")]
    assert heads[0] == heads[1]


def test_a_row_that_cannot_be_encoded_leaves_the_chain_as_it_was(path):
    journal = opened(path)
    append_next(journal)
    head = journal.head
    with pytest.raises(UnicodeEncodeError):
        journal.append(1, 1, "signal", "\ud800", b"{}")

    assert journal.head == head
    append_next(journal)
    journal.close()
    assert verify(path).ok


def test_the_meta_of_the_first_run_stays(path):
    written(path, 1)
    journal = opened(path, Meta(config_hash=META.config_hash, build_hash="newer"))
    journal.close()

    assert journal.meta == META


def test_another_config_is_refused_with_both_hashes(path):
    written(path, 1)

    with pytest.raises(JournalConfigError, match=r"'c0ffee'.*'decade'"):
        opened(path, Meta(config_hash="decade"))
    assert verify(path).ok


def test_a_second_writer_is_refused_and_the_first_goes_on(path):
    """Two writers would be two traders on one account."""
    first = opened(path)
    append_next(first)
    with pytest.raises(JournalBusyError, match=r"journal\.db"):
        opened(path)
    first.commit()
    append_next(first)
    first.close()

    assert verify(path).rows == 2


def test_a_writer_of_another_process_is_refused(path):
    first = opened(path)
    other = (
        "import sys; from pathlib import Path; from tests.journal.opening import opened\n"
        "opened(Path(sys.argv[1]))"
    )
    child = subprocess.run(
        [sys.executable, "-c", other, str(path)],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    first.close()

    assert "JournalBusyError" in child.stderr


def test_a_newer_schema_is_refused_with_both_versions(path):
    """An old program would fold rows it does not understand into a wrong position."""
    written(path, 1)
    change(path, "PRAGMA user_version = 9")

    with pytest.raises(JournalVersionError, match=r"version 9.*reads 1 to 2"):
        opened(path)


def test_a_file_that_is_no_journal_is_left_alone(path):
    path.write_bytes(b"my thesis, chapter one " * 100)
    before = path.read_bytes()

    with pytest.raises(JournalBrokenError, match="no SQLite file"):
        opened(path)
    assert path.read_bytes() == before


def test_another_programs_database_is_left_alone(path):
    change(path, "CREATE TABLE photos(name)")
    before = path.read_bytes()

    with pytest.raises(JournalBrokenError, match="application 0x0"):
        opened(path)
    assert path.read_bytes() == before


def test_a_missing_folder_is_said(tmp_path):
    with pytest.raises(JournalIOError, match="cannot be opened"):
        opened(tmp_path / "nowhere" / "journal.db")


def test_a_broken_row_is_refused_by_its_number(path):
    written(path, 9)
    change(path, "UPDATE events SET payload = x'7b7d' WHERE seq = 5")

    with pytest.raises(JournalBrokenError, match="row 5: content hashes to") as caught:
        opened(path)
    assert caught.value.broken_seq == 5


def test_repair_moves_the_broken_tail_away_and_goes_on(path):
    """What is wrong may still be evidence; it is set aside, never deleted."""
    written(path, 9)
    change(path, "UPDATE events SET payload = x'7b7d' WHERE seq = 5")
    journal = opened(path, repair=True, clock=CountingClock(40))
    head = journal.head[0]
    append_next(journal, 2)
    journal.commit()
    rows = list(journal.rows())
    journal.close()
    aside = asked(path, "SELECT seq, quarantined_ns, reason, payload FROM quarantine")

    assert head == 4
    assert len(rows) == 6
    assert all(map(is_as_written, rows))
    assert [row[0] for row in aside] == [5, 6, 7, 8, 9]
    assert {row[1] for row in aside} == {41}
    assert "content hashes to" in aside[0][2]
    assert aside[0][3] == b"{}"
    assert verify(path).ok


def test_repair_of_a_journal_broken_from_the_start_sets_all_of_it_aside(path):
    written(path, 3)
    change(path, "UPDATE events SET seq = -4 WHERE seq = 1")
    journal = opened(path, repair=True)
    journal.close()

    assert journal.head == (0, GENESIS.hex())
    assert len(asked(path, "SELECT seq FROM quarantine")) == 3


def test_repair_of_a_whole_journal_changes_nothing(path):
    head = written(path, 3)
    journal = opened(path, repair=True)
    journal.close()

    assert journal.head == head
    assert not asked(path, "SELECT seq FROM quarantine")


def test_a_closed_writer_refuses_and_may_be_closed_again(path):
    journal = opened(path)
    journal.close()
    journal.close()

    with pytest.raises(JournalIOError, match="was closed"):
        append_next(journal)


def test_an_interrupt_in_a_commit_closes_the_writer_and_flies_on(path):
    """Ctrl-C between two statements of a commit must not leave half a group behind."""
    journal = opened(path)
    append_next(journal, 2)
    journal.commit()
    append_next(journal, 3)

    def interrupt(_cursor, statement, _bindings):
        if statement.startswith("INSERT"):
            raise KeyboardInterrupt
        return True

    file_of(journal).connection.exec_trace = interrupt
    with pytest.raises(KeyboardInterrupt):
        journal.commit()
    file_of(journal).connection.exec_trace = None

    assert journal.head[0] == 2
    with pytest.raises(JournalIOError, match="interrupted"):
        journal.commit()
    journal.close()
    assert verify(path).rows == 2


def test_a_rollback_that_fails_too_is_noted(path):
    journal = opened(path)
    append_next(journal)

    def refuse(_cursor, statement, _bindings):
        return statement.startswith("BEGIN")

    file_of(journal).connection.exec_trace = refuse
    with pytest.raises(JournalIOError) as caught:
        journal.commit()
    file_of(journal).connection.exec_trace = None
    journal.close()

    assert "rolling back failed too" in caught.value.__notes__[0]
    assert verify(path).rows == 0


def test_durability_is_not_negotiable(path):
    """With less than FULL, four of five power cuts lose acknowledged rows."""
    journal = opened(path)
    pragmas = {
        name: file_of(journal).connection.pragma(name)
        for name in ("journal_mode", "synchronous", "locking_mode")
    }
    journal.close()

    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "locking_mode": "exclusive"}
