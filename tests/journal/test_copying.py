"""Copies between files and databases: verified, whole or absent, and never a second life's twin."""

from contextlib import suppress

import apsw
import pytest

from argonaut.journal import copying
from argonaut.journal.copying import EPOCH_JUMP, back_up, restore
from argonaut.journal.errors import (
    JournalBrokenError,
    JournalBusyError,
    JournalError,
    JournalIOError,
    JournalTakenError,
)
from argonaut.journal.reader import JournalReader, verify
from tests.journal.opening import META, append_next, opened, written
from tests.journal.places import DatabasePlace, FilePlace, verified
from tests.journal.told import expected, found, told


@pytest.fixture(params=["sqlite", "postgresql"])
def other(request, tmp_path):
    """A second place, for what is restored."""
    if request.param == "sqlite":
        return FilePlace(tmp_path / "other" / "restored.db")
    return DatabasePlace(request.getfixturevalue("server"))


def rows_at(source):
    with JournalReader(source) as reader:
        return list(reader.rows()), reader.meta, reader.epoch


def test_a_copy_restored_anywhere_holds_the_same_rows_and_goes_on(place, other, tmp_path):
    """Stamps and hashes too: the chain of a restored journal is the chain it had."""
    (tmp_path / "other").mkdir()
    told(place).close()
    copy = tmp_path / "copy.db"
    head = verified(place)
    backed_up = back_up(place.source, copy)
    restored = restore(copy, other.source)
    rows, meta, epoch = rows_at(other.source)

    assert backed_up.head_hash == restored.head_hash == head.head_hash
    assert (rows, meta) == rows_at(place.source)[:2]
    assert epoch == 1 + EPOCH_JUMP
    journal = other.opened()
    assert found(journal) == expected()
    append_next(journal, 1)
    journal.close()
    assert verified(other).ok


def test_a_restored_journal_never_repeats_an_epoch(place, tmp_path):
    """Order ids carry it: what was traded after the copy was made is at the venue for ever."""
    for _ in range(3):
        place.opened().close()
    copy = tmp_path / "copy.db"
    back_up(place.source, copy)
    for _ in range(5):
        place.opened().close()
    after = FilePlace(tmp_path / "restored.db")
    restore(copy, after.source)
    journal = after.opened()
    journal.close()

    assert journal.epoch == 3 + EPOCH_JUMP + 1


def test_progress_is_told(place, tmp_path):
    journal = place.opened()
    append_next(journal, 12_000)
    journal.close()
    said = []
    back_up(place.source, tmp_path / "copy.db", lambda *done: said.append(done))

    assert len(said) > 1
    assert said == sorted(said)


def test_a_damaged_journal_is_not_copied_over_a_good_copy(place, tmp_path):
    """The good one is what is needed now."""
    journal = place.opened()
    append_next(journal, 9)
    journal.close()
    copy = tmp_path / "copy.db"
    back_up(place.source, copy)
    before = copy.read_bytes()
    place.change("UPDATE events SET payload = x'7b7d' WHERE seq = 5")

    with pytest.raises(JournalBrokenError, match="row 5"):
        back_up(place.source, copy)
    assert copy.read_bytes() == before
    assert not list(tmp_path.glob("*.part*"))


def test_a_damaged_copy_is_not_restored(other, tmp_path):
    (tmp_path / "other").mkdir()
    written(tmp_path / "copy.db", 9)
    FilePlace(tmp_path / "copy.db").change("UPDATE events SET payload = x'7b7d' WHERE seq = 5")

    with pytest.raises(JournalBrokenError, match="row 5"):
        restore(tmp_path / "copy.db", other.source)
    with pytest.raises(JournalIOError, match="there is no journal"):
        JournalReader(other.source)


def test_nothing_is_restored_over_a_journal(place, tmp_path):
    """Its rows since the copy are orders that somebody sent."""
    journal = place.opened()
    append_next(journal, 2)
    journal.close()
    written(tmp_path / "copy.db", 1)

    with pytest.raises(JournalTakenError, match=r"there already|there is a journal"):
        restore(tmp_path / "copy.db", place.source)
    assert verified(place).rows == 2


@pytest.mark.parametrize("suffix", ["-wal", "-shm", "-journal"])
def test_nothing_is_restored_beside_what_another_journal_left(tmp_path, suffix):
    """SQLite would play an old log into the new file."""
    written(tmp_path / "copy.db", 1)
    (tmp_path / f"run.db{suffix}").touch()

    with pytest.raises(JournalTakenError, match=suffix):
        restore(tmp_path / "copy.db", tmp_path / "run.db")


def test_a_journal_in_use_is_not_copied_from_outside(tmp_path):
    journal = opened(tmp_path / "j.db")
    append_next(journal)
    journal.commit()

    with pytest.raises(JournalBusyError):
        back_up(tmp_path / "j.db", tmp_path / "copy.db")
    journal.close()


def test_a_database_is_copied_while_it_is_written(server, tmp_path):
    place = DatabasePlace(server)
    journal = place.opened()
    append_next(journal, 5)
    journal.commit()
    report = back_up(place.source, tmp_path / "copy.db")
    journal.close()

    assert report.rows == 5


@pytest.mark.parametrize("source", ["no.db", "text.db"])
def test_what_is_no_journal_is_not_copied(tmp_path, source):
    (tmp_path / "text.db").write_text("my thesis " * 900)

    with pytest.raises(JournalError, match=source):
        back_up(tmp_path / source, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_a_missing_folder_is_said(tmp_path):
    written(tmp_path / "j.db", 1)

    with pytest.raises(JournalIOError, match="cannot be opened"):
        back_up(tmp_path / "j.db", tmp_path / "nowhere" / "copy.db")


def test_a_copy_that_is_cut_off_leaves_nothing_half(tmp_path, monkeypatch):
    written(tmp_path / "j.db", 3)

    def cut(*_):
        raise KeyboardInterrupt

    for moment in ("put_in_place", "verify_store", "_sync"):
        monkeypatch.setattr(copying, moment, cut)
        with pytest.raises(KeyboardInterrupt):
            back_up(tmp_path / "j.db", tmp_path / "copy.db")
        monkeypatch.undo()
        assert {path.name for path in tmp_path.iterdir()} == {"j.db"}


def test_a_restore_into_a_database_that_is_cut_off_leaves_nothing(server, tmp_path):
    place = DatabasePlace(server)
    written(tmp_path / "copy.db", 5_000)

    def cut(done, _total):
        if done > 2_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore(tmp_path / "copy.db", place.source, cut)
    with pytest.raises(JournalIOError, match="there is no journal"):
        JournalReader(place.source)


def test_a_copy_of_the_old_schema_keeps_it(tmp_path):
    opened(tmp_path / "j.db", finds_orders=False).close()
    back_up(tmp_path / "j.db", tmp_path / "copy.db")
    connection = apsw.Connection(str(tmp_path / "copy.db"))
    version = connection.pragma("user_version")
    connection.close()
    restore(tmp_path / "copy.db", tmp_path / "again.db")

    assert version == 1
    assert verify(tmp_path / "again.db").ok
    with suppress(JournalError):
        assert rows_at(tmp_path / "again.db")[1] == META
