"""What only a SQLite file has: an older schema, other programs' files, statements to disturb."""

import subprocess
import sys

import apsw
import pytest

from argonaut.journal.chain import GENESIS
from argonaut.journal.errors import JournalBrokenError, JournalIOError, JournalVersionError
from argonaut.journal.reader import verify
from tests.journal.opening import append_next, file_of, opened, written
from tests.journal.places import FilePlace
from tests.journal.told import expected, found, told


def test_a_file_of_the_old_schema_is_upgraded_with_all_its_orders(tmp_path):
    """A user's running journal goes on after an update of the program."""
    path = tmp_path / "j.db"
    told(FilePlace(path), finds_orders=False).close()
    old = apsw.Connection(str(path))
    version = old.pragma("user_version")
    old.close()
    journal = opened(path)

    assert version == 1
    assert found(journal) == expected()
    assert file_of(journal).connection.pragma("user_version") == 2
    journal.close()


def test_an_interrupted_upgrade_leaves_the_old_schema(tmp_path):
    path = tmp_path / "j.db"
    told(FilePlace(path), finds_orders=False).close()
    journal = opened(path, finds_orders=False)

    def crash(_cursor, statement, _bindings):
        if "order_rows VALUES" in statement:
            raise KeyboardInterrupt
        return True

    file_of(journal).connection.exec_trace = crash
    with pytest.raises(KeyboardInterrupt):
        file_of(journal).begin_finding()
    file_of(journal).connection.exec_trace = None
    journal.close()
    again = opened(path)

    assert found(again) == expected()
    again.close()


def test_an_epoch_that_is_no_number_is_refused(tmp_path):
    """Beginning again at one would make order ids a second time."""
    path = tmp_path / "j.db"
    written(path, 1)
    connection = apsw.Connection(str(path))
    connection.execute("UPDATE meta SET value = '-3' WHERE key = 'epoch'")
    connection.close()

    with pytest.raises(JournalBrokenError, match="opened '-3' times"):
        opened(path)


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


def test_repair_of_a_journal_broken_from_the_start_sets_all_of_it_aside(path):
    written(path, 3)
    change(path, "UPDATE events SET seq = -4 WHERE seq = 1")
    journal = opened(path, repair=True)
    journal.close()

    assert journal.head == (0, GENESIS.hex())
    assert len(asked(path, "SELECT seq FROM quarantine")) == 3


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


def test_a_journal_that_keeps_no_index_finds_the_same_by_reading_everything(tmp_path):
    journal = told(FilePlace(tmp_path / "j.db"), finds_orders=False)
    journal.commit()

    assert found(journal) == expected()
    journal.close()
