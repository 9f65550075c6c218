"""Scalp on real trades and quotes: the table of its page."""

import pytest

from tools.signal_runs import TICKS, scalp

DAY, SIX, FIVE = TICKS


@pytest.mark.parametrize(
    ("recording", "fee", "shorts", "row"),
    [
        (DAY, "0.001", False, (0, 0, 0, 0.0)),
        (DAY, "0.0005", True, (62, 62, 25, -11.2)),
        (DAY, "0.0002", False, (21, 21, 8, -6.8)),
        (DAY, "0.0002", True, (62, 62, 26, -5.2)),
        (DAY, "0.0", True, (62, 62, 26, -1.2)),
        (SIX, "0.0002", False, (3, 2, 0, -16.7)),
        (FIVE, "0.0002", False, (3, 2, 1, -1.1)),
    ],
)
def test_the_table_of_the_page_is_what_it_does(shared, recording, fee, shorts, row):
    run = scalp(shared / "data", TICKS[recording], fee=fee, shorts=shorts)
    gains = [gain for _, gain in run.positions()]
    mean = round(1e4 * sum(gains) / len(gains), 1) if gains else 0.0

    assert (len(run.entries), len(gains), sum(gain > 0 for gain in gains), mean) == row


def test_at_a_tenth_of_a_percent_it_says_that_nothing_is_left(shared):
    run = scalp(shared / "data", TICKS[DAY], fee="0.001")

    assert any("nothing is left of 18.0 bp: fees 20.0 bp" in each.reason for _, each in run.skips)


def test_it_predicts_more_slippage_once_it_has_traded(shared):
    run = scalp(shared / "data", TICKS[DAY], shorts=True)
    left = [float(each.signal.reason.split(", ")[1].split(" bp")[0]) for _, each in run.entries]

    assert left[0] == 12.0
    assert left[-1] == 9.1
