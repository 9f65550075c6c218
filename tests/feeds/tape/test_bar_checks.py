"""Each lie a candle can tell, told by name."""

import numpy as np
import pytest

from argonaut.domain.timeframe import MINUTE_NS
from argonaut.feeds.tape.bar_checks import check_bars, longest_run
from argonaut.feeds.tape.columns import BarColumns
from argonaut.feeds.tape.findings import Findings, Flaw
from tests.feeds.tape.sample import BTC, START_NS, bars


def findings_of(sample, **options):
    findings = Findings(options.pop("tolerate", ()))
    check_bars(sample, findings, **({"has_volume": True} | options))
    return findings


def errors_of(sample, **options):
    return {found.flaw: found.message for found in findings_of(sample, **options).errors}


def warnings_of(sample, **options):
    return {found.flaw: found.message for found in findings_of(sample, **options).warnings}


def at_ns(*open_ns):
    flat = np.full(len(open_ns), 10.0)
    return BarColumns(BTC, MINUTE_NS, np.array(open_ns), flat, flat, flat, flat, flat)


def test_clean_bars_have_no_flaw():
    findings = findings_of(bars([0, 1, 2]))

    assert (findings.errors, findings.warnings) == ([], [])


def test_rows_out_of_order_are_named():
    assert errors_of(bars([0, 2, 1])) == {
        Flaw.UNSORTED: "row 3: opens at 2021-05-19 00:01:00Z, "
        "want a time after 2021-05-19 00:02:00Z"
    }


def test_two_bars_of_one_time_are_named():
    assert "row 2: opens at 2021-05-19 00:00:00Z" in errors_of(bars([0, 0, 1]))[Flaw.DUPLICATE_TIME]


@pytest.mark.parametrize("name", ["open", "high", "low", "close"])
@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_price_that_is_no_number_is_an_error(name, value):
    message = errors_of(bars([0, 1], **{name: [10.0, value]}))[Flaw.NOT_FINITE]

    assert message == f"row 2: {name} is {value}, want a finite price"


@pytest.mark.parametrize("value", [0.0, -1.0])
def test_a_price_of_nothing_or_less_is_an_error(value):
    message = errors_of(bars([0, 1], low=[10.0, value]))[Flaw.PRICE_NOT_POSITIVE]

    assert message == f"row 2: low is {value}, want more than 0"


def test_a_high_below_the_low_is_an_error():
    message = errors_of(bars([0], high=[9.0], low=[11.0]))[Flaw.HIGH_BELOW_LOW]

    assert message == "row 1: high 9.0 is below low 11.0, want high >= low"


@pytest.mark.parametrize(
    ("name", "flaw"),
    [("open", Flaw.OPEN_OUTSIDE_RANGE), ("close", Flaw.CLOSE_OUTSIDE_RANGE)],
)
def test_a_price_outside_its_bar_is_an_error_unless_tolerated(name, flaw):
    """BitMEX opens a bar at the previous close, so a config may say it knows."""
    sample = bars([0], **{name: [12.0]})

    assert errors_of(sample)[flaw].startswith(f"row 1: {name} is 12.0, want it within low 10.0")
    assert flaw in warnings_of(sample, tolerate=[flaw.value])


@pytest.mark.parametrize(
    ("value", "flaw"), [(-1.0, "negative_quantity"), (float("nan"), "not_finite")]
)
def test_a_volume_below_zero_or_no_number_is_an_error(value, flaw):
    assert Flaw(flaw) in errors_of(bars([0], volume=[value]))


def test_bars_of_a_mark_price_need_no_volume():
    findings = findings_of(bars([0, 1], volume=[0.0, 0.0]), has_volume=False)

    assert (findings.errors, findings.warnings) == ([], [])


def test_a_step_that_is_no_multiple_of_the_timeframe_is_an_error():
    assert errors_of(bars([0, 1, 2.5]))[Flaw.WRONG_SPACING] == (
        "row 3: opens 90 s after the row before, want a multiple of 1m"
    )


def test_bars_of_a_larger_timeframe_than_stated_are_an_error():
    """Five-minute bars read as one-minute bars would close four minutes early: the future."""
    assert errors_of(bars([0, 5, 10]))[Flaw.WRONG_TIMEFRAME] == (
        "bars are at least 300 s apart, want 1m"
    )


def test_times_off_the_grid_are_only_reported():
    assert Flaw.OFF_GRID in warnings_of(at_ns(START_NS + 7, START_NS + MINUTE_NS + 7))


@pytest.mark.parametrize("open_ns", [0, 1_621_382_400, 2**62])
def test_a_time_before_1980_or_after_2100_is_an_error(open_ns):
    """A placeholder, or seconds taken for nanoseconds."""
    assert "want one between 1980 and 2100" in errors_of(at_ns(open_ns))[Flaw.TIME_RANGE]


def test_gaps_are_counted_and_listed():
    findings = findings_of(bars([0, 1, 5, 6, 8]))

    (gap,) = findings.warnings
    assert gap.message == (
        "2 gap(s), 4 bars missing, the longest 3 from 2021-05-19 00:02:00Z to 2021-05-19 00:05:00Z"
    )
    assert [(hole.after_row, hole.missing) for hole in findings.gaps] == [(2, 3), (4, 1)]


def test_an_outage_without_volume_is_reported_with_its_length():
    sample = bars([0, 1, 2, 3, 4], volume=[0.0, 1.0, 0.0, 0.0, 1.0])

    assert warnings_of(sample)[Flaw.ZERO_VOLUME] == (
        "3 bars without volume, the longest run 2 from 2021-05-19 00:02:00Z"
    )


def test_a_leap_of_more_than_half_the_price_is_reported():
    sample = bars([0, 1], **{name: [10.0, 100.0] for name in ("open", "high", "low", "close")})

    assert warnings_of(sample)[Flaw.PRICE_JUMP] == (
        "row 2: price moves from 10.0 to 100.0 in one row"
    )


def test_the_longest_run_is_found_at_either_end():
    assert longest_run(np.array([True, True, False, True])) == (0, 2)
    assert longest_run(np.array([True, False, True, True])) == (2, 2)
    assert longest_run(np.array([False])) == (0, 0)
