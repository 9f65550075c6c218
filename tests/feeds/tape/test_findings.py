"""A report is only useful when it names the row, the value and what was wanted."""

import numpy as np
import pytest

from argonaut.feeds.errors import DataFileError
from argonaut.feeds.tape.findings import TOLERABLE, WARNINGS, Finding, Findings, Flaw, utc


def test_a_finding_names_the_first_row_counted_from_one_and_how_many_there_are():
    findings = Findings()
    prices = np.array([1.0, -2.0, 3.0, -4.0])

    findings.values(Flaw.PRICE_NOT_POSITIVE, prices <= 0, "price", prices, "more than 0")

    (found,) = findings.errors
    assert found.message == "row 2: price is -2.0, want more than 0 (2 such rows)"
    assert (found.count, found.rows) == (2, (2, 4))


def test_nothing_bad_files_nothing():
    findings = Findings()

    findings.rows(Flaw.UNSORTED, np.zeros(3, dtype=bool), lambda at: f"never told of {at}")

    assert (findings.errors, findings.warnings) == ([], [])


def test_a_tolerated_error_becomes_a_warning():
    findings = Findings(tolerate=["open_outside_range"])

    findings.add(Finding(flaw=Flaw.OPEN_OUTSIDE_RANGE, count=1, message="row 1: open"))

    assert (len(findings.errors), len(findings.warnings)) == (0, 1)


@pytest.mark.parametrize("name", ["unsorted", "not_finite", "price_not_positive", "empty"])
def test_what_would_break_the_order_or_the_sums_cannot_be_tolerated(name):
    with pytest.raises(DataFileError, match=f"{name!r} cannot be tolerated"):
        Findings(tolerate=[name])


def test_a_misspelled_flaw_gets_the_nearest_name():
    with pytest.raises(DataFileError, match="did you mean 'open_outside_range'"):
        Findings(tolerate=["open_outside_ranges"])


def test_no_flaw_is_both_a_warning_and_tolerable():
    assert not WARNINGS & TOLERABLE


@pytest.mark.parametrize(
    ("time_ns", "text"),
    [
        (0, "1970-01-01 00:00:00Z"),
        (1_621_382_400_500_000_000, "2021-05-19 00:00:00.5Z"),
        (9_223_372_036_854_775_807, "2262-04-11 23:47:16.854775807Z"),
    ],
)
def test_times_are_told_in_utc(time_ns, text):
    assert utc(time_ns) == text
