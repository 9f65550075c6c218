import subprocess
import sys
from itertools import count
from pathlib import Path

import apsw
import pytest

from argonaut.journal.draft_file import DraftFile, DraftPlace, open_draft
from argonaut.journal.errors import JournalBusyError, JournalFullError, JournalIOError
from argonaut.journal.reader import JournalReader
from tests.journal.faulty_disk import FaultyDisk
from tests.journal.opening import META, CountingClock, append_next, written

names = (f"faulty-draft-file-{number}" for number in count())


def begun(target: Path):
    return open_draft(target, META, clock=CountingClock(), pid=7, mode="backtest")


def test_a_draft_lies_beside_its_target_and_is_a_journal_like_any_other(tmp_path):
    target = tmp_path / "j.db"
    with begun(target) as journal:
        append_next(journal, 5)
        assert [path.name for path in tmp_path.iterdir()] == ["j.db.part"]

    assert journal.head == written(tmp_path / "other.db", 5)
    with JournalReader(target) as reader:
        assert reader.meta == META
        assert reader.verify().head_hash == journal.head[1]


def test_an_empty_backtest_leaves_an_empty_journal(tmp_path):
    with begun(tmp_path / "j.db"):
        pass

    with JournalReader(tmp_path / "j.db") as reader:
        assert reader.verify().rows == 0


def test_what_a_killed_backtest_left_is_no_hindrance(tmp_path):
    for suffix in ("", "-wal", "-journal"):
        (tmp_path / f"j.db.part{suffix}").write_bytes(b"half a journal")
    with begun(tmp_path / "j.db") as journal:
        append_next(journal, 5)

    assert [path.name for path in tmp_path.iterdir()] == ["j.db"]


def test_a_draft_is_written_by_one_at_a_time(tmp_path):
    """Two backtests into one file would come to a journal of neither."""
    draft = DraftFile.blank(tmp_path / "j.db.part", META)
    with pytest.raises(JournalBusyError, match="is open in another process"):
        DraftFile(tmp_path / "j.db.part")
    draft.release()


def test_a_draft_that_was_synced_meanwhile_is_still_written_by_one_at_a_time(tmp_path):
    """Closing any other descriptor of it would drop the lock of SQLite's."""
    path = tmp_path / "j.db.part"
    draft = DraftFile.blank(path, META)
    for _ in range(2):
        draft.sync()
    other = (
        "import sys; from pathlib import Path; from argonaut.journal.draft_file import DraftFile"
    )
    asked = subprocess.run(
        [sys.executable, "-c", f"{other}; DraftFile(Path(sys.argv[1]))", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    draft.finish()

    assert "is open in another process" in asked.stderr


def test_a_folder_that_is_not_there_is_said_before_a_run_is_spent_on_it(tmp_path):
    with pytest.raises(JournalIOError, match="cannot be opened"):
        begun(tmp_path / "absent" / "j.db")


def test_a_target_that_cannot_be_replaced_leaves_no_draft(tmp_path):
    target = tmp_path / "j.db"
    journal = begun(target)
    append_next(journal, 5)
    (target / "somebody's").mkdir(parents=True)
    with pytest.raises(JournalIOError, match="want a writable folder"):
        journal.close()

    assert [path.name for path in tmp_path.iterdir()] == ["j.db"]
    assert target.is_dir()


def test_a_draft_that_was_taken_away_is_not_said_to_be_durable(tmp_path):
    draft = DraftFile.blank(tmp_path / "j.db.part", META)
    DraftPlace(tmp_path / "j.db").drop()

    with pytest.raises(JournalIOError, match="cannot be written"):
        draft.finish()


def test_a_full_disk_at_the_beginning_is_said_and_the_file_released():
    disk = FaultyDisk(next(names))
    disk.fail(apsw.FullError, first=1)
    with pytest.raises(JournalFullError):
        DraftFile.blank(Path("/j.db"), META, disk.name)
    disk.unregister()


def test_nothing_is_synced_before_the_end():
    """A sync waits for the disk, and a draft has nobody to wait for."""
    disk = FaultyDisk(next(names))
    draft = DraftFile.blank(Path("/j.db"), META, disk.name)
    draft.write([(1, 1, 1, "k", "s", b"p", b"0" * 32, b"1" * 32, 1, 1, 7, "m")])
    draft.release()

    assert disk.files[Path("/j.db").as_posix()].durable == b""
    assert set(disk.files) == {"/j.db"}  # no journal of SQLite's own either
    disk.unregister()
