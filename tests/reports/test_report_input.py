from argonaut.reports.run_log import RunLog
from tests.reports.records import BTC, MINUTE_NS, played_log, report


def test_a_report_takes_what_the_log_has_seen():
    made = report()

    assert made.counts == {
        "decisions": 4,
        "approved": 3,
        "reduced": 0,
        "refused": 1,
        "orders": 9,
        "fills": 6,
        "trades": 3,
        "skips": 0,
    }
    assert made.refusals == {"max_notional": 1}
    assert len(made.round_trips) == 3
    assert {level.ending for level in made.levels} == {"filled", "canceled"}
    assert made.decisions[0].answer == "refused"
    assert list(made.candles) == [BTC]


def test_a_report_stands_still_while_the_log_goes_on():
    log = played_log(1)
    made = report(log)

    log.sample(100 * MINUTE_NS, 5.0)
    log.refusals["later"] = 1

    assert made.equity.tolist() == [1000, 1000]
    assert "later" not in made.refusals


def test_an_empty_log_makes_a_report():
    made = report(RunLog())

    assert made.equity.size == 0
    assert made.levels == []
