"""The kept book: the true one, or none at all (F09)."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.venues.binance.depth import Book, Fate, Side
from argonaut.venues.binance.strict import WireError
from argonaut.venues.binance.wire import DepthMessage, DepthSnapshot, decode_depth, decode_snapshot
from tests.venues.binance.made import recorded


def change(first, last, *, bids=(), asks=()):
    return DepthMessage(
        event="depthUpdate",
        event_ms=1,
        symbol="BTCUSDT",
        first_id=first,
        last_id=last,
        bids=list(bids),
        asks=list(asks),
    )


def snapshot(last, *, bids=(("100", "1"),), asks=(("101", "1"),)):
    return DepthSnapshot(last_update_id=last, bids=list(bids), asks=list(asks))


def live(last=10):
    book = Book()
    assert book.on_snapshot(snapshot(last)) is Fate.APPLIED
    return book


def test_recorded_messages_make_the_book_of_the_venues_example():
    book = Book()

    assert book.on_change(decode_depth(recorded("market", "depth")).data) is Fate.BUFFERED
    assert book.on_snapshot(decode_snapshot(recorded("rest", "depth"))) is Fate.APPLIED

    assert book.top() == (64321.5, 1.5, 64321.57, 0.4)


def test_without_a_snapshot_there_is_no_book():
    book = Book()
    book.on_change(change(1, 2, bids=[("100", "1")]))

    assert book.top() is None
    assert not book.is_valid


def test_changes_the_snapshot_has_already_are_not_applied_again():
    book = Book()
    book.on_change(change(8, 9, bids=[("100", "7")]))
    book.on_change(change(10, 11, bids=[("100", "8")]))

    assert book.on_snapshot(snapshot(10)) is Fate.APPLIED
    assert book.top() == (100.0, 8.0, 101.0, 1.0)


def test_a_snapshot_older_than_what_is_held_is_taken_again():
    book = Book()
    book.on_change(change(20, 21))

    assert book.on_snapshot(snapshot(10)) is Fate.STALE
    assert book.on_snapshot(snapshot(19)) is Fate.APPLIED


def test_a_missing_change_makes_the_book_invalid_at_once():
    book = live(10)
    assert book.on_change(change(11, 12, bids=[("100.5", "1")])) is Fate.APPLIED

    assert book.on_change(change(14, 15)) is Fate.GAP
    assert book.top() is None


def test_after_a_gap_the_change_that_showed_it_is_kept():
    book = live(10)
    book.on_change(change(14, 15, bids=[("100", "9")]))

    assert book.on_snapshot(snapshot(14)) is Fate.APPLIED
    assert book.top() == (100.0, 9.0, 101.0, 1.0)


def test_a_change_that_begins_before_the_snapshot_and_ends_behind_it_counts():
    book = live(10)

    assert book.on_change(change(9, 12, asks=[("100.9", "2")])) is Fate.APPLIED
    assert book.top() == (100.0, 1.0, 100.9, 2.0)


def test_an_old_change_changes_nothing():
    assert live(10).on_change(change(9, 10, bids=[("100", "0")])) is Fate.IGNORED


def test_a_crossed_book_is_a_gap():
    """I22: something is missing, whatever the numbers of the changes say."""
    book = live(10)

    assert book.on_change(change(11, 11, bids=[("102", "1")])) is Fate.GAP
    assert book.top() is None
    assert Book().on_snapshot(snapshot(1, bids=[("101", "1")])) is Fate.GAP


def test_a_level_of_quantity_zero_is_gone_and_may_never_have_been():
    book = live(10)
    book.on_change(change(11, 11, bids=[("100", "0"), ("99", "0")], asks=[("102", "3")]))

    assert book.top() is None  # a side is empty
    assert book.is_valid


@pytest.mark.parametrize("price", ["0", "9999999999999"])
def test_an_impossible_price_leaves_no_book(price):
    book = live(10)

    with pytest.raises(WireError):
        book.on_change(change(11, 11, bids=[("100", "2"), (price, "1")]))

    assert book.top() is None


def test_a_gap_while_waiting_for_the_snapshot_starts_anew():
    book = Book()
    book.on_change(change(1, 2))

    assert book.on_change(change(4, 5)) is Fate.GAP
    assert book.on_change(change(4, 5)) is Fate.IGNORED
    assert book.on_snapshot(snapshot(2)) is Fate.STALE


def test_a_side_keeps_the_best_levels_of_too_many():
    bids = Side(best_is_highest=True)
    bids.put([(str(price), "1") for price in range(1, 10_011)])

    assert len(bids) == 10_000
    assert bids.best() == (10_010.0, 1.0)


LEVELS = st.lists(st.tuples(st.integers(1, 9), st.integers(0, 3)), max_size=3)
STREAM = st.lists(st.tuples(LEVELS, LEVELS), min_size=1, max_size=12)
FATES = st.lists(st.sampled_from(["keep", "keep", "keep", "lose", "repeat"]), max_size=12)


@given(STREAM, FATES, st.integers(0, 12))
def test_whatever_is_lost_or_told_twice_a_valid_book_is_the_true_one(stream, fates, snapshot_at):
    """A model of the venue's book, bids at 1..9 and asks at 11..19."""
    bids, asks = {5: 1.0}, {15: 1.0}
    book = Book()
    history = [(dict(bids), dict(asks))]
    changes = []
    for number, (bought, sold) in enumerate(stream, start=1):
        for side, levels, shift in ((bids, bought, 0), (asks, sold, 10)):
            for price, quantity in levels:
                side[price + shift] = float(quantity)
                if not quantity:
                    del side[price + shift]
        history.append((dict(bids), dict(asks)))
        changes.append(
            change(
                number,
                number,
                bids=[(str(p), str(q)) for p, q in bought],
                asks=[(str(p + 10), str(q)) for p, q in sold],
            )
        )
    taken = min(snapshot_at, len(stream))
    for number, each in enumerate(changes, start=1):
        fate = fates[number - 1] if number <= len(fates) else "keep"
        if number == taken:
            shown_bids, shown_asks = history[taken]
            book.on_snapshot(
                DepthSnapshot(
                    last_update_id=taken,
                    bids=[(str(p), str(q)) for p, q in shown_bids.items()],
                    asks=[(str(p), str(q)) for p, q in shown_asks.items()],
                )
            )
        if fate != "lose":
            book.on_change(each)
        if fate == "repeat":
            book.on_change(each)
        if book.is_valid:
            true_bids, true_asks = history[book._last_id]
            assert book._bids._quantities == true_bids
            assert book._asks._quantities == true_asks


@given(st.binary(max_size=40), st.lists(st.tuples(st.text(max_size=4), st.text(max_size=4))))
def test_any_change_is_a_change_or_the_declared_error(raw, levels):
    data = {"e": "depthUpdate", "E": 1, "s": "X", "U": 1, "u": 2, "b": levels, "a": []}
    for text in (raw, json.dumps({"stream": "x", "data": data})):
        try:
            Book().on_change(decode_depth(text).data)
        except WireError:
            continue
