from dataclasses import replace

from benchmarks import table
from benchmarks.outcome import Outcome

ORACLE = Outcome(
    engine="bare loop",
    workload="bars",
    rows=1_000,
    load_s=0.0,
    run_s=0.001,
    run_cpu_s=0.001,
    peak_rss_mb=40.0,
    orders=38,
    entries=19,
    profit_mille=-3_800_000,
)


def test_an_engine_that_traded_alike_is_no_disagreement():
    peer = replace(ORACLE, engine="peer", run_s=0.01)

    assert table.disagreements({("bars", "bare"): ORACLE, ("bars", "peer"): peer}) == []


def test_one_thousandth_of_another_profit_is_a_disagreement():
    peer = replace(ORACLE, engine="peer", profit_mille=ORACLE.profit_mille + 1)

    (sentence,) = table.disagreements({("bars", "bare"): ORACLE, ("bars", "peer"): peer})

    assert "-3799999" in sentence
    assert "want (38, 19, -3800000)" in sentence


def test_a_peer_that_was_not_run_shows_the_figure_of_the_issue_and_says_so():
    record = {
        "machine": "2 cores",
        "load_average": [0.0, 0.0],
        "rows": 1_000,
        "absent": {"nautilus2": "no wheel"},
        "failed": {},
        "disagreements": [],
        "results": {"bars/bare": {"runs": 3, "best_run_s": 0.001}},
    }

    text = table.render(record, {("bars", "bare"): ORACLE})

    assert "nautilus2 (stated in the issue, not measured here)" in text
    assert "nautilus2: not run, no wheel" in text


def test_a_compiled_run_with_another_journal_is_a_disagreement():
    """Equal trades are not enough: compiled, every decision has to be the same."""
    ours = replace(ORACLE, note="5 journal rows, sha256 aa")
    compiled = replace(ORACLE, note="5 journal rows, sha256 bb")
    outcomes = {("bars", "argonaut"): ours, ("bars", "argonaut-compiled"): compiled}

    (sentence,) = table.disagreements(outcomes)

    assert sentence == f"bars: compiled, the journal is {compiled.note}, not {ours.note}"
