"""Finding every row about one order, however long it is closed."""

import apsw
import pytest

from argonaut.journal.errors import JournalBrokenError
from tests.journal.opening import META, opened
from tests.journal.told import expected, found, told


def test_every_row_about_an_order_is_found(tmp_path):
    journal = told(tmp_path / "j.db")
    journal.commit()

    assert found(journal) == expected()
    assert len(expected()) > 20
    assert list(journal.order_rows("nobody-1-e")) == []
    journal.close()


def test_rows_not_committed_are_not_found(tmp_path):
    journal = told(tmp_path / "j.db")

    assert not any(found(journal).values())
    journal.close()


def test_a_journal_that_keeps_no_index_finds_the_same_by_reading_everything(tmp_path):
    journal = told(tmp_path / "j.db", finds_orders=False)
    journal.commit()

    assert found(journal) == expected()
    journal.close()


def test_repair_forgets_what_it_sets_aside(tmp_path):
    path = tmp_path / "j.db"
    told(path).close()
    order_id, rows = next(iter(sorted(expected().items())))
    connection = apsw.Connection(str(path))
    connection.execute("UPDATE events SET payload = x'7b7d' WHERE seq = ?", (rows[1],))
    connection.close()
    journal = opened(path, repair=True)

    assert [row.seq for row in journal.order_rows(order_id)] == rows[:1]
    journal.close()


def test_an_altered_row_about_an_order_is_not_given_out(tmp_path):
    """A start from a snapshot has not walked it; a fill must not be booked by it."""
    path = tmp_path / "j.db"
    journal = told(path)
    journal.append(9, 9, "snapshot", "", b"{}")
    journal.close()
    order_id, rows = next(iter(sorted(expected().items())))
    connection = apsw.Connection(str(path))
    connection.execute("UPDATE events SET payload = x'7b7d' WHERE seq = ?", (rows[1],))
    connection.close()
    journal = opened(path, from_snapshot=True)

    with pytest.raises(JournalBrokenError, match=f"row {rows[1]}, about order {order_id}") as said:
        list(journal.order_rows(order_id))
    assert said.value.broken_seq == rows[1]
    journal.close()


def test_every_opening_has_an_epoch_of_its_own(tmp_path):
    """It stands in order ids: two lives of the bot never make the same one."""
    path = tmp_path / "j.db"
    epochs = []
    for _ in range(3):
        journal = opened(path)
        epochs.append(journal.epoch)
        journal.close()
    uncounted = opened(path, finds_orders=False)
    uncounted.close()

    assert epochs == [1, 2, 3]
    assert (uncounted.epoch, uncounted.meta) == (0, META)
