"""Logs a machine can read line by line, and no secret in any of them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from loguru import logger
from msgspec.structs import replace

from argonaut.backtest.run import run_backtest
from argonaut.domain.command import Record
from argonaut.domain.event import DetectorSignal
from argonaut.domain.ids import InstrumentId, SignalId, StrategyId
from argonaut.domain.record import (
    Allocated,
    Anomaly,
    DetectorAnswer,
    ModeChanged,
    NoticePlanned,
    OffPace,
    OrderSent,
    Shortlisted,
    StrategyPaused,
)
from argonaut.domain.signal import Note
from argonaut.journal.memory import MemoryJournal
from argonaut.monitoring import logs
from argonaut.monitoring.logs import EVENTS, LogObserver, log_event, log_unforeseen, set_up_logs
from tests.domain.orders import (
    ACCEPTED,
    CANCELED,
    DENIED,
    EXPIRED,
    REJECTED,
    TRIGGERED,
    new_order,
)
from tests.parity.one_day import one_day
from tests.stories.stage import Scripted, Stage, enter, flat

CANARY = "Canary7Canary7Canary7"
BTC = InstrumentId("BTC/USDT@sim")
SIGNAL = DetectorSignal(
    event_ns=1,
    signal_id=SignalId("s-1"),
    source="tape",
    instrument_id=BTC,
    side="buy",
    notional=Decimal(5),
)
Reader = Callable[[], list[dict[str, Any]]]


DEMOTED = Allocated(
    strategy_id=StrategyId("trend"),
    factor=Decimal("0.5"),
    was=Decimal(1),
    reason="won 20% of 30 trades, expected 50%",
    trades=30,
    win_rate=0.2,
    pnl_fraction=-0.01,
    drawdown_fraction=0.3,
)


@pytest.fixture
def read(tmp_path: Path) -> Iterator[Reader]:
    """Log to a file and return what reads it back."""
    path = tmp_path / "logs" / "argonaut.log"
    tear_down = set_up_logs(path, "INFO", to_terminal=False)
    yield lambda: lines_of(path)
    tear_down()


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_an_event_is_one_json_line_with_its_name_level_and_times(read: Reader) -> None:
    """Somebody searches for the name and sorts by the time of the tape."""
    log_event("run_started", level="WARNING", event_ns=1_600_000_000_123_000_000, run="day")
    (line,) = read()

    assert line["event"] == "run_started"
    assert line["level"] == "WARNING"
    assert line["event_time"] == "2020-09-13T12:26:40.123+00:00"
    assert line["time"].endswith("+00:00")
    assert line["run"] == "day"


def test_an_event_outside_the_engine_has_no_event_time(read: Reader) -> None:
    """A made-up time would sort among real ones."""
    log_event("run_ended")

    assert read()[0]["event_time"] is None


def test_a_name_nobody_documented_is_refused() -> None:
    """Names are stable and listed; a new one has to be listed first."""
    with pytest.raises(AssertionError, match="invented"):
        log_event("invented")


def test_a_message_of_somebody_else_becomes_a_line_as_well(read: Reader) -> None:
    """A library's words are not lost, and its secrets are."""
    logger.warning(f"retrying with api_key={CANARY}")
    (line,) = read()

    assert line["event"] == "retrying with api_key=***"


@pytest.mark.parametrize(
    "fields",
    [
        {"api_secret": CANARY},
        {"detail": f"token={CANARY}"},
        {"detail": f'body {{"secret": "{CANARY}"}}'},
        {"detail": f'said token="{CANARY}", secret \\"{CANARY}\\"; token \\"x'},
        {"outer": {"headers": [{"Authorization": f"Bearer {CANARY}"}]}},
        {"password": 12345},
    ],
)
def test_no_secret_reaches_the_file_and_the_line_stays_json(
    read: Reader, fields: dict[str, Any]
) -> None:
    """Masking inside the encoded line once broke the line; a broken line is a lost event."""
    log_event("anomaly", **fields)
    (line,) = read()

    assert line["event"] == "anomaly"
    assert CANARY not in json.dumps(line)
    assert "12345" not in json.dumps(line)


