"""What only a SQLite file has: an older schema, a place for the count of openings."""

import apsw
import pytest

from argonaut.journal.errors import JournalBrokenError
from tests.journal.opening import file_of, opened, written
from tests.journal.told import expected, found, told


def test_a_file_of_the_old_schema_is_upgraded_with_all_its_orders(tmp_path):
    """A user's running journal goes on after an update of the program."""
    path = tmp_path / "j.db"
    told(path, finds_orders=False).close()
    old = apsw.Connection(str(path))
    version = old.pragma("user_version")
    old.close()
    journal = opened(path)

    assert version == 1
    assert found(journal) == expected()
    assert file_of(journal).connection.pragma("user_version") == 2
    journal.close()


def test_an_interrupted_upgrade_leaves_the_old_schema(tmp_path):
    path = tmp_path / "j.db"
    told(path, finds_orders=False).close()
    journal = opened(path, finds_orders=False)

    def crash(_cursor, statement, _bindings):
        if "order_rows VALUES" in statement:
            raise KeyboardInterrupt
        return True

    file_of(journal).connection.exec_trace = crash
    with pytest.raises(KeyboardInterrupt):
        file_of(journal).begin_finding()
    file_of(journal).connection.exec_trace = None
    journal.close()
    again = opened(path)

    assert found(again) == expected()
    again.close()


def test_an_epoch_that_is_no_number_is_refused(tmp_path):
    """Beginning again at one would make order ids a second time."""
    path = tmp_path / "j.db"
    written(path, 1)
    connection = apsw.Connection(str(path))
    connection.execute("UPDATE meta SET value = '-3' WHERE key = 'epoch'")
    connection.close()

    with pytest.raises(JournalBrokenError, match="opened '-3' times"):
        opened(path)
