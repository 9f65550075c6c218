"""RELIABILITY F02 and F03: power cuts, kills, full and failing disks."""

from contextlib import suppress
from itertools import count
from pathlib import Path
from random import Random

import apsw
import pytest

from argonaut.journal.errors import JournalFullError, JournalIOError
from tests.journal.faulty_disk import FaultyDisk
from tests.journal.opening import append_next, file_of, is_as_written, opened

# Where one failure follows another, the VFS has nobody left to raise the second to.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

CUTS = 1000
PATH = Path("/j.db")
names = (f"faulty-{number}" for number in count())


@pytest.fixture
def disk():
    disk = FaultyDisk(next(names))
    yield disk
    disk.unregister()


def trade(disk: FaultyDisk, groups: list[int]) -> list[int]:
    """Append and commit `groups` until done or the disk fails; return every acknowledged head."""
    acknowledged = []
    with suppress(JournalFullError, JournalIOError):  # any other error fails the test
        journal = opened(PATH, vfs=disk.name)
        try:
            acknowledged.append(journal.head[0])
            for rows in groups:
                append_next(journal, rows)
                journal.commit()
                acknowledged.append(journal.head[0])
        finally:
            journal.close()
    return acknowledged


def surviving_head(disk: FaultyDisk) -> int:
    """Reopen, which verifies the chain, hold every row against what was written, and leave."""
    journal = opened(PATH, vfs=disk.name)
    rows = list(journal.rows())
    assert all(map(is_as_written, rows))
    assert len(rows) == journal.head[0]
    disk.stop_process()
    with suppress(JournalIOError):
        journal.close()
    disk.heal()
    return len(rows)


def test_no_acknowledged_row_is_lost_in_a_power_cut(disk):
    """An order whose intent was durable is at the venue; its row must be there after the cut."""
    dice = Random(2)
    cuts = torn = 0
    while cuts < CUTS:
        disk.files.clear()
        acknowledged = 0
        for _ in range(4):  # cut again and again while the same journal grows and recovers
            groups = [dice.randint(1, 9) for _ in range(6)]
            disk.fail(apsw.IOError, first=dice.randint(1, 60))
            heads = trade(disk, groups)
            acknowledged = max([acknowledged, *heads])
            torn += any(file.pending for file in disk.files.values())
            disk.cut_power()
            cuts += 1

            survived = surviving_head(disk)
            assert survived >= acknowledged
            acknowledged = survived
    assert torn > CUTS / 4  # the cuts did hit unsynced writes


def test_the_faulty_disk_loses_rows_of_a_writer_that_does_not_sync(disk):
    """A disk that never lost anything would prove nothing."""
    lost = 0
    for _ in range(20):
        disk.files.clear()
        connection = apsw.Connection("/careless.db", vfs=disk.name)
        connection.pragma("locking_mode", "EXCLUSIVE")
        connection.pragma("journal_mode", "WAL")
        connection.execute("CREATE TABLE events(seq)")
        connection.pragma("synchronous", "OFF")
        for seq in range(10):
            connection.execute("INSERT INTO events VALUES(?)", (seq,))
        disk.stop_process()
        with suppress(apsw.IOError):
            connection.close()
        disk.cut_power()
        try:
            connection = apsw.Connection("/careless.db", vfs=disk.name)
            connection.pragma("locking_mode", "EXCLUSIVE")
            lost += connection.execute("SELECT count(*) FROM events").get < 10
        except apsw.Error:
            lost += 1
        finally:
            connection.close()

    assert lost > 10


def test_what_a_reopened_journal_shows_survives_a_power_cut_at_once(disk):
    """A killed writer leaves unsynced rows; whoever reads them acts on them."""
    unsynced = 0
    for operation in range(1, 60):
        disk.files.clear()
        disk.heal()
        disk.fail(apsw.IOError, first=operation)
        trade(disk, [3, 1, 2])
        unsynced += any(file.pending for file in disk.files.values())
        disk.heal()

        seen = surviving_head(disk)
        disk.cut_power()

        assert surviving_head(disk) >= seen
    assert unsynced > 10


@pytest.mark.parametrize("error", [apsw.FullError, apsw.IOError])
@pytest.mark.parametrize("lasting", [True, False], ids=["for ever", "once"])
def test_a_disk_that_fails_at_any_operation_costs_no_acknowledged_row(disk, error, lasting):
    """Whatever the n-th write or sync was for, the group is whole or absent afterwards."""
    groups = [2, 5, 1, 4]
    boundaries = {0, 2, 7, 8, 12}
    operations = undisturbed(disk, groups)
    for first in range(1, operations + 1):
        disk.files.clear()
        disk.fail(error, first=first, last=None if lasting else first)
        acknowledged = max(trade(disk, groups), default=0)
        disk.heal()

        survived = surviving_head(disk)
        assert survived >= acknowledged
        assert survived in boundaries


def undisturbed(disk: FaultyDisk, groups: list[int]) -> int:
    """Count the operations of a run without faults."""
    disk.heal()
    assert trade(disk, groups)[-1] == sum(groups)
    return disk.operations


@pytest.mark.parametrize(
    ("error", "typed"), [(apsw.FullError, JournalFullError), (apsw.IOError, JournalIOError)]
)
def test_after_a_failed_commit_the_writer_refuses_until_reopened(disk, error, typed):
    """A writer that went on would put a row after one that is not there."""
    journal = opened(PATH, vfs=disk.name)
    append_next(journal, 3)
    journal.commit()
    durable = journal.head
    append_next(journal, 2)
    disk.fail(error, first=1, last=1)
    with pytest.raises(typed, match=r"j\.db"):
        journal.commit()

    assert journal.head == durable
    with pytest.raises(typed):
        append_next(journal)
    with pytest.raises(typed):
        journal.commit()
    journal.close()
    assert surviving_head(disk) in {3, 5}


def test_a_repair_that_fails_at_any_operation_loses_no_row_of_the_bad_tail(disk):
    """Half a repair would have deleted evidence, or set it aside twice."""
    for first in count(1):
        disk.files.clear()
        disk.heal()
        trade(disk, [9])
        tampered_with(disk)
        disk.fail(apsw.FullError, first=first)
        with suppress(JournalFullError):
            opened(PATH, vfs=disk.name, repair=True).close()
            if disk.operations < first:  # nothing left to fail
                break
        disk.heal()
        repaired = opened(PATH, vfs=disk.name, repair=True)
        aside = file_of(repaired).connection.execute("SELECT seq FROM quarantine").fetchall()
        repaired.close()

        assert repaired.head[0] == 4
        assert sorted(aside) == [(5,), (6,), (7,), (8,), (9,)]
    assert first > 10


def tampered_with(disk: FaultyDisk) -> None:
    connection = apsw.Connection(str(PATH), vfs=disk.name)
    connection.execute("UPDATE events SET payload = x'7b7d' WHERE seq = 5")
    connection.close()
