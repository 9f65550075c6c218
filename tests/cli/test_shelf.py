import os

import pytest

from argonaut.cli.output import OutputError
from argonaut.cli.shelf import is_finished, mark_finished, shelve, unmark
from tests.cli.calling import contents


@pytest.fixture
def journal(tmp_path):
    path = tmp_path / "journal.db"
    path.write_text("rows")
    return path


def test_a_journal_is_finished_once_it_is_marked(journal):
    assert not is_finished(journal)

    mark_finished(journal, 3, "ab")
    assert is_finished(journal)


def test_a_mark_without_a_journal_means_nothing(tmp_path):
    mark_finished(tmp_path / "journal.db", 3, "ab")

    assert not is_finished(tmp_path / "journal.db")


def test_journals_are_shelved_under_the_next_free_number(journal, tmp_path):
    places = []
    for _ in range(3):
        journal.write_text("rows")
        mark_finished(journal, 1, "ab")
        places.append(shelve(journal))

    assert places == [tmp_path / f"journal-{number}.db" for number in (1, 2, 3)]
    assert contents(tmp_path) == {
        f"journal-{number}.{ending}" for number in (1, 2, 3) for ending in ("db", "finished")
    }


def test_what_a_kill_left_beside_goes_with_it(journal, tmp_path):
    """Rows that were committed into the write-ahead file belong to the journal."""
    (tmp_path / "journal.db-wal").write_text("more rows")
    shelve(journal)

    assert (tmp_path / "journal-1.db-wal").read_text() == "more rows"
    assert not (tmp_path / "journal.db-wal").exists()


def test_nothing_there_is_nothing_shelved(tmp_path):
    assert shelve(tmp_path / "journal.db") is None


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(journal, tmp_path):
    tmp_path.chmod(0o500)

    with pytest.raises(OutputError, match="cannot be moved"):
        shelve(journal)


def test_a_mark_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(OutputError, match="cannot be written"):
        mark_finished(tmp_path / "absent" / "journal.db", 1, "ab")


def test_a_mark_of_an_earlier_journal_says_nothing_about_a_new_one(journal):
    """Somebody deleted the journal and not the mark: the new run is not over."""
    mark_finished(journal, 1, "ab")
    unmark(journal)

    assert not is_finished(journal)
    unmark(journal)


def test_what_was_seen_of_events_goes_with_a_paper_run_and_stays_with_a_real_account(journal):
    """A real account has acted on them: no fresh start may act on them again."""
    seen = journal.with_suffix(".seen")
    seen.write_text("keys")
    shelve(journal)
    assert seen.exists()

    journal.write_text("rows")
    place = shelve(journal, with_seen=True)

    assert place is not None
    assert not seen.exists()
    assert place.with_suffix(".seen").read_text() == "keys"
