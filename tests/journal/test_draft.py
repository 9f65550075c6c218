"""A backtest's journal is that of any other run, and whole or absent."""

from pathlib import Path

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argonaut.journal.draft import BATCH_ROWS, DraftJournal
from argonaut.journal.draft_file import DraftFile
from argonaut.journal.errors import JournalFullError, JournalIOError
from argonaut.journal.memory import MemoryJournal
from argonaut.journal.reader import JournalReader
from tests.journal.far import draft, perhaps
from tests.journal.faulty_disk import FaultyDisk
from tests.journal.opening import META, CountingClock, append_next, content, is_as_written, written

ROWS = 3 * BATCH_ROWS + 100


def append(journal: DraftJournal, rows: int, first: int = 1) -> None:
    """Append without asking for the head, as a backtest does."""
    for seq in range(first, first + rows):
        assert journal.append(*content(seq)) == seq


def fail_in(journal: DraftJournal, error: type[BaseException]) -> None:
    with journal:
        append(journal, ROWS)
        raise error


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("is_far", [False, True], ids=["here", "in another process"])
def test_a_closed_draft_is_the_journal_a_live_writer_would_have_left(tmp_path, is_far):
    """Whoever verifies, exports or compares a backtest's journal cannot tell who wrote it."""
    head = written(tmp_path / "live.db", ROWS)
    with perhaps(is_far) as far, draft(tmp_path / "back.db", far) as journal:
        append(journal, ROWS)

    assert journal.head == head
    with JournalReader(tmp_path / "back.db") as reader:
        report = reader.verify()
        rows = list(reader.rows())
    assert (report.rows, report.head_hash, report.broken_seq) == (*head, None)
    assert all(map(is_as_written, rows))
    assert {(row.pid, row.mode) for row in rows} == {(7, "backtest")}
    assert len({row.wall_ns for row in rows}) == 4  # a stamp a batch


@pytest.mark.parametrize("is_far", [False, True], ids=["here", "in another process"])
def test_without_a_file_the_head_is_the_same(is_far):
    memory = MemoryJournal()
    append_next(memory, ROWS)
    with perhaps(is_far) as far, draft(None, far) as journal:
        append(journal, ROWS)

        assert journal.head == memory.head
    assert journal.head == memory.head


def test_nothing_has_the_name_before_all_of_it_is_there(tmp_path):
    target = tmp_path / "j.db"
    target.write_bytes(b"an older one")
    with draft(target) as journal:
        append(journal, ROWS)
        assert journal.head[0] == ROWS
        assert target.read_bytes() == b"an older one"

    assert files(tmp_path) == {"j.db"}
    with JournalReader(target) as reader:
        assert reader.verify().rows == ROWS


@pytest.mark.parametrize("is_far", [False, True], ids=["here", "in another process"])
@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_run_that_fails_leaves_what_was_there(tmp_path, is_far, error):
    """Ctrl-C in the middle of a backtest may not pass half of it off as its journal."""
    target = tmp_path / "j.db"
    target.write_bytes(b"an older one")
    with perhaps(is_far) as far, pytest.raises(error):
        fail_in(draft(target, far), error)

    assert files(tmp_path) == {"j.db"}
    assert target.read_bytes() == b"an older one"


@settings(max_examples=20)
@given(st.lists(st.integers(0, 2 * BATCH_ROWS), max_size=4))
def test_when_rows_are_handed_on_does_not_show_in_the_hash(groups):
    memory = MemoryJournal()
    journal = draft(None)
    for rows in groups:
        append(journal, rows, memory.head[0] + 1)
        append_next(memory, rows)
        journal.commit()

    assert journal.head == memory.head


def test_a_closed_draft_takes_no_more_rows(tmp_path):
    journal = draft(tmp_path / "j.db")
    append(journal, 3)
    journal.close()
    journal.close()
    journal.abandon()

    with pytest.raises(JournalIOError, match="is closed"):
        journal.append(*content(4))
    assert files(tmp_path) == {"j.db"}
    assert journal.head[0] == 3


def test_an_abandoned_draft_is_not_closed_into_a_file(tmp_path):
    journal = draft(tmp_path / "j.db")
    append(journal, 3)
    journal.abandon()

    with pytest.raises(JournalIOError, match="was given up"):
        journal.close()
    assert files(tmp_path) == set()


def test_a_full_disk_is_said_to_be_full_and_never_forgotten():
    """A caller that goes on after the error must not come to a file with a hole in it."""
    disk = FaultyDisk("faulty-draft")
    path = Path("/draft.db")
    journal = DraftJournal(
        DraftFile.blank(path, META, disk.name), clock=CountingClock(), pid=7, mode="backtest"
    )
    disk.fail(apsw.FullError, first=1)
    with pytest.raises(JournalFullError, match="has no room left on its disk"):
        append(journal, BATCH_ROWS)

    disk.heal()
    with pytest.raises(JournalFullError):
        journal.append(*content(1))
    with pytest.raises(JournalFullError):
        journal.commit()
    with pytest.raises(JournalFullError):
        journal.close()
    disk.unregister()


class Helper:
    """Another process that is still starting for `turns` looks, then ready or gone."""

    def __init__(self, turns: int, *, is_gone: bool = False) -> None:
        self.turns = turns
        self.is_gone = is_gone
        self.is_released = False

    def is_ready(self) -> bool:
        self.turns -= 1
        if self.turns < 0 and self.is_gone:
            raise JournalIOError("has ended")
        return False

    def begin(self, opening):
        raise AssertionError(opening)

    write = head = finish = begin

    def release(self) -> None:
        self.is_released = True


@pytest.mark.parametrize("helper", [Helper(99), Helper(2, is_gone=True)], ids=["late", "gone"])
def test_a_process_that_never_stands_ready_costs_nothing_but_itself(tmp_path, helper):
    """A machine that lets nobody start a process still runs backtests."""
    with draft(tmp_path / "j.db", helper) as journal:
        append(journal, 4 * BATCH_ROWS)

    assert helper.is_released
    with JournalReader(tmp_path / "j.db") as reader:
        assert reader.verify().rows == 4 * BATCH_ROWS
