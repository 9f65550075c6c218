"""What was on trial stands in reports under its own heading and in no other figure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from argonaut.domain.ids import InstrumentId
from argonaut.ledger.attribution import Attribution
from argonaut.reports.dry_run import (
    DRY_RUN_HEAD,
    DRY_RUN_HEADING,
    DryRun,
    dry_run_object,
    dry_run_of,
    dry_run_rows,
    dry_run_sentence,
)
from argonaut.reports.html import html_report
from argonaut.reports.run_log import RunLog
from argonaut.reports.text import text_report
from tests.reports.records import report
from tests.stories.stage import Scripted, Stage, enter, flat, leave

FOUND = DryRun(
    by_strategy={"trial": Attribution(realized=Decimal("12.5"), round_trips=2, wins=1, fills=4)},
    open_quote={"trial": Decimal(-3)},
    balances={"USDT": Decimal("1012.5")},
    held={"trial": {"BTC/USDT@sim": Decimal("0.0100")}},
    counts={"decisions": 5, "approved": 4, "orders": 4, "fills": 4, "trades": 2, "skips": 0},
    refusals={"max_notional": 1},
    equity_start=1000.0,
    equity_final=1009.5,
)


def test_each_strategy_has_a_row_with_what_is_still_open() -> None:
    (row,) = dry_run_rows(FOUND)

    assert len(row) == len(DRY_RUN_HEAD)
    assert row[:5] == ("trial", "2", "50.00 %", "+12.50", "-3.00")
    assert row[-1] == "0.01 BTC/USDT@sim"
    assert dry_run_rows(replace(FOUND, held={}))[0][-1] == "–"


def test_the_sentence_says_what_it_came_to() -> None:
    assert dry_run_sentence(FOUND, "USDT") == (
        "4 orders, 4 fills and 2 trades in a shadow of the account, "
        "from 1,000.00 to 1,009.50 USDT (+0.95 %)"
    )
    assert dry_run_sentence(replace(FOUND, equity_start=None), "USDT").endswith("of the account")


def test_json_says_that_it_is_theoretical() -> None:
    said = dry_run_object(FOUND)

    assert said["is_theoretical"] is True
    assert said["by_strategy"]["trial"]["open_quote"] == -3.0
    assert said["by_strategy"]["trial"]["realized"] == 12.5
    assert said["by_strategy"]["trial"]["held"] == {"BTC/USDT@sim": 0.01}
    assert said["fills"] == 4


def test_text_and_html_show_it_under_a_heading_of_its_own() -> None:
    with_trial = replace(report(), dry_run=FOUND)

    for said in (text_report(with_trial), html_report(with_trial)):
        assert DRY_RUN_HEADING in said
        assert "+12.50" in said
    assert DRY_RUN_HEADING not in text_report(report())
    assert DRY_RUN_HEADING not in html_report(report())


def test_what_is_still_held_is_told_by_strategy() -> None:
    stage = Stage(Scripted({0: (enter("100"),)}))
    stage.bars(*(flat(100) for _ in range(3)))

    found = dry_run_of(RunLog(), stage.engine.book, {})

    ((place, quantity),) = found.held["story"].items()
    assert place == "BTC/USDT@sim"
    assert quantity == stage.engine.book.position(InstrumentId(place)).quantity > 0


def test_it_is_made_from_the_shadows_own_log_and_book() -> None:
    stage = Stage(Scripted({0: (enter("100"),), 2: (leave(),)}))
    log = RunLog()
    stage.session.show(log)
    stage.bars(*(flat(100) for _ in range(5)))
    log.sample(1, 10_000.0)

    found = dry_run_of(log, stage.engine.book, {})

    assert found.by_strategy["story"].round_trips == found.counts["trades"] == 1
    assert found.balances == {"USDT": Decimal(10_000)}
    assert (found.equity_start, found.equity_final) == (10_000.0, 10_000.0)
