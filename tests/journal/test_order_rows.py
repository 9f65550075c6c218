"""Finding every row about one order, however long it is closed."""

import pytest

from argonaut.journal.errors import JournalBrokenError
from tests.journal.opening import META
from tests.journal.told import expected, found, told


def test_every_row_about_an_order_is_found(place):
    journal = told(place)
    journal.commit()

    assert found(journal) == expected()
    assert len(expected()) > 20
    assert list(journal.order_rows("nobody-1-e")) == []
    journal.close()


def test_rows_not_committed_are_not_found(place):
    journal = told(place)

    assert not any(found(journal).values())
    journal.close()


def test_repair_forgets_what_it_sets_aside(place):
    told(place).close()
    order_id, rows = next(iter(sorted(expected().items())))
    place.change(f"UPDATE events SET payload = x'7b7d' WHERE seq = {rows[1]}")
    journal = place.opened(repair=True)

    assert [row.seq for row in journal.order_rows(order_id)] == rows[:1]
    journal.close()


def test_an_altered_row_about_an_order_is_not_given_out(place):
    """A start from a snapshot has not walked it; a fill must not be booked by it."""
    journal = told(place)
    journal.append(9, 9, "snapshot", "", b"{}")
    journal.close()
    order_id, rows = next(iter(sorted(expected().items())))
    place.change(f"UPDATE events SET wall_ns = 1, event_ns = 7 WHERE seq = {rows[1]}")
    journal = place.opened(from_snapshot=True)

    with pytest.raises(JournalBrokenError, match=f"row {rows[1]}, about order {order_id}") as said:
        list(journal.order_rows(order_id))
    assert said.value.broken_seq == rows[1]
    journal.close()


def test_a_forged_index_gives_no_other_orders_rows(place):
    """A fill booked by another order's intent would be another strategy's position."""
    told(place).close()
    (one, _), (_, rows) = sorted(expected().items())[:2]
    name = one if place.name.endswith(".db") else one.encode().hex()
    literal = f"'{name}'" if place.name.endswith(".db") else f"x'{name}'"
    place.change(f"INSERT INTO order_rows VALUES ({literal}, {rows[0]})")
    journal = place.opened()

    with pytest.raises(JournalBrokenError, match="it is about another"):
        list(journal.order_rows(one))
    journal.close()


def test_every_opening_has_an_epoch_of_its_own(place):
    """It stands in order ids: two lives of the bot never make the same one."""
    epochs = []
    for _ in range(3):
        journal = place.opened()
        epochs.append((journal.epoch, journal.meta))
        journal.close()

    assert epochs == [(1, META), (2, META), (3, META)]
