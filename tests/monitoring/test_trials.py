"""What is on trial is logged under names of its own."""

from __future__ import annotations

import json
from pathlib import Path

from argonaut.domain.command import Record
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.record import Anomaly, ModeChanged, StrategyPaused
from argonaut.monitoring.logs import set_up_logs
from argonaut.monitoring.trials import TrialLog, TrialsOnly
from tests.stories.stage import Scripted, Stage, enter, flat

SAID = ModeChanged(mode="ACTIVE", who="a person", reason="")


def logged(folder: Path, *records: Record) -> list[dict[str, object]]:
    path = folder / "log"
    stop = set_up_logs(path, "INFO", to_terminal=False)
    try:
        log = TrialLog()
        for record in records:
            log(1, 1, record)
    finally:
        stop()
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_orders_fills_and_trades_of_a_trial_are_never_called_those_of_the_account(
    tmp_path: Path,
) -> None:
    """Somebody adds up `order_filled` to know what was spent."""
    stage = Stage(Scripted({0: (enter(stop_price=95.0),), 3: (enter("1"),)}))
    stage.bars(flat(100), flat(100), (100, 100, 90, 90), flat(90), flat(90))

    names = [line["event"] for line in logged(tmp_path, *stage.records)]

    assert set(names) == {"order_dry_run", "dry_run_filled", "dry_run_closed", "dry_run_blocked"}


def test_a_trial_that_raises_is_an_error_all_the_same(tmp_path: Path) -> None:
    paused = StrategyPaused(
        strategy_id=StrategyId("it"), instrument_id=InstrumentId("BTC/USDT@sim"), error="no"
    )
    odd = Anomaly(what="dust", detail="some")

    (first, second) = logged(tmp_path, Record("x", "", paused), Record("x", "", odd))

    assert (first["event"], first["level"]) == ("strategy_paused", "ERROR")
    assert (second["event"], second["dry_run"]) == ("anomaly", True)


def test_what_the_accounts_rows_say_too_is_not_passed_on_twice() -> None:
    heard: list[object] = []
    trials = TrialsOnly(lambda _seq, _ns, record: heard.append(record.body))
    odd = Anomaly(what="dust", detail="some")

    trials(1, 1, Record("mode", "", SAID))
    trials(1, 1, Record("anomaly", "", odd))

    assert heard == [odd]
