import apsw
import pytest

from argonaut.journal import database
from argonaut.journal.errors import JournalBrokenError
from tests.journal.opening import META, written


def test_a_crash_while_creating_leaves_a_blank_file(tmp_path):
    """Half a schema would be neither a new journal nor an old one."""
    path = tmp_path / "j.db"
    connection = database.connect_exclusive(path, None)

    def crash(_cursor, statement, _bindings):
        if "quarantine" in statement:
            raise KeyboardInterrupt
        return True

    connection.exec_trace = crash
    with pytest.raises(KeyboardInterrupt):
        database.create(connection, META)
    connection.exec_trace = None

    assert database.is_blank(connection)
    connection.close()


def test_the_meta_comes_back_as_it_was_written(tmp_path):
    path = tmp_path / "j.db"
    written(path, 1)
    connection = database.connect_read_only(path)
    meta = database.load_meta(connection, path)
    connection.close()

    assert meta == META
    assert meta.created_by


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM meta WHERE key = 'config_hash'",
        "UPDATE meta SET value = '{' WHERE key = 'run'",
        "UPDATE meta SET value = '7' WHERE key = 'run'",
    ],
)
def test_a_meta_that_cannot_be_read_is_said(tmp_path, damage):
    path = tmp_path / "j.db"
    written(path, 1)
    connection = apsw.Connection(str(path))
    connection.execute(damage)

    with pytest.raises(JournalBrokenError, match="no readable meta"):
        database.load_meta(connection, path)
    connection.close()


def test_a_closed_journal_is_one_file_and_reading_leaves_nothing_beside_it(tmp_path):
    """It can be copied by hand, and read where nothing may be written."""
    path = tmp_path / "j.db"
    written(path, 2)
    connection = database.connect_read_only(path)
    rows = connection.execute("SELECT count(*) FROM events").get
    connection.close()

    assert rows == 2
    assert list(tmp_path.iterdir()) == [path]
