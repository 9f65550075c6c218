"""A start meets whoever reads the journal: `status` of a run that was just killed, for one."""

import apsw
import pytest

from argonaut.cli.opening import open_once_read
from argonaut.cli.place import JournalPlace
from argonaut.journal.errors import JournalBrokenError, JournalBusyError
from argonaut.journal.meta import Meta
from argonaut.journal.reader import JournalReader
from argonaut.journal.writer import JournalWriter, open_journal
from argonaut.runtime.clock import SystemClock
from argonaut.runtime.control import socket_of
from tests.cli.calling import call, start
from tests.cli.test_trading import SLOW, rows_in, wait_for


def opening(path):
    def open_it() -> JournalWriter:
        meta = Meta(config_hash="of-this-test", build_hash="one")
        return open_journal(path, meta, clock=SystemClock(), pid=1, mode="paper")

    return open_it


@pytest.fixture
def closed(tmp_path):
    """A journal as a killed trader leaves it: each reader has it until it closes it."""
    path = tmp_path / "journal.db"
    opening(path)().close()
    connection = apsw.Connection(str(path))
    connection.pragma("journal_mode", "WAL")
    connection.close()
    return path


def test_a_journal_nobody_reads_is_opened_at_once(closed):
    told: list[str] = []

    open_once_read(opening(closed), JournalPlace.of(closed), told.append, wait_s=0).close()

    assert not told


def test_a_reader_that_is_soon_gone_is_waited_for_and_not_told_of(closed):
    told: list[str] = []
    reader = JournalReader(closed)

    def open_it() -> JournalWriter:
        try:
            return opening(closed)()
        except JournalBusyError:
            reader.close()  # it is gone before the second try
            raise

    open_once_read(open_it, JournalPlace.of(closed), told.append).close()

    assert not told


def test_a_reader_that_takes_long_is_told_of_once_and_waited_for(closed):
    told: list[str] = []
    reader = JournalReader(closed)

    def tell(line: str) -> None:
        told.append(line)
        reader.close()

    open_once_read(opening(closed), JournalPlace.of(closed), tell).close()

    assert told == [f"waiting up to 30 s: another process reads {closed}"]


def test_a_reader_that_stays_is_waited_for_so_long_and_no_longer(closed):
    with (
        JournalReader(closed),
        pytest.raises(JournalBusyError, match=r"open in another .* nobody closed it in 0\.1 s"),
    ):
        open_once_read(opening(closed), JournalPlace.of(closed), print, wait_s=0.1)

    opening(closed)().close()


def test_what_is_wrong_with_a_journal_is_not_waited_for(closed):
    closed.write_bytes(b"short")

    with pytest.raises(JournalBrokenError, match="is no SQLite file"):
        open_once_read(opening(closed), JournalPlace.of(closed), print)


def test_a_database_is_not_waited_for():
    """Only traders lock one: whoever has it is a trader, on whatever machine."""
    tries = []

    def refused():
        tries.append(1)
        raise JournalBusyError("held")

    with pytest.raises(JournalBusyError, match=r"^held$"):
        open_once_read(refused, JournalPlace.of("postgresql://localhost/bot"), print)
    assert len(tries) == 1


@pytest.mark.slow
def test_a_killed_run_starts_again_though_somebody_looks_at_its_journal(paper, tmp_path):
    journal = tmp_path / "journal.db"
    first = start("run", paper, *SLOW)
    wait_for(lambda: rows_in(journal), process=first)
    first.kill()
    first.communicate(timeout=60)

    with JournalReader(journal):
        second = start("run", paper, "--plain", *SLOW)
        assert second.stdout is not None
        said = second.stdout.readline()
    try:
        wait_for(lambda: rows_in(journal), process=second)
        third = call("run", paper)  # a trader is not waited for
    finally:
        second.terminate()
        second.communicate(timeout=60)

    assert said == f"waiting up to 30 s: another process reads {journal}\n"
    assert second.returncode == 0
    assert third.code == 3
    assert "is open in another process" in third.err
    assert not socket_of(journal).exists()
