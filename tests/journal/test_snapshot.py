"""Starting from a sealed snapshot instead of walking the whole chain."""

import apsw
import pytest

from argonaut.journal.errors import JournalBrokenError
from argonaut.journal.query import RowFilter
from argonaut.journal.reader import verify
from argonaut.journal.verify import verify_tail
from tests.journal.opening import append_next, opened

ROWS = 20


@pytest.fixture
def path(tmp_path):
    """A journal of 41 rows with a snapshot as its 21st."""
    path = tmp_path / "j.db"
    journal = opened(path)
    append_next(journal, ROWS)
    journal.append(9, 9, "snapshot", "", b'{"seq":9}')
    append_next(journal, ROWS)
    journal.close()
    return path


def change(path, statement):
    connection = apsw.Connection(str(path))
    connection.execute(statement)
    connection.close()


def walked(path):
    """The first row that a start from the snapshot walks, None when it has to walk all."""
    journal = opened(path)
    report = verify_tail(journal._store)
    journal.close()
    return None if report is None else report.from_seq


def test_a_start_walks_from_the_last_snapshot_on(path):
    journal = opened(path, from_snapshot=True)
    rows = [row.seq for row in journal.rows(RowFilter(from_seq=journal.snapshot_seq))]
    head = journal.head
    journal.close()

    assert walked(path) == ROWS + 1
    assert rows == list(range(ROWS + 1, 2 * ROWS + 2))
    assert head[1] == verify(path).head_hash


def test_the_newest_snapshot_counts(path):
    journal = opened(path, from_snapshot=True)
    assert journal.snapshot_seq == ROWS + 1
    journal.append(10, 10, "snapshot", "", b"{}")
    journal.close()

    assert walked(path) == 2 * ROWS + 2
    assert opened_seq(path) == 2 * ROWS + 2


def opened_seq(path):
    journal = opened(path, from_snapshot=True)
    journal.close()
    return journal.snapshot_seq


def test_without_a_snapshot_everything_is_walked(tmp_path):
    path = tmp_path / "j.db"
    journal = opened(path)
    append_next(journal, 3)
    journal.close()

    assert walked(path) is None
    assert opened_seq(path) == 0


@pytest.mark.parametrize("seq", [ROWS + 1, ROWS + 2, 2 * ROWS + 1])
@pytest.mark.parametrize("column", ["payload", "hash", "prev_hash", "subject"])
def test_nothing_altered_from_the_snapshot_on_is_accepted(path, seq, column):
    value = "'other'" if column == "subject" else "x'7b7d'"
    change(path, f"UPDATE events SET {column} = {value} WHERE seq = {seq}")

    with pytest.raises(JournalBrokenError, match=f"row {seq}"):
        opened(path, from_snapshot=True)


def test_a_missing_tail_row_is_found(path):
    change(path, f"DELETE FROM events WHERE seq = {ROWS + 5}")

    with pytest.raises(JournalBrokenError, match=f"row {ROWS + 5}"):
        opened(path, from_snapshot=True)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE seals SET hash = x'00'",
        "UPDATE seals SET seq = 20",
        "UPDATE seals SET seq = 99",
        "DELETE FROM seals",
    ],
)
def test_a_seal_that_does_not_fit_costs_a_full_walk_and_nothing_else(path, damage):
    change(path, damage)

    assert walked(path) is None
    opened(path, from_snapshot=True).close()


def test_a_forged_seal_over_a_broken_chain_does_not_help_after_it(path):
    """The seal vouches for what lies before it; what comes after is walked all the same."""
    change(path, "UPDATE events SET payload = x'7b7d' WHERE seq = 30")
    change(path, "INSERT INTO seals SELECT seq, hash FROM events WHERE seq = 25")

    with pytest.raises(JournalBrokenError, match="row 30"):
        opened(path, from_snapshot=True)


def test_what_is_altered_before_the_snapshot_is_left_to_full_verification(path):
    """Said in the docs: the price of a start that takes no longer with the journal's age."""
    change(path, "UPDATE events SET payload = x'7b7d' WHERE seq = 5")
    opened(path, from_snapshot=True).close()

    assert verify(path).broken_seq == 5
    with pytest.raises(JournalBrokenError, match="row 5"):
        opened(path)


def test_repair_removes_seals_of_what_it_sets_aside(path):
    change(path, "UPDATE events SET payload = x'7b7d' WHERE seq = 5")
    journal = opened(path, repair=True)
    journal.close()

    assert journal.snapshot_seq == 0
    assert walked(path) is None
