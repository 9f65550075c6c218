"""The writer, on a file and on a database alike."""

import pytest

from argonaut.journal import writer as writing
from argonaut.journal.chain import GENESIS
from argonaut.journal.errors import (
    JournalBrokenError,
    JournalBusyError,
    JournalConfigError,
    JournalIOError,
)
from argonaut.journal.meta import Meta
from argonaut.journal.query import RowFilter
from tests.journal.opening import META, CountingClock, append_next, is_as_written, opened
from tests.journal.places import verified, written_at


def test_rows_number_from_one_without_gaps_and_come_back_as_written(place):
    journal = place.opened()
    numbers = [journal.append(1, seq, "signal", "", b"{}") for seq in range(5)]
    journal.commit()
    rows = list(journal.rows())
    journal.close()

    assert numbers == [1, 2, 3, 4, 5]
    assert [row.seq for row in rows] == numbers
    assert rows[0].prev_hash == GENESIS
    assert [row.prev_hash for row in rows[1:]] == [row.hash for row in rows[:-1]]


def test_a_reopened_journal_goes_on_where_it_ended(place):
    head = written_at(place, 7)
    journal = place.opened()
    resumed = journal.head
    append_next(journal, 3)
    journal.close()

    assert resumed == head
    assert verified(place).rows == 10
    assert verified(place).ok


def test_rows_not_committed_are_not_shown(place):
    journal = place.opened()
    append_next(journal, 2)
    journal.commit()
    append_next(journal, 2)

    assert [row.seq for row in journal.rows()] == [1, 2]
    assert [row.seq for row in journal.rows(RowFilter(to_seq=1))] == [1]
    journal.close()
    assert verified(place).rows == 4


def test_a_caller_that_never_commits_is_committed_for(place):
    """Memory is bounded, and a row is durable at the latest with the 4,096th of its group."""
    journal = place.opened()
    append_next(journal, writing.GROUP_ROWS_MAX - 1)
    before = sum(1 for _ in journal.rows())
    append_next(journal)
    after = sum(1 for _ in journal.rows())
    journal.close()

    assert (before, after) == (0, writing.GROUP_ROWS_MAX)


def test_stamps_are_those_of_the_group_and_change_no_hash(place, tmp_path):
    one = place.opened(clock=CountingClock(5), pid=1, mode="paper")
    append_next(one, 2)
    one.commit()
    append_next(one, 1)
    one.commit()
    other = opened(tmp_path / "other.db", clock=CountingClock(999), pid=2, mode="backtest")
    append_next(other, 3)
    other.commit()
    stamps = [(row.wall_ns, row.mono_ns, row.pid, row.mode) for row in one.rows()]
    heads = one.head, other.head
    one.close()
    other.close()

    assert stamps == [(6, 6, 1, "paper"), (6, 6, 1, "paper"), (7, 7, 1, "paper")]
    assert heads[0] == heads[1]


def test_a_row_that_cannot_be_encoded_leaves_the_chain_as_it_was(place):
    journal = place.opened()
    append_next(journal)
    head = journal.head
    with pytest.raises(UnicodeEncodeError):
        journal.append(1, 1, "signal", "\ud800", b"{}")

    assert journal.head == head
    append_next(journal)
    journal.close()
    assert verified(place).ok


def test_the_meta_of_the_first_run_stays(place):
    written_at(place, 1)
    journal = place.opened(Meta(config_hash=META.config_hash, build_hash="newer"))
    journal.close()

    assert journal.meta == META


def test_another_config_is_refused_with_both_hashes(place):
    written_at(place, 1)

    with pytest.raises(JournalConfigError, match=r"'c0ffee'.*'decade'"):
        place.opened(Meta(config_hash="decade"))
    assert verified(place).ok


def test_a_second_writer_is_refused_and_the_first_goes_on(place):
    """Two writers would be two traders on one account."""
    first = place.opened()
    append_next(first)
    with pytest.raises(JournalBusyError, match=place.name):
        place.opened()
    first.commit()
    append_next(first)
    first.close()

    assert verified(place).rows == 2


def test_a_broken_row_is_refused_by_its_number(place):
    written_at(place, 9)
    place.change("UPDATE events SET payload = x'7b7d' WHERE seq = 5")

    with pytest.raises(JournalBrokenError, match="row 5: content hashes to") as caught:
        place.opened()
    assert caught.value.broken_seq == 5


def test_repair_moves_the_broken_tail_away_and_goes_on(place):
    """What is wrong may still be evidence; it is set aside, never deleted."""
    written_at(place, 9)
    place.change("UPDATE events SET payload = x'7b7d' WHERE seq = 5")
    journal = place.opened(repair=True, clock=CountingClock(40))
    head = journal.head[0]
    append_next(journal, 2)
    journal.commit()
    rows = list(journal.rows())
    journal.close()
    aside = place.asked("SELECT seq, quarantined_ns, reason, payload FROM quarantine ORDER BY seq")

    assert head == 4
    assert len(rows) == 6
    assert all(map(is_as_written, rows))
    assert [row[0] for row in aside] == [5, 6, 7, 8, 9]
    assert {row[1] for row in aside} == {41}
    assert "content hashes to" in aside[0][2]
    assert aside[0][3] == b"{}"
    assert verified(place).ok


def test_repair_of_a_whole_journal_changes_nothing(place):
    head = written_at(place, 3)
    journal = place.opened(repair=True)
    journal.close()

    assert journal.head == head
    assert not place.asked("SELECT seq FROM quarantine")


def test_a_closed_writer_refuses_and_may_be_closed_again(place):
    journal = place.opened()
    journal.close()
    journal.close()

    with pytest.raises(JournalIOError, match="was closed"):
        append_next(journal)
