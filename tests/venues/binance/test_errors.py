"""The error table: nothing that may have been executed is ever taken for a refusal."""

import pytest

from argonaut.venues.binance.errors import (
    ANY_5XX,
    CODES,
    FIRST_BYTE,
    KEY_CODES,
    STATUSES,
    TEXTS,
    UNLISTED,
    UNREADABLE,
    Operation,
    Outcome,
    row_of,
)

MAYBE_EXECUTED = {-1000, -1001, -1006, -1007, -1008, -2021, -2022}
ALL_ROWS = [*CODES.values(), *TEXTS.values(), *STATUSES.values(), *FIRST_BYTE.values()]


@pytest.mark.parametrize("status", [400, 401, 200])
def test_a_code_in_the_table_decides_below_500(status):
    for code, row in CODES.items():
        assert row_of(status=status, code=code, text="Other text.") is row


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599])
@pytest.mark.parametrize("text", ["", "Market is closed.", "Internal error; unable to process"])
def test_no_5xx_is_ever_taken_for_a_refusal(status, text):
    """F12: the venue's own words: must NOT be treated as a failure."""
    for code in (None, *CODES):
        assert row_of(status=status, code=code, text=text) is ANY_5XX

    assert all(ANY_5XX.outcome(operation) is Outcome.UNKNOWN for operation in Operation)


@pytest.mark.parametrize("status", [418, 429])
def test_a_ban_is_a_ban_whatever_the_body_says(status):
    """F13: going on during a 418 makes days out of minutes."""
    for code in (None, *CODES):
        assert row_of(status=status, code=code).place is Outcome.THROTTLED


@pytest.mark.parametrize("code", sorted(MAYBE_EXECUTED))
def test_a_code_that_may_hide_an_execution_is_unknown(code):
    """F10: taking one of these for a refusal buys twice."""
    assert CODES[code].place is Outcome.UNKNOWN
    assert CODES[code].cancel is Outcome.UNKNOWN


def test_every_other_unknown_of_an_order_is_a_code_that_makes_no_sense_there():
    unknown = {code for code, row in CODES.items() if row.place is Outcome.UNKNOWN}

    assert unknown - MAYBE_EXECUTED == {-2011, -2013, -2026}


def test_not_found_is_never_an_answer_to_an_order():
    assert all(row.place is not Outcome.NOT_FOUND for row in ALL_ROWS)


def test_a_code_nobody_listed_is_unknown():
    """A new code of the venue must not cost money on the day it appears."""
    assert row_of(status=400, code=-9999) is UNLISTED
    assert UNLISTED.place is Outcome.UNKNOWN


@pytest.mark.parametrize("status", [200, 201, 301, 307, 400, 404, 451])
def test_an_answer_without_a_code_is_unknown(status):
    assert row_of(status=status, code=None) is UNREADABLE
    assert UNREADABLE.place is Outcome.UNKNOWN


def test_a_duplicate_id_means_an_order_exists():
    """-2010 is a refusal, and this text is not: the order of before is open under our id."""
    row = row_of(status=400, code=-2010, text="Duplicate order sent.")

    assert row.place is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Account has insufficient balance for requested action.", Outcome.DEFINITE_REJECT),
        ("Order would immediately match and take.", Outcome.DEFINITE_REJECT),
        ("Order would trigger immediately.", Outcome.DEFINITE_REJECT),
        ("Market is closed.", Outcome.VENUE_STATE),
        ("This symbol is restricted for this account.", Outcome.VENUE_STATE),
    ],
)
def test_the_matching_engines_text_tells_its_refusals_apart(text, outcome):
    assert row_of(status=400, code=-2010, text=text).place is outcome


def test_a_cancel_that_finds_nothing_is_to_be_looked_up():
    """The order may be filled, gone, or never have arrived."""
    assert CODES[-2011].outcome(Operation.CANCEL) is Outcome.NOT_FOUND
    assert CODES[-2013].outcome(Operation.QUERY) is Outcome.NOT_FOUND


def test_only_before_the_first_byte_is_nothing_sent():
    assert all(FIRST_BYTE[False].outcome(each) is Outcome.NOT_SENT for each in Operation)
    assert all(FIRST_BYTE[True].outcome(each) is Outcome.UNKNOWN for each in Operation)


def test_a_wrong_key_is_told_from_a_wrong_order():
    assert frozenset({-1002, -1022, -2008, -2014, -2015}) == KEY_CODES


def test_the_firewall_refuses_and_holds():
    assert row_of(status=403, code=None).place is Outcome.DEFINITE_REJECT
