from typing import Any

import pytest

from argonaut.journal.chain import GENESIS
from argonaut.journal.errors import JournalDivergedError
from argonaut.journal.replay import ReplayingWriter
from tests.journal.opening import append_next, content, written
from tests.journal.places import verified, written_at


def test_a_re_run_meets_the_stored_rows_and_then_appends(place):
    """A restart is a replay: nothing is written twice and the chain goes on."""
    head = written_at(place, 10)
    journal = ReplayingWriter(place.opened())
    numbers = [journal.append(*content(seq)) for seq in range(1, 11)]
    met = journal.head
    replaying = journal.is_replaying
    journal.finish()
    append_next(journal, 3)
    journal.commit()
    journal.close()

    assert numbers == list(range(1, 11))
    assert met == head
    assert not replaying
    assert verified(place).rows == 13
    assert verified(place).ok


def test_a_recovered_journal_has_the_head_of_an_uninterrupted_one(place, tmp_path):
    written_at(place, 4)
    journal = ReplayingWriter(place.opened())
    append_next(journal, 9)
    journal.close()

    assert journal.head == written(tmp_path / "uninterrupted.db", 9)


def test_the_head_of_a_replay_is_where_it_stands(place):
    written_at(place, 3)
    journal = ReplayingWriter(place.opened())
    stored = list(opened_rows(journal))
    heads = [journal.head]
    for seq in (1, 2):
        journal.append(*content(seq))
        heads.append(journal.head)
    journal.commit()
    still_replaying = journal.is_replaying
    journal.close()

    assert heads == [(0, GENESIS.hex()), (1, stored[0].hash.hex()), (2, stored[1].hash.hex())]
    assert still_replaying


def opened_rows(journal):
    return journal.inputs(("signal", "decision", "report"))


@pytest.mark.parametrize("field", range(5))
def test_the_first_row_that_differs_stops_the_replay(place, field):
    """Going on would trade from a state the stored run was never in."""
    written_at(place, 5)
    journal = ReplayingWriter(place.opened())
    append_next(journal, 3)
    other = (-1, -1, "other", "other", b'{"other":true}')
    row: Any = [*content(4)]
    row[field] = other[field]

    with pytest.raises(JournalDivergedError, match="row 4 is stored as") as caught:
        journal.append(*row)
    assert caught.value.seq == 4
    assert caught.value.stored == content(4)[4]
    assert caught.value.regenerated == row[4]
    journal.close()
    assert verified(place).rows == 5


def test_a_difference_far_into_a_payload_is_shown(place):
    long = b'{"text":"' + b"x" * 400 + b'","size":"%d"}'
    stored = place.opened()
    stored.append(1, 1, "decision", "BTC", long % 17)
    stored.close()
    journal = ReplayingWriter(place.opened())

    with pytest.raises(JournalDivergedError, match=r'…x+","size":"17"}.*…x+","size":"18"}'):
        journal.append(1, 1, "decision", "BTC", long % 18)
    journal.close()


def test_a_re_run_that_ends_early_has_diverged(place):
    written_at(place, 5)
    journal = ReplayingWriter(place.opened())
    append_next(journal, 3)

    with pytest.raises(JournalDivergedError, match=r"row 4 .* ended before it"):
        journal.finish()
    journal.close()


def test_stored_inputs_are_given_back_in_order(place):
    """Signals and operator commands came from outside the tape, so only the journal has them."""
    written_at(place, 12)
    journal = ReplayingWriter(place.opened())
    inputs = list(journal.inputs(("signal",)))
    journal.close()

    assert [row.seq for row in inputs] == [3, 6, 9, 12]
    assert [row.event_seq for row in inputs] == [1, 3, 4, 6]


def test_the_last_stored_row_says_how_far_to_run(place):
    written_at(place, 12)
    journal = ReplayingWriter(place.opened())
    journal.close()

    assert journal.last is not None
    assert journal.last.seq == 12
    assert journal.last.event_seq == content(12)[0]


def test_a_new_journal_has_nothing_to_replay(place):
    journal = ReplayingWriter(place.opened())
    journal.finish()
    append_next(journal, 2)
    journal.close()

    assert journal.last is None
    assert not journal.is_replaying
    assert verified(place).rows == 2
