"""RELIABILITY F03, F04: what kills, disks and other programs leave of a journal, or do to it."""

import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from itertools import count
from pathlib import Path
from random import Random

import apsw
import pytest

from argonaut.domain.errors import ExitCode
from argonaut.journal.errors import (
    JournalBusyError,
    JournalError,
    JournalFullError,
    JournalIOError,
)
from argonaut.journal.reader import JournalReader, verify
from tests.journal.faulty_disk import FaultyDisk
from tests.journal.opening import append_next, is_as_written, opened, written
from tests.journal.places import FilePlace
from tests.journal.told import expected, found, told

# Where one failure follows another, the VFS has nobody left to raise the second to.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

HOLDER = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=0)
try:
    held.execute(sys.argv[2])
    held.execute("SELECT count(*) FROM events").fetchone()
    print("held", flush=True)
    sys.stdin.read()
except sqlite3.OperationalError as error:
    print(error, flush=True)
"""


def holder(path, statement):
    """Another program that uses the file as it likes, until its input is closed."""
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path), statement],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def killed(tmp_path):
    """What lies there after a kill: the file and its WAL, committed rows in both."""
    journal = opened(tmp_path / "j.db")
    append_next(journal, 30)
    journal.commit()
    journal.close()
    journal = opened(tmp_path / "j.db")
    for _ in range(10):
        append_next(journal, 2)
        journal.commit()
    folder = tmp_path / "killed"
    folder.mkdir()
    for file in tmp_path.glob("j.db*"):
        shutil.copy(file, folder / file.name)
    journal.close()
    return folder / "j.db"


def test_a_truncated_wal_leaves_a_whole_beginning(killed):
    """A row is there with all before it, or it is not there."""
    wal = killed.with_name("j.db-wal")
    content, dice = wal.read_bytes(), Random(11)
    base, heads = killed.read_bytes(), set()
    for _ in range(40):
        killed.write_bytes(base)
        wal.write_bytes(content[: dice.randrange(len(content))])
        journal = opened(killed)
        rows = list(journal.rows())
        journal.close()

        assert all(map(is_as_written, rows))
        heads.add(len(rows))
    assert min(heads) == 30
    assert len(heads) > 3


def test_a_garbled_wal_never_gets_a_changed_row_accepted(killed):
    wal = killed.with_name("j.db-wal")
    content, dice, base = wal.read_bytes(), Random(12), killed.read_bytes()
    for _ in range(60):
        killed.write_bytes(base)
        damaged = bytearray(content)
        for _ in range(dice.randint(1, 4)):
            damaged[dice.randrange(len(damaged))] ^= dice.randint(1, 255)
        wal.write_bytes(damaged)
        with suppress(JournalError):
            journal = opened(killed)
            rows = list(journal.rows())
            journal.close()
            assert len(rows) >= 30
            assert all(map(is_as_written, rows))


@pytest.mark.parametrize("statement", ["BEGIN", "BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
def test_a_file_that_another_program_holds_is_refused_at_once(tmp_path, statement):
    path = tmp_path / "j.db"
    written(path, 3)
    with holder(path, statement) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(JournalBusyError) as refused:
            opened(path)
        other.communicate("")

    assert refused.value.exit_code == ExitCode.REFUSED
    assert verify(path).rows == 3


@pytest.mark.parametrize("statement", ["BEGIN", "BEGIN EXCLUSIVE"])
def test_a_writer_is_not_disturbed_by_a_program_that_wants_its_file(tmp_path, statement):
    """A curious person with a database browser may not stop the orders."""
    path = tmp_path / "j.db"
    journal = opened(path)
    append_next(journal, 2)
    journal.commit()
    with holder(path, statement) as other:
        said, _ = other.communicate("")
    append_next(journal, 2)
    journal.commit()
    journal.close()

    assert "locked" in said
    assert verify(path).rows == 4


def test_a_disk_that_fails_at_any_operation_of_an_upgrade_costs_nothing():
    """Schema 1 or schema 2, never half of the index."""
    disk = FaultyDisk("hostile-upgrade")
    path = Path("/j.db")
    for first in count(1):
        disk.files.clear()
        disk.heal()
        place = FilePlace(path)
        told(place, finds_orders=False, vfs=disk.name).close()
        disk.fail(apsw.FullError, first=first)
        is_through = False
        with suppress(JournalFullError, JournalIOError):
            opened(path, vfs=disk.name).close()
            is_through = disk.operations < first
        disk.heal()
        journal = opened(path, vfs=disk.name)
        assert found(journal) == expected()
        journal.close()
        if is_through:
            break
    disk.unregister()
    assert first > 10


@pytest.mark.parametrize("size", [1, 15, 16, 99, 100, 511, 4096])
def test_the_beginning_of_a_file_is_no_journal(tmp_path, size):
    """What a full disk leaves of a copy made by hand."""
    written(tmp_path / "j.db", 40)
    part = tmp_path / "part.db"
    part.write_bytes((tmp_path / "j.db").read_bytes()[:size])
    before = part.read_bytes()

    with pytest.raises(JournalError, match=r"part\.db") as refused:
        JournalReader(part)
    assert refused.value.exit_code in {ExitCode.REFUSED, ExitCode.FAILED}
    with pytest.raises(JournalError, match=r"part\.db"):
        opened(part)
    assert part.read_bytes() == before


@pytest.mark.parametrize(
    "damage",
    [
        "DROP TABLE events",
        "DROP TABLE meta",
        "DROP TABLE order_rows",
        "DROP TABLE seals",
        "ALTER TABLE events DROP COLUMN mode",
        "ALTER TABLE events RENAME COLUMN payload TO body",
        "DELETE FROM meta",
    ],
)
def test_tables_that_are_not_ours_any_more_are_one_sentence(tmp_path, damage):
    path = tmp_path / "j.db"
    written(path, 3)
    connection = apsw.Connection(str(path))
    connection.execute(damage)
    connection.close()

    with pytest.raises(JournalError, match=r"j\.db"):
        used(path)


def used(path: Path) -> None:
    """Do everything a trader does with a journal."""
    journal = opened(path, from_snapshot=True)
    try:
        list(journal.order_rows("order-1"))
        append_next(journal, 1)
        journal.commit()
    finally:
        with suppress(JournalError):
            journal.close()


def test_a_folder_is_no_journal(tmp_path):
    with pytest.raises(JournalIOError):
        opened(tmp_path)
    with pytest.raises(JournalIOError):
        JournalReader(tmp_path)


def limited(*command, file_bytes):
    """Run Python in a process whose files may not grow beyond so much: as a full disk does."""
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({file_bytes},) * 2)"
    code = f"import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n{limit}\n{command[0]}"
    return subprocess.run(
        [sys.executable, "-c", code, *command[1:]],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_process_whose_disk_is_full_keeps_every_acknowledged_row(tmp_path):
    """RELIABILITY F03 with a real process and a real file."""
    path = tmp_path / "j.db"
    code = (
        "import sys; sys.argv[1:] = [sys.argv[1]]\n"
        "from tests.journal.killed_writer import main; main()"
    )
    done = limited(code, str(path), file_bytes=2_000_000)
    acknowledged = int(done.stdout.splitlines()[-1])
    journal = opened(path)
    rows = list(journal.rows())
    journal.close()

    assert done.returncode != 0
    assert "JournalFullError" in done.stderr or "JournalIOError" in done.stderr
    assert acknowledged > 100
    assert len(rows) >= acknowledged
    assert all(map(is_as_written, rows))


def test_a_copy_onto_a_full_disk_leaves_nothing_half(tmp_path):
    written(tmp_path / "j.db", 20_000)
    (tmp_path / "copies").mkdir()
    code = (
        "import sys; from pathlib import Path; from argonaut.journal.copying import back_up\n"
        "back_up(Path(sys.argv[1]), Path(sys.argv[2]))"
    )
    target = tmp_path / "copies" / "copy.db"
    done = limited(code, str(tmp_path / "j.db"), str(target), file_bytes=1_000_000)

    assert "JournalFullError" in done.stderr or "JournalIOError" in done.stderr
    assert list(target.parent.iterdir()) == []
    assert verify(tmp_path / "j.db").ok


@pytest.fixture
def read_only():
    """A journal that this user, or the nobody that root becomes, may read and not write."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        written(folder / "j.db", 3)
        (folder / "j.db").chmod(0o444)
        folder.chmod(0o555)
        yield folder / "j.db"
        folder.chmod(0o755)


def test_a_file_that_may_not_be_written_is_one_sentence_and_can_be_read(read_only):
    """A restored backup with the wrong owner is the first thing a tired person makes."""
    code = (
        "import os, sys; from pathlib import Path; from tests.journal.opening import opened\n"
        "from argonaut.journal.reader import verify\n"
        "if os.getuid() == 0: os.setgid(65534); os.setuid(65534)\n"
        "print(verify(Path(sys.argv[1])).rows, flush=True); opened(Path(sys.argv[1]))"
    )
    done = limited(code, str(read_only), file_bytes=10**9)

    assert done.stdout == "3\n"
    assert "JournalIOError" in done.stderr
    assert "cannot be written; want a writable file and folder" in done.stderr