def test_a_line_break_in_a_reason_does_not_make_a_second_line(
    read: Reader, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever writes the reason could forge a fill that never was."""
    tear_down = set_up_logs(None, "INFO", to_terminal=True)
    log_event("anomaly", detail="x\n2026-01-01 INFO order_filled")
    tear_down()

    assert len(capsys.readouterr().err.splitlines()) == 1


def test_the_terminal_shows_a_short_line_without_secrets(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A screen is shared more often than a file."""
    tear_down = set_up_logs(None, "INFO", to_terminal=True)
    log_event("anomaly", event_ns=0, what="odd", token=CANARY)
    tear_down()
    shown = capsys.readouterr().err

    assert shown == "1970-01-01T00:00:00.000+00:00 INFO    anomaly what=odd token=***\n"


def test_a_level_keeps_what_is_below_it_out(tmp_path: Path) -> None:
    """The level of the config counts."""
    path = tmp_path / "argonaut.log"
    tear_down = set_up_logs(path, "WARNING", to_terminal=False)
    log_event("order_filled")
    log_event("risk_blocked", level="WARNING")
    tear_down()
    log_event("anomaly", level="ERROR")

    assert [line["event"] for line in lines_of(path)] == ["risk_blocked"]


def test_a_full_file_is_set_aside_and_a_new_one_begun(tmp_path: Path) -> None:
    """A log may not fill the disk the journal needs."""
    path = tmp_path / "argonaut.log"
    path.touch()
    os.truncate(path, 20_000_001)
    tear_down = set_up_logs(path, "INFO", to_terminal=False)
    log_event("run_started")
    tear_down()

    assert [line["event"] for line in lines_of(path)] == ["run_started"]
    assert path.with_suffix(".1.log").stat().st_size == 20_000_001


@pytest.mark.parametrize(
    ("body", "event", "level"),
    [
        (ACCEPTED, "order_accepted", "INFO"),
        (CANCELED, "order_canceled", "INFO"),
        (EXPIRED, "order_expired", "INFO"),
        (TRIGGERED, "order_triggered", "INFO"),
        (REJECTED, "order_rejected", "WARNING"),
        (OrderSent(order=new_order(), reason="stop"), "order_placed", "INFO"),
        (DENIED, "order_denied", "INFO"),
        (ModeChanged(mode="HALTED", who="me", reason="x"), "mode_changed", "WARNING"),
        (
            StrategyPaused(strategy_id=StrategyId("trend"), instrument_id=BTC, error="boom"),
            "strategy_paused",
            "ERROR",
        ),
        (Anomaly(what="odd", detail="x"), "anomaly", "WARNING"),
        (Shortlisted(instruments=(BTC,), scores={}, out={}, until_ns=1), "shortlisted", "INFO"),
        (
            OffPace(strategy_id=StrategyId("t"), what="silent", value=9.0, limit=1.0, detail="x"),
            "strategy_off_pace",
            "WARNING",
        ),
        (DEMOTED, "strategy_allocated", "WARNING"),
        (DetectorAnswer(signal=SIGNAL, answer="expired"), "signal_received", "INFO"),
    ],
)
def test_each_row_people_follow_is_logged_under_its_name(
    read: Reader, body: msgspec.Struct, event: str, level: str
) -> None:
    """Alerts hang on the name and the level."""
    LogObserver()(1, 2_000_000, Record("kind", "subject", body))
    (line,) = read()

    assert (line["event"], line["level"]) == (event, level)
    assert line["event_time"] == "1970-01-01T00:00:00.002+00:00"


def test_an_order_on_trial_has_a_name_of_its_own(read: Reader) -> None:
    """Nobody should look for it at the venue."""
    stage = Stage(Scripted({0: (replace(enter(), dry_run=True),)}))
    stage.bars(flat(100))
    LogObserver()(1, 1, Record("decision", "story", stage.bodies("decision")[0]))

    assert [line["event"] for line in read()] == ["order_dry_run"]


def test_every_documented_event_is_logged_by_something() -> None:
    """A name in the list that nothing logs makes somebody wait for an alert."""
    source = Path(logs.__file__).resolve().parents[1]
    texts = [path.read_text(encoding="utf-8") for path in source.rglob("*.py")]

    assert [name for name in EVENTS if sum(text.count(f'"{name}"') for text in texts) < 2] == []


def test_a_row_nobody_follows_is_not_logged(read: Reader) -> None:
    """The log is for people; the journal has everything."""
    LogObserver()(1, 1, Record("input", "x", SIGNAL))
    log_event("run_ended")

    assert [line["event"] for line in read()] == ["run_ended"]


def test_a_real_run_logs_what_it_counted(read: Reader) -> None:
    """What people read of a run is what happened in it."""
    result = run_backtest(one_day(), MemoryJournal(), observers=(LogObserver(),))
    lines = read()
    counts = {name: sum(line["event"] == name for line in lines) for name in EVENTS}

    assert counts["order_placed"] == result.log.orders
    assert counts["order_filled"] == result.log.fills > 0
    assert counts["trade_closed"] == result.log.trades > 0
    assert counts["risk_blocked"] == sum(result.log.refusals.values()) > 0
    assert {line["event"] for line in lines} <= set(EVENTS)


def test_a_refusal_says_which_check_and_why(read: Reader) -> None:
    """Nobody should have to open the journal to know why nothing was bought."""
    run_backtest(one_day(), MemoryJournal(), observers=(LogObserver(),))
    blocked = next(line for line in read() if line["event"] == "risk_blocked")

    assert blocked["code"]
    assert blocked["reason"].startswith("refused: ")
    assert blocked["instrument"].endswith("@sim")


def test_what_a_strategy_tells_and_what_a_notice_calls_for_is_logged(read: Reader) -> None:
    note = Note(strategy_id=StrategyId("sniper"), instrument_id=BTC, reason="bought 1 BTC at 2")
    plan = NoticePlanned(
        event_id="n", kind="delisting", instrument_id=BTC, action="flatten", freeze_ns=1, detail="x"
    )

    LogObserver()(1, 1, Record("note", "sniper", note))
    LogObserver()(1, 1, Record("notice", BTC, plan))

    assert [each["event"] for each in read()] == ["strategy_note", "notice_planned"]


def test_what_nobody_handled_is_told_with_where_it_was_raised(read: Reader) -> None:
    try:
        int(f"api_key={CANARY}")
    except ValueError as error:
        log_unforeseen(None, {"message": "user of Binance begins anew", "exception": error})
    log_unforeseen(None, {"message": "a task was destroyed"})
    line, bare = read()

    assert (line["event"], line["level"]) == ("unforeseen", "ERROR")
    assert line["what"] == "user of Binance begins anew"
    assert "test_logs.py" in line["trace"]
    assert CANARY not in json.dumps(line)
    assert (bare["what"], bare["trace"]) == ("a task was destroyed", "")
