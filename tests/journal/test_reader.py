from pathlib import Path

import apsw
import pytest

from argonaut.journal.errors import (
    JournalBrokenError,
    JournalBusyError,
    JournalIOError,
    JournalVersionError,
)
from argonaut.journal.query import RowFilter
from argonaut.journal.reader import JournalReader, verify
from tests.journal.opening import META, append_next, content, is_as_written, opened, written
from tests.journal.places import written_at


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.db"


def test_a_closed_journal_reads_as_it_was_written_and_is_not_changed(path):
    written(path, 20)
    before = path.read_bytes()
    with JournalReader(path) as reader:
        rows = list(reader.rows())
        meta = reader.meta

    assert len(rows) == 20
    assert all(map(is_as_written, rows))
    assert meta == META
    assert path.read_bytes() == before


def test_a_whole_journal_verifies(place):
    head = written_at(place, 20)
    report = verify(place.source)

    assert report.ok
    assert (report.rows, report.head_hash) == head
    assert (report.first_ns, report.last_ns) == (content(1)[1], content(20)[1])


def test_what_is_read_is_what_was_written(place):
    written_at(place, 20)
    with JournalReader(place.source) as reader:
        rows = list(reader.rows())

        assert all(map(is_as_written, rows))
        assert len(rows) == reader.last_seq == 20
        assert (reader.meta, reader.epoch) == (META, 1)
        assert place.name in reader.name


def test_a_broken_journal_can_be_read_and_says_where_it_breaks(place):
    """The rows are evidence even when they are no longer proof."""
    written_at(place, 5)
    place.change("UPDATE events SET kind = 'other' WHERE seq = 3")
    with JournalReader(place.source) as reader:
        report = reader.verify()
        rows = list(reader.rows())

    assert (report.ok, report.broken_seq) == (False, 3)
    assert len(rows) == 5


def test_a_journal_in_use_is_refused(path):
    journal = opened(path)
    append_next(journal)
    journal.commit()

    with pytest.raises(JournalBusyError):
        JournalReader(path)
    journal.close()


def test_a_writer_that_comes_later_makes_the_reader_busy_and_not_wrong(path):
    written(path, 3)
    with JournalReader(path) as reader:
        journal = opened(path)
        append_next(journal)
        journal.commit()

        with pytest.raises(JournalBusyError):
            reader.verify()
        with pytest.raises(JournalBusyError):
            list(reader.rows())
        journal.close()
        assert reader.verify().rows == 4


def test_a_killed_journal_is_read_with_the_rows_of_its_wal(path, tmp_path):
    journal = opened(path)
    append_next(journal, 6)
    journal.commit()
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in tmp_path.glob("journal.db*"):  # what a kill leaves is what lies there now
        (copy / file.name).write_bytes(file.read_bytes())
    journal.close()

    assert verify(copy / "journal.db").rows == 6


def test_a_missing_journal_is_said_and_not_made(path):
    with pytest.raises(JournalIOError, match="no journal at"):
        JournalReader(path)
    assert not path.exists()


def test_an_empty_file_is_no_journal(path):
    path.touch()

    with pytest.raises(JournalBrokenError, match="is empty"):
        JournalReader(path)


def test_a_text_file_is_no_journal(path):
    path.write_text("seq,kind\n" * 500)

    with pytest.raises(JournalBrokenError, match="no SQLite file"):
        verify(path)


def test_a_newer_journal_is_refused(path):
    written(path, 1)
    connection = apsw.Connection(str(path))
    connection.pragma("user_version", 3)
    connection.close()

    with pytest.raises(JournalVersionError, match=r"version 3.*reads 1 to 2"):
        JournalReader(path)


def test_a_text_that_is_no_utf8_is_an_error_of_the_journal(path):
    written(path, 2)
    connection = apsw.Connection(str(path))
    connection.execute("UPDATE events SET subject = CAST(x'ff' AS TEXT) WHERE seq = 2")
    connection.close()
    with JournalReader(path) as reader, pytest.raises(JournalBrokenError, match="never written"):
        list(reader.rows(RowFilter()))


def test_a_reader_closed_twice_is_closed(path: Path):
    written(path, 1)
    reader = JournalReader(path)
    reader.close()
    reader.close()

    assert verify(path).ok
