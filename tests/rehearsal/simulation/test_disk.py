"""Tests of argonaut.rehearsal.simulation.disk."""

from pathlib import Path

import apsw
import pytest

from argonaut.journal.errors import JournalBusyError, JournalFullError, JournalIOError
from argonaut.journal.meta import Meta
from argonaut.journal.writer import JournalWriter, open_journal
from argonaut.rehearsal.simulation.disk import DiskFault, Mount, StoredFile
from tests.rehearsal.simulation.small_world import SECOND_NS, SmallWorld

PATH = Path("journal.db")


def journal(world: SmallWorld, mount: Mount) -> JournalWriter:
    return open_journal(
        PATH, Meta(config_hash="x"), clock=world.clock, pid=1, mode="live", vfs=mount.name
    )


def write(writer: JournalWriter, rows: int) -> int:
    """Append and commit rows one by one; return how many the journal has then."""
    for _ in range(rows):
        writer.append(1, 1, "report", "", b"x" * 600)
        writer.commit()
    return writer.head[0]


def test_a_journal_lives_on_the_disk_from_mount_to_mount():
    """A restart finds what was committed: there is no other memory."""
    world = SmallWorld()
    first, second = Mount("first", world.disk), Mount("second", world.disk)
    writer = journal(world, first)
    write(writer, 5)
    writer.close()

    assert journal(world, second).head[0] == 5
    assert sorted(world.disk.files) == ["journal.db"]


def test_what_a_killed_process_wrote_survives_whole():
    """The system keeps its pages; only the process is gone."""
    file = StoredFile()
    file.do(0, b"abc")
    file.do(1, b"X")
    file.do(2, None)

    assert bytes(file.seen) == b"aX"
    assert bytes(file.durable) == b""


def test_what_was_synced_is_durable_however_often_and_whoever_copies_it():
    """It is put together when it is looked at, or when there is much of it."""
    file = StoredFile()
    for number in range(10_000):
        file.do(number % 700, bytes([number % 251]))
        file.sync()
        if number == 5_000:
            file.do(300, None)
            file.sync()
    twin = file.copy()
    file.do(0, b"lost")

    assert file.durable == twin.durable == twin.seen
    assert file.durable != file.seen


def test_a_power_cut_keeps_synced_bytes_and_any_sectors_of_the_rest():
    """The disk promises nothing of what was not synced, and tears it at 512 bytes (F02)."""
    seen = set()
    for seed in range(30):
        world = SmallWorld(seed)
        file = world.disk.files["f"] = StoredFile()
        file.do(0, b"s" * 100)
        file.sync()
        file.do(100, b"u" * 1_000)
        world.disk.lose_power()
        kept = bytes(file.seen)
        assert kept[:100] == b"s" * 100
        assert file.seen == file.durable
        seen.add((kept[100:512], kept[512:1024], kept[1024:]))

    assert len(seen) == 8


def test_a_dead_mount_changes_nothing_on_the_disk():
    """SQLite tidies up when a dead process's objects are collected; that must reach no disk."""
    world = SmallWorld()
    dead, heir = Mount("dead", world.disk), Mount("heir", world.disk)
    writer = journal(world, dead)
    write(writer, 3)
    writer.append(1, 1, "report", "", b"not committed")
    operations = world.disk.operations
    dead.detach()

    writer.close()

    assert world.disk.operations == operations
    assert "journal.db-wal" in world.disk.files
    assert journal(world, heir).head[0] == 3


def test_two_live_mounts_do_not_share_a_journal():
    """A second instance on the same disk is turned away (F30)."""
    world = SmallWorld()
    first, second, third = (Mount(name, world.disk) for name in ("one", "two", "three"))
    writer = journal(world, first)

    with pytest.raises(JournalBusyError):
        journal(world, second)
    writer.close()
    assert journal(world, third).head[0] == 0


@pytest.mark.parametrize(
    ("kind", "error"), [("full", JournalFullError), ("io_error", JournalIOError)]
)
def test_an_operation_fails_when_its_turn_has_come(kind, error):
    """Every operation is a place where a disk can be full or broken (F03)."""
    world = SmallWorld()
    writer = journal(world, Mount("probe", world.disk))
    write(writer, 1)
    before = world.disk.operations

    faulty = SmallWorld(disk=(DiskFault(kind=kind, from_op=before + 1, to_op=before + 3),))
    mount = Mount("faulty", faulty.disk)
    writer = journal(faulty, mount)
    write(writer, 1)

    with pytest.raises(error):
        write(writer, 1)
    faulty.disk.heal()
    mount.is_live = False  # its process has died, and another comes
    assert journal(faulty, Mount("after", faulty.disk)).head[0] in (1, 2)


def test_operations_are_counted_from_the_time_of_the_fault_on():
    """A count over a whole run falls anywhere but where a plan means it."""
    world = SmallWorld(disk=(DiskFault(kind="full", from_op=1, to_op=1, from_ns=SECOND_NS),))
    writer = journal(world, Mount("timed", world.disk))
    write(writer, 1)
    world.loop.keep_busy(2 * SECOND_NS)

    with pytest.raises(JournalFullError):
        write(writer, 1)


def test_who_is_refused_a_lock_gives_back_none():
    """Two instances on one disk: the refused one's tidying must not open the door to a third."""
    world = SmallWorld()
    path = "journal.db"
    first, refused, third = (Mount(each, world.disk) for each in ("first", "refused", "third"))
    first.lock(path, 1)
    with pytest.raises(apsw.BusyError):
        refused.lock(path, 1)

    refused.lock(path, 0)

    with pytest.raises(apsw.BusyError):
        third.lock(path, 1)


def test_a_slow_sync_takes_the_machines_time():
    """A stalled disk stalls the writer's whole process (F03)."""
    world = SmallWorld(disk=(DiskFault(kind="slow_sync", from_op=1, delay_ns=SECOND_NS),))
    mount = Mount("slow", world.disk)
    before_ns = world.loop.now_ns

    journal(world, mount)

    assert world.loop.now_ns - before_ns > 5 * SECOND_NS


def test_reading_what_is_not_there_is_empty():
    """As of any file: short reads at the end, nothing beyond."""
    world = SmallWorld()
    mount = Mount("reader", world.disk)
    handle = mount.xOpen("f", [apsw.SQLITE_OPEN_CREATE, 0])
    handle.xWrite(b"abc", 2)

    assert handle.xRead(10, 0) == b"\0\0abc"
    assert handle.xRead(10, 9) == b""
    assert handle.xFileSize() == 5
    assert not handle.xCheckReservedLock()
    assert mount.xFullPathname("f") == "f"
