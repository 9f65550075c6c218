"""The backtests behind the pages on signals: their tables say what the code does."""

import pytest

from tools.signal_runs import BUNDLED_TICKS, combined, scalp
from tools.strategy_runs import BUNDLED, Played


def of_tested(run: Played) -> tuple[int, int, int, float]:
    """Return how many it bought, closed and won, and the P&L."""
    bought = [each for _, each in run.entries if each.signal.strategy_id == "tested"]
    trips = [each for each in run.result.log.round_trips if each.strategy_id == "tested"]
    pnl = round(float(sum(each.pnl for each in trips)), 2)
    return len(bought), len(trips), sum(each.pnl > 0 for each in trips), pnl


@pytest.mark.parametrize(
    ("knobs", "row"),
    [
        ({"alone": True}, (174, 89, 34, -82.24)),
        ({}, (30, 15, 8, 1.73)),
        ({"confirm_s": 1800.0}, (41, 15, 8, -1.09)),
        ({"require_confirmation": False}, (24, 12, 6, 3.20)),
    ],
)
def test_the_table_of_combined_is_what_it_does(knobs, row, tmp_path):
    run = combined(tmp_path, **knobs)

    assert len(run.answers) == 174
    assert of_tested(run) == row


def test_scalp_trades_the_bundled_minutes_as_its_page_says():
    run = scalp(BUNDLED, BUNDLED_TICKS)

    assert of_tested(run)[:3] == (3, 2, 0)
