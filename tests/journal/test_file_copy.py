import pytest

from argonaut.journal.errors import JournalFullError, JournalIOError
from argonaut.journal.file_copy import FileCopy, beside, remove
from argonaut.journal.reader import JournalReader
from tests.journal.opening import append_next, file_of, is_as_written, opened
from tests.journal.places import DatabasePlace


def test_a_copy_takes_in_what_is_committed_while_it_is_made(tmp_path):
    """The trader does not stop; its copy may not be a mix of two moments either."""
    journal = opened(tmp_path / "j.db")
    append_next(journal, 20_000)
    journal.commit()
    copy = journal.begin_copy(tmp_path / "copy.part")
    steps = 0
    while not copy.step():
        steps += 1
        append_next(journal, 3)
        journal.commit()
    copy.close()
    copy.close()
    durable = journal.head[0]
    journal.close()
    with JournalReader(tmp_path / "copy.part") as reader:
        report = reader.verify()
        rows = list(reader.rows())

    assert steps > 1
    assert report.ok
    assert report.rows == durable
    assert all(map(is_as_written, rows))
    assert copy.done == copy.total > 0


def test_a_database_is_not_copied_through_its_writer(server, tmp_path):
    journal = DatabasePlace(server).opened()
    with pytest.raises(JournalIOError, match="is in a database"):
        journal.begin_copy(tmp_path / "copy.part")
    journal.close()


def test_a_copy_that_cannot_be_written_leaves_the_journal_alone(tmp_path):
    journal = opened(tmp_path / "j.db")
    append_next(journal, 2)
    journal.commit()
    with pytest.raises((JournalIOError, JournalFullError)):
        FileCopy(file_of(journal).connection, tmp_path / "nowhere" / "copy.part").step()
    append_next(journal, 2)
    journal.close()

    with JournalReader(tmp_path / "j.db") as reader:
        assert reader.verify().rows == 4


def test_a_draft_goes_with_everything_beside_it(tmp_path):
    for path in beside(tmp_path / "j.db"):
        path.touch()
    remove(tmp_path / "j.db")

    assert list(tmp_path.iterdir()) == []
