"""EventBreakout on a real mania: the figures of its page."""

from tools.event_runs import event_breakout


def test_a_week_of_displacements_is_what_the_page_says(shared, tmp_path):
    run = event_breakout(shared, tmp_path)
    gains = [gain for _, gain in run.positions()]
    pnl = sum(each.pnl for each in run.result.log.round_trips)

    assert (len(run.entries), len(gains), sum(gain > 0 for gain in gains)) == (38, 38, 17)
    assert round(1e4 * sum(gains) / len(gains), 1) == -12.1
    assert round(float(pnl), 2) == -81.76
    assert run.skips == []
