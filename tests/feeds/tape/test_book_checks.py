"""A book whose updates do not chain shows prices nobody offered."""

import numpy as np

from argonaut.feeds.tape.book_checks import check_book_deltas
from argonaut.feeds.tape.columns import BookDeltaColumns
from argonaut.feeds.tape.findings import Findings, Flaw
from argonaut.feeds.tape.tick_checks import Clocks
from tests.feeds.tape.sample import BTC, times

MINUTES = [0, 0, 1, 2, 3]


def deltas(minutes=MINUTES, *, snapshot=None, price=None, quantity=None, **ids):
    count = len(minutes)
    return BookDeltaColumns(
        BTC,
        times(*minutes),
        snapshot=np.array(snapshot or [False] * count),
        side=np.ones(count, dtype=np.int8),
        price=np.array(price or [10.0] * count),
        quantity=np.array(quantity or [1.0] * count),
        **{name: np.array(values) for name, values in ids.items()},
    )


def findings_of(sample):
    findings = Findings()
    check_book_deltas(sample, Clocks(sample.ts_ns, None, by_received=False), findings)
    return findings


def errors_of(sample):
    return {found.flaw: found.message for found in findings_of(sample).errors}


def test_updates_that_start_where_the_one_before_ended_have_no_flaw():
    """Binance spot: rows of one message share their ids."""
    sample = deltas(first_id=[5, 5, 8, 9, 12], last_id=[7, 7, 8, 11, 12])

    assert not errors_of(sample)


def test_a_missing_update_is_named():
    sample = deltas(first_id=[5, 5, 8, 10, 12], last_id=[7, 7, 8, 11, 12])

    assert errors_of(sample)[Flaw.SEQUENCE_BREAK] == "row 4: first id is 10, want 9"


def test_a_futures_update_names_the_one_before():
    sample = deltas(last_id=[7, 7, 8, 11, 12], prev_id=[3, 3, 7, 9, 11])

    assert errors_of(sample)[Flaw.SEQUENCE_BREAK] == "row 4: previous id is 9, want 8"


def test_the_first_update_after_a_snapshot_need_not_follow_it():
    snapshot = [True, True, False, False, False]
    sample = deltas(snapshot=snapshot, last_id=[7, 7, 20, 21, 22], prev_id=[-1, -1, 19, 20, 21])

    assert not errors_of(sample)


def test_a_venue_that_does_not_chain_its_ids_is_not_blamed():
    sample = deltas(first_id=[5, 5, 80, 900, 12_000], last_id=[5, 5, 80, 900, 12_000])

    assert not errors_of(sample)


def test_a_book_without_ids_is_checked_for_the_rest():
    sample = deltas(price=[10.0, -1.0, 10.0, 10.0, 10.0], quantity=[1.0, 1.0, -1.0, 0.0, 1.0])

    assert set(errors_of(sample)) == {Flaw.PRICE_NOT_POSITIVE, Flaw.NEGATIVE_QUANTITY}


def test_a_snapshot_asked_for_on_the_side_may_be_stamped_late():
    """It is requested over REST while updates keep coming, and filed where it belongs."""
    sample = deltas([1, 1, 0, 2, 3], snapshot=[True, True, False, False, False])

    assert not errors_of(sample)
    assert Flaw.UNSORTED in errors_of(deltas([1, 1, 0, 2, 3]))


def test_ids_that_name_neither_start_nor_predecessor_are_not_judged():
    assert not errors_of(deltas(last_id=[1, 1, 5, 9, 12]))
