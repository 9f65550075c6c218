"""The trend tuner on half a year of five symbols: the table of its page."""

import pytest

from tools.signal_runs import tuned


@pytest.mark.parametrize(
    ("symbol", "off", "acts", "did"),
    [
        ("BTC", (136, 58, -26.2), (129, 58, -25.4), ["left", "taken"]),
        ("ETH", (114, 48, -24.4), (107, 51, -14.7), ["taken"]),
        ("SOL", (122, 61, 2.5), (122, 61, 2.5), []),
        ("DOGE", (98, 51, 11.2), (98, 51, 11.2), ["left"]),
        ("PEPE", (105, 52, -18.7), (105, 52, -18.7), []),
    ],
)
def test_the_table_of_the_page_is_what_it_does(shared, symbol, off, acts, did):
    for tuning, row in (("off", off), ("act", acts)):
        run = tuned(shared, symbol, tuning)
        gains = [gain for _, gain in run.positions()]
        said = [
            each.reason.split()[1].rstrip(",") for _, each in run.skips if "tuner" in each.reason
        ]

        assert (len(gains), sum(gain > 0 for gain in gains), round(100 * sum(gains), 1)) == row
        assert [word for word in said if not word.isdigit()] == (did if tuning == "act" else [])


def test_a_ghost_with_the_knobs_in_use_trades_as_often_as_the_strategy(shared):
    """Fifteen trades later the control has closed as many, or one fewer."""
    run = tuned(shared, "ETH", "advise")
    ended = [each.reason for _, each in run.skips if each.reason.startswith("tuner: advises")]

    assert [int(each.rsplit(" in ", 1)[1]) for each in ended] == [14, 15, 15]
