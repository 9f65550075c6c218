"""The report is what a person reads before trusting a backtest."""

import json

import pytest

from argonaut.domain.errors import ExitCode
from argonaut.feeds.errors import BadDataError
from argonaut.feeds.tape.columns import Kind, SignalRows
from argonaut.feeds.tape.findings import Flaw
from argonaut.feeds.tape.quality import assess
from argonaut.feeds.tape.tick_checks import Clocks
from tests.feeds.tape.sample import START_NS, bars, funding, quotes, times, trades


def report_on(columns, kind, **options):
    return assess(columns, path="some.parquet", kind=kind, **options)


def test_a_usable_recording_states_its_rows_period_and_timeframe():
    report = report_on(bars([0, 1]), Kind.BARS, notes=["ts: Unix ns"])

    assert report.is_usable
    assert (report.rows, report.from_ns, report.timeframe) == (2, START_NS, "1m")
    report.raise_if_unusable()


def test_an_unusable_recording_is_refused_with_file_row_value_and_want():
    report = report_on(bars([0, 1], close=[10.0, -1.0]), Kind.BARS)

    with pytest.raises(BadDataError) as error:
        report.raise_if_unusable()

    assert str(error.value).startswith("some.parquet: row 2: close is -1.0, want more than 0; ")
    assert error.value.exit_code is ExitCode.REFUSED


def test_a_message_stays_readable_however_much_is_wrong():
    wrong = {name: [float("nan"), -1.0] for name in ("open", "high", "low", "close")}
    report = report_on(bars([1, 0], volume=[-1.0, 1.0], **wrong), Kind.BARS)

    with pytest.raises(BadDataError, match=r"; and \d+ more kinds of flaw$"):
        report.raise_if_unusable()


def test_an_empty_recording_is_refused():
    report = report_on(bars([]), Kind.BARS)

    assert [found.flaw for found in report.errors] == [Flaw.EMPTY]
    assert (report.from_ns, report.to_ns) == (None, None)


def test_a_report_is_one_json_object_with_its_gaps():
    report = report_on(bars([0, 1, 5]), Kind.BARS)

    told = json.loads(report.to_json())

    assert told["gaps"] == [
        {
            "after_row": 2,
            "from_ns": START_NS + 120_000_000_000,
            "to_ns": START_NS + 300_000_000_000,
            "missing": 3,
        }
    ]
    assert told["warnings"][0]["flaw"] == "gap"


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        (trades([1, 0]), Kind.TRADES),
        (quotes([1, 0]), Kind.QUOTES),
        (funding([1, 0]), Kind.FUNDING),
        (SignalRows(times(1, 0), (b"{}", b"{}")), Kind.SIGNALS),
    ],
)
def test_every_kind_is_checked_for_its_order(columns, kind):
    report = report_on(columns, kind, clocks=Clocks(columns.ts_ns, None, by_received=False))

    assert [found.flaw for found in report.errors] == [Flaw.UNSORTED]


def test_mark_bars_are_not_blamed_for_having_no_volume():
    assert not report_on(bars([0], volume=[0.0]), Kind.MARK).warnings
