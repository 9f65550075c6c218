import pytest

from argonaut.journal.errors import JournalBrokenError
from argonaut.journal.query import RowFilter
from argonaut.journal.verify import verify_tail
from tests.journal.opening import append_next
from tests.journal.places import verified

ROWS = 20


@pytest.fixture
def sealed(place):
    """A journal of 41 rows with a snapshot as its 21st."""
    journal = place.opened()
    append_next(journal, ROWS)
    journal.append(9, 9, "snapshot", "", b'{"seq":9}')
    append_next(journal, ROWS)
    journal.close()
    return place


def walked(place):
    """The first row that a start from the snapshot walks, None when it has to walk all."""
    journal = place.opened()
    report = verify_tail(journal._store)
    journal.close()
    return None if report is None else report.from_seq


def test_a_start_walks_from_the_last_snapshot_on(sealed):
    journal = sealed.opened(from_snapshot=True)
    rows = [row.seq for row in journal.rows(RowFilter(from_seq=journal.snapshot_seq))]
    head = journal.head
    journal.close()

    assert walked(sealed) == ROWS + 1
    assert rows == list(range(ROWS + 1, 2 * ROWS + 2))
    assert head[1] == verified(sealed).head_hash


def test_the_newest_snapshot_counts(sealed):
    journal = sealed.opened(from_snapshot=True)
    assert journal.snapshot_seq == ROWS + 1
    journal.append(10, 10, "snapshot", "", b"{}")
    journal.close()

    assert walked(sealed) == 2 * ROWS + 2
    assert opened_seq(sealed) == 2 * ROWS + 2


def opened_seq(place):
    journal = place.opened(from_snapshot=True)
    journal.close()
    return journal.snapshot_seq


def test_without_a_snapshot_everything_is_walked(place):
    journal = place.opened()
    append_next(journal, 3)
    journal.close()

    assert walked(place) is None
    assert opened_seq(place) == 0


@pytest.mark.parametrize("seq", [ROWS + 1, ROWS + 2, 2 * ROWS + 1])
@pytest.mark.parametrize("column", ["payload", "hash", "prev_hash", "subject"])
def test_nothing_altered_from_the_snapshot_on_is_accepted(sealed, seq, column):
    value = "'other'" if column == "subject" else "x'7b7d'"
    sealed.change(f"UPDATE events SET {column} = {value} WHERE seq = {seq}")

    with pytest.raises(JournalBrokenError, match=f"row {seq}"):
        sealed.opened(from_snapshot=True)


def test_a_missing_tail_row_is_found(sealed):
    sealed.change(f"DELETE FROM events WHERE seq = {ROWS + 5}")

    with pytest.raises(JournalBrokenError, match=f"row {ROWS + 5}"):
        sealed.opened(from_snapshot=True)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE seals SET hash = x'00'",
        "UPDATE seals SET seq = 20",
        "UPDATE seals SET seq = 99",
        "DELETE FROM seals",
    ],
)
def test_a_seal_that_does_not_fit_costs_a_full_walk_and_nothing_else(sealed, damage):
    sealed.change(damage)

    assert walked(sealed) is None
    sealed.opened(from_snapshot=True).close()


def test_a_forged_seal_over_a_broken_chain_does_not_help_after_it(sealed):
    """The seal vouches for what lies before it; what comes after is walked all the same."""
    sealed.change("UPDATE events SET payload = x'7b7d' WHERE seq = 30")
    sealed.change("INSERT INTO seals SELECT seq, hash FROM events WHERE seq = 25")

    with pytest.raises(JournalBrokenError, match="row 30"):
        sealed.opened(from_snapshot=True)


def test_what_is_altered_before_the_snapshot_is_left_to_full_verification(sealed):
    """Said in the docs: the price of a start that takes no longer with the journal's age."""
    sealed.change("UPDATE events SET payload = x'7b7d' WHERE seq = 5")
    sealed.opened(from_snapshot=True).close()

    assert verified(sealed).broken_seq == 5
    with pytest.raises(JournalBrokenError, match="row 5"):
        sealed.opened()


def test_repair_removes_seals_of_what_it_sets_aside(sealed):
    sealed.change("UPDATE events SET payload = x'7b7d' WHERE seq = 5")
    journal = sealed.opened(repair=True)
    journal.close()

    assert journal.snapshot_seq == 0
    assert walked(sealed) is None
