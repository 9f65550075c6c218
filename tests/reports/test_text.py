from argonaut.reports.diagnosis import Finding
from argonaut.reports.run_log import RunLog
from argonaut.reports.text import (
    ATTRIBUTION_HEAD,
    SIGNAL_HEAD,
    attribution_rows,
    headline_rows,
    refusal_rows,
    signal_rows,
    statistic_rows,
    text_report,
)
from tests.reports.records import played_log, report


def test_the_headline_says_what_was_earned():
    rows = dict(headline_rows(report()))

    assert rows["return"] == "+0.20 %"
    assert rows["final equity"] == "1,002.00 USDT"
    assert rows["trades"] == "3"
    assert rows["fees"] == "0.60 USDT"


def test_rows_are_as_wide_as_their_heads():
    made = report()

    assert all(len(row) == len(SIGNAL_HEAD) for row in signal_rows(made))
    assert all(
        len(row) == len(ATTRIBUTION_HEAD) for row in attribution_rows(made.attribution.by_strategy)
    )
    assert all(len(row) == 2 for row in (*statistic_rows(made), *refusal_rows(made)))


def test_the_text_names_every_part_of_the_run():
    finding, note = Finding("a", "warning", "3 trades"), Finding("b", "note", "all long")

    said = text_report(report(diagnosis=(finding, note)))

    assert "\n! 3 trades\n- all long\n" in said
    assert "4 decisions: 3 approved (0 reduced), 1 refused; 9 orders, 6 fills, 3 trades" in said
    assert "max_notional  1" in said
    assert "notional 1200 quote against the maximum 1000" in said
    for heading in ("Statistics", "By strategy", "By instrument", "By tag", "Refusals", "Run"):
        assert f"\n{heading}\n{'-' * len(heading)}\n" in said


def test_an_empty_run_has_a_report_too():
    said = text_report(report(RunLog(), tables=report().attribution, candles={}, facts={}))

    assert "return" in said
    assert "Refusals" not in said


def test_a_name_cannot_move_the_cursor():
    """A terminal obeys escape sequences; a reason from a detector may hold one."""
    said = text_report(report(played_log(reason="\x1b[2J\rwiped\nRun")))

    assert "\x1b" not in said
    assert "?[2J?wiped?Run" in said


def test_an_untagged_row_is_named():
    rows = attribution_rows({"": report().attribution.total})

    assert rows[0][0] == "(none)"
