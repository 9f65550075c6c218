"""`kill -9` of a run with a strategy on trial: theory and money end as those of one left alone."""

from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from argonaut.domain.errors import ArgonautError
from argonaut.journal.reader import JournalReader
from argonaut.runtime.control import ask_now, socket_of
from tests.cli.calling import spawn, start
from tests.faults.processes import free_port, trader, truth, until, venue
from tests.faults.test_kill_with_detector import told, written

SHIPPED = Path(__file__).resolve().parents[2] / "config" / "paper-dry-run.yaml"
SPEED = 60_000  # tape seconds a second: ten days take about 15 seconds
WITHIN_S = 120.0
MOMENTS = ("order_dry_run", "dry_run_filled", "order_filled", "dry_run_closed", "order_placed")
"""Log events; each is written before the turn that caused it is committed."""


@pytest.mark.parametrize("moments", [MOMENTS, pytest.param(MOMENTS * 5, marks=pytest.mark.slow)])
def test_the_shipped_trial_ends_with_the_same_theory_and_money_however_often_it_is_killed(
    moments: tuple[str, ...], tmp_path: Path
) -> None:
    """Whoever decides by a trial must not decide by where the machine died."""
    sets = (
        "--set",
        f"journal.path={tmp_path / 'j.db'}",
        "--set",
        f"monitoring.log_path={log(tmp_path)}",
    )
    whole = spawn("backtest", SHIPPED, "--json").answer
    killed = sum(killed_at(moment, tmp_path, sets) for moment in moments)

    ended = spawn("run", SHIPPED, *sets, "--speed", 0, "--json").answer
    assert killed == len(moments), "the tape ended before the last kill"
    assert ended["rows_recovered"] > 0
    assert ended["finished"]
    assert ended["dry_run"] == whole["dry_run"]
    assert whole["dry_run"]["trades"] > ended["trades"] > 0
    for name in ("balances", "trades", "fills", "equity_final", "journal_sha256"):
        assert ended[name] == whole[name], name
    with JournalReader(tmp_path / "j.db") as reader:
        assert reader.verify().ok


def killed_at(moment: str, folder: Path, sets: tuple[str, ...]) -> bool:
    """Go on with the run and kill it when its log tells of the moment once more."""
    before = lines_of(folder, moment)
    child = start("run", SHIPPED, *sets, "--speed", SPEED, "--plain")
    end = time.monotonic() + WITHIN_S
    while lines_of(folder, moment) == before and child.poll() is None:
        assert time.monotonic() < end, f"no {moment} within {WITHIN_S} s"
        time.sleep(0.001)
    is_alive = child.poll() is None
    child.kill()
    child.communicate(timeout=60)
    return is_alive


def log(folder: Path) -> Path:
    return folder / "run.log"


def lines_of(folder: Path, event: str) -> int:
    """Return how many lines of the log tell of it."""
    text = log(folder).read_text() if log(folder).exists() else ""
    return text.count(f'"{event}"')


def test_a_killed_live_trial_holds_what_it_held_and_its_trail_stays(tmp_path: Path) -> None:
    """The simulated venue dies with the process; what was held in theory does not."""
    with venue(tmp_path) as url:
        port = free_port()
        config = on_trial(written(tmp_path, url, port))
        journal = tmp_path / "journal.db"
        with trader(config):
            until(lambda: "sees prices" in trial_of(journal).get("explanations", {}).values())
            until(lambda: told(port) is not None)
            until(lambda: trial_of(journal).get("holdings"))
            before = after = trial_of(journal)
        for _ in range(3):
            with trader(config):
                until(lambda: trial_of(journal).get("holdings"))
                after = trial_of(journal)
        ended = truth(url)

    (was,), (held,) = before["holdings"], after["holdings"]
    assert (held["quantity"], held["average_price"]) == (was["quantity"], was["average_price"])
    assert Decimal(held["stop_price"]) >= Decimal(was["stop_price"])
    assert after["balances"] == before["balances"]
    assert [order["leaves"] for order in after["orders"]] == [held["quantity"]]
    assert ended["orders"] == []
    assert ended["balances"]["USDT"] == "10000"


def on_trial(config: Path) -> Path:
    """Let the strategy trail its stop, in theory."""
    raw = yaml.safe_load(config.read_text())
    own = {"class": "tests.runtime.trailing.TrailingDetector", "dry_run": True}
    raw["strategies"][0] |= own
    raw["venue"]["class"] = "argonaut.venues.binance.adapter.BinanceSpot"
    config.write_text(yaml.safe_dump(raw))
    return config


def trial_of(journal: Path) -> dict[str, Any]:
    """What the running trader has on trial; nothing while none can be asked."""
    try:
        found: dict[str, Any] | None = ask_now(socket_of(journal), "/status")["dry_run"]
    except (ArgonautError, OSError):
        return {}
    return found or {}
